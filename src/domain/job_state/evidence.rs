//! The longer story of a Job's state, line by line.

use super::{creation, fault, pod};
use crate::domain::age::Age;
use crate::domain::event::EventRow;
use crate::domain::job::JobRow;
use crate::domain::pod::{PodPhase, PodRow};

/// So many pods and events are told one by one; the rest is counted.
const TOLD: usize = 8;

/// One line may be this long; the events themselves hold the rest.
const LINE_COLUMNS: usize = 400;

/// Lines for the detail layer: conditions, counts against limits, each pod that is not well, what creation met, other
/// warnings. Cleaned, without line breaks; empty where there is nothing to tell.
pub fn evidence(job: &JobRow, pods: &[&PodRow], events: &[EventRow]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for condition in job.conditions.iter().filter(|condition| condition.status) {
        let echo = &*condition.kind == "FailureTarget" && job.conditions.iter().any(|other| &*other.kind == "Failed");
        if echo || &*condition.kind == "SuccessCriteriaMet" {
            continue;
        }
        lines.push(format!("{} {}: {}", condition.kind, condition.reason, condition.message));
    }
    if job.failed > 0 {
        lines.push(format!("{} failed, backoff limit {}", job.failed, job.backoff_limit));
    }
    if let Some(deadline) = job.deadline {
        lines.push(format!("may run for {}", Age(deadline)));
    }
    if job.active > 0 && pods.is_empty() {
        lines.push(format!("{} active, their pods are not known here", job.active));
    }
    if job.failed > 0 && !pods.iter().any(|row| row.phase == PodPhase::Failed) {
        lines.push("the failed pods are gone, and what they ended with".to_owned());
    }
    if let Some(fault) = creation::fault(events) {
        lines.push(fault.detail);
    }
    lines.extend(pod_lines(pods, events));
    lines.extend(event_lines(events));
    lines.into_iter().map(|line| fault::short(&line, LINE_COLUMNS)).collect()
}

fn pod_lines(pods: &[&PodRow], events: &[EventRow]) -> Vec<String> {
    let mut sick: Vec<&PodRow> = pods.to_vec();
    sick.sort_by_key(|row| std::cmp::Reverse(row.meta.created));
    let told = |row: &PodRow| {
        let fault = pod::fault(row, events).or_else(|| pod::restarted(row))?;
        Some(format!("pod {}: {}", row.meta.key.name, fault.detail))
    };
    counted(sick.into_iter().filter_map(told).collect(), "pods")
}

/// Warnings that are not told already, newest first; the same words once.
fn event_lines(events: &[EventRow]) -> Vec<String> {
    let mut newest: Vec<&EventRow> =
        events.iter().filter(|event| event.warning && &*event.reason != "FailedCreate").collect();
    newest.sort_by_key(|event| std::cmp::Reverse(event.last_seen));
    let mut lines: Vec<String> = Vec::new();
    for event in newest {
        let line = format!("{} {}: {}: {}", event.object_kind, event.object_name, event.reason, event.message);
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    counted(lines, "events")
}

fn counted(mut lines: Vec<String>, what: &str) -> Vec<String> {
    if lines.len() > TOLD {
        let rest = lines.len() - TOLD;
        lines.truncate(TOLD);
        lines.push(format!("and {rest} more {what}"));
    }
    lines
}
