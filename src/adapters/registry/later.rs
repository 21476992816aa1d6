//! What was seen is stored now, or later: while the disk is full or the database is away it waits in memory.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::timeout;

use super::Registry;
use super::error::{ErrorKind, RegistryError};
use super::snapshots::Stored;
use crate::domain::health::Trouble;
use crate::domain::registry::{Claim, FinishedJob, Snapshot, Transition};
use crate::runtime::ports::Kept;

/// So many things wait at the most: fifty clusters for half an hour. The oldest go first, and are counted.
const MOST: usize = 4096;

/// Something that was seen, and the claim under which.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen {
    /// With the interval of which it is the one result.
    Snapshot(Option<Claim>, Box<Snapshot>, Duration),
    Transition(Option<Claim>, Transition),
    Finished(Option<Claim>, Box<FinishedJob>),
}

/// A registry that takes what was seen even while it cannot be written. Registering clusters is not for here: who does
/// that is told at once.
pub struct Later {
    registry: Registry,
    waiting: Mutex<Waiting>,
}

#[derive(Default)]
struct Waiting {
    seen: VecDeque<Seen>,
    dropped: usize,
    trouble: Option<Trouble>,
}

impl Later {
    pub fn new(registry: Registry) -> Self {
        Self { registry, waiting: Mutex::default() }
    }

    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    /// Stores it behind everything that waits, if that can be written by now; else it waits too.
    ///
    /// # Errors
    /// It can never be stored: its cluster is not registered any more, or the login may not.
    pub async fn put(&self, seen: Seen) -> Result<Kept, RegistryError> {
        if !self.flush().await {
            self.wait(seen, None);
            return Ok(Kept::Waits);
        }
        match self.store(&seen).await {
            Err(error) if error.is_for_now() => {
                self.wait(seen, Some(error));
                Ok(Kept::Waits)
            }
            result => result,
        }
    }

    /// Writes what waits, oldest first; whether all of it is written.
    pub async fn flush(&self) -> bool {
        loop {
            let Some(seen) = self.locked().seen.front().cloned() else {
                let mut waiting = self.locked();
                waiting.trouble = None;
                waiting.dropped = 0;
                return true;
            };
            match self.store(&seen).await {
                Err(error) if error.is_for_now() => {
                    self.locked().trouble = Some(error.trouble);
                    return false;
                }
                Err(error) => tracing::warn!(%error, "what was seen is not stored"),
                Ok(_) => {}
            }
            let mut waiting = self.locked();
            // Another task may have written it meanwhile; storing twice changes nothing.
            if waiting.seen.front() == Some(&seen) {
                waiting.seen.pop_front();
            }
        }
    }

    /// Why things wait, in words that say how many; `None` while everything is written.
    pub fn trouble(&self) -> Option<Trouble> {
        let waiting = self.locked();
        let trouble = waiting.trouble.clone()?;
        let dropped = match waiting.dropped {
            0 => String::new(),
            dropped => format!(", {dropped} older ones were dropped"),
        };
        let words = format!("{}; {} results wait in memory{dropped}", trouble.words, waiting.seen.len());
        Some(Trouble { words, ..trouble })
    }

    /// What waits, oldest first: it is as good as what is stored.
    pub fn waiting(&self) -> Vec<Seen> {
        self.locked().seen.iter().cloned().collect()
    }

    fn wait(&self, seen: Seen, error: Option<RegistryError>) {
        let mut waiting = self.locked();
        if waiting.seen.len() >= MOST {
            waiting.seen.pop_front();
            waiting.dropped += 1;
        }
        waiting.seen.push_back(seen);
        if let Some(error) = error {
            tracing::warn!(%error, "what is seen waits in memory");
            waiting.trouble = Some(error.trouble);
        }
    }

    async fn store(&self, seen: &Seen) -> Result<Kept, RegistryError> {
        within(self.store_now(seen)).await
    }

    async fn store_now(&self, seen: &Seen) -> Result<Kept, RegistryError> {
        let stored = match seen {
            Seen::Snapshot(claim, snapshot, interval) => {
                self.registry.put_snapshot(claim.as_ref(), snapshot, *interval).await?
            }
            Seen::Transition(claim, transition) => self.registry.put_transition(claim.as_ref(), transition).await?,
            Seen::Finished(claim, job) => self.registry.put_finished(claim.as_ref(), job).await?,
        };
        if stored == Stored::Stale {
            tracing::info!("a result came too late: somebody else took over");
        }
        Ok(match stored {
            Stored::Kept => Kept::Stored,
            Stored::Already => Kept::Already,
            Stored::Stale => Kept::Stale,
        })
    }

    /// Each change under the lock leaves it whole.
    fn locked(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A database that takes this long for one thing is away: whoever waits for it goes on without.
const PATIENCE: Duration = Duration::from_secs(10);

/// # Errors
/// What `work` says, or that it took too long.
pub(super) async fn within<T>(work: impl Future<Output = Result<T, RegistryError>>) -> Result<T, RegistryError> {
    timeout(PATIENCE, work).await.unwrap_or_else(|_| {
        let words = format!("the registry's database does not answer within {} s", PATIENCE.as_secs());
        Err(RegistryError::new(ErrorKind::Lost, words))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_database_that_hangs_is_away_for_now() {
        let error = within(std::future::pending::<Result<(), RegistryError>>()).await.unwrap_err();
        assert!(error.is_for_now() && error.trouble.words.contains("10 s"), "{error}");
        assert_eq!(within(async { Ok(7) }).await.unwrap(), 7);
    }
}
