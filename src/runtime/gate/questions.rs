//! Questions that were put and not answered yet.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::locked;
use crate::domain::gate::ProposalId;

/// An answer that comes later than this after its question was made is too old.
const ANSWER_WITHIN: Duration = Duration::from_secs(600);

/// The last question's number. Gates share it, so that an answer to one is none to another.
static LAST: AtomicU64 = AtomicU64::new(0);

#[derive(Debug, Default)]
pub struct Questions {
    open: Mutex<HashMap<ProposalId, Instant>>,
}

impl Questions {
    /// A number for a new question.
    pub fn issue(&self) -> ProposalId {
        let id = ProposalId(LAST.fetch_add(1, Ordering::Relaxed) + 1);
        let mut open = locked(&self.open);
        // Questions that nobody answered are too old some day.
        open.retain(|_, asked| asked.elapsed() <= ANSWER_WITHIN);
        open.insert(id, Instant::now());
        id
    }

    /// Takes a question's number back: true once, and only in time.
    pub fn spend(&self, id: ProposalId) -> bool {
        locked(&self.open).remove(&id).is_some_and(|asked| asked.elapsed() <= ANSWER_WITHIN)
    }

    /// The question was put so long ago that no answer counts any more.
    #[cfg(test)]
    pub fn grow_old(&self, id: ProposalId) {
        locked(&self.open).insert(id, Instant::now() - ANSWER_WITHIN - Duration::from_secs(1));
    }
}
