//! Runs as their Jobs and pods tell them: nothing of a run is known that the management cluster does not say.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::manifests::{Spec, Worker};
use super::{Facts, Identity, JobFacts, Kind, Outcome, Phase, State};
use crate::domain::text::clean;

pub use super::jobs::runs;

/// A run with all that is known of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    pub id: String,
    pub identity: Identity,
    /// As the configuration calls it.
    pub environment: String,
    pub is_protected: bool,
    pub asked_by: String,
    /// Unix milliseconds.
    pub asked_ms: i64,
    pub facts: Facts,
    /// Its place in the queue: the lowest is next.
    pub place: i64,
    pub worker: Worker,
    pub plan: Option<Seen>,
    pub apply: Option<Seen>,
    pub cancelled_by: Option<String>,
    /// About what a month costs of what its plan adds, once somebody agreed to it: `~$1,080`.
    #[serde(default)]
    pub cost: Option<String>,
}

/// One phase's Job.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Seen {
    pub job: String,
    pub uid: String,
    /// The newest pod.
    pub pod: Option<String>,
    /// The image as the node resolved it: `docker.io/hashicorp/terraform@sha256:…`.
    pub image_id: Option<String>,
    /// Unix milliseconds.
    pub created_ms: i64,
    pub started_ms: Option<i64>,
    pub ended_ms: Option<i64>,
    /// It is forgotten so many seconds after its end.
    pub ttl_s: Option<i64>,
    /// How it ended stands on the Job, and outlives the pod.
    #[serde(default)]
    pub is_noted: bool,
    /// Why it ended, where it left no word of its own: `OOMKilled`, `DeadlineExceeded`, `Evicted`.
    #[serde(default)]
    pub reason: Option<String>,
}

impl Run {
    pub fn kind(&self) -> Kind {
        self.facts.kind
    }

    pub fn state(&self) -> State {
        self.facts.state()
    }

    /// Where it stands, as a person reads it.
    pub fn state_words(&self) -> &'static str {
        match (self.kind(), self.state()) {
            (Kind::Drift, State::Planned { changes: true }) => "drift found",
            (Kind::Drift, State::Planned { changes: false }) => "no drift",
            (_, state) => state.words(),
        }
    }

    pub fn phase(&self, phase: Phase) -> Option<&Seen> {
        match phase {
            Phase::Plan => self.plan.as_ref(),
            Phase::Apply => self.apply.as_ref(),
        }
    }

    /// The phase that it is in or was in last.
    pub fn last_phase(&self) -> Phase {
        if self.apply.is_some() { Phase::Apply } else { Phase::Plan }
    }

    /// A phase has ended, and its Job does not say how.
    pub fn is_to_be_noted(&self) -> bool {
        [Phase::Plan, Phase::Apply].into_iter().any(|phase| self.is_unnoted(phase))
    }

    /// The phase has ended, and its Job does not say how.
    pub fn is_unnoted(&self, phase: Phase) -> bool {
        matches!(self.facts.of(phase), JobFacts::Ended(_)) && self.phase(phase).is_some_and(|seen| !seen.is_noted)
    }

    /// The same where no Job of it is there any more.
    pub fn without_jobs(self) -> Self {
        Self { plan: None, apply: None, ..self }
    }

    /// What its Jobs are made of.
    pub fn spec(&self) -> Spec {
        Spec {
            asked_by: self.asked_by.clone(),
            environment: self.environment.clone(),
            is_protected: self.is_protected,
            approvals: self.facts.wanted,
            worker: self.worker.clone(),
            ..Spec::new(self.id.clone(), self.identity.clone(), self.kind())
        }
    }

    /// How the phase ended that ended last.
    pub fn outcome(&self) -> Option<&Outcome> {
        self.facts.apply.outcome().or_else(|| self.facts.plan.outcome())
    }

    /// What it would change or has changed: resources to add, change and destroy.
    pub fn changes(&self) -> Option<(u64, u64, u64)> {
        let outcome = self.facts.plan.outcome()?;
        Some((outcome.add, outcome.change, outcome.destroy))
    }

    /// Why it waits or failed, in words; empty if there is nothing to say.
    pub fn why(&self) -> String {
        let facts = if self.apply.is_some() { &self.facts.apply } else { &self.facts.plan };
        match facts {
            JobFacts::Waiting(why) => why.clone(),
            JobFacts::Ended(None) => lost(self.phase(self.last_phase()).and_then(|seen| seen.reason.as_deref())),
            JobFacts::Ended(Some(outcome)) => match outcome.exit {
                0 | 2 => String::new(),
                _ => clean(&outcome.told()).into_owned(),
            },
            _ => String::new(),
        }
    }

    /// Unix milliseconds of its last change.
    pub fn touched_ms(&self) -> i64 {
        let ended = |seen: &Option<Seen>| {
            seen.as_ref().map(|seen| seen.ended_ms.or(seen.started_ms).unwrap_or(seen.created_ms))
        };
        [ended(&self.plan), ended(&self.apply)].into_iter().flatten().max().unwrap_or(self.asked_ms)
    }
}

/// The run that says what a cluster was given last: the newest one that went on to apply, since a plan that was only
/// looked at changes nothing; else the newest one. `runs`: the newest first.
pub fn last_given<'a>(runs: &'a [Run], identity: &Identity) -> Option<&'a Run> {
    // One that frees a lock or writes a state is given nothing.
    let is_meant = |run: &&Run| run.identity == *identity && !matches!(run.kind(), Kind::Push | Kind::Unlock);
    let mut of_it = runs.iter().filter(is_meant);
    let newest = of_it.clone().next();
    of_it.find(|run| !matches!(run.facts.apply, JobFacts::Absent | JobFacts::Queued)).or(newest)
}

/// Runs that are listed, and those of the past whose Jobs are gone: what had not ended has ended without a word, and a
/// plan that waited for approval is lost. How a Job ended whose pod is gone is what it was when somebody saw it.
pub fn with_the_past(listed: Vec<Run>, past: &[Run]) -> Vec<Run> {
    let mut runs = listed;
    let by_id: BTreeMap<&str, &Run> = past.iter().map(|run| (run.id.as_str(), run)).collect();
    for run in &mut runs {
        let Some(before) = by_id.get(run.id.as_str()) else { continue };
        let phases = [(&mut run.facts.plan, &before.facts.plan), (&mut run.facts.apply, &before.facts.apply)];
        for (now, before) in phases {
            if before.outcome().is_some() {
                let listed = std::mem::replace(now, before.clone());
                now.take(listed);
            }
        }
    }
    let is_listed: BTreeSet<String> = runs.iter().map(|run| run.id.clone()).collect();
    for run in past.iter().filter(|run| !is_listed.contains(&run.id)) {
        let mut run = run.clone();
        if run.state() == State::AwaitingApproval {
            run.facts.plan = JobFacts::Ended(None);
        }
        for facts in [&mut run.facts.plan, &mut run.facts.apply] {
            if !matches!(facts, JobFacts::Absent | JobFacts::Ended(_)) {
                *facts = JobFacts::Ended(None);
            }
        }
        runs.push(run);
    }
    in_order(runs)
}

/// Runs as they stood when they were kept: no cluster has been asked what became of them.
pub fn remembered(past: &[Run]) -> Vec<Run> {
    in_order(past.to_vec())
}

fn in_order(mut runs: Vec<Run>) -> Vec<Run> {
    supersede(&mut runs);
    runs.sort_by(|a, b| b.asked_ms.cmp(&a.asked_ms).then_with(|| a.id.cmp(&b.id)));
    runs
}

/// A plan that was not applied is of no use any more once another run of its cluster has gone on to apply, or was
/// planned after it.
pub fn supersede(runs: &mut [Run]) {
    let newest: Vec<(String, i64, String)> = runs
        .iter()
        .filter(|run| run.kind().applies() && !matches!(run.state(), State::Failed | State::Cancelled))
        .map(|run| (run.identity.slug(), run.asked_ms, run.id.clone()))
        .collect();
    for run in runs.iter_mut().filter(|run| run.kind().applies()) {
        let slug = run.identity.slug();
        let is_later = |(other, at, id): &(String, i64, String)| {
            *other == slug && *id != run.id && (*at, id.as_str()) > (run.asked_ms, run.id.as_str())
        };
        run.facts.superseded = newest.iter().any(is_later);
    }
}

/// Of a Job that ended without a word of its own.
fn lost(reason: Option<&str>) -> String {
    match reason {
        Some("OOMKilled") => "it ran out of memory: provision.memory says how much a run has".to_owned(),
        Some("DeadlineExceeded") => "it took longer than provision.deadline-seconds allows".to_owned(),
        Some("Evicted") => "its node had no room for it any more and took its pod away".to_owned(),
        Some(reason) => format!("its pod ended without a word ({}): the log and the state tell more", clean(reason)),
        None => "its pod is gone and left no word: the log and the state tell more".to_owned(),
    }
}
