//! What is kept of a node.

use std::sync::Arc;

use super::object::{Condition, Meta};

/// A watched node. `meta.labels` is kept whole: provider, zone, instance type and node group are told from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeRow {
    pub meta: Meta,
    pub ready: bool,
    pub unschedulable: bool,
    /// Conditions that say something is wrong: Ready not True, or any pressure or unavailability that is True.
    pub troubles: Box<[Condition]>,
    pub kubelet_version: Arc<str>,
    pub provider_id: Box<str>,
    /// Allocatable, in millicores and bytes.
    pub cpu_millis: i64,
    pub memory_bytes: i64,
    pub pods: i64,
}
