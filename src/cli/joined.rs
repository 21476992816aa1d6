//! The registry's clusters beside the others, without the start waiting for a database that hangs.

use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use crate::adapters::aws::Ways;
use crate::adapters::registry::Opener;
use crate::domain::age::Age;
use crate::domain::health::Trouble;

/// How long a script waits: the list is whole, or it is said that it is not.
pub const WHOLE: Duration = Duration::from_secs(10);
/// How long the deck's first frame waits.
pub const SOON: Duration = Duration::from_millis(500);

/// Reads the registry's clusters and joins them with the others. What comes after `patience` is joined then.
///
/// # Errors
/// Why they are not there, or not yet.
pub fn join(ways: Arc<Ways>, opener: Arc<Opener>, patience: Duration) -> Result<(), Trouble> {
    let (sender, answer) = channel();
    // A thread and a runtime of their own: the program's runtime is made later, and the loop never waits.
    let reader = thread::Builder::new().name("registry".to_owned()).spawn(move || {
        let read = || -> Result<(), Trouble> {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let runtime = runtime.map_err(|error| Trouble::new(format!("the registry is not read: {error}")))?;
            let records = runtime.block_on(opener.clusters()).map_err(|error| error.trouble)?;
            ways.register(records, &opener);
            Ok(())
        };
        let result = read();
        if let Err(trouble) = &result {
            tracing::warn!(words = trouble.words, "the registry's clusters are not there");
        }
        // Nobody waits any more.
        let _ = sender.send(result);
    });
    if let Err(error) = reader {
        return Err(Trouble::new(format!("the registry is not read: {error}")));
    }
    match answer.recv_timeout(patience) {
        Ok(result) => result,
        Err(RecvTimeoutError::Timeout) => {
            let waited = match patience.as_secs() {
                0 => format!("{} ms", patience.as_millis()),
                _ => Age(patience.as_secs().cast_signed()).to_string(),
            };
            Err(Trouble::new(format!("the registry has not answered within {waited}; its clusters come when it does")))
        }
        Err(RecvTimeoutError::Disconnected) => Err(Trouble::new("the registry's reader ended without an answer")),
    }
}
