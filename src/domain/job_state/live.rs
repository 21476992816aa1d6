//! Jobs that have not finished.

use super::fault::{Fault, chief};
use super::{JobPhase, JobState, Severity, creation, finished, pod};
use crate::domain::event::EventRow;
use crate::domain::job::JobRow;
use crate::domain::pod::{ContainerRole, ContainerState, PodPhase, PodRow};

pub(super) fn live(job: &JobRow, pods: &[&PodRow], events: &[EventRow]) -> JobState {
    let alive = |row: &&&PodRow| !matches!(row.phase, PodPhase::Succeeded | PodPhase::Failed) && row.meta.deleting == 0;
    let alive: Vec<&PodRow> = pods.iter().filter(alive).copied().collect();
    if alive.is_empty() {
        return without_pods(job, pods, events);
    }
    let faults: Vec<Option<Fault>> = alive.iter().map(|row| pod::fault(row, events)).collect();
    let runs = |(row, fault): &(&&PodRow, &Option<Fault>)| fault.is_none() && row.phase == PodPhase::Running;
    let running = alive.iter().zip(&faults).filter(runs).count();
    let faults: Vec<Fault> = faults.into_iter().flatten().collect();
    let waiting = alive.len() - running - faults.len();
    let faulty = faults.len();
    match (running, chief(faults)) {
        (0, Some((fault, count))) => {
            let words =
                if count < alive.len() { format!("{}, {count} of {}", fault.words, alive.len()) } else { fault.words };
            JobState::new(JobPhase::Pending, fault.severity, words)
        }
        (0, None) => starting(job, &alive, pods, events),
        (_, Some((fault, _))) => {
            JobState::new(JobPhase::Running, fault.severity, format!("Running {running}, {faulty} {}", fault.words))
        }
        (_, None) => running_well(job, &alive, running, waiting, pods, events),
    }
}

fn running_well(
    job: &JobRow,
    alive: &[&PodRow],
    running: usize,
    waiting: usize,
    pods: &[&PodRow],
    events: &[EventRow],
) -> JobState {
    let mut words = format!("Running {running}");
    match waiting {
        0 => {}
        1 => words.push_str(", 1 waits"),
        _ => words.push_str(&format!(", {waiting} wait")),
    }
    let restarts = alive.iter().filter_map(|row| pod::restarted(row)).collect();
    let severity = if let Some((fault, _)) = chief(restarts) {
        words.push_str(&format!(", {}", fault.words));
        fault.severity
    } else if job.failed > 0 {
        words.push_str(&format!(", {}", failures(job, pods, events)));
        Severity::Warning
    } else {
        Severity::Fine
    };
    JobState::new(JobPhase::Running, severity, words)
}

/// `2 failed: exit 3`
fn failures(job: &JobRow, pods: &[&PodRow], events: &[EventRow]) -> String {
    match chief(finished::failed_faults(pods, events)) {
        Some((fault, _)) => format!("{} failed: {}", job.failed, fault.words),
        None => format!("{} failed", job.failed),
    }
}

fn starting(job: &JobRow, alive: &[&PodRow], pods: &[&PodRow], events: &[EventRow]) -> JobState {
    if job.failed > 0 {
        let words = format!("retrying, {}", failures(job, pods, events));
        return JobState::new(JobPhase::Pending, Severity::Warning, words);
    }
    if let Some(name) = alive.iter().find_map(|row| initialising(row)) {
        return JobState::new(JobPhase::Running, Severity::Fine, format!("Running init container {name}"));
    }
    let words =
        if alive.iter().all(|row| row.node.is_empty()) { "Pending, not placed yet" } else { "Pending, starting" };
    JobState::new(JobPhase::Pending, Severity::Fine, words)
}

fn initialising(row: &PodRow) -> Option<&str> {
    row.containers
        .iter()
        .find(|row| row.role == ContainerRole::Init && matches!(row.state, ContainerState::Running { .. }))
        .map(|row| &*row.name)
}

/// No pod is known: none could be made yet, the next retry waits, or pods are not watched here.
fn without_pods(job: &JobRow, pods: &[&PodRow], events: &[EventRow]) -> JobState {
    if let Some(fault) = creation::fault(events).filter(|_| job.active == 0) {
        return JobState::new(JobPhase::Pending, fault.severity, fault.words);
    }
    if job.active > 0 {
        let waiting = usize::try_from(job.active - job.ready).unwrap_or(0);
        return match usize::try_from(job.ready).unwrap_or(0) {
            0 => starting(job, &[], pods, events),
            running => running_well(job, &[], running, waiting, pods, events),
        };
    }
    if job.failed > 0 {
        let words = format!("retrying, {}", failures(job, pods, events));
        return JobState::new(JobPhase::Pending, Severity::Warning, words);
    }
    let words = match (job.succeeded, job.started) {
        (1.., _) => "Pending, next pods not made yet",
        (_, 0) => "Pending, not started",
        _ => "Pending, no pods yet",
    };
    JobState::new(JobPhase::Pending, Severity::Fine, words)
}
