//! The registry's clusters beside the others, without the start waiting for a database that hangs.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use crate::adapters::aws::Ways;
use crate::adapters::registry::{Opener, Registry, copy_audit};
use crate::domain::age::Age;
use crate::domain::health::Trouble;
use crate::domain::registry::Role;

/// How long a script waits: the list is whole, or it is said that it is not.
pub const WHOLE: Duration = Duration::from_secs(10);
/// How long the deck's first frame waits.
pub const SOON: Duration = Duration::from_millis(500);

/// Reads the registry's clusters and joins them with the others. What comes after `patience` is joined then. Behind that
/// the registry gets those lines of the audit that it has not got yet.
///
/// # Errors
/// Why they are not there, or not yet.
pub fn join(ways: Arc<Ways>, opener: Arc<Opener>, journal: Option<PathBuf>, patience: Duration) -> Result<(), Trouble> {
    let (sender, answer) = channel();
    // A thread and a runtime of their own: the program's runtime is made later, and the loop never waits.
    let reader = thread::Builder::new().name("registry".to_owned()).spawn(move || {
        let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
            Ok(runtime) => runtime,
            Err(error) => return drop(sender.send(Err(unread(&error)))),
        };
        let read = runtime.block_on(async {
            let registry = opener.apart().await?;
            let records = registry.clusters().await?;
            Ok::<_, Trouble>((registry, records))
        });
        match read {
            Ok((registry, records)) => {
                ways.register(records, &opener);
                // Whoever asked may not wait any more.
                let _ = sender.send(Ok(()));
                runtime.block_on(copy(&registry, journal.as_deref()));
            }
            Err(trouble) => {
                tracing::warn!(words = trouble.words, "the registry's clusters are not there");
                let _ = sender.send(Err(trouble));
            }
        }
    });
    if let Err(error) = reader {
        return Err(unread(&error));
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

fn unread(error: &io::Error) -> Trouble {
    Trouble::new(format!("the registry is not read: {error}"))
}

async fn copy(registry: &Registry, journal: Option<&Path>) {
    if registry.role() >= Role::Operator
        && let Some(path) = journal
        && let Err(error) = copy_audit(registry, path).await
    {
        tracing::info!(%error, "the audit's copy in the registry waits");
    }
    registry.close().await;
}
