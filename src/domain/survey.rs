//! One look at a cluster: what is asked for, and what comes of it.

use std::sync::Arc;

use super::job::JobRow;
use super::namespace::NamespaceRow;
use super::registry::Snapshot;

/// Labels that tell of a namespace what its row does not; the first that is set wins.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SpaceLabels {
    pub team: Vec<String>,
    pub cost_center: Vec<String>,
}

impl SpaceLabels {
    /// Name, team and cost center of a namespace, as a snapshot has them.
    pub fn space(&self, row: &NamespaceRow) -> (String, Option<String>, Option<String>) {
        let first = |keys: &[String]| keys.iter().find_map(|key| row.meta.label(key)).map(str::to_owned);
        (row.meta.key.name.to_string(), first(&self.team), first(&self.cost_center))
    }
}

/// What one look saw. Cluster and time of the snapshot are the asker's to set.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Survey {
    pub snapshot: Snapshot,
    /// Jobs that ended and are still there, the one that ended last first, at most [`ENDED`].
    pub ended: Vec<Arc<JobRow>>,
}

/// Jobs that one look tells of as ended.
pub const ENDED: usize = 200;
