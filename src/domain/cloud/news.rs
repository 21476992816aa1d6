//! What discovery tells while the program runs.

use std::sync::Arc;

use super::lane::LaneRow;
use crate::domain::aws::arn::ClusterArn;
use crate::domain::aws::login::LoginKey;
use crate::domain::cluster::ClusterInfo;
use crate::domain::eks::{EksCluster, EksDetail};
use crate::domain::ids::ClusterId;

/// A cluster as EKS tells it, and its place in the fleet.
#[derive(Debug, Clone, PartialEq)]
pub struct CloudCluster {
    /// Its position in the fleet's list, which only grows. A cluster that is not ACTIVE yet has one too.
    pub id: ClusterId,
    /// Its row of the fleet, as the fleet lists it now.
    pub info: ClusterInfo,
    /// It is reached with this.
    pub login: LoginKey,
    pub cluster: Arc<EksCluster>,
}

/// A look at everything that is over.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Round {
    /// When it ended, and when the next one begins; Unix milliseconds.
    pub ended_ms: i64,
    pub next_ms: i64,
    /// How long it took.
    pub took_ms: u64,
    /// How many clusters were described.
    pub clusters: usize,
    /// One line for each login and region that was not wholly seen.
    pub complaints: Vec<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum CloudNews {
    /// The lane as it is now, sorted, after anything in it changed.
    Lane(Arc<[LaneRow]>),
    /// Seen for the first time, or again after it had vanished.
    Found(CloudCluster),
    /// EKS tells something else of it than before. When it has begun to serve, its session is waked already.
    Changed(CloudCluster),
    /// The whole list of its region no longer names it: it was deleted.
    Vanished {
        id: ClusterId,
        arn: ClusterArn,
    },
    /// A round begins.
    Looking,
    Looked(Round),
}

/// Everything that a person sees of one cluster's EKS side.
#[derive(Debug, Clone, PartialEq)]
pub struct CloudDetail {
    pub cluster: EksCluster,
    pub parts: EksDetail,
    /// ARN of whoever asked; empty where STS did not tell.
    pub caller: String,
}
