//! One look at a cluster: health checks, nodes, namespaces, deployments, pods, warnings, Jobs that ended.
//!
//! Every list comes as protobuf, compressed, out of the server's cache, and is added up while it arrives: what is held
//! is one object at a time and the figures. Who may not list a kind gets the rest, and the reason.

mod checks;
mod finished;
mod lists;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use serde_json::Value;

pub use checks::checks;
pub use finished::finished;

use super::errors::say;
use super::reader::Reader;
use crate::domain::delta::Row;
use crate::domain::ids::KindId;
use crate::domain::registry::{Check, Deployment, Node, Snapshot, Space, Summary};
use crate::domain::request::PortError;
use crate::domain::survey::{SpaceLabels, Survey, pressing};
use crate::kinds::survey::{self as wire, Figures};
use crate::kinds::table::entry;

/// Reasons of pods that are told apart. Whoever writes a pod's status may write any.
const REASONS: usize = 50;
const OTHER: &str = "other";

/// Looks at a cluster. What it could not see stands in the summary's `unseen`.
///
/// # Errors
/// The cluster does not answer, or does not take the credential.
pub async fn survey(reader: &Reader, labels: &SpaceLabels) -> Result<Survey, PortError> {
    // The first question alone: a cluster that is away is not asked six more.
    let version = version(reader).await?;
    let mut unseen = Vec::new();
    let (failed, nodes, spaces, deployments, pods, warnings, ended) = futures::join!(
        checks(reader),
        nodes(reader),
        namespaces(reader, labels),
        deployments(reader),
        pods(reader),
        lists::warnings(reader),
        ended(reader),
    );
    let checks_failed = seen("health checks", failed, &mut unseen)?.unwrap_or_default();
    let nodes = seen("nodes", nodes, &mut unseen)?.unwrap_or_default();
    let namespaces = seen("namespaces", spaces, &mut unseen)?.unwrap_or_default();
    let deployments = seen("deployments", deployments, &mut unseen)?.unwrap_or_default();
    let pods = seen("pods", pods, &mut unseen)?.unwrap_or_default();
    let warnings = seen("events", warnings, &mut unseen)?;
    let ended = seen("jobs", ended, &mut unseen)?.unwrap_or_default();
    let sum = |part: fn(&Node) -> i64| nodes.iter().map(part).fold(0, i64::saturating_add);
    let summary = Summary {
        version,
        checks_failed,
        nodes: count(nodes.len()),
        nodes_ready: count(nodes.iter().filter(|node| node.ready).count()),
        cpu_capacity: sum(|node| node.cpu_capacity),
        cpu_allocatable: sum(|node| node.cpu_allocatable),
        memory_capacity: sum(|node| node.memory_capacity),
        memory_allocatable: sum(|node| node.memory_allocatable),
        cpu_requested: pods.cpu_requested,
        memory_requested: pods.memory_requested,
        pods: pods.pods,
        namespaces: count(namespaces.len()),
        deployments: count(deployments.len()),
        deployments_short: count(deployments.iter().filter(|deployment| deployment.ready < deployment.wanted).count()),
        warnings,
        unseen,
        took_ms: 0,
    };
    let snapshot = Snapshot { summary, space: Space { nodes, namespaces, deployments }, ..Snapshot::default() };
    Ok(Survey { snapshot, ended })
}

/// What could be seen; what could not is noted, unless it means that nothing can be.
fn seen<T>(what: &str, found: Result<T, PortError>, unseen: &mut Vec<Check>) -> Result<Option<T>, PortError> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(error @ (PortError::Unauthorised(_) | PortError::Unreachable(_))) => Err(error),
        Err(error) => {
            unseen.push(Check { name: what.to_owned(), words: error.trouble().words.clone() });
            Ok(None)
        }
    }
}

async fn version(reader: &Reader) -> Result<Option<String>, PortError> {
    match super::fetch::json(reader, "/version", "application/json").await {
        Ok(version) => Ok(version.get("gitVersion").and_then(Value::as_str).map(say)),
        // Whoever says that this path is not for us, or not there, is there.
        Err(PortError::Forbidden(_) | PortError::NotFound(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

async fn nodes(reader: &Reader) -> Result<Vec<Node>, PortError> {
    let mut nodes = Vec::new();
    lists::each::<wire::Node>(reader, &entry(KindId::Node).collection(None), &mut |node| nodes.push(node.into()))
        .await?;
    Ok(nodes)
}

async fn namespaces(
    reader: &Reader,
    labels: &SpaceLabels,
) -> Result<Vec<(String, Option<String>, Option<String>)>, PortError> {
    let mut found = Vec::new();
    let mut take = |row| {
        if let Row::Namespace(row) = row {
            found.push(labels.space(&row));
        }
    };
    lists::rows(reader, entry(KindId::Namespace), &mut take).await?;
    Ok(found)
}

async fn deployments(reader: &Reader) -> Result<Vec<Deployment>, PortError> {
    let mut found = Vec::new();
    lists::each::<wire::Deployment>(reader, "/apis/apps/v1/deployments", &mut |one| found.push(one.into())).await?;
    Ok(found)
}

/// The parts of a summary that pods tell.
async fn pods(reader: &Reader) -> Result<Summary, PortError> {
    let mut sum = Summary::default();
    let mut take = |pod: wire::Pod| {
        let Figures { phase, reason, requests } = pod.into();
        *sum.pods.phases.entry(phase).or_default() += 1;
        if !reason.is_empty() {
            let reason = say(&reason);
            let reasons = &mut sum.pods.reasons;
            let is_told = reasons.len() < REASONS || reasons.contains_key(&reason);
            *reasons.entry(if is_told { reason } else { OTHER.to_owned() }).or_default() += 1;
        }
        sum.cpu_requested = sum.cpu_requested.saturating_add(requests.cpu);
        sum.memory_requested = sum.memory_requested.saturating_add(requests.memory);
    };
    lists::each::<wire::Pod>(reader, &entry(KindId::Pod).collection(None), &mut take).await?;
    Ok(sum)
}

async fn ended(reader: &Reader) -> Result<Vec<Arc<crate::domain::job::JobRow>>, PortError> {
    let mut found = Vec::new();
    let mut take = |row| {
        if let Row::Job(job) = row
            && job.ended().is_some()
        {
            found.push(Arc::new(job));
        }
    };
    lists::rows(reader, entry(KindId::Job), &mut take).await?;
    Ok(pressing(found))
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
