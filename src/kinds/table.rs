//! The kinds that have a lean type, with their place in the API and their decoders.

use prost::Message;
use serde::de::DeserializeOwned;

use super::{cronjob::CronJob, job::Job, namespace::Namespace, node::Node, pod::Pod};
use crate::domain::delta::Row;
use crate::domain::gate::Resource;
use crate::domain::ids::{KindId, ObjectKey};
use crate::domain::pool::Pool;

/// Why an object could not be read. The rest of its list or watch goes on.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    #[error("not the protobuf message it should be: {0}")]
    Protobuf(#[from] prost::DecodeError),
    #[error("not the JSON it should be: {0}")]
    Json(#[from] serde_json::Error),
    #[error("an object without a name")]
    Nameless,
}

/// Turns one object's bytes into its row.
pub type Decode = fn(&[u8], &mut Pool) -> Result<Row, DecodeError>;

/// One kind: where the API has it, and how its objects are read.
#[derive(Debug, Clone, Copy)]
pub struct KindEntry {
    pub id: KindId,
    /// Empty for the core group.
    pub group: &'static str,
    pub version: &'static str,
    pub plural: &'static str,
    /// As in an object's `kind`.
    pub kind_name: &'static str,
    pub namespaced: bool,
    /// A bare protobuf message, without `k8s\0` and its envelope. `None`: not a kind of the tables (events).
    pub decode_protobuf: Option<Decode>,
    pub decode_json: Option<Decode>,
}

impl KindEntry {
    const fn of<K: WireKind>(
        id: KindId,
        group: &'static str,
        plural: &'static str,
        kind_name: &'static str,
        namespaced: bool,
    ) -> Self {
        let (decode_protobuf, decode_json) = (Some(protobuf::<K> as Decode), Some(json::<K> as Decode));
        Self { id, group, version: "v1", plural, kind_name, namespaced, decode_protobuf, decode_json }
    }

    /// The kind as the write gate has it.
    pub fn resource(&self) -> Resource {
        Resource {
            group: self.group.to_owned(),
            version: self.version.to_owned(),
            plural: self.plural.to_owned(),
            kind: self.kind_name.to_owned(),
            namespaced: self.namespaced,
        }
    }

    /// The REST path of the collection: over the cluster, or in one namespace.
    pub fn collection(&self, namespace: Option<&str>) -> String {
        let root = match self.group {
            "" => format!("/api/{}", self.version),
            group => format!("/apis/{group}/{}", self.version),
        };
        match namespace.filter(|_| self.namespaced) {
            Some(namespace) => format!("{root}/namespaces/{namespace}/{}", self.plural),
            None => format!("{root}/{}", self.plural),
        }
    }

    /// The REST path of one object.
    pub fn object(&self, key: &ObjectKey) -> String {
        format!("{}/{}", self.collection(Some(&key.namespace)), key.name)
    }
}

/// Every kind with a lean type, those of the tables in the order in which a session opens them: counts of pods per
/// namespace are the first thing that a person looks at.
pub static KINDS: [KindEntry; 6] = [
    KindEntry::of::<Pod>(KindId::Pod, "", "pods", "Pod", true),
    KindEntry::of::<Namespace>(KindId::Namespace, "", "namespaces", "Namespace", false),
    KindEntry::of::<Job>(KindId::Job, "batch", "jobs", "Job", true),
    KindEntry::of::<Node>(KindId::Node, "", "nodes", "Node", false),
    KindEntry::of::<CronJob>(KindId::CronJob, "batch", "cronjobs", "CronJob", true),
    KindEntry {
        id: KindId::Event,
        group: "",
        version: "v1",
        plural: "events",
        kind_name: "Event",
        namespaced: true,
        decode_protobuf: None,
        decode_json: None,
    },
];

/// The entry of a kind.
pub fn entry(kind: KindId) -> &'static KindEntry {
    match kind {
        KindId::Pod => &KINDS[0],
        KindId::Namespace => &KINDS[1],
        KindId::Job => &KINDS[2],
        KindId::Node => &KINDS[3],
        KindId::CronJob => &KINDS[4],
        KindId::Event => &KINDS[5],
    }
}

/// The entry of a kind as an object names it.
pub fn entry_named(api_version: &str, kind: &str) -> Option<&'static KindEntry> {
    let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
    KINDS.iter().find(|entry| (entry.group, entry.version, entry.kind_name) == (group, version, kind))
}

/// A lean wire type that becomes a row.
pub trait WireKind: Message + Default + DeserializeOwned {
    fn into_row(self, pool: &mut Pool) -> Row;
}

fn protobuf<K: WireKind>(bytes: &[u8], pool: &mut Pool) -> Result<Row, DecodeError> {
    named(K::decode(bytes)?.into_row(pool))
}

fn json<K: WireKind>(bytes: &[u8], pool: &mut Pool) -> Result<Row, DecodeError> {
    named(serde_json::from_slice::<K>(bytes)?.into_row(pool))
}

fn named(row: Row) -> Result<Row, DecodeError> {
    if row.meta().key.name.is_empty() { Err(DecodeError::Nameless) } else { Ok(row) }
}
