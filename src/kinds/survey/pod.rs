//! Pods with their phase, what is wrong with them, and what they request.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::Amount;
use crate::kinds::meta::nullable;
use crate::kinds::quantity::Quantity;

#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(default)]
pub struct Pod {
    #[prost(message, optional, tag = "2")]
    spec: Option<Spec>,
    #[prost(message, optional, tag = "3")]
    status: Option<Status>,
}

#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Spec {
    #[prost(message, repeated, tag = "2")]
    #[serde(deserialize_with = "nullable")]
    containers: Vec<Container>,
    #[prost(string, tag = "10")]
    #[serde(deserialize_with = "nullable")]
    node_name: String,
    #[prost(message, repeated, tag = "20")]
    #[serde(deserialize_with = "nullable")]
    init_containers: Vec<Container>,
    #[prost(btree_map = "string, message", tag = "32")]
    #[serde(deserialize_with = "nullable")]
    overhead: BTreeMap<String, Quantity>,
    /// Of the whole pod, where that is said.
    #[prost(message, optional, tag = "40")]
    resources: Option<Resources>,
}

#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Container {
    #[prost(message, optional, tag = "8")]
    resources: Option<Resources>,
    #[prost(string, tag = "24")]
    #[serde(deserialize_with = "nullable")]
    restart_policy: String,
}

#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(default)]
struct Resources {
    #[prost(btree_map = "string, message", tag = "2")]
    #[serde(deserialize_with = "nullable")]
    requests: BTreeMap<String, Quantity>,
}

#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Status {
    #[prost(string, tag = "1")]
    #[serde(deserialize_with = "nullable")]
    phase: String,
    #[prost(message, repeated, tag = "2")]
    #[serde(deserialize_with = "nullable")]
    conditions: Vec<Condition>,
    #[prost(string, tag = "4")]
    #[serde(deserialize_with = "nullable")]
    reason: String,
    #[prost(message, repeated, tag = "8")]
    #[serde(deserialize_with = "nullable")]
    container_statuses: Vec<ContainerStatus>,
    #[prost(message, repeated, tag = "10")]
    #[serde(deserialize_with = "nullable")]
    init_container_statuses: Vec<ContainerStatus>,
}

#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(default)]
struct Condition {
    #[prost(string, tag = "1")]
    #[serde(rename = "type", deserialize_with = "nullable")]
    kind: String,
    #[prost(string, tag = "2")]
    #[serde(deserialize_with = "nullable")]
    status: String,
    #[prost(string, tag = "5")]
    #[serde(deserialize_with = "nullable")]
    reason: String,
}

#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(default)]
struct ContainerStatus {
    #[prost(message, optional, tag = "2")]
    state: Option<State>,
}

#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(default)]
struct State {
    #[prost(message, optional, tag = "1")]
    waiting: Option<Waiting>,
    #[prost(message, optional, tag = "3")]
    terminated: Option<Terminated>,
}

#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(default)]
struct Waiting {
    #[prost(string, tag = "1")]
    #[serde(deserialize_with = "nullable")]
    reason: String,
}

#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Terminated {
    #[prost(int32, tag = "1")]
    #[serde(deserialize_with = "nullable")]
    exit_code: i32,
    #[prost(string, tag = "3")]
    #[serde(deserialize_with = "nullable")]
    reason: String,
}

/// What counts of one pod.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Figures {
    pub phase: String,
    /// `CrashLoopBackOff`, `Unschedulable`, `Evicted`; empty for a pod that is well, starts, or ended.
    pub reason: String,
    /// What it holds of its node; nothing before it has one and after it ended.
    pub requests: Amount,
}

/// What every container passes through.
const STARTING: [&str; 2] = ["ContainerCreating", "PodInitializing"];

impl From<Pod> for Figures {
    fn from(pod: Pod) -> Self {
        let (spec, status) = (pod.spec.unwrap_or_default(), pod.status.unwrap_or_default());
        let is_over = matches!(status.phase.as_str(), "Succeeded" | "Failed");
        let holds = !is_over && !spec.node_name.is_empty();
        Self {
            requests: if holds { requests(&spec) } else { Amount::default() },
            reason: reason(&status, is_over),
            phase: if status.phase.is_empty() { "Unknown".to_owned() } else { status.phase },
        }
    }
}

fn reason(status: &Status, is_over: bool) -> String {
    match (is_over, status.reason.as_str()) {
        // How other pods ended stands in their phase.
        (true, "Evicted") => return "Evicted".to_owned(),
        (true, _) => return String::new(),
        (false, "") => {}
        (false, reason) => return reason.to_owned(),
    }
    let unscheduled = status.conditions.iter().find(|it| it.kind == "PodScheduled" && it.status == "False");
    if let Some(unscheduled) = unscheduled {
        return if unscheduled.reason.is_empty() { "Unschedulable".to_owned() } else { unscheduled.reason.clone() };
    }
    let init = status.init_container_statuses.iter().map(|container| (container, true));
    let main = status.container_statuses.iter().map(|container| (container, false));
    init.chain(main).find_map(|(container, is_init)| trouble(container.state.as_ref()?, is_init)).unwrap_or_default()
}

fn trouble(state: &State, is_init: bool) -> Option<String> {
    if let Some(waiting) = &state.waiting {
        let is_starting = waiting.reason.is_empty() || STARTING.contains(&waiting.reason.as_str());
        return (!is_starting).then(|| waiting.reason.clone());
    }
    let ended = state.terminated.as_ref().filter(|ended| ended.exit_code != 0)?;
    let reason = if ended.reason.is_empty() { "Error" } else { &ended.reason };
    Some(if is_init { format!("Init:{reason}") } else { reason.to_owned() })
}

/// What the scheduler counts: all containers and sidecars together, or the largest step of the start if that is more,
/// and the overhead of the runtime; a request of the whole pod counts instead of its containers'.
fn requests(spec: &Spec) -> Amount {
    let of = |resources: &Option<Resources>| resources.as_ref().map(|it| Amount::of(&it.requests)).unwrap_or_default();
    let mut sidecars = Amount::default();
    let mut start = Amount::default();
    for container in &spec.init_containers {
        let wanted = of(&container.resources);
        if container.restart_policy == "Always" {
            sidecars = sidecars.plus(wanted);
            start = start.most(sidecars);
        } else {
            start = start.most(sidecars.plus(wanted));
        }
    }
    let containers = spec.containers.iter().fold(sidecars, |sum, container| sum.plus(of(&container.resources)));
    let mut all = containers.most(start);
    if let Some(whole) = spec.resources.as_ref() {
        let said = Amount::of(&whole.requests);
        let names = |name: &str| whole.requests.contains_key(name);
        all = Amount {
            cpu: if names("cpu") { said.cpu } else { all.cpu },
            memory: if names("memory") { said.memory } else { all.memory },
        };
    }
    all.plus(Amount::of(&spec.overhead))
}
