//! A cluster added up from what its session watches, in place of listing it again.

use std::sync::Arc;

use super::fleet::ClusterState;
use crate::domain::health::{Health, WatchState};
use crate::domain::ids::KindId;
use crate::domain::pod::{ContainerRole, ContainerState, PodPhase, PodRow};
use crate::domain::registry::{Node, Pods, Snapshot, Space, Summary};
use crate::domain::survey::{SpaceLabels, Survey, pressing};

/// What the whole of a cluster must be watched of: of a part of it the sum would be a lie.
const NEEDED: [KindId; 4] = [KindId::Namespace, KindId::Pod, KindId::Node, KindId::Job];

/// The cluster as its session sees it: nodes with what can be given away, namespaces, pods by phase and reason, Jobs that
/// ended. What is not watched (capacity, requests, deployments, warnings, checks) is zero. `None` unless everything that
/// is watched is live, over the whole cluster.
pub fn survey(cluster: &ClusterState, labels: &SpaceLabels) -> Option<Survey> {
    let is_whole = |kind: &KindId| *cluster.watch(*kind) == WatchState::Live && cluster.seen_in(*kind).is_none();
    if cluster.health != Health::Live || cluster.scope.is_some() || !NEEDED.iter().all(is_whole) {
        return None;
    }
    let tables = &cluster.tables;
    let nodes: Vec<Node> = tables
        .nodes
        .iter()
        .map(|(_, row)| Node {
            name: row.meta.key.name.to_string(),
            ready: row.ready,
            unschedulable: row.unschedulable,
            troubles: row.troubles.iter().filter(|it| &*it.kind != "Ready").map(|it| it.kind.to_string()).collect(),
            cpu_allocatable: row.cpu_millis,
            memory_allocatable: row.memory_bytes,
            ..Node::default()
        })
        .collect();
    let ended = tables.jobs.iter().map(|(_, job)| job).filter(|job| job.ended().is_some()).collect();
    let summary = Summary {
        version: cluster.git_version.clone(),
        nodes: count(nodes.len()),
        nodes_ready: count(tables.nodes_ready()),
        cpu_allocatable: nodes.iter().map(|node| node.cpu_allocatable).sum(),
        memory_allocatable: nodes.iter().map(|node| node.memory_allocatable).sum(),
        pods: pods(tables.pods.iter().map(|(_, pod)| pod)),
        namespaces: count(tables.namespaces.len()),
        ..Summary::default()
    };
    let namespaces = tables.namespaces.iter().map(|(_, row)| labels.space(row)).collect();
    let space = Space { nodes, namespaces, ..Space::default() };
    let snapshot = Snapshot { summary, space, ..Snapshot::default() };
    Some(Survey { snapshot, ended: pressing(ended).into_iter().cloned().map(Arc::new).collect() })
}

fn pods<'a>(rows: impl Iterator<Item = &'a PodRow>) -> Pods {
    let mut pods = Pods::default();
    for row in rows {
        *pods.phases.entry(phase(row.phase).to_owned()).or_default() += 1;
        if let Some(reason) = reason(row) {
            *pods.reasons.entry(reason).or_default() += 1;
        }
    }
    pods
}

fn phase(phase: PodPhase) -> &'static str {
    match phase {
        PodPhase::Pending => "Pending",
        PodPhase::Running => "Running",
        PodPhase::Succeeded => "Succeeded",
        PodPhase::Failed => "Failed",
        PodPhase::Unknown => "Unknown",
    }
}

/// As a look tells it from the wire.
fn reason(pod: &PodRow) -> Option<String> {
    match (pod.phase, &*pod.reason) {
        (PodPhase::Succeeded | PodPhase::Failed, reason) => return (reason == "Evicted").then(|| reason.to_owned()),
        (_, "") => {}
        (_, reason) => return Some(reason.to_owned()),
    }
    if let Some(condition) = &pod.unscheduled {
        let reason = if condition.reason.is_empty() { "Unschedulable" } else { &condition.reason };
        return Some(reason.to_owned());
    }
    let containers = pod.containers.iter().filter(|container| container.role != ContainerRole::Ephemeral);
    containers.into_iter().find_map(|container| match &container.state {
        ContainerState::Waiting { reason, .. } => {
            let is_starting = matches!(&**reason, "" | "ContainerCreating" | "PodInitializing");
            (!is_starting).then(|| reason.to_string())
        }
        ContainerState::Ended(ended) if ended.exit_code != 0 => {
            let reason = if ended.reason.is_empty() { "Error" } else { &ended.reason };
            Some(if container.role == ContainerRole::Init { format!("Init:{reason}") } else { reason.to_owned() })
        }
        _ => None,
    })
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
