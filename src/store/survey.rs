//! A session's rows as one look at its cluster: what is watched is not listed again.

use std::sync::Arc;

use super::fleet::ClusterState;
use crate::domain::health::{Health, WatchState};
use crate::domain::ids::KindId;
use crate::domain::pod::{ContainerRole, ContainerState, PodPhase, PodRow};
use crate::domain::registry::{Node, Snapshot, Space, Summary};
use crate::domain::survey::{SpaceLabels, Survey, pressing};
use crate::domain::text::clean;

/// What a look counts; all of it must be watched over the whole cluster.
const NEEDED: [KindId; 4] = [KindId::Namespace, KindId::Job, KindId::Pod, KindId::Node];
/// Reasons of pods that are told apart: whoever writes a pod's status may write any.
const REASONS: usize = 50;
const STARTING: [&str; 2] = ["ContainerCreating", "PodInitializing"];

/// `None` unless the session is live and sees the whole cluster. Capacity, requests, deployments and warnings are not
/// watched: [`filled`](crate::domain::survey::filled) takes them from the last whole look.
pub fn survey(cluster: &ClusterState, labels: &SpaceLabels) -> Option<Survey> {
    let is_live = |kind: &KindId| *cluster.watch(*kind) == WatchState::Live && cluster.seen_in(*kind).is_none();
    if cluster.health != Health::Live || cluster.scope.is_some() || !NEEDED.iter().all(is_live) {
        return None;
    }
    let tables = &cluster.tables;
    let mut nodes: Vec<Node> = tables.nodes.iter().map(|(_, node)| node_of(node)).collect();
    nodes.sort_by(|one, other| one.name.cmp(&other.name));
    let mut namespaces: Vec<_> = tables.namespaces.iter().map(|(_, row)| labels.space(row)).collect();
    namespaces.sort();
    let mut summary = Summary {
        version: cluster.git_version.clone(),
        nodes: count(nodes.len()),
        nodes_ready: count(nodes.iter().filter(|node| node.ready).count()),
        cpu_allocatable: nodes.iter().map(|node| node.cpu_allocatable).sum(),
        memory_allocatable: nodes.iter().map(|node| node.memory_allocatable).sum(),
        namespaces: count(namespaces.len()),
        ..Summary::default()
    };
    let mut phases = std::collections::BTreeMap::<&str, u32>::new();
    for (_, pod) in tables.pods.iter() {
        *phases.entry(phase(pod.phase)).or_default() += 1;
        let reason = reason(pod);
        if !reason.is_empty() {
            let reasons = &mut summary.pods.reasons;
            let is_told = reasons.len() < REASONS || reasons.contains_key(&reason);
            *reasons.entry(if is_told { reason } else { "other".to_owned() }).or_default() += 1;
        }
    }
    summary.pods.phases = phases.into_iter().map(|(name, count)| (name.to_owned(), count)).collect();
    let ended = tables.jobs.iter().map(|(_, job)| job).filter(|job| job.ended().is_some()).collect();
    let ended = pressing(ended).into_iter().cloned().map(Arc::new).collect();
    let space = Space { nodes, namespaces, deployments: Vec::new() };
    Some(Survey { snapshot: Snapshot { summary, space, ..Snapshot::default() }, ended })
}

fn node_of(node: &crate::domain::node::NodeRow) -> Node {
    let troubles = node.troubles.iter().filter(|trouble| &*trouble.kind != "Ready");
    Node {
        name: node.meta.key.name.to_string(),
        ready: node.ready,
        unschedulable: node.unschedulable,
        troubles: troubles.map(|trouble| trouble.kind.to_string()).collect(),
        cpu_allocatable: node.cpu_millis,
        memory_allocatable: node.memory_bytes,
        ..Node::default()
    }
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

/// As `kinds::survey` tells it from the wire.
fn reason(pod: &PodRow) -> String {
    match pod.phase {
        PodPhase::Succeeded | PodPhase::Failed if &*pod.reason == "Evicted" => return "Evicted".to_owned(),
        PodPhase::Succeeded | PodPhase::Failed => return String::new(),
        _ if !pod.reason.is_empty() => return clean(&pod.reason).into_owned(),
        _ => {}
    }
    if let Some(unscheduled) = &pod.unscheduled {
        let told = clean(&unscheduled.reason).into_owned();
        return if told.is_empty() { "Unschedulable".to_owned() } else { told };
    }
    let told = pod.containers.iter().filter(|container| container.role != ContainerRole::Ephemeral);
    let mut troubles = told.filter_map(|container| match &container.state {
        ContainerState::Waiting { reason, .. } if reason.is_empty() || STARTING.contains(&&**reason) => None,
        ContainerState::Waiting { reason, .. } => Some(clean(reason).into_owned()),
        ContainerState::Ended(ended) if ended.exit_code != 0 => {
            let told = if ended.reason.is_empty() { "Error".into() } else { clean(&ended.reason) };
            Some(if container.role == ContainerRole::Init { format!("Init:{told}") } else { told.into_owned() })
        }
        _ => None,
    });
    troubles.next().unwrap_or_default()
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::cluster::ClusterInfo;
    use crate::domain::health::SessionEvent;
    use crate::domain::ids::ClusterId;
    use crate::store::fleet::Fleet;

    #[test]
    fn only_a_session_that_sees_all_is_a_look() {
        let mut fleet = Fleet::new(vec![ClusterInfo::sample("web")]);
        let labels = SpaceLabels::default();
        let look = |fleet: &Fleet| fleet.get(ClusterId(0)).and_then(|cluster| survey(cluster, &labels));
        fleet.session(ClusterId(0), SessionEvent::Health(Health::Live));
        for kind in NEEDED {
            assert_eq!(look(&fleet), None);
            fleet.session(ClusterId(0), SessionEvent::Watch { kind, state: WatchState::Live });
        }
        assert_eq!(look(&fleet).map(|survey| survey.snapshot.summary.nodes), Some(0));
    }
}
