//! What was seen of a cluster at one time.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// One look at a cluster. The summary is kept for long, the rest for a day.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Snapshot {
    /// The registry's id of the cluster.
    pub cluster: String,
    pub at_ms: i64,
    pub summary: Summary,
    pub space: Space,
}

/// The figures of a cluster. CPU in millicores, memory in bytes.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Summary {
    pub version: Option<String>,
    /// `/readyz` and `/livez` by check; only those that failed carry words.
    pub checks_failed: Vec<Check>,
    pub nodes: u32,
    pub nodes_ready: u32,
    pub cpu_capacity: i64,
    pub cpu_allocatable: i64,
    pub cpu_requested: i64,
    pub memory_capacity: i64,
    pub memory_allocatable: i64,
    pub memory_requested: i64,
    pub pods: Pods,
    pub namespaces: u32,
    /// Deployments, and those with fewer ready replicas than wanted.
    pub deployments: u32,
    pub deployments_short: u32,
    /// Events of type Warning within the last hour, if they were counted.
    pub warnings: Option<u32>,
    /// What was not looked at, such as a kind that may not be listed, and why: its figures are no zeroes.
    pub unseen: Vec<Check>,
    /// How long the look took, in milliseconds.
    pub took_ms: u32,
}

/// A health check that does not pass, or something that was not seen.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Check {
    /// `etcd`, `poststarthook/rbac/bootstrap-roles`
    pub name: String,
    pub words: String,
}

/// Pods by phase, and by reason where they are not well.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Pods {
    pub phases: BTreeMap<String, u32>,
    pub reasons: BTreeMap<String, u32>,
}

/// What stands in a cluster, by name.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Space {
    pub nodes: Vec<Node>,
    /// Namespaces with team and cost center.
    pub namespaces: Vec<(String, Option<String>, Option<String>)>,
    pub deployments: Vec<Deployment>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Node {
    pub name: String,
    pub ready: bool,
    pub unschedulable: bool,
    /// Types of conditions that say that something is wrong: `MemoryPressure`.
    pub troubles: Vec<String>,
    pub cpu_capacity: i64,
    pub cpu_allocatable: i64,
    pub memory_capacity: i64,
    pub memory_allocatable: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Deployment {
    pub namespace: String,
    pub name: String,
    pub wanted: i32,
    pub ready: i32,
}
