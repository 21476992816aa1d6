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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::{ObjectKey, Uid};
    use crate::domain::object::{Condition, Meta};

    fn job(name: &str, ended: i64, ttl: Option<i32>) -> Arc<JobRow> {
        let key = ObjectKey::new("batch", name);
        let over = Condition { kind: "Failed".into(), status: true, reason: "".into(), message: "".into(), at: ended };
        Arc::new(JobRow {
            meta: Meta { key, uid: Uid::parse(name), created: 1, deleting: 0, owner: None, labels: Box::default() },
            parallelism: 1,
            completions: Some(1),
            backoff_limit: 6,
            deadline: None,
            ttl,
            suspended: false,
            indexed: false,
            active: 0,
            ready: 0,
            succeeded: 0,
            failed: 1,
            started: 1,
            completed: 0,
            conditions: Box::new([over]),
        })
    }

    #[test]
    fn jobs_that_are_deleted_soonest_come_first_and_new_ones_are_never_left_out() {
        let names = |jobs: Vec<Arc<JobRow>>| jobs.iter().map(|job| job.meta.key.name.to_string()).collect::<Vec<_>>();
        let some = vec![
            job("old", 10, None),
            job("day", 40, Some(86_400)),
            job("new", 50, None),
            job("soon", 45, Some(30)),
            job("sooner", 20, Some(50)),
        ];
        assert_eq!(names(pressing(some)), ["sooner", "soon", "day", "new", "old"]);

        let mut many: Vec<_> = (0..2 * ENDED as i64).map(|at| job(&format!("a{at}"), at, Some(86_400))).collect();
        many.push(job("just-now", 9_000, None));
        let told = names(pressing(many));
        assert_eq!((told.len(), told[0].as_str(), told[ENDED / 2].as_str()), (ENDED, "a0", "just-now"));
    }
}
