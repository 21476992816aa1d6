//! What is kept of a Job.

use super::object::{Condition, Meta};

/// A watched Job. Times are Unix seconds, 0 if not set; counts are as the API gives them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobRow {
    pub meta: Meta,
    pub parallelism: i32,
    /// `None`: any success completes it (work queue).
    pub completions: Option<i32>,
    pub backoff_limit: i32,
    /// activeDeadlineSeconds
    pub deadline: Option<i64>,
    /// ttlSecondsAfterFinished
    pub ttl: Option<i32>,
    pub suspended: bool,
    pub indexed: bool,
    pub active: i32,
    pub ready: i32,
    pub succeeded: i32,
    pub failed: i32,
    pub started: i64,
    pub completed: i64,
    pub conditions: Box<[Condition]>,
}

impl JobRow {
    /// When it ended, in Unix seconds; `None` while it has not. A Job that failed has no completion time, but a condition.
    pub fn ended(&self) -> Option<i64> {
        let over = |condition: &&Condition| condition.status && matches!(&*condition.kind, "Complete" | "Failed");
        self.conditions
            .iter()
            .find(over)
            .map(|condition| if self.completed != 0 { self.completed } else { condition.at })
    }

    /// When the cluster deletes it by itself, in Unix seconds; `None` while it has not ended, and where nothing says so.
    pub fn expires(&self) -> Option<i64> {
        Some(self.ended()?.saturating_add(i64::from(self.ttl?)))
    }
}
