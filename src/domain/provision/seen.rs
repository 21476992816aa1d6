//! Runs as their Jobs and pods tell them: nothing of a run is known that the management cluster does not say.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::manifests::{
    APPROVALS, ASKED_BY, CANCELLED_BY, COST, ENVIRONMENT, IDENTITY, KIND, PHASE, PLACE, PROTECTED, RUN, Spec, WANTED,
    WORKER, Worker,
};
use super::{Facts, Identity, JobFacts, Kind, Outcome, Phase, State};
use crate::domain::text::clean;

/// Of a Job that has no pod and does not say why: its events may.
pub const NO_POD: &str = "no pod yet";

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
}

impl Run {
    pub fn kind(&self) -> Kind {
        self.facts.kind
    }

    pub fn state(&self) -> State {
        self.facts.state()
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
            JobFacts::Ended(None) => "its pod is gone and left no word: the log and the state tell more".to_owned(),
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

/// Runs from a list of Jobs and one of their pods, the newest first. What is none of ours is left out.
pub fn runs(jobs: &[Value], pods: &[Value]) -> Vec<Run> {
    let mut by_job: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
    for pod in pods {
        by_job.entry(label(pod, "batch.kubernetes.io/job-name").unwrap_or_default()).or_default().push(pod);
    }
    let mut runs: BTreeMap<String, Run> = BTreeMap::new();
    // Plans first: they tell what a run is.
    for phase in [Phase::Plan, Phase::Apply] {
        for job in jobs.iter().filter(|job| label(job, PHASE) == Some(phase.word())) {
            let Some(id) = label(job, RUN) else { continue };
            if !runs.contains_key(id) {
                let Some(run) = begun(id, job) else { continue };
                runs.insert(id.to_owned(), run);
            }
            let Some(run) = runs.get_mut(id) else { continue };
            let pods = by_job.get(text(job, "/metadata/name").unwrap_or_default());
            take(run, phase, job, pods.map(Vec::as_slice).unwrap_or_default());
        }
    }
    let mut runs: Vec<Run> = runs.into_values().collect();
    supersede(&mut runs);
    runs.sort_by(|a, b| b.asked_ms.cmp(&a.asked_ms).then_with(|| a.id.cmp(&b.id)));
    runs
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
/// plan that waited for approval is lost.
pub fn with_the_past(listed: Vec<Run>, past: &[Run]) -> Vec<Run> {
    let mut runs = listed;
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

fn begun(id: &str, job: &Value) -> Option<Run> {
    let identity: Identity = serde_json::from_str(note(job, IDENTITY)?).ok()?;
    let kind = Kind::of(label(job, KIND)?)?;
    let worker: Worker = serde_json::from_str(note(job, WORKER)?).ok()?;
    let mut facts = Facts::new(kind);
    facts.wanted = note(job, WANTED).and_then(|wanted| wanted.parse().ok()).unwrap_or(1);
    Some(Run {
        id: id.to_owned(),
        identity,
        environment: note(job, ENVIRONMENT).map(clean).unwrap_or_default().into_owned(),
        is_protected: note(job, PROTECTED) == Some("true"),
        asked_by: note(job, ASKED_BY).map(clean).unwrap_or_default().into_owned(),
        asked_ms: time(job, "/metadata/creationTimestamp").unwrap_or_default(),
        facts,
        place: 0,
        worker,
        plan: None,
        apply: None,
        cancelled_by: None,
        cost: None,
    })
}

fn take(run: &mut Run, phase: Phase, job: &Value, pods: &[&Value]) {
    let pod = pods.iter().max_by_key(|pod| time(pod, "/metadata/creationTimestamp"));
    let status = pod.map(|pod| &pod["status"]["containerStatuses"][0]);
    let ended = status.and_then(|status| time(status, "/state/terminated/finishedAt"));
    let seen = Seen {
        job: text(job, "/metadata/name").unwrap_or_default().to_owned(),
        uid: text(job, "/metadata/uid").unwrap_or_default().to_owned(),
        pod: pod.and_then(|pod| text(pod, "/metadata/name")).map(str::to_owned),
        image_id: status.and_then(|status| text(status, "/imageID")).map(str::to_owned),
        created_ms: time(job, "/metadata/creationTimestamp").unwrap_or_default(),
        started_ms: status
            .and_then(|status| {
                time(status, "/state/running/startedAt").or_else(|| time(status, "/state/terminated/startedAt"))
            })
            .or_else(|| time(job, "/status/startTime")),
        ended_ms: ended.or_else(|| over(job)),
        ttl_s: job["spec"]["ttlSecondsAfterFinished"].as_i64(),
    };
    run.place = note(job, PLACE).and_then(|place| place.parse().ok()).unwrap_or(run.place);
    let facts = facts(job, pod.copied());
    if let Some(by) = note(job, CANCELLED_BY) {
        run.facts.cancel_asked = true;
        run.cancelled_by = Some(clean(by).into_owned());
    }
    if let Some(told) = note(job, APPROVALS).and_then(|list| serde_json::from_str(list).ok()) {
        run.facts.approvals = told;
    }
    if let Some(cost) = note(job, COST) {
        run.cost = Some(clean(cost).into_owned());
    }
    match phase {
        Phase::Plan => {
            run.facts.plan = facts;
            run.plan = Some(seen);
        }
        Phase::Apply => {
            run.facts.apply = facts;
            run.apply = Some(seen);
        }
    }
}

fn facts(job: &Value, pod: Option<&Value>) -> JobFacts {
    let container = pod.map(|pod| &pod["status"]["containerStatuses"][0]);
    if let Some(ended) = container.map(|container| &container["state"]["terminated"]).filter(|ended| ended.is_object())
    {
        return JobFacts::Ended(text(ended, "/message").and_then(Outcome::read).map(Box::new));
    }
    if over(job).is_some() {
        return JobFacts::Ended(None);
    }
    match (job["spec"]["suspend"] == true, pod) {
        (true, None) => JobFacts::Queued,
        // Its pod is about to go.
        (true, Some(_)) | (false, None) => JobFacts::Waiting(why_no_pod(job)),
        (false, Some(pod)) => match container {
            Some(container) if container["state"]["running"].is_object() => JobFacts::Running,
            container => JobFacts::Waiting(why_not_running(pod, container)),
        },
    }
}

fn why_no_pod(job: &Value) -> String {
    match job["spec"]["suspend"] == true {
        true => "its pod is ending".to_owned(),
        false => NO_POD.to_owned(),
    }
}

fn why_not_running(pod: &Value, container: Option<&Value>) -> String {
    let waiting = container.map(|container| &container["state"]["waiting"]).filter(|waiting| waiting.is_object());
    if let Some(waiting) = waiting {
        let reason = text(waiting, "/reason").unwrap_or_default();
        let message = text(waiting, "/message").unwrap_or_default();
        return match message {
            "" => clean(reason).into_owned(),
            message => clean(&format!("{reason}: {message}")).into_owned(),
        };
    }
    let conditions = pod["status"]["conditions"].as_array().into_iter().flatten();
    let unscheduled =
        conditions.filter(|condition| condition["type"] == "PodScheduled" && condition["status"] == "False");
    let words = unscheduled.filter_map(|condition| text(condition, "/message")).next();
    words.map_or_else(|| "its pod is starting".to_owned(), |words| clean(words).into_owned())
}

/// When a Job ended, whichever way.
fn over(job: &Value) -> Option<i64> {
    let conditions = job["status"]["conditions"].as_array().into_iter().flatten();
    let mut ended = conditions.filter(|condition| {
        condition["status"] == "True" && matches!(text(condition, "/type"), Some("Complete" | "Failed"))
    });
    ended.next().map(|condition| time(condition, "/lastTransitionTime").unwrap_or_default())
}

fn text<'a>(value: &'a Value, pointer: &str) -> Option<&'a str> {
    value.pointer(pointer)?.as_str()
}

fn label<'a>(object: &'a Value, key: &str) -> Option<&'a str> {
    object["metadata"]["labels"][key].as_str()
}

fn note<'a>(object: &'a Value, key: &str) -> Option<&'a str> {
    object["metadata"]["annotations"][key].as_str()
}

fn time(value: &Value, pointer: &str) -> Option<i64> {
    text(value, pointer)?.parse::<Timestamp>().ok().map(Timestamp::as_millisecond)
}
