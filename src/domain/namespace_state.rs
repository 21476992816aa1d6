//! What holds a namespace that is being deleted.

#[cfg(test)]
mod tests;

use super::namespace::NamespaceRow;
use super::object::Condition;
use super::text;

/// So many kinds of remaining objects are named; the rest is counted.
const NAMED: usize = 2;

const COLUMNS: usize = 160;

/// Why a Terminating namespace does not go, from the conditions that the namespace controller sets: `held by 1 volume
/// claim`, `held by 1 config map (finalizer example.com/hold)`. `None` when it is not Terminating or nothing holds it.
pub fn namespace_trouble(row: &NamespaceRow) -> Option<String> {
    if !row.terminating {
        return None;
    }
    let met = |kind: &str| row.conditions.iter().find(|condition| condition.status && &*condition.kind == kind);
    let words = if let Some(condition) = met("NamespaceDeletionDiscoveryFailure") {
        discovery(condition)
    } else if let Some(condition) = met("NamespaceContentRemaining") {
        remaining(condition, met("NamespaceFinalizersRemaining"))
    } else if let Some(condition) = met("NamespaceFinalizersRemaining") {
        format!("held by finalizer {}", finalizers(condition).join(", "))
    } else {
        let failure =
            met("NamespaceDeletionContentFailure").or_else(|| met("NamespaceDeletionGroupVersionParsingFailure"))?;
        format!("deletion fails: {}", failure.message)
    };
    Some(text::fit(&text::clean(&words), COLUMNS).into_owned())
}

/// `Discovery failed for some groups, 1 failing: unable to retrieve the complete list of server APIs:
/// metrics.k8s.io/v1beta1: stale GroupVersion discovery: metrics.k8s.io/v1beta1`
fn discovery(condition: &Condition) -> String {
    let group = condition.message.split_once("server APIs: ").and_then(|(_, rest)| rest.split(": ").next());
    match group {
        Some(group) => format!("held by the API {group}, which does not answer"),
        None => format!("held by discovery: {}", condition.message),
    }
}

/// `Some resources are remaining: configmaps. has 1 resource instances, jobs.batch has 2 resource instances`
fn remaining(condition: &Condition, finalizing: Option<&Condition>) -> String {
    let list = condition.message.split_once("remaining: ").map_or(&*condition.message, |(_, list)| list);
    let kinds: Vec<String> = list.split(", ").filter_map(kind_words).collect();
    if kinds.is_empty() {
        return format!("held: {}", condition.message);
    }
    let mut words = format!("held by {}", kinds[..kinds.len().min(NAMED)].join(", "));
    match kinds.len().saturating_sub(NAMED) {
        0 => {}
        1 => words.push_str(" and 1 more kind"),
        more => words.push_str(&format!(" and {more} more kinds")),
    }
    let foreign: Vec<&str> = finalizing
        .map(finalizers)
        .unwrap_or_default()
        .into_iter()
        .filter(|name| !name.starts_with("kubernetes.io/"))
        .collect();
    if !foreign.is_empty() {
        words.push_str(&format!(" (finalizer {})", foreign.join(", ")));
    }
    words
}

fn kind_words(part: &str) -> Option<String> {
    let (resource, rest) = part.split_once(" has ")?;
    let count: u64 = rest.split(' ').next()?.parse().ok()?;
    let one = match resource.split('.').next()? {
        "persistentvolumeclaims" => "volume claim",
        "configmaps" => "config map",
        "secrets" => "secret",
        "pods" => "pod",
        "services" => "service",
        "serviceaccounts" => "service account",
        "deployments" => "deployment",
        "replicasets" => "replica set",
        "statefulsets" => "stateful set",
        "daemonsets" => "daemon set",
        "jobs" => "Job",
        "cronjobs" => "CronJob",
        _ => return Some(format!("{count} {}", resource.trim_end_matches('.'))),
    };
    Some(format!("{count} {one}{}", if count == 1 { "" } else { "s" }))
}

/// `… has finalizers remaining: example.com/hold in 1 resource instances`
fn finalizers(condition: &Condition) -> Vec<&str> {
    let list = condition.message.split_once("remaining: ").map_or("", |(_, list)| list);
    list.split(", ").filter_map(|part| part.split_once(" in ").map(|(name, _)| name)).collect()
}
