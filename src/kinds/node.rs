//! Nodes.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::meta::{ObjectMeta, WireCondition, nullable};
use super::quantity::Quantity;
use super::table::WireKind;
use crate::domain::delta::Row;
use crate::domain::node::NodeRow;
use crate::domain::object::Condition;
use crate::domain::pool::Pool;

#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(default)]
pub struct Node {
    #[prost(message, optional, tag = "1")]
    metadata: Option<ObjectMeta>,
    #[prost(message, optional, tag = "2")]
    spec: Option<NodeSpec>,
    #[prost(message, optional, tag = "3")]
    status: Option<NodeStatus>,
}

#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(default)]
struct NodeSpec {
    #[prost(string, tag = "3")]
    #[serde(rename = "providerID", deserialize_with = "nullable")]
    provider_id: String,
    #[prost(bool, tag = "4")]
    #[serde(deserialize_with = "nullable")]
    unschedulable: bool,
}

#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct NodeStatus {
    #[prost(btree_map = "string, message", tag = "2")]
    #[serde(deserialize_with = "nullable")]
    allocatable: BTreeMap<String, Quantity>,
    #[prost(message, repeated, tag = "4")]
    #[serde(deserialize_with = "nullable")]
    conditions: Vec<WireCondition>,
    #[prost(message, optional, tag = "7")]
    node_info: Option<NodeSystemInfo>,
}

#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct NodeSystemInfo {
    #[prost(string, tag = "7")]
    #[serde(deserialize_with = "nullable")]
    kubelet_version: String,
}

impl WireKind for Node {
    fn into_row(self, pool: &mut Pool) -> Row {
        let spec = self.spec.unwrap_or_default();
        let status = self.status.unwrap_or_default();
        let ready = status.conditions.iter().any(|condition| condition.kind == "Ready" && condition.status == "True");
        let troubles: Box<[Condition]> = status
            .conditions
            .into_iter()
            .filter(|condition| (condition.kind == "Ready") != (condition.status == "True"))
            .map(|condition| condition.into_condition(pool))
            .collect();
        let allocatable = |name: &str| status.allocatable.get(name).cloned().unwrap_or_default();
        Row::Node(NodeRow {
            meta: self.metadata.unwrap_or_default().into_meta(pool),
            ready,
            unschedulable: spec.unschedulable,
            troubles,
            kubelet_version: pool.text(&status.node_info.unwrap_or_default().kubelet_version),
            provider_id: spec.provider_id.into(),
            cpu_millis: allocatable("cpu").millis(),
            memory_bytes: allocatable("memory").units(),
            pods: allocatable("pods").units(),
        })
    }
}
