//! Changes that a watch reports, and the marks around a fresh list.

use std::sync::Arc;

use super::cronjob::CronJobRow;
use super::ids::{ClusterId, KindId, ObjectKey};
use super::job::JobRow;
use super::namespace::NamespaceRow;
use super::node::NodeRow;
use super::object::Meta;
use super::pod::PodRow;

/// A row of any watched kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Row {
    Namespace(NamespaceRow),
    Job(JobRow),
    CronJob(CronJobRow),
    Pod(PodRow),
    Node(NodeRow),
}

impl Row {
    pub fn meta(&self) -> &Meta {
        match self {
            Row::Namespace(row) => &row.meta,
            Row::Job(row) => &row.meta,
            Row::CronJob(row) => &row.meta,
            Row::Pod(row) => &row.meta,
            Row::Node(row) => &row.meta,
        }
    }

    pub fn kind(&self) -> KindId {
        match self {
            Row::Namespace(_) => KindId::Namespace,
            Row::Job(_) => KindId::Job,
            Row::CronJob(_) => KindId::CronJob,
            Row::Pod(_) => KindId::Pod,
            Row::Node(_) => KindId::Node,
        }
    }
}

/// What a watch covers: the whole cluster, or one namespace of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Scope {
    Cluster,
    Namespace(Arc<str>),
}

/// One change. A list numbers its rows with an epoch; `Listed` then drops what that list did not name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delta {
    /// Added, modified, or part of a list. Later watch events carry the epoch of the list before them.
    Upsert {
        epoch: u32,
        row: Row,
    },
    Delete {
        kind: KindId,
        key: ObjectKey,
    },
    /// The list of this epoch is complete: rows of the kind and scope with an older epoch are gone.
    Listed {
        kind: KindId,
        scope: Scope,
        epoch: u32,
    },
    /// The kind is no longer watched in this scope: its rows go.
    Dropped {
        kind: KindId,
        scope: Scope,
    },
}

/// A change and the cluster it happened in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClusterDelta {
    pub cluster: ClusterId,
    pub delta: Delta,
}
