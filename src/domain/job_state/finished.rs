//! Jobs that failed.

use std::borrow::Cow;

use super::fault::{Fault, between, chief};
use super::{JobPhase, JobState, Severity, pod};
use crate::domain::age::Age;
use crate::domain::event::EventRow;
use crate::domain::job::JobRow;
use crate::domain::object::Condition;
use crate::domain::pod::{PodPhase, PodRow};

pub(super) fn failed(job: &JobRow, condition: &Condition, pods: &[&PodRow], events: &[EventRow]) -> JobState {
    let cause = cause(job, pods, events);
    let words = match &*condition.reason {
        "BackoffLimitExceeded" | "" => match (&cause, job.failed) {
            (Some(cause), _) => cause.clone(),
            (None, ..=1) => "BackoffLimitExceeded".to_owned(),
            (None, failures) => format!("BackoffLimitExceeded, {failures} failed"),
        },
        "DeadlineExceeded" => {
            let after = job.deadline.map_or(String::new(), |seconds| format!(" after {}", Age(seconds)));
            format!("DeadlineExceeded{after}{}", tail(&cause))
        }
        "PodFailurePolicy" => match policy(&condition.message) {
            Some(matched) => format!("PodFailurePolicy: {matched}"),
            None => format!("PodFailurePolicy{}", tail(&cause)),
        },
        reason => format!("{reason}{}", tail(&cause)),
    };
    let mut state = JobState::new(JobPhase::Failed, Severity::Broken, words);
    state.reason = Some(Cow::Owned(super::fault::short(&condition.reason, 60)));
    state
}

fn tail(cause: &Option<String>) -> String {
    cause.as_ref().map_or(String::new(), |cause| format!(": {cause}"))
}

/// `OOMKilled, 3 of 3`: what most failed pods died of, and of how many failures.
pub(super) fn cause(job: &JobRow, pods: &[&PodRow], events: &[EventRow]) -> Option<String> {
    let failed = failed_faults(pods, events);
    if failed.is_empty() {
        let living = pods.iter().filter_map(|row| pod::fault(row, events)).collect();
        return chief(living).map(|(fault, _)| fault.words);
    }
    let of = failed.len().max(usize::try_from(job.failed).unwrap_or(0));
    let (fault, count) = chief(failed)?;
    Some(if of > 1 { format!("{}, {count} of {of}", fault.words) } else { fault.words })
}

/// In the order in which the pods were made, so that the newest counts where others are equal.
pub(super) fn failed_faults(pods: &[&PodRow], events: &[EventRow]) -> Vec<Fault> {
    let mut failed: Vec<&PodRow> = pods.iter().copied().filter(|row| row.phase == PodPhase::Failed).collect();
    failed.sort_by_key(|row| row.meta.created);
    failed.into_iter().filter_map(|row| pod::fault(row, events)).collect()
}

/// `… failed with exit code 42 matching FailJob rule at index 0`, `Pod … has condition DisruptionTarget matching …`.
fn policy(message: &str) -> Option<String> {
    if let Some(code) = between(message, "exit code ", " ") {
        return Some(format!("exit {code}"));
    }
    between(message, "has condition ", " ").map(|condition| format!("condition {condition}"))
}
