//! Runs as a management cluster would tell them.

use serde_json::{Value, json};

use crate::domain::provision::manifests::{APPROVALS, CANCELLED_BY, PLACE, Spec};
use crate::domain::provision::{Approval, Identity, Kind, Phase, Run, seen};

pub fn spec(id: &str, name: &str, kind: Kind) -> Spec {
    let identity = Identity {
        organisation: "default".to_owned(),
        account: "111111111111".to_owned(),
        region: "eu-west-1".to_owned(),
        name: name.to_owned(),
    };
    let (asked_by, environment) = ("ann".to_owned(), "dev".to_owned());
    Spec { asked_by, environment, ..Spec::new(id.to_owned(), identity, kind) }
}

/// A phase's Job at a minute of the hour, as the server has it.
pub fn job(spec: &Spec, phase: Phase, minute: u32) -> Value {
    let approved = (phase == Phase::Apply).then_some(("abc", "ann"));
    let mut job = spec.job(phase, approved);
    job["metadata"]["uid"] = json!(format!("uid-{}", spec.job_name(phase)));
    job["metadata"]["creationTimestamp"] = json!(format!("2026-11-21T12:{minute:02}:00Z"));
    job
}

pub fn started(mut job: Value) -> Value {
    job["spec"]["suspend"] = json!(false);
    job
}

/// The pod of a Job; `state` is its container's.
pub fn pod(job: &Value, state: Value) -> Value {
    let name = job["metadata"]["name"].as_str().unwrap();
    let mut labels = job["metadata"]["labels"].clone();
    labels["batch.kubernetes.io/job-name"] = json!(name);
    json!({"metadata": {"name": format!("{name}-x"), "labels": labels, "creationTimestamp": "2026-11-21T12:30:00Z"},
        "status": {"phase": "Running", "containerStatuses": [
            {"name": "istio-proxy", "imageID": "sha256:2", "state": running()},
            {"name": "terraform", "imageID": "sha256:1", "state": state}]}})
}

pub fn running() -> Value {
    json!({"running": {"startedAt": "2026-11-21T12:30:01Z"}})
}

/// Ended with these words.
pub fn ended(message: &Value) -> Value {
    json!({"terminated": {"startedAt": "2026-11-21T12:30:01Z", "finishedAt": "2026-11-21T12:31:01Z",
        "message": message.to_string()}})
}

pub fn planned(destroy: u64) -> Value {
    json!({"phase": "plan", "exit": 2, "sha256": "abc", "add": 3, "change": 1, "destroy": destroy})
}

pub fn applied() -> Value {
    json!({"phase": "apply", "exit": 0, "add": 3, "change": 1, "destroy": 0})
}

pub fn note(mut job: Value, key: &str, value: &str) -> Value {
    job["metadata"]["annotations"][key] = json!(value);
    job
}

pub fn cancelled(job: Value) -> Value {
    note(job, CANCELLED_BY, "bob")
}

pub fn placed(job: Value, place: i64) -> Value {
    note(job, PLACE, &place.to_string())
}

pub fn approved_by(job: Value, approvals: &[Approval]) -> Value {
    note(job, APPROVALS, &json!(approvals).to_string())
}

pub fn approval(os_user: &str, arn: Option<&str>) -> Approval {
    Approval { sha256: "abc".to_owned(), os_user: os_user.to_owned(), arn: arn.map(str::to_owned), at_ms: 1 }
}

/// A run that waits for its approval.
pub fn awaiting(spec: &Spec, destroy: u64) -> Run {
    let job = started(job(spec, Phase::Plan, 0));
    let pod = pod(&job, ended(&planned(destroy)));
    seen::runs(&[job], &[pod]).remove(0)
}
