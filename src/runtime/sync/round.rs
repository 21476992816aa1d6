//! One look at one cluster: claim it, look, judge, keep, tell.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use futures::{StreamExt, stream};
use tokio::time::{Instant, timeout, timeout_at};

use super::schedule::Outcome;
use super::{Options, Parts};
use crate::domain::health::Trouble;
use crate::domain::ids::Uid;
use crate::domain::job::JobRow;
use crate::domain::registry::{Claim, FinishedJob, Snapshot};
use crate::domain::request::{FetchReply, FetchRequest, PortError};
use crate::domain::standing::{Judgement, Tracker, failed, judge};
use crate::domain::survey::{Survey, filled};
use crate::domain::sync::{SyncNews, Target};
use crate::domain::text::without_name;
use crate::runtime::ports::{Claimed, KeepPort, Kept};

/// Jobs that one look tells whole, within [`Options::limit`]; more follow with the next.
const JOBS: usize = 100;
/// Jobs of which pods and logs are asked for at once.
const JOBS_AT_ONCE: usize = 4;
/// A Job that ended longer ago is kept, and news to nobody: so are all that a cluster has when it is first looked at.
const RECENT_MS: i64 = 10 * 60 * 1_000;
/// Of looks through a session's watches every so often one lists what the session does not watch.
const WHOLE_EVERY: u32 = 20;

/// What is remembered of a cluster between looks.
#[derive(Debug)]
pub struct State {
    pub target: Arc<Target>,
    tracker: Tracker,
    /// Known jobs and standing are those of this claim's time; another one starts over.
    epoch: Option<i64>,
    /// `None` before the first look: what ended before is kept, but told to nobody.
    jobs: Option<HashSet<Uid>>,
    pub claim: Option<Claim>,
    whole: Option<Arc<Snapshot>>,
    since_whole: u32,
    is_failing: bool,
}

/// What came of a look.
#[derive(Debug)]
pub struct Ended {
    pub outcome: Outcome,
    /// Somebody else took over while it was under way.
    pub stale: bool,
    /// Why it failed, or why its result is not kept.
    pub error: Option<String>,
}

impl State {
    pub fn new(target: Arc<Target>) -> Self {
        let tracker = Tracker::default();
        Self { target, tracker, epoch: None, jobs: None, claim: None, whole: None, since_whole: 0, is_failing: false }
    }

    /// Takes one look.
    pub async fn look(&mut self, parts: &Parts, options: &Options) -> Ended {
        let keeps = self.target.registered.clone().zip(parts.keep.clone());
        if let Some((id, keep)) = &keeps {
            if options.claims && !self.claimed(&**keep, id, options).await {
                parts.sink.news(SyncNews::Theirs { target: self.target.clone() });
                return Ended { outcome: Outcome::Theirs, stale: false, error: None };
            }
            self.catch_up(&**keep, id).await;
        }
        let (at_ms, begun) = ((options.now_ms)(), Instant::now());
        let seen = self.survey(parts, options).await;
        let took = begun.elapsed();
        let mut round = Round { state: self, parts, keeps, at_ms, error: None, stale: false };
        let outcome = match seen {
            Ok(seen) => round.seen(seen, took, options).await,
            Err(error) => round.failed(&error).await,
        };
        let (stale, error) = (round.stale, round.error);
        self.is_failing = outcome == Outcome::Failed;
        if stale {
            self.forget();
        }
        Ended { outcome: if stale { Outcome::Theirs } else { outcome }, stale, error }
    }

    /// Whether the work is ours. While the registry is away, what was ours stays so: whether it still is, is decided
    /// where results are written.
    async fn claimed(&mut self, keep: &dyn KeepPort, id: &str, options: &Options) -> bool {
        // A lease outlives the pause to the next look, which is longer for a cluster that fails, and that look.
        let quarters = if self.is_failing { 9 } else { 5 };
        match keep.claim(id, options.interval * quarters / 4 + options.limit).await {
            Ok(Claimed::Mine(claim)) => self.claim = Some(claim),
            Ok(Claimed::Theirs) => {
                self.forget();
                return false;
            }
            Err(trouble) => {
                tracing::info!(cluster = self.target.name, trouble = trouble.words, "no claim could be taken");
            }
        }
        true
    }

    fn forget(&mut self) {
        (self.claim, self.epoch, self.jobs) = (None, None, None);
        self.tracker = Tracker::default();
    }

    /// Goes on from where whoever had the work before stopped.
    async fn catch_up(&mut self, keep: &dyn KeepPort, id: &str) {
        let epoch = self.claim.as_ref().map_or(0, |claim| claim.epoch);
        if self.epoch == Some(epoch) {
            return;
        }
        if let (Ok(standing), Ok(jobs)) = (keep.standing(id).await, keep.known_jobs(id).await) {
            self.tracker = Tracker::after(standing);
            self.jobs = Some(jobs.into_iter().collect());
            self.epoch = Some(epoch);
        }
    }

    async fn survey(&mut self, parts: &Parts, options: &Options) -> Result<Survey, PortError> {
        let asked = async {
            if let Some(seen) = self.through_watches(parts).await {
                return seen;
            }
            match parts.fleet.fetch(self.target.id, FetchRequest::Survey { labels: options.labels.clone() }).await? {
                FetchReply::Survey(survey) => {
                    self.since_whole = 0;
                    Ok(*survey)
                }
                _ => Err(PortError::Broken(Trouble::new(format!("{}: no answer to a look", self.target.name)))),
            }
        };
        let limit = options.limit;
        timeout(limit, asked).await.unwrap_or_else(|_| Err(too_late(&self.target.name, limit)))
    }

    /// What a live session knows is not listed again.
    async fn through_watches(&mut self, parts: &Parts) -> Option<Result<Survey, PortError>> {
        let watched = parts.watched.as_ref()?.survey(self.target.id)?;
        let whole = self.whole.clone().filter(|_| self.since_whole < WHOLE_EVERY)?;
        self.since_whole += 1;
        let Survey { snapshot, ended } = watched;
        let mut snapshot = filled(snapshot, &whole);
        match parts.fleet.fetch(self.target.id, FetchRequest::Checks).await {
            Ok(FetchReply::Checks(failed)) => snapshot.summary.checks_failed = failed,
            Err(error @ (PortError::Unreachable(_) | PortError::Unauthorised(_))) => return Some(Err(error)),
            _ => {}
        }
        Some(Ok(Survey { snapshot, ended }))
    }
}

fn too_late(name: &str, limit: Duration) -> PortError {
    PortError::Unreachable(Trouble::new(format!("{name}: no whole answer within {} s", limit.as_secs())))
}

/// The second half of a look: what becomes of its result.
struct Round<'a> {
    state: &'a mut State,
    parts: &'a Parts,
    keeps: Option<(String, Arc<dyn KeepPort>)>,
    at_ms: i64,
    error: Option<String>,
    stale: bool,
}

impl Round<'_> {
    async fn seen(&mut self, seen: Survey, took: Duration, options: &Options) -> Outcome {
        let Survey { mut snapshot, ended } = seen;
        snapshot.at_ms = self.at_ms;
        snapshot.summary.took_ms = u32::try_from(took.as_millis()).unwrap_or(u32::MAX);
        if let Some((id, _)) = &self.keeps {
            snapshot.cluster.clone_from(id);
        }
        let judgement = judge(&snapshot);
        let snapshot = Arc::new(snapshot);
        if self.state.since_whole == 0 {
            self.state.whole = Some(snapshot.clone());
        }
        if let Some((_, keep)) = self.keeps.clone() {
            let kept = keep.snapshot(self.state.claim.clone(), snapshot.clone()).await;
            if !self.is_kept(kept) {
                return Outcome::Seen;
            }
        }
        self.tell(Some(snapshot), &judgement).await;
        self.jobs(ended, options).await;
        Outcome::Seen
    }

    async fn failed(&mut self, error: &PortError) -> Outcome {
        let mut judgement = failed(error);
        // Whoever reads it reads the cluster's name beside it.
        judgement.why = without_name(&judgement.why, &self.state.target.name).to_owned();
        self.error = Some(judgement.why.clone());
        self.tell(None, &judgement).await;
        Outcome::Failed
    }

    async fn tell(&mut self, snapshot: Option<Arc<Snapshot>>, judgement: &Judgement) {
        let target = self.state.target.clone();
        let looked =
            SyncNews::Looked { target: target.clone(), snapshot, judgement: judgement.clone(), at_ms: self.at_ms };
        let was = self.state.tracker.standing().map(|standing| standing.status);
        let id = self.keeps.as_ref().map(|(id, _)| id.clone()).unwrap_or_default();
        let before = self.state.tracker.clone();
        if let Some(transition) = self.state.tracker.look(&id, judgement, self.at_ms) {
            let mut is_news = true;
            if let Some((_, keep)) = self.keeps.clone() {
                let kept = keep.transition(self.state.claim.clone(), transition.clone()).await;
                is_news = matches!(kept, Ok(Kept::Stored | Kept::Waits));
                if kept.is_err() {
                    // It is told again with the next look.
                    self.state.tracker = before;
                }
                if !self.is_kept(kept) && self.stale {
                    return;
                }
            }
            if is_news {
                self.parts.sink.news(SyncNews::Standing { target, transition, was });
            }
        }
        self.parts.sink.news(looked);
    }

    /// Whether the result counts; if not, why is noted.
    fn is_kept(&mut self, kept: Result<Kept, Trouble>) -> bool {
        match kept {
            Ok(Kept::Stale) => {
                self.stale = true;
                false
            }
            Ok(_) => true,
            Err(trouble) => {
                self.error = Some(trouble.words.clone());
                self.parts.sink.news(SyncNews::NotKept { target: self.state.target.clone(), trouble });
                // What cannot be kept is seen all the same.
                true
            }
        }
    }

    /// Jobs that ended since the last look, in the order in which they press.
    async fn jobs(&mut self, ended: Vec<Arc<JobRow>>, options: &Options) {
        if self.keeps.is_none() && self.state.jobs.is_none() {
            self.state.jobs = Some(ended.iter().map(|job| job.meta.uid).collect());
            return;
        }
        let known = self.state.jobs.get_or_insert_default();
        let fresh: Vec<_> = ended.into_iter().filter(|job| !known.contains(&job.meta.uid)).take(JOBS).collect();
        let (id, fleet) = (self.state.target.id, self.parts.fleet.clone());
        let asked = |job: Arc<JobRow>| {
            let asked = fleet.fetch(id, FetchRequest::FinishedJob { job: job.clone() });
            async move { (job.meta.uid, asked.await) }
        };
        let mut told = stream::iter(fresh).map(asked).buffered(JOBS_AT_ONCE);
        let until = Instant::now() + options.limit;
        while !self.stale
            && let Ok(Some((uid, told))) = timeout_at(until, told.next()).await
        {
            // One that cannot be told is asked for again with the next look.
            if let Ok(FetchReply::FinishedJob(told)) = told {
                self.job(uid, told).await;
            }
        }
    }

    async fn job(&mut self, uid: Uid, mut told: Box<FinishedJob>) {
        let target = self.state.target.clone();
        let mut is_news = true;
        if let Some((id, keep)) = self.keeps.clone() {
            told.cluster = id;
            let kept = keep.finished(self.state.claim.clone(), Arc::new((*told).clone())).await;
            is_news = matches!(kept, Ok(Kept::Stored | Kept::Waits));
            if kept.is_err() {
                self.is_kept(kept);
                return;
            }
            self.is_kept(kept);
        }
        self.state.jobs.get_or_insert_default().insert(uid);
        if is_news && told.finished_ms >= self.at_ms - RECENT_MS {
            self.parts.sink.news(SyncNews::Finished { target, job: Arc::new(*told) });
        }
    }
}
