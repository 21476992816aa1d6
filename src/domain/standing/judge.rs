//! What one look says.

use std::collections::BTreeSet;

use super::thresholds::{DEPLOYMENTS, NODES, PODS};
use crate::domain::registry::{Check, Snapshot, Status};
use crate::domain::request::PortError;
use crate::domain::text::clean;

/// Why a cluster is not up, as sorts: figures and names change from look to look without being news.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Cause {
    /// No answer, or none that is Kubernetes'.
    Unreachable,
    /// The credential is not to be had, or the server does not take it.
    Credential,
    /// Too busy to answer, or starting.
    Busy,
    Checks,
    NodesNotReady,
    NodesUnderPressure,
    Deployments,
    Pods,
}

/// What one look at a cluster says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    pub status: Status,
    pub causes: BTreeSet<Cause>,
    /// One line, cleaned; empty for a cluster that is up.
    pub why: String,
}

/// Reasons of pods that ended: they are counted, and trouble nobody any more.
pub const OVER: &str = "Evicted";
/// Names that stand in a reason; the rest are counted.
const NAMED: usize = 3;

/// A cluster that was looked at is up, or degraded with the reasons, the gravest first.
pub fn judge(snapshot: &Snapshot) -> Judgement {
    let found = [checks(snapshot), not_ready(snapshot), pressure(snapshot), deployments(snapshot), pods(snapshot)];
    let found: Vec<(Cause, String)> = found.into_iter().flatten().collect();
    let why = found.iter().map(|(_, words)| words.as_str()).collect::<Vec<_>>().join("; ");
    Judgement {
        status: if found.is_empty() { Status::Up } else { Status::Degraded },
        causes: found.iter().map(|(cause, _)| *cause).collect(),
        why: clean(&why).into_owned(),
    }
}

/// A cluster that could not be looked at is down.
pub fn failed(error: &PortError) -> Judgement {
    let cause = match error {
        PortError::Unauthorised(_) | PortError::Forbidden(_) => Cause::Credential,
        PortError::Busy(..) => Cause::Busy,
        _ => Cause::Unreachable,
    };
    let why = clean(&error.trouble().words).into_owned();
    Judgement { status: Status::Down, causes: BTreeSet::from([cause]), why }
}

fn checks(snapshot: &Snapshot) -> Option<(Cause, String)> {
    let failed = &snapshot.summary.checks_failed;
    let names: Vec<&str> = failed.iter().map(|Check { name, .. }| name.as_str()).collect();
    match names.as_slice() {
        [] => None,
        [only] => Some((Cause::Checks, format!("the health check {only} fails"))),
        _ => Some((Cause::Checks, format!("{} health checks fail: {}", names.len(), some(&names)))),
    }
}

fn not_ready(snapshot: &Snapshot) -> Option<(Cause, String)> {
    let summary = &snapshot.summary;
    let missing = u64::from(summary.nodes.saturating_sub(summary.nodes_ready));
    if !NODES.is_passed(missing, u64::from(summary.nodes)) {
        return None;
    }
    let names: Vec<&str> =
        snapshot.space.nodes.iter().filter(|node| !node.ready).map(|node| node.name.as_str()).collect();
    let words = format!("{missing} of {} nodes {} not ready", summary.nodes, is_or_are(missing));
    Some((Cause::NodesNotReady, named(words, &names)))
}

fn pressure(snapshot: &Snapshot) -> Option<(Cause, String)> {
    let nodes = &snapshot.space.nodes;
    let pressed: Vec<_> = nodes.iter().filter(|node| node.ready && !node.troubles.is_empty()).collect();
    let count = pressed.len() as u64;
    if !NODES.is_passed(count, nodes.len() as u64) {
        return None;
    }
    let kinds: BTreeSet<&str> = pressed.iter().flat_map(|node| &node.troubles).map(String::as_str).collect();
    let kinds: Vec<&str> = kinds.into_iter().collect();
    let has = if count == 1 { "has" } else { "have" };
    Some((Cause::NodesUnderPressure, format!("{count} of {} nodes {has} {}", nodes.len(), some(&kinds))))
}

fn deployments(snapshot: &Snapshot) -> Option<(Cause, String)> {
    let summary = &snapshot.summary;
    let (short, all) = (u64::from(summary.deployments_short), u64::from(summary.deployments));
    if !DEPLOYMENTS.is_passed(short, all) {
        return None;
    }
    let named_short = snapshot.space.deployments.iter().filter(|deployment| deployment.ready < deployment.wanted);
    let names: Vec<String> = named_short.map(|short| format!("{}/{}", short.namespace, short.name)).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    Some((Cause::Deployments, named(format!("{short} of {all} deployments are short of replicas"), &names)))
}

fn pods(snapshot: &Snapshot) -> Option<(Cause, String)> {
    let pods = &snapshot.summary.pods;
    let sum = |wanted: &dyn Fn(&str) -> bool| -> u64 {
        pods.phases.iter().filter(|(phase, _)| wanted(phase)).map(|(_, count)| u64::from(*count)).sum()
    };
    let living = sum(&|phase| phase != "Succeeded" && phase != "Failed");
    let mut reasons: Vec<(&str, u32)> = pods
        .reasons
        .iter()
        .filter(|(reason, _)| *reason != OVER)
        .map(|(reason, count)| (reason.as_str(), *count))
        .collect();
    let unwell: u64 = reasons.iter().map(|(_, count)| u64::from(*count)).sum();
    if !PODS.is_passed(unwell, living) {
        return None;
    }
    reasons.sort_by(|one, other| other.1.cmp(&one.1).then(one.0.cmp(other.0)));
    let names: Vec<String> = reasons.iter().map(|(reason, count)| format!("{reason} {count}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    Some((Cause::Pods, named(format!("{unwell} of {living} pods are not well"), &names)))
}

fn named(words: String, names: &[&str]) -> String {
    if names.is_empty() { words } else { format!("{words}: {}", some(names)) }
}

fn some(names: &[&str]) -> String {
    let shown = names[..names.len().min(NAMED)].join(", ");
    match names.len().saturating_sub(NAMED) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

fn is_or_are(count: u64) -> &'static str {
    if count == 1 { "is" } else { "are" }
}
