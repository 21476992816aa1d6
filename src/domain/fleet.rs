//! What the background tells of the fleet as a whole: clusters that are found, logins, health over time.

use std::sync::Arc;

use super::cloud::LaneRow;
use super::cluster::ClusterInfo;
use super::eks::{EksCluster, EksDetail};
use super::gate::Report;
use super::gate::aws::AccessProposal;
use super::health::Trouble;
use super::ids::ClusterId;
use super::notify::Ring;
use super::provision::news::RunsNews;
use super::registry::{ClusterRecord, NotRegistered, Snapshot, Transition};
use super::sync::SyncFigures;

/// One piece of news.
#[derive(Debug, Clone, PartialEq)]
pub enum FleetNews {
    /// Clusters that nobody knew, behind those that are known: the first one has the id `from`.
    Found {
        from: ClusterId,
        clusters: Vec<ClusterInfo>,
    },
    /// What AWS says of a cluster, and its row as the fleet has it now.
    Described {
        cluster: ClusterId,
        eks: Arc<EksCluster>,
    },
    /// What hangs on a cluster at AWS, or why it could not be read.
    Detailed {
        cluster: ClusterId,
        detail: Result<Arc<EksDetail>, Trouble>,
    },
    /// AWS does not list the cluster any more.
    Gone {
        cluster: ClusterId,
    },
    /// A cluster's row as the fleet has it now, with what the registry holds of it.
    Renewed {
        cluster: ClusterId,
        info: Box<ClusterInfo>,
    },
    /// Every login, in the order in which they are shown.
    Logins(Arc<[LaneRow]>),
    /// Clusters are being looked for at AWS, or not any more.
    Looking(bool),
    /// A look at a cluster was taken.
    Surveyed {
        cluster: ClusterId,
        snapshot: Arc<Snapshot>,
    },
    /// How a cluster stands from now on.
    Stands {
        cluster: ClusterId,
        standing: Transition,
    },
    Sync(SyncFigures),
    /// Of Terraform runs.
    Runs(RunsNews),
    /// A rule of the configuration wants the terminal to ring with these words.
    Ring(Ring, String),
    /// What was asked under this number has ended.
    Answered {
        serial: u64,
        answer: FleetAnswer,
    },
}

/// What came of something that was asked of the fleet's background.
#[derive(Debug, Clone, PartialEq)]
pub enum FleetAnswer {
    Registered(Result<Box<ClusterRecord>, NotRegistered>),
    Edited(Result<Box<ClusterRecord>, Trouble>),
    Removed(Result<(), Trouble>),
    /// What a change of access would do.
    AccessProposed(Result<Box<AccessProposal>, Trouble>),
    /// What became of a change of access.
    AccessChanged(Box<Report>),
}

impl FleetNews {
    /// The one cluster that it is about.
    pub fn cluster(&self) -> Option<ClusterId> {
        match self {
            Self::Described { cluster, .. }
            | Self::Detailed { cluster, .. }
            | Self::Gone { cluster }
            | Self::Renewed { cluster, .. }
            | Self::Surveyed { cluster, .. }
            | Self::Stands { cluster, .. } => Some(*cluster),
            Self::Found { .. } | Self::Logins(_) | Self::Looking(_) | Self::Sync(_) | Self::Runs(_) => None,
            Self::Ring(..) | Self::Answered { .. } => None,
        }
    }
}
