//! Everything that is watched of one cluster, and what follows from it: counts by namespace and the state of each Job.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::counts::{CountTable, Counts};
use super::table::{HasMeta, RowId, Table};
use crate::domain::cronjob::CronJobRow;
use crate::domain::delta::{Delta, Row, Scope};
use crate::domain::event::EventRow;
use crate::domain::ids::{KindId, ObjectKey, Uid};
use crate::domain::job::JobRow;
use crate::domain::job_state::{JobPhase, JobState, Severity, job_state};
use crate::domain::namespace::NamespaceRow;
use crate::domain::node::NodeRow;
use crate::domain::pod::{ContainerRow, ContainerState, PodPhase, PodRow};

/// A cluster's tables. Apply deltas, then [`ClusterStore::settle`] once per batch.
#[derive(Debug, Default)]
pub struct ClusterStore {
    pub namespaces: Table<NamespaceRow>,
    pub jobs: Table<JobRow>,
    pub cronjobs: Table<CronJobRow>,
    pub pods: Table<PodRow>,
    pub nodes: Table<NodeRow>,
    pub counts: CountTable,
    /// State of the Job with that id, by `RowId`.
    states: Vec<Option<Arc<JobState>>>,
    /// States that Jobs are in: most share a few, which then are in the processor's cache when a filter reads them.
    told: HashSet<Arc<JobState>>,
    /// How many of them were in use when they were last looked through.
    live_told: usize,
    job_ids: HashMap<Uid, RowId>,
    pods_of: HashMap<Uid, Vec<RowId>>,
    events_of: HashMap<Uid, Vec<EventRow>>,
    /// Jobs whose events were asked for: with which state, and when (Unix milliseconds).
    asked: HashMap<Uid, (Arc<JobState>, i64)>,
    /// The last pods of a Job that its controller deleted: they alone know what a Job with `restartPolicy: OnFailure`
    /// failed of, since its pods go when the back-off limit is reached.
    last_pods: HashMap<Uid, Vec<PodRow>>,
    unsettled: HashSet<Uid>,
    touched: Touched,
}

/// A Job that is not well, and whose events may tell why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unexplained {
    pub job: Uid,
    pub namespace: Arc<str>,
    /// The Job itself, then pods of it whose status does not tell.
    pub objects: Vec<Uid>,
}

/// Pods of one Job whose events are asked for.
const PODS_EXPLAINED: usize = 3;
/// Milliseconds after which events of a Job that is still not well are asked for again.
const ASKED_EVERY_MS: i64 = 30_000;

/// How many deleted pods of a Job are remembered.
const LAST_PODS: usize = 3;

/// What changed since the panes last looked.
#[derive(Debug, Default)]
pub struct Touched {
    pub jobs: Vec<u32>,
    pub namespaces: Vec<u32>,
    /// Counts of these namespaces changed.
    pub counted: HashSet<Arc<str>>,
    pub nodes: bool,
    pub pods: bool,
}

impl ClusterStore {
    pub fn apply(&mut self, delta: Delta) {
        match delta {
            Delta::Upsert { epoch, row } => self.upsert(epoch, row),
            Delta::Delete { kind, key } => self.delete(kind, &key),
            Delta::Listed { kind, scope, epoch } => self.drop_older(kind, &scope, epoch),
            Delta::Dropped { kind, scope } => self.drop_older(kind, &scope, u32::MAX),
        }
    }

    /// Tells the state of every Job that something changed about. Call it after a batch of `apply`.
    pub fn settle(&mut self) {
        for uid in std::mem::take(&mut self.unsettled) {
            let Some(&id) = self.job_ids.get(&uid) else { continue };
            self.retell(id, uid);
        }
    }

    /// Takes what changed, for the panes.
    pub fn take_touched(&mut self) -> Touched {
        std::mem::take(&mut self.touched)
    }

    pub fn job_state(&self, id: RowId) -> Option<&Arc<JobState>> {
        self.states.get(id.0 as usize)?.as_ref()
    }

    pub fn job_pods(&self, job: Uid) -> impl Iterator<Item = &PodRow> {
        self.pods_of.get(&job).into_iter().flatten().filter_map(|id| self.pods.get(*id))
    }

    pub fn events(&self, object: Uid) -> &[EventRow] {
        self.events_of.get(&object).map_or(&[], Vec::as_slice)
    }

    /// Events that were fetched for a Job, or for one of its pods (then `job` is its owner).
    pub fn put_events(&mut self, job: Uid, events: Vec<EventRow>) {
        self.events_of.insert(job, events);
        self.unsettled.insert(job);
        self.settle();
    }

    /// At most `limit` of these Jobs that are not well, whose pods do not tell why, and whose events were not asked for
    /// lately. `now_ms` is Unix milliseconds.
    pub fn unexplained(&mut self, ids: &[u32], limit: usize, now_ms: i64) -> Vec<Unexplained> {
        let mut wanted = Vec::new();
        for &id in ids {
            let (Some(job), Some(Some(state))) = (self.jobs.get(RowId(id)), self.states.get(id as usize)) else {
                continue;
            };
            let unwell = state.severity != Severity::Fine || (state.phase == JobPhase::Pending && !job.suspended);
            if !unwell {
                continue;
            }
            let uid = job.meta.uid;
            let pods = self.pods_of.get(&uid).into_iter().flatten().filter_map(|pod| self.pods.get(*pod));
            let mut silent = pods.clone().filter(|pod| is_silent(pod)).map(|pod| pod.meta.uid).peekable();
            let told = state.severity == Severity::Broken && pods.clone().next().is_some();
            let since = self.asked.get(&uid).filter(|(asked, _)| *asked == *state).map(|(_, at)| now_ms - at);
            // What is broken for good is asked about once; what starts may get its first event a little later.
            let lately = if told { i64::MAX } else { ASKED_EVERY_MS };
            if (told && silent.peek().is_none()) || since.is_some_and(|since| since < lately) {
                continue;
            }
            let objects = std::iter::once(uid).chain(silent.take(PODS_EXPLAINED)).collect();
            wanted.push(Unexplained { job: uid, namespace: job.meta.key.namespace.clone(), objects });
            self.asked.insert(uid, (state.clone(), now_ms));
            if wanted.len() == limit {
                break;
            }
        }
        wanted
    }

    pub fn nodes_ready(&self) -> usize {
        self.nodes.iter().filter(|(_, node)| node.ready).count()
    }

    fn upsert(&mut self, epoch: u32, row: Row) {
        match row {
            Row::Namespace(row) => {
                let (id, _) = self.namespaces.upsert(epoch, row);
                self.touched.namespaces.push(id.0);
            }
            Row::Node(row) => {
                self.nodes.upsert(epoch, row);
                self.touched.nodes = true;
            }
            Row::CronJob(row) => {
                self.cronjobs.upsert(epoch, row);
            }
            Row::Job(row) => self.upsert_job(epoch, row),
            Row::Pod(row) => self.upsert_pod(epoch, row),
        }
    }

    fn upsert_job(&mut self, epoch: u32, row: JobRow) {
        let uid = row.meta.uid;
        let (id, old) = self.jobs.upsert(epoch, row);
        if let Some(old) = old.filter(|old| old.meta.uid != uid) {
            self.forget_job(id, &old);
        }
        self.job_ids.insert(uid, id);
        self.unsettled.insert(uid);
    }

    fn upsert_pod(&mut self, epoch: u32, row: PodRow) {
        let namespace = row.meta.key.namespace.clone();
        let owner = job_of(&row);
        let part = pod_part(&row);
        let (id, old) = self.pods.upsert(epoch, row);
        let old_part = old.as_ref().map(pod_part);
        if old_part != Some(part) {
            if let Some(old_part) = old_part {
                self.counts.take(&namespace, old_part);
            }
            self.counts.add(&namespace, part);
            self.touched.counted.insert(namespace);
        }
        let old_owner = old.as_ref().and_then(job_of);
        if old_owner != owner {
            self.unlink(old_owner, id);
        }
        if let Some(owner) = owner {
            let pods = self.pods_of.entry(owner).or_default();
            if !pods.contains(&id) {
                pods.push(id);
            }
            self.unsettled.insert(owner);
        }
        self.touched.pods = true;
    }

    fn delete(&mut self, kind: KindId, key: &ObjectKey) {
        match kind {
            KindId::Namespace => {
                if let Some((id, _)) = self.namespaces.remove(key) {
                    self.touched.namespaces.push(id.0);
                }
            }
            KindId::Node => {
                self.nodes.remove(key);
                self.touched.nodes = true;
            }
            KindId::CronJob => {
                self.cronjobs.remove(key);
            }
            KindId::Job => {
                if let Some((id, row)) = self.jobs.remove(key) {
                    self.forget_job(id, &row);
                }
            }
            KindId::Pod => {
                if let Some((id, row)) = self.pods.remove(key) {
                    self.counts.take(&row.meta.key.namespace, pod_part(&row));
                    self.touched.counted.insert(row.meta.key.namespace.clone());
                    self.touched.pods = true;
                    let owner = job_of(&row);
                    self.unlink(owner, id);
                    self.remember(owner, row);
                }
            }
            KindId::Event => {}
        }
    }

    fn drop_older(&mut self, kind: KindId, scope: &Scope, epoch: u32) {
        let keys = match kind {
            KindId::Namespace => self.namespaces.older_than(scope, epoch),
            KindId::Node => self.nodes.older_than(scope, epoch),
            KindId::CronJob => self.cronjobs.older_than(scope, epoch),
            KindId::Job => self.jobs.older_than(scope, epoch),
            KindId::Pod => self.pods.older_than(scope, epoch),
            KindId::Event => Vec::new(),
        };
        for key in keys {
            self.delete(kind, &key);
        }
    }

    fn unlink(&mut self, job: Option<Uid>, pod: RowId) {
        let Some(job) = job else { return };
        if let Some(pods) = self.pods_of.get_mut(&job) {
            pods.retain(|id| *id != pod);
            if pods.is_empty() {
                self.pods_of.remove(&job);
            }
        }
        self.unsettled.insert(job);
    }

    fn remember(&mut self, job: Option<Uid>, pod: PodRow) {
        let Some(job) = job.filter(|job| self.job_ids.contains_key(job)) else { return };
        if pod.phase == PodPhase::Succeeded {
            return;
        }
        let last = self.last_pods.entry(job).or_default();
        if last.len() == LAST_PODS {
            last.remove(0);
        }
        last.push(pod);
    }

    fn forget_job(&mut self, id: RowId, row: &JobRow) {
        self.job_ids.remove(&row.meta.uid);
        self.events_of.remove(&row.meta.uid);
        self.asked.remove(&row.meta.uid);
        self.last_pods.remove(&row.meta.uid);
        if let Some(state) = self.states.get_mut(id.0 as usize).and_then(Option::take) {
            self.counts.take(&row.meta.key.namespace, job_part(&state));
            self.touched.counted.insert(row.meta.key.namespace.clone());
        }
        self.touched.jobs.push(id.0);
    }

    fn retell(&mut self, id: RowId, uid: Uid) {
        let Some(job) = self.jobs.get(id) else { return };
        let mut pods: Vec<&PodRow> =
            self.pods_of.get(&uid).into_iter().flatten().filter_map(|pod| self.pods.get(*pod)).collect();
        if pods.is_empty() && job.active == 0 {
            pods.extend(self.last_pods.get(&uid).into_iter().flatten());
        }
        let state = job_state(job, &pods, self.events_of.get(&uid).map_or(&[], Vec::as_slice));
        let namespace = job.meta.key.namespace.clone();
        let place = id.0 as usize;
        if self.states.len() <= place {
            self.states.resize(place + 1, None);
        }
        let part = job_part(&state);
        let state = self.shared(state);
        let old = self.states[place].replace(state);
        let old_part = old.as_deref().map(job_part);
        if old_part != Some(part) {
            if let Some(old_part) = old_part {
                self.counts.take(&namespace, old_part);
            }
            self.counts.add(&namespace, part);
            self.touched.counted.insert(namespace);
        }
        self.touched.jobs.push(id.0);
    }

    fn shared(&mut self, state: JobState) -> Arc<JobState> {
        if let Some(known) = self.told.get(&state) {
            return known.clone();
        }
        if self.told.len() >= TOLD.max(2 * self.live_told) {
            self.told.retain(|state| Arc::strong_count(state) > 1);
            self.live_told = self.told.len();
        }
        let state = Arc::new(state);
        self.told.insert(state.clone());
        state
    }
}

/// States kept for sharing before those that no Job is in any more are dropped.
const TOLD: usize = 1_024;

/// The uid of the Job that owns a pod.
fn job_of(pod: &PodRow) -> Option<Uid> {
    pod.meta().owner.as_ref().filter(|owner| &*owner.kind == "Job").map(|owner| owner.uid)
}

/// Whether a pod's events tell what its status does not: what holds it before its containers run, why an image cannot
/// be pulled, why it was evicted.
fn is_silent(pod: &PodRow) -> bool {
    let runs = |container: &ContainerRow| matches!(container.state, ContainerState::Running { .. });
    (pod.phase == PodPhase::Pending && pod.unscheduled.is_none() && !pod.containers.iter().any(runs))
        || &*pod.reason == "Evicted"
}

fn pod_part(pod: &PodRow) -> Counts {
    Counts { pods: 1, pods_running: u32::from(pod.phase == PodPhase::Running), ..Counts::default() }
}

fn job_part(state: &JobState) -> Counts {
    let active = matches!(state.phase, JobPhase::Running | JobPhase::Pending);
    let failed = state.is_failing();
    Counts { jobs: 1, jobs_active: u32::from(active), jobs_failed: u32::from(failed), ..Counts::default() }
}
