//! What is wrong with one pod.

use super::container;
use super::creation;
use super::fault::{Fault, short};
use super::image;
use super::schedule;
use crate::domain::event::EventRow;
use crate::domain::pod::{ContainerRole, ContainerRow, ContainerState, Ended, PodPhase, PodRow};

/// Why a pod is not well, in a few cleaned words; `None` for one that runs, starts, ends or has succeeded.
pub fn pod_trouble(pod: &PodRow) -> Option<String> {
    fault(pod, &[]).map(|fault| short(&fault.words, super::WORDS_COLUMNS))
}

pub(super) fn fault(pod: &PodRow, events: &[EventRow]) -> Option<Fault> {
    match pod.phase {
        PodPhase::Succeeded => None,
        PodPhase::Failed => Some(failed(pod, events)),
        PodPhase::Unknown if pod.meta.deleting == 0 => Some(Fault::broken("node does not report", "phase Unknown")),
        _ if pod.meta.deleting != 0 => None,
        PodPhase::Pending | PodPhase::Running | PodPhase::Unknown => waiting(pod, events),
    }
}

fn waiting(pod: &PodRow, events: &[EventRow]) -> Option<Fault> {
    if let Some(condition) = pod.unscheduled.as_deref() {
        return Some(schedule::fault(condition));
    }
    let rows = pod.containers.iter().filter(|row| row.role != ContainerRole::Ephemeral);
    let found = rows.into_iter().find_map(container::fault).map(|fault| match &*fault.words {
        image::UNKNOWN => creation::pull_fault(pod.meta.uid, events).unwrap_or(fault),
        _ => fault,
    });
    found.or_else(|| is_creating(pod).then(|| creation::pod_fault(pod.meta.uid, events)).flatten())
}

fn is_creating(pod: &PodRow) -> bool {
    pod.phase == PodPhase::Pending
        && !pod.containers.iter().any(|row| matches!(row.state, ContainerState::Running { .. }))
}

/// The pod's own reason tells more than its containers, which an eviction kills with 137.
fn failed(pod: &PodRow, events: &[EventRow]) -> Fault {
    let node = if pod.node.is_empty() { "its node" } else { &*pod.node };
    let told = |words: &str| Fault::broken(words, format!("{} on {node}", pod.reason));
    match &*pod.reason {
        "Evicted" => match creation::eviction(pod.meta.uid, events) {
            Some((cause, message)) if !cause.is_empty() => {
                Fault::broken(format!("evicted: {cause}"), format!("Evicted from {node}: {message}"))
            }
            Some((_, message)) => Fault::broken("evicted", format!("Evicted from {node}: {message}")),
            None => Fault::broken("evicted", format!("Evicted from {node}")),
        },
        "NodeLost" => told("node lost"),
        "Terminated" | "NodeShutdown" | "Shutdown" => told("node shut down"),
        "Preempting" | "Preempted" => told("preempted by a more important pod"),
        "DeadlineExceeded" => told("pod deadline exceeded"),
        "UnexpectedAdmissionError" | "NodeAffinity" | "AdmissionError" => told("rejected by its node"),
        "OutOfcpu" | "OutOfmemory" | "OutOfpods" | "OutOfephemeral-storage" => {
            told(&format!("rejected by its node: out of {}", &pod.reason["OutOf".len()..]))
        }
        reason => match first_to_fail(pod) {
            Some((row, ended)) => container::ended_fault(row, ended),
            None if reason.is_empty() => Fault::broken("pod failed", "the pod failed and tells nothing"),
            None => Fault::broken(reason, format!("{reason} on {node}")),
        },
    }
}

/// An OOM kill, else the container that ended badly first: those after it are often killed for its sake.
pub(super) fn first_to_fail(pod: &PodRow) -> Option<(&ContainerRow, &Ended)> {
    let ended = pod.containers.iter().filter_map(|row| match &row.state {
        ContainerState::Ended(ended) if container::failed(ended) => Some((row, &**ended)),
        _ => None,
    });
    ended.min_by_key(|(_, ended)| (&*ended.reason != "OOMKilled", ended.finished))
}

pub(super) fn restarted(pod: &PodRow) -> Option<Fault> {
    pod.containers.iter().find_map(container::restarted)
}
