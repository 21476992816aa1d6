//! tracing goes to a file under the XDG state directory, never to the screen; that of a collector, which has none, to
//! stderr.

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

/// Writes events of `level` (LOG_LEVEL; what is noteworthy if unset) and worse to stderr, a line each, in place of the
/// file. What comes later keeps this.
pub fn on_stderr(level: Option<&str>) {
    let usual = "warn,eksdeck=info";
    let filter = EnvFilter::try_new(level.unwrap_or(usual)).unwrap_or_else(|_| EnvFilter::new(usual));
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false).with_target(false);
    let _ = lines.with_writer(std::io::stderr).try_init();
}
