//! Why the scheduler finds no node for a pod.

use super::fault::{Fault, quoted, short};
use crate::domain::object::Condition;

/// From the condition PodScheduled=False.
pub(super) fn fault(condition: &Condition) -> Fault {
    match &*condition.reason {
        "SchedulingGated" => Fault::warning("held by a scheduling gate", told(condition)),
        "SchedulerError" => Fault::warning("scheduler error", told(condition)),
        _ => Fault::warning(format!("unschedulable{}", lacking(&condition.message)), told(condition)),
    }
}

fn told(condition: &Condition) -> String {
    let message = without_preemption(&condition.message);
    if message.is_empty() { condition.reason.to_string() } else { format!("{}: {message}", condition.reason) }
}

/// The scheduler appends what preemption would do, which repeats the counts.
fn without_preemption(message: &str) -> &str {
    let end = [" preemption:", " no new claims to deallocate"].iter().filter_map(|mark| message.find(mark)).min();
    message[..end.unwrap_or(message.len())].trim_end_matches([' ', ',', '.'])
}

/// Parts that say nothing about what the pod asks for come last: tainted nodes are mostly meant for others.
const CAUSES: [(&str, &str); 14] = [
    ("unbound immediate persistentvolumeclaims", "volume claim not bound"),
    ("volume node affinity conflict", "volume in another zone"),
    ("didn't find available persistent volumes", "no volume to bind"),
    ("exceed max volume count", "volumes per node"),
    ("didn't match pod's node affinity", "node selector"),
    ("didn't match node selector", "node selector"),
    ("didn't match pod affinity", "pod affinity"),
    ("didn't match pod anti-affinity", "pod anti-affinity"),
    ("didn't satisfy existing pods anti-affinity", "pod anti-affinity"),
    ("topology spread", "topology spread"),
    ("free ports", "host port"),
    ("cannot allocate all claims", "device claim"),
    ("were unschedulable", "nodes cordoned"),
    ("no nodes available", "no nodes"),
];

/// `: cpu, memory`, `: node selector`, `: taint dedicated`; empty when the message tells nothing known.
fn lacking(message: &str) -> String {
    let message = without_preemption(message);
    let causes = message.split_once("nodes are available: ").map_or(message, |(_, causes)| causes);
    if let Some((_, claim)) = causes.split_once("persistentvolumeclaim ") {
        let state = if claim.contains("being deleted") { "being deleted" } else { "not found" };
        return short(&format!(": volume claim {} {state}", quoted(claim).unwrap_or_default()), 80);
    }
    let mut resources: Vec<&str> = Vec::new();
    for part in causes.split(", ") {
        let words = part.trim_start_matches(|c: char| c.is_ascii_digit() || c == ' ').trim_end_matches('.');
        let resource = match words.strip_prefix("Insufficient ") {
            Some(resource) => resource,
            None if words.starts_with("Too many pods") => "pods",
            None => continue,
        };
        if !resources.contains(&resource) {
            resources.push(resource);
        }
    }
    if !resources.is_empty() {
        return short(&format!(": {}", resources.join(", ")), 80);
    }
    let lower = causes.to_ascii_lowercase();
    if let Some((_, words)) = CAUSES.iter().find(|(mark, _)| lower.contains(mark)) {
        return format!(": {words}");
    }
    match causes.split_once("taint {") {
        Some((_, taint)) => {
            let key = taint.split([':', '}', '=']).next().unwrap_or_default().trim();
            short(&format!(": taint {key}"), 80)
        }
        None if lower.contains("taint") => ": taints".to_owned(),
        None => String::new(),
    }
}
