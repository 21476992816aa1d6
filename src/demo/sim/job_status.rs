//! The status of a Job: counts, conditions, completed indexes.

use serde_json::{Value, json};

use crate::demo::wire::time;
use crate::demo::write::child;

/// How a Job ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    pub good: bool,
    pub reason: &'static str,
    pub message: &'static str,
}

impl Ended {
    pub fn complete() -> Self {
        Self { good: true, reason: "CompletionsReached", message: "Reached expected number of succeeded pods" }
    }

    pub fn failed(reason: &'static str, message: &'static str) -> Self {
        Self { good: false, reason, message }
    }

    /// Whether it is a warning, its reason and its message.
    pub fn event(&self) -> (bool, &'static str, String) {
        if self.good { (false, "Completed", "Job completed".into()) } else { (true, self.reason, self.message.into()) }
    }

    /// The condition that says it will end, and the one that says it has.
    fn conditions(&self) -> (&'static str, &'static str) {
        if self.good { ("SuccessCriteriaMet", "Complete") } else { ("FailureTarget", "Failed") }
    }
}

fn condition(job: &Value, kind: &str) -> Option<Value> {
    let all = job["status"]["conditions"].as_array()?;
    all.iter().find(|condition| condition["type"] == kind && condition["status"] == "True").cloned()
}

fn add(job: &mut Value, kind: &str, is: bool, reason: &str, message: &str, now: i64) {
    let stamp = time::rfc3339(now);
    let condition = json!({"type": kind, "status": if is { "True" } else { "False" }, "lastProbeTime": stamp,
        "lastTransitionTime": stamp, "reason": reason, "message": message});
    let conditions = child(job, "status").entry("conditions").or_insert_with(|| json!([]));
    if let Some(all) = conditions.as_array_mut() {
        all.retain(|known| known["type"] != kind);
        all.push(condition);
    }
}

/// When a Job finished (Unix seconds).
pub fn finished(job: &Value) -> Option<i64> {
    let done = condition(job, "Complete").or_else(|| condition(job, "Failed"))?;
    done["lastTransitionTime"].as_str().and_then(time::parse)
}

/// Says that the Job will end as soon as its pods have.
pub fn announce(job: &mut Value, end: &Ended, now: i64) {
    if condition(job, end.conditions().0).is_none() {
        add(job, end.conditions().0, true, end.reason, end.message, now);
    }
}

/// The announced end, once nothing runs any more and the Job has not ended.
pub fn may_end(job: &Value, running: usize) -> Option<Ended> {
    if running > 0 || finished(job).is_some() {
        return None;
    }
    if condition(job, "SuccessCriteriaMet").is_some() {
        return Some(Ended::complete());
    }
    let failure = condition(job, "FailureTarget")?;
    Some(match failure["reason"].as_str() {
        Some("DeadlineExceeded") => Ended::failed("DeadlineExceeded", "Job was active longer than specified deadline"),
        _ => Ended::failed("BackoffLimitExceeded", "Job has reached the specified backoff limit"),
    })
}

/// Ends the Job.
pub fn end(job: &mut Value, end: &Ended, now: i64) {
    add(job, end.conditions().1, true, end.reason, end.message, now);
    if end.good {
        child(job, "status").insert("completionTime".into(), time::rfc3339(now).into());
    }
}

/// Sets the counts of pods that are there.
pub fn numbers(job: &mut Value, active: usize, ready: usize, terminating: usize) {
    if job["status"]["startTime"].is_null() && job["spec"]["suspend"] != true {
        return;
    }
    let status = child(job, "status");
    status.insert("active".into(), active.into());
    status.insert("ready".into(), ready.into());
    status.insert("terminating".into(), terminating.into());
    status.entry("uncountedTerminatedPods").or_insert_with(|| json!({}));
}

/// Sets or takes back the Suspended condition; true when that changed something.
pub fn suspend(job: &mut Value, suspended: bool, now: i64) -> bool {
    match (suspended, condition(job, "Suspended").is_some()) {
        (true, false) => {
            add(job, "Suspended", true, "JobSuspended", "Job suspended", now);
            true
        }
        (false, true) => {
            add(job, "Suspended", false, "JobResumed", "Job resumed", now);
            child(job, "status").insert("startTime".into(), time::rfc3339(now).into());
            true
        }
        _ => false,
    }
}

/// How many pods are to be started.
pub fn missing(job: &Value, active: i64) -> i64 {
    let parallelism = job["spec"]["parallelism"].as_i64().unwrap_or(1);
    let succeeded = job["status"]["succeeded"].as_i64().unwrap_or(0);
    let wanted = match job["spec"]["completions"].as_i64() {
        Some(completions) => parallelism.min(completions - succeeded),
        None if succeeded > 0 => 0,
        None => parallelism,
    };
    (wanted - active).max(0)
}

/// A pod's completion index.
pub fn index_of(pod: &Value) -> Option<i64> {
    pod["metadata"]["annotations"]["batch.kubernetes.io/job-completion-index"].as_str()?.parse().ok()
}

/// Notes the index of a pod that succeeded.
pub fn index_done(job: &mut Value, pod: Option<&Value>) {
    if job["spec"]["completionMode"] != "Indexed" {
        return;
    }
    let Some(index) = pod.and_then(index_of) else { return };
    let mut done = completed(job);
    done.push(index);
    done.sort_unstable();
    done.dedup();
    child(job, "status").insert("completedIndexes".into(), ranges(&done).into());
}

/// The lowest index that is neither done nor worked on.
pub fn next_index(job: &Value, active: &[i64]) -> Option<i64> {
    let done = completed(job);
    let all = job["spec"]["completions"].as_i64().unwrap_or(0);
    (0..all).find(|index| !done.contains(index) && !active.contains(index))
}

fn completed(job: &Value) -> Vec<i64> {
    let text = job["status"]["completedIndexes"].as_str().unwrap_or_default();
    let mut done = Vec::new();
    for part in text.split(',').filter(|part| !part.is_empty()) {
        let (from, to) = part.split_once('-').unwrap_or((part, part));
        if let (Ok(from), Ok(to)) = (from.parse::<i64>(), to.parse::<i64>()) {
            done.extend(from..=to);
        }
    }
    done
}

/// `0-2,4`
fn ranges(sorted: &[i64]) -> String {
    let mut parts: Vec<(i64, i64)> = Vec::new();
    for &index in sorted {
        match parts.last_mut() {
            Some((_, to)) if *to + 1 == index => *to = index,
            _ => parts.push((index, index)),
        }
    }
    let written: Vec<String> = parts
        .into_iter()
        .map(|(from, to)| match to - from {
            0 => from.to_string(),
            1 => format!("{from},{to}"),
            _ => format!("{from}-{to}"),
        })
        .collect();
    written.join(",")
}
