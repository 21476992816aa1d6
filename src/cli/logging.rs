//! tracing goes to a file under the XDG state directory, never to the screen.

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::Mutex;

use tracing_subscriber::EnvFilter;

/// Opens `eksdeck.log` in `directory` and writes events of `level` (LOG_LEVEL; `warn` if unset) and worse to it. A file
/// that cannot be opened is no reason to stop: then nothing is logged.
pub fn start(directory: Option<&Path>, level: Option<&str>) {
    let Some(directory) = directory else { return };
    let open = || {
        std::fs::create_dir_all(directory)?;
        OpenOptions::new().create(true).append(true).mode(0o600).open(directory.join("eksdeck.log"))
    };
    let Ok(file) = open() else { return };
    let filter = EnvFilter::try_new(level.unwrap_or("warn")).unwrap_or_else(|_| EnvFilter::new("warn"));
    // A second call, as tests make, keeps the first subscriber.
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false).with_writer(Mutex::new(file)).try_init();
}
