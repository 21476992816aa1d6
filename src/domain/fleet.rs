//! What the background tells of the fleet as a whole: clusters that are found, logins, health over time.

use std::sync::Arc;

use super::aws::row::LoginRow;
use super::cluster::ClusterInfo;
use super::eks::EksCluster;
use super::ids::ClusterId;
use super::registry::{ClusterRecord, Snapshot, Transition};

/// One piece of news.
#[derive(Debug, Clone, PartialEq)]
pub enum FleetNews {
    /// Clusters that nobody knew, behind those that are known: the first one has the id `from`.
    Found { from: ClusterId, clusters: Vec<ClusterInfo> },
    /// What AWS says of a cluster.
    Described { cluster: ClusterId, eks: Arc<EksCluster> },
    /// AWS does not list the cluster any more.
    Gone { cluster: ClusterId },
    /// What the registry holds of a cluster.
    Registered { cluster: ClusterId, record: Arc<ClusterRecord> },
    /// Every login, in the order in which they are shown.
    Logins(Vec<LoginRow>),
    /// A look at a cluster was taken, or failed: how it stands since when.
    Surveyed { cluster: ClusterId, snapshot: Option<Arc<Snapshot>>, standing: Transition },
    Sync(SyncFigures),
}

/// How the worker that keeps the fleet's health does.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SyncFigures {
    /// Looks at clusters since the start, and those that failed.
    pub runs: u64,
    pub failures: u64,
    /// Clusters that are being looked at now.
    pub busy: usize,
    /// How far the cluster that waits longest is behind its time, in seconds.
    pub lag_s: i64,
    /// What failed last, cleaned; empty while nothing did.
    pub last_error: String,
    /// Where results are kept, when that is not where they belong: `memory: the disk is full`.
    pub kept: String,
}
