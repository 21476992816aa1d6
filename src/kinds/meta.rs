//! Object metadata, conditions and the list and error envelopes that kinds share.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};

use super::time::{Time, seconds};
use crate::domain::ids::{ObjectKey, Uid};
use crate::domain::object::{Condition, Labels, Meta, Owner};
use crate::domain::pool::Pool;

/// A field that may be `null` in JSON, which then counts as absent.
pub fn nullable<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Option::<T>::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// `metav1.ObjectMeta` with labels.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ObjectMeta {
    #[prost(string, tag = "1")]
    #[serde(deserialize_with = "nullable")]
    pub name: String,
    #[prost(string, tag = "3")]
    #[serde(deserialize_with = "nullable")]
    pub namespace: String,
    #[prost(string, tag = "5")]
    #[serde(deserialize_with = "nullable")]
    pub uid: String,
    #[prost(message, optional, tag = "8")]
    pub creation_timestamp: Option<Time>,
    #[prost(message, optional, tag = "9")]
    pub deletion_timestamp: Option<Time>,
    #[prost(btree_map = "string, string", tag = "11")]
    #[serde(deserialize_with = "nullable")]
    pub labels: BTreeMap<String, String>,
    #[prost(message, repeated, tag = "13")]
    #[serde(deserialize_with = "nullable")]
    pub owner_references: Vec<OwnerReference>,
}

/// `metav1.ObjectMeta` without labels, for kinds that come by the ten thousand.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct LeanMeta {
    #[prost(string, tag = "1")]
    #[serde(deserialize_with = "nullable")]
    pub name: String,
    #[prost(string, tag = "3")]
    #[serde(deserialize_with = "nullable")]
    pub namespace: String,
    #[prost(string, tag = "5")]
    #[serde(deserialize_with = "nullable")]
    pub uid: String,
    #[prost(message, optional, tag = "8")]
    pub creation_timestamp: Option<Time>,
    #[prost(message, optional, tag = "9")]
    pub deletion_timestamp: Option<Time>,
    #[prost(message, repeated, tag = "13")]
    #[serde(deserialize_with = "nullable")]
    pub owner_references: Vec<OwnerReference>,
}

#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct OwnerReference {
    #[prost(string, tag = "1")]
    #[serde(deserialize_with = "nullable")]
    pub kind: String,
    #[prost(string, tag = "3")]
    #[serde(deserialize_with = "nullable")]
    pub name: String,
    #[prost(string, tag = "4")]
    #[serde(deserialize_with = "nullable")]
    pub uid: String,
    #[prost(bool, optional, tag = "6")]
    pub controller: Option<bool>,
}

impl ObjectMeta {
    /// The row's metadata. A name that is empty is left to the caller to refuse.
    pub fn into_meta(self, pool: &mut Pool) -> Meta {
        let labels: Labels = self.labels.iter().map(|(key, value)| (pool.text(key), pool.text(value))).collect();
        let lean = LeanMeta {
            name: self.name,
            namespace: self.namespace,
            uid: self.uid,
            creation_timestamp: self.creation_timestamp,
            deletion_timestamp: self.deletion_timestamp,
            owner_references: self.owner_references,
        };
        Meta { labels, ..lean.into_meta(pool) }
    }
}

impl LeanMeta {
    pub fn into_meta(self, pool: &mut Pool) -> Meta {
        let owners = &self.owner_references;
        let owner = owners.iter().find(|owner| owner.controller == Some(true)).or(owners.first());
        let owner = owner.map(|owner| {
            let owner =
                Owner { kind: pool.text(&owner.kind), name: owner.name.as_str().into(), uid: Uid::parse(&owner.uid) };
            pool.owner(owner)
        });
        Meta {
            key: ObjectKey { namespace: pool.text(&self.namespace), name: self.name.into() },
            uid: Uid::parse(&self.uid),
            created: seconds(self.creation_timestamp),
            deleting: seconds(self.deletion_timestamp),
            owner,
            labels: Box::default(),
        }
    }
}

/// Pod, Job and node conditions: `lastTransitionTime` is tag 4, `reason` 5, `message` 6 in each.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct WireCondition {
    #[prost(string, tag = "1")]
    #[serde(rename = "type", deserialize_with = "nullable")]
    pub kind: String,
    #[prost(string, tag = "2")]
    #[serde(deserialize_with = "nullable")]
    pub status: String,
    #[prost(message, optional, tag = "4")]
    pub last_transition_time: Option<Time>,
    #[prost(string, tag = "5")]
    #[serde(deserialize_with = "nullable")]
    pub reason: String,
    #[prost(string, tag = "6")]
    #[serde(deserialize_with = "nullable")]
    pub message: String,
}

impl WireCondition {
    pub fn into_condition(self, pool: &mut Pool) -> Condition {
        Condition {
            kind: pool.text(&self.kind),
            status: self.status == "True",
            reason: pool.text(&self.reason),
            message: self.message.into(),
            at: seconds(self.last_transition_time),
        }
    }
}

/// `metav1.ListMeta` as far as paging and watching need it.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ListMeta {
    #[prost(string, tag = "2")]
    #[serde(deserialize_with = "nullable")]
    pub resource_version: String,
    #[prost(string, tag = "3")]
    #[serde(rename = "continue", deserialize_with = "nullable")]
    pub continue_token: String,
}
