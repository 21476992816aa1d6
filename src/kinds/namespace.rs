//! Namespaces.

use serde::Deserialize;

use super::meta::{ObjectMeta, WireCondition, nullable};
use super::table::WireKind;
use crate::domain::delta::Row;
use crate::domain::namespace::NamespaceRow;
use crate::domain::object::Meta;
use crate::domain::pool::Pool;

#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(default)]
pub struct Namespace {
    #[prost(message, optional, tag = "1")]
    metadata: Option<ObjectMeta>,
    #[prost(message, optional, tag = "3")]
    status: Option<NamespaceStatus>,
}

#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(default)]
struct NamespaceStatus {
    #[prost(string, tag = "1")]
    #[serde(deserialize_with = "nullable")]
    phase: String,
    #[prost(message, repeated, tag = "2")]
    #[serde(deserialize_with = "nullable")]
    conditions: Vec<WireCondition>,
}

impl WireKind for Namespace {
    fn into_row(self, pool: &mut Pool) -> Row {
        let status = self.status.unwrap_or_default();
        Row::Namespace(NamespaceRow {
            meta: self.metadata.unwrap_or_default().into_meta(pool),
            terminating: status.phase == "Terminating",
            conditions: status.conditions.into_iter().map(|condition| condition.into_condition(pool)).collect(),
        })
    }
}

/// The row of a namespace of which only the name is known: the person may not read it.
pub fn known_by_name(name: &str) -> NamespaceRow {
    let key = crate::domain::ids::ObjectKey::new("", name);
    let meta = Meta { key, uid: Default::default(), created: 0, deleting: 0, owner: None, labels: Box::default() };
    NamespaceRow { meta, terminating: false, conditions: Box::default() }
}
