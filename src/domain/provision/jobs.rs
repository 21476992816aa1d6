//! Runs read from their Jobs and pods.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

use super::manifests::{
    APPROVALS, ASKED, ASKED_BY, CANCELLED_BY, CONTAINER, COST, ENVIRONMENT, IDENTITY, KIND, OUTCOME, PHASE, PLACE,
    PROTECTED, RUN, WANTED, WORKER, Worker,
};
use super::seen::{Run, Seen, supersede};
use super::{Facts, Identity, JobFacts, Kind, Outcome, Phase};
use crate::domain::text::clean;

/// Of a Job that has no pod and does not say why: its events may.
pub const NO_POD: &str = "no pod yet";

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
        asked_ms: time(job, "/metadata/creationTimestamp").unwrap_or_default() + within_the_second(job),
        facts,
        place: 0,
        worker,
        plan: None,
        apply: None,
        cancelled_by: None,
        cost: None,
    })
}

/// The server's clock tells the second, the clock of whoever asked the place within it.
fn within_the_second(job: &Value) -> i64 {
    note(job, ASKED).and_then(|told| told.parse::<i64>().ok()).map_or(0, |asked_ms| asked_ms.rem_euclid(1_000))
}

fn take(run: &mut Run, phase: Phase, job: &Value, pods: &[&Value]) {
    let pod = pods.iter().max_by_key(|pod| time(pod, "/metadata/creationTimestamp"));
    let status = pod.and_then(|pod| container(pod));
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
        is_noted: note(job, OUTCOME).is_some(),
        reason: reason(job, pod.copied()),
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
    let noted = note(job, OUTCOME).and_then(Outcome::read).map(Box::new);
    let container = pod.and_then(container);
    if let Some(ended) = container.map(|container| &container["state"]["terminated"]).filter(|ended| ended.is_object())
    {
        return JobFacts::Ended(text(ended, "/message").and_then(Outcome::read).map(Box::new).or(noted));
    }
    if over(job).is_some() {
        return JobFacts::Ended(noted);
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

/// What the worker runs in; beside it may stand what an admission put there.
fn container(pod: &Value) -> Option<&Value> {
    pod["status"]["containerStatuses"].as_array()?.iter().find(|status| status["name"] == CONTAINER)
}

/// Why it ended, as the node or the Job's controller tell it; `None` where the container ended by itself.
fn reason(job: &Value, pod: Option<&Value>) -> Option<String> {
    let of_container = pod.and_then(container).and_then(|status| text(status, "/state/terminated/reason"));
    let of_pod = pod.and_then(|pod| text(pod, "/status/reason"));
    let conditions = job["status"]["conditions"].as_array().into_iter().flatten();
    let mut failed = conditions.filter(|condition| condition["type"] == "Failed" && condition["status"] == "True");
    let of_job = failed.find_map(|condition| text(condition, "/reason"));
    let told = [of_job, of_pod, of_container].into_iter().flatten();
    let mut told = told.filter(|reason| !matches!(*reason, "Completed" | "Error" | "BackoffLimitExceeded"));
    told.next().map(|reason| clean(reason).into_owned())
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
