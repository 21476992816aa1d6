//! One look at a cluster: what is asked for, and what comes of it.

use std::cmp::Reverse;
use std::ops::Deref;
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
    /// Jobs that ended and are still there, as [`pressing`] orders them.
    pub ended: Vec<Arc<JobRow>>,
}

/// Jobs that one look tells of as ended.
pub const ENDED: usize = 1_000;

/// Of Jobs that ended those that a look tells of, at most [`ENDED`]: first those that are deleted soonest, so that none
/// is gone before it is kept, then those that ended last.
pub fn pressing<J: Deref<Target = JobRow>>(mut ended: Vec<J>) -> Vec<J> {
    let newest = |job: &J| Reverse(job.ended());
    ended.sort_by_key(|job| (job.expires().unwrap_or(i64::MAX), newest(job)));
    // Where more wait for their end than fit, those that have just ended are told of all the same.
    let mut rest = ended.split_off(ended.len().min(ENDED / 2));
    rest.sort_by_key(newest);
    rest.truncate(ENDED / 2);
    ended.append(&mut rest);
    ended
}

/// A look through a session's watches, with what a session does not watch taken from the last whole look.
pub fn filled(watched: Snapshot, whole: &Snapshot) -> Snapshot {
    let (mut seen, last) = (watched, &whole.summary);
    let summary = &mut seen.summary;
    summary.cpu_capacity = last.cpu_capacity;
    summary.memory_capacity = last.memory_capacity;
    summary.cpu_requested = last.cpu_requested;
    summary.memory_requested = last.memory_requested;
    summary.deployments = last.deployments;
    summary.deployments_short = last.deployments_short;
    summary.warnings = last.warnings;
    summary.unseen.clone_from(&last.unseen);
    seen.space.deployments.clone_from(&whole.space.deployments);
    seen
}
