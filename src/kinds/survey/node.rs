//! Nodes with what they have and what of it can be given away.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::Amount;
use crate::domain::registry;
use crate::kinds::meta::{LeanMeta, WireCondition, nullable};
use crate::kinds::quantity::Quantity;

#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(default)]
pub struct Node {
    #[prost(message, optional, tag = "1")]
    metadata: Option<LeanMeta>,
    #[prost(message, optional, tag = "2")]
    spec: Option<Spec>,
    #[prost(message, optional, tag = "3")]
    status: Option<Status>,
}

#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(default)]
struct Spec {
    #[prost(bool, tag = "4")]
    #[serde(deserialize_with = "nullable")]
    unschedulable: bool,
}

#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(default)]
struct Status {
    #[prost(btree_map = "string, message", tag = "1")]
    #[serde(deserialize_with = "nullable")]
    capacity: BTreeMap<String, Quantity>,
    #[prost(btree_map = "string, message", tag = "2")]
    #[serde(deserialize_with = "nullable")]
    allocatable: BTreeMap<String, Quantity>,
    #[prost(message, repeated, tag = "4")]
    #[serde(deserialize_with = "nullable")]
    conditions: Vec<WireCondition>,
}

impl From<Node> for registry::Node {
    fn from(node: Node) -> Self {
        let status = node.status.unwrap_or_default();
        let (capacity, allocatable) = (Amount::of(&status.capacity), Amount::of(&status.allocatable));
        let is_true = |condition: &WireCondition| condition.status == "True";
        let troubles = status.conditions.iter().filter(|condition| condition.kind != "Ready" && is_true(condition));
        Self {
            name: node.metadata.unwrap_or_default().name,
            ready: status.conditions.iter().any(|condition| condition.kind == "Ready" && is_true(condition)),
            unschedulable: node.spec.unwrap_or_default().unschedulable,
            troubles: troubles.map(|condition| condition.kind.clone()).collect(),
            cpu_capacity: capacity.cpu,
            cpu_allocatable: allocatable.cpu,
            memory_capacity: capacity.memory,
            memory_allocatable: allocatable.memory,
        }
    }
}
