//! The Job controller.

use std::sync::Arc;

use serde_json::{Value, json};

use super::events::Said;
use super::garbage::drop_finalizers;
use super::job_status::{self, Ended};
use super::{Due, Sim};
use crate::demo::kinds::{Kinds, Known};
use crate::demo::store::{Entry, Key, Store};
use crate::demo::wire::time;
use crate::demo::write::create;
use crate::demo::write::delete::{self, Options};
use crate::demo::write::{How, child, tidy};

/// Holds a Job's pod until it was counted.
pub const TRACKING: &str = "batch.kubernetes.io/job-tracking";

/// A Job's pods, sorted.
#[derive(Debug, Default)]
struct Pods {
    active: Vec<Arc<Entry>>,
    /// Ended and not counted yet.
    succeeded: Vec<Arc<Entry>>,
    failed: Vec<Arc<Entry>>,
    ready: usize,
    terminating: usize,
    /// Restarts of containers that are started again in place.
    restarts: i64,
}

impl Sim {
    pub(super) fn job(&mut self, store: &mut Store, key: &Key, now: i64) {
        let known = Known::get();
        let Some(entry) = store.get(known.job, key).cloned() else {
            release_orphans(store, key);
            return;
        };
        let Some(old) = entry.full() else { return };
        let uid = entry.uid().into_owned();
        let pods = pods_of(store, key, &uid);
        let mut job = old.clone();
        let mut said = Vec::new();
        self.count(store, &mut job, &pods, now);
        if job_status::finished(&job).is_none() && !entry.deleting() {
            self.steer(store, &entry, &mut job, &pods, now, &mut said);
        }
        let active = pods_of(store, key, &uid);
        job_status::numbers(&mut job, active.active.len(), active.ready, active.terminating);
        if let Some(end) = job_status::may_end(&job, active.active.len() + active.terminating) {
            job_status::end(&mut job, &end, now / 1000);
            said.push(end.event());
        }
        let job = tidy(&Kinds::get().all[known.job], &job);
        if job != *old {
            store.put(known.job, key.clone(), job.clone());
        }
        for (warning, reason, message) in &said {
            self.say(
                store,
                known.job,
                &entry,
                Said { warning: *warning, ..Said::normal("job-controller", reason, message) },
            );
        }
        self.expire(store, key, &job, now);
    }

    /// Takes pods that ended into the counts and lets them go.
    fn count(&mut self, store: &mut Store, job: &mut Value, pods: &Pods, now: i64) {
        let known = Known::get();
        for (list, field) in [(&pods.succeeded, "succeeded"), (&pods.failed, "failed")] {
            for pod in list {
                if field == "succeeded" {
                    job_status::index_done(job, pod.full());
                }
                let before = job["status"][field].as_i64().unwrap_or(0);
                child(job, "status").insert(field.into(), (before + 1).into());
                drop_finalizers(store, known.pod, &pod.key, &[TRACKING]);
            }
        }
        if !pods.failed.is_empty() {
            let uid = job["metadata"]["uid"].as_str().unwrap_or_default().to_owned();
            self.failures.insert(uid, now);
        }
    }

    /// Starts, stops and ends what the Job's spec asks for.
    fn steer(
        &mut self,
        store: &mut Store,
        entry: &Entry,
        job: &mut Value,
        pods: &Pods,
        now: i64,
        said: &mut Vec<(bool, &'static str, String)>,
    ) {
        let known = Known::get();
        let stop_active = |store: &mut Store, said: &mut Vec<(bool, &'static str, String)>| {
            for pod in &pods.active {
                // What is gone already needs no deletion.
                let _ = delete::delete(store, known.pod, &pod.key, &Options::default());
                said.push((false, "SuccessfulDelete", format!("Deleted pod: {}", pod.key.name)));
            }
        };
        if job["spec"]["suspend"] == true {
            if job_status::suspend(job, true, now / 1000) {
                give_up(store, &pods.active, said);
                said.push((false, "Suspended", "Job suspended".into()));
            }
            return;
        }
        if job_status::suspend(job, false, now / 1000) {
            said.push((false, "Resumed", "Job resumed".into()));
        }
        let status = child(job, "status");
        if !status.contains_key("startTime") {
            status.insert("startTime".into(), time::rfc3339(now / 1000).into());
            status.insert("uncountedTerminatedPods".into(), json!({}));
        }
        if let Some(end) = self.verdict(entry, job, pods, now) {
            stop_active(store, said);
            job_status::announce(job, &end, now / 1000);
            return;
        }
        let allowed = usize::try_from(job["spec"]["parallelism"].as_i64().unwrap_or(1)).unwrap_or(0);
        if pods.active.len() > allowed {
            give_up(store, &pods.active[allowed..], said);
            return;
        }
        let missing = job_status::missing(job, pods.active.len() as i64);
        if missing == 0 {
            return;
        }
        let wait = self.pause_after_failure(job, now);
        if wait > 0 {
            self.later(now, wait, Due::Object(known.job, entry.key.clone()));
            return;
        }
        for _ in 0..missing.min(500) {
            if !self.add_pod(store, entry, job, said) {
                let times = self.refused.entry(entry.uid().into_owned()).or_default();
                *times += 1;
                // One second, doubled by every refusal, and no more than ten minutes.
                let pause = (1000_i64 << (*times - 1).min(10)).min(600_000);
                self.later(now, pause, Due::Object(known.job, entry.key.clone()));
                return;
            }
            self.refused.remove(&*entry.uid());
        }
    }

    /// Whether the Job is over, by success, failures or time.
    fn verdict(&mut self, entry: &Entry, job: &Value, pods: &Pods, now: i64) -> Option<Ended> {
        let (spec, status) = (&job["spec"], &job["status"]);
        let failed = status["failed"].as_i64().unwrap_or(0) + pods.restarts;
        if failed > spec["backoffLimit"].as_i64().unwrap_or(6) {
            return Some(Ended::failed("BackoffLimitExceeded", "Job has reached the specified backoff limit"));
        }
        if let Some(deadline) = spec["activeDeadlineSeconds"].as_i64() {
            let start = status["startTime"].as_str().and_then(time::parse).unwrap_or(now / 1000);
            if now / 1000 - start >= deadline {
                return Some(Ended::failed("DeadlineExceeded", "Job was active longer than specified deadline"));
            }
            self.later((start + deadline) * 1000, 0, Due::Object(Known::get().job, entry.key.clone()));
        }
        let succeeded = status["succeeded"].as_i64().unwrap_or(0);
        let done = match spec["completions"].as_i64() {
            Some(wanted) => succeeded >= wanted,
            None => succeeded > 0 && pods.active.is_empty(),
        };
        done.then(Ended::complete)
    }

    /// Milliseconds that the next pod waits for because of those that failed: 10 s, doubled by every failure.
    fn pause_after_failure(&self, job: &Value, now: i64) -> i64 {
        let failed = job["status"]["failed"].as_i64().unwrap_or(0);
        let uid = job["metadata"]["uid"].as_str().unwrap_or_default();
        let Some(at) = self.failures.get(uid).filter(|_| failed > 0) else { return 0 };
        at + (10_000 << (failed - 1).min(6)).min(600_000) - now
    }

    /// False when the pod was refused.
    fn add_pod(
        &mut self,
        store: &mut Store,
        entry: &Entry,
        job: &Value,
        said: &mut Vec<(bool, &'static str, String)>,
    ) -> bool {
        let known = Known::get();
        let template = &job["spec"]["template"];
        let name = &*entry.key.name;
        let mut meta = json!({
            "generateName": format!("{name}-"),
            "labels": template["metadata"]["labels"],
            "annotations": template["metadata"]["annotations"],
            "ownerReferences": [{"apiVersion": "batch/v1", "kind": "Job", "name": name, "uid": entry.uid(),
                "controller": true, "blockOwnerDeletion": true}],
            "finalizers": [TRACKING],
        });
        let mut spec = template["spec"].clone();
        if job["spec"]["completionMode"] == "Indexed" {
            let Some(index) = job_status::next_index(job, &pods_of(store, &entry.key, &entry.uid()).indexes()) else {
                return true;
            };
            child(&mut meta, "annotations")
                .insert("batch.kubernetes.io/job-completion-index".into(), index.to_string().into());
            child(&mut meta, "labels")
                .insert("batch.kubernetes.io/job-completion-index".into(), index.to_string().into());
            meta["generateName"] = format!("{name}-{index}-").into();
            spec["hostname"] = format!("{name}-{index}").into();
            let field = "metadata.labels['batch.kubernetes.io/job-completion-index']";
            for container in spec["containers"].as_array_mut().into_iter().flatten() {
                let variable = json!({"name": "JOB_COMPLETION_INDEX",
                    "valueFrom": {"fieldRef": {"apiVersion": "v1", "fieldPath": field}}});
                match container["env"].as_array_mut() {
                    Some(env) => env.push(variable),
                    None => container["env"] = json!([variable]),
                }
            }
        }
        let pod = tidy(&Kinds::get().all[known.pod], &json!({"metadata": meta, "spec": spec}));
        let cluster = self.cluster.clone();
        match create::insert(&cluster, store, known.pod, Some(&entry.key.namespace), pod, &How::default()) {
            Ok(pod) => {
                said.push((false, "SuccessfulCreate", format!("Created pod: {}", pod.key.name)));
                true
            }
            Err(error) => {
                said.push((true, "FailedCreate", format!("Error creating: {}", error.message)));
                false
            }
        }
    }

    /// Deletes a finished Job when its time to live is over.
    fn expire(&mut self, store: &mut Store, key: &Key, job: &Value, now: i64) {
        let Some(life) = job["spec"]["ttlSecondsAfterFinished"].as_i64() else { return };
        let Some(finished) = job_status::finished(job) else { return };
        let at = (finished + life) * 1000;
        if now >= at {
            // What is gone already needs no deletion.
            let _ = delete::delete(
                store,
                Known::get().job,
                key,
                &Options { policy: Some("Foreground".into()), ..Options::default() },
            );
        } else {
            self.later(at, 0, Due::Object(Known::get().job, key.clone()));
        }
    }
}

impl Pods {
    /// Indexes that are being worked on.
    fn indexes(&self) -> Vec<i64> {
        self.active.iter().filter_map(|pod| pod.full()).filter_map(job_status::index_of).collect()
    }
}

fn pods_of(store: &Store, job: &Key, uid: &str) -> Pods {
    let mut pods = Pods::default();
    for entry in store.range(Known::get().pod, Some(&job.namespace)) {
        let Some(pod) = entry.full().filter(|_| entry.controlled_by(uid)) else { continue };
        let uncounted =
            pod["metadata"]["finalizers"].as_array().is_some_and(|all| all.iter().any(|one| one == TRACKING));
        match pod["status"]["phase"].as_str() {
            Some("Succeeded") if uncounted => pods.succeeded.push(entry.clone()),
            Some("Failed") if uncounted => pods.failed.push(entry.clone()),
            Some("Succeeded" | "Failed") => {}
            _ if entry.deleting() => pods.terminating += 1,
            _ => {
                let ready = |condition: &Value| condition["type"] == "Ready" && condition["status"] == "True";
                pods.ready +=
                    usize::from(pod["status"]["conditions"].as_array().is_some_and(|all| all.iter().any(ready)));
                let statuses = pod["status"]["containerStatuses"].as_array().into_iter().flatten();
                pods.restarts += statuses.map(|status| status["restartCount"].as_i64().unwrap_or(0)).sum::<i64>();
                pods.active.push(entry.clone());
            }
        }
    }
    pods
}

/// Deletes pods that are wanted no longer; they count neither as succeeded nor as failed.
fn give_up(store: &mut Store, active: &[Arc<Entry>], said: &mut Vec<(bool, &'static str, String)>) {
    let pods = Known::get().pod;
    for pod in active {
        drop_finalizers(store, pods, &pod.key, &[TRACKING]);
        // What is gone already needs no deletion.
        let _ = delete::delete(store, pods, &pod.key, &Options::default());
        said.push((false, "SuccessfulDelete", format!("Deleted pod: {}", pod.key.name)));
    }
}

/// Pods whose Job has gone are held by nobody.
fn release_orphans(store: &mut Store, job: &Key) {
    let pods = Known::get().pod;
    let held: Vec<Key> = store
        .range(pods, Some(&job.namespace))
        .filter(|entry| entry.owners().any(|owner| owner["kind"] == "Job" && owner["name"] == *job.name))
        .map(|entry| entry.key.clone())
        .collect();
    for key in held {
        drop_finalizers(store, pods, &key, &[TRACKING]);
    }
}
