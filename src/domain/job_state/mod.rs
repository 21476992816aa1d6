//! How a Job stands and why, as an experienced person would tell it after `kubectl describe`.
//!
//! The Job's conditions say that it failed; its pods say what of. The cause comes first, since a narrow column cuts the
//! end: `OOMKilled, 3 of 3` rather than `BackoffLimitExceeded`, which stands in [`JobState::reason`] and the evidence.
//! Everything works without events; with those of the Job and its pods more is known (quota, volumes, evictions).

mod container;
mod creation;
mod evidence;
mod fault;
mod finished;
mod image;
mod live;
mod pod;
mod schedule;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use super::event::EventRow;
use super::job::JobRow;
use super::object::Condition;
use super::pod::PodRow;

pub use evidence::evidence;
pub use pod::pod_trouble;

/// The word that a Job's state begins with for a person who knows Kubernetes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum JobPhase {
    Pending,
    Running,
    Suspended,
    Succeeded,
    Failed,
    /// Being deleted.
    Terminating,
}

impl JobPhase {
    pub fn word(self) -> &'static str {
        match self {
            Self::Pending => "Pending",
            Self::Running => "Running",
            Self::Suspended => "Suspended",
            Self::Succeeded => "Succeeded",
            Self::Failed => "Failed",
            Self::Terminating => "Terminating",
        }
    }
}

/// Whether somebody must act. The greater is the worse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Severity {
    #[default]
    Fine,
    /// May mend itself: a retry, a node that is being added, a quota that is being freed.
    Warning,
    /// Does not get well without somebody.
    Broken,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct JobState {
    pub phase: JobPhase,
    pub severity: Severity,
    /// For a cell: `OOMKilled, 3 of 3`, `Running 1, 1 waits`, `unschedulable: cpu`. Cleaned, at most 120 columns.
    pub words: Cow<'static, str>,
    /// The API's own reason where it gives one (`BackoffLimitExceeded`, `DeadlineExceeded`, …), for filters and scripts.
    pub reason: Option<Cow<'static, str>>,
}

/// Cells are narrow; what is longer belongs to the evidence.
const WORDS_COLUMNS: usize = 120;

impl JobState {
    fn new(phase: JobPhase, severity: Severity, words: impl Into<Cow<'static, str>>) -> Self {
        let words = match words.into() {
            Cow::Borrowed(words) => Cow::Borrowed(words),
            Cow::Owned(words) => Cow::Owned(fault::short(&words, WORDS_COLUMNS)),
        };
        Self { phase, severity, words, reason: None }
    }

    /// Counted as failing in the panes: it failed, or will not go on without somebody.
    pub fn is_failing(&self) -> bool {
        self.severity == Severity::Broken
    }
}

/// Tells a Job's state. `pods` are those that the Job owns, in any order; `events` those of the Job and of its pods, as
/// far as they are known.
pub fn job_state(job: &JobRow, pods: &[&PodRow], events: &[EventRow]) -> JobState {
    let met = |kind: &str| job.conditions.iter().find(|condition| condition.status && &*condition.kind == kind);
    if let Some(failed) = met("Failed").or_else(|| met("FailureTarget")) {
        return finished::failed(job, failed, pods, events);
    }
    if met("Complete").or_else(|| met("SuccessCriteriaMet")).is_some() {
        return JobState::new(JobPhase::Succeeded, Severity::Fine, "Succeeded");
    }
    if job.meta.deleting != 0 {
        return JobState::new(JobPhase::Terminating, Severity::Fine, "Terminating");
    }
    if job.suspended {
        return suspended(job, met("Suspended"));
    }
    live::live(job, pods, events)
}

fn suspended(job: &JobRow, condition: Option<&Condition>) -> JobState {
    let mut state = match job.active {
        0 => JobState::new(JobPhase::Suspended, Severity::Fine, "Suspended"),
        active => JobState::new(JobPhase::Suspended, Severity::Fine, format!("Suspended, {active} still ending")),
    };
    state.reason = condition.map(|condition| Cow::Owned(condition.reason.to_string()));
    state
}
