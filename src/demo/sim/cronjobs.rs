//! The CronJob controller.

use serde_json::{Value, json};

use super::cron::Schedule;
use super::events::Said;
use super::{Due, Sim, job_status};
use crate::demo::kinds::{Kinds, Known};
use crate::demo::store::{Key, Store};
use crate::demo::wire::time;
use crate::demo::write::create;
use crate::demo::write::delete::{self, Options};
use crate::demo::write::{How, child, tidy};

impl Sim {
    pub(super) fn cron_job(&mut self, store: &mut Store, key: &Key, now: i64) {
        let known = Known::get();
        let Some(entry) = store.get(known.cron_job, key).cloned() else { return };
        let Some(old) = entry.full() else { return };
        let mut cron = old.clone();
        self.review(store, key, &mut cron);
        let schedule = cron["spec"]["schedule"].as_str().and_then(Schedule::parse);
        if let Some(schedule) = schedule.filter(|_| cron["spec"]["suspend"] != true) {
            let at = |field: &Value| field.as_str().and_then(time::parse);
            let last =
                at(&cron["status"]["lastScheduleTime"]).or(at(&cron["metadata"]["creationTimestamp"])).unwrap_or(0);
            // Of runs that were missed only the latest is made up for, and none that is older than a day.
            let zone = cron["spec"]["timeZone"].as_str().unwrap_or_default().to_owned();
            let next = |after: i64| schedule.next_in(&zone, after);
            let mut due = next(last.max(now / 1000 - 86_400));
            while let Some(later) = due.and_then(next).filter(|later| later * 1000 <= now) {
                due = Some(later);
            }
            let patience = cron["spec"]["startingDeadlineSeconds"].as_i64().unwrap_or(i64::MAX);
            match due {
                Some(due) if due * 1000 <= now => {
                    if now / 1000 - due > patience {
                        let message = format!("Missed scheduled time to start a job: {}", time::rfc3339(due));
                        let said = Said::warning("cronjob-controller", "MissSchedule", &message);
                        self.say(store, known.cron_job, &entry, said);
                    } else {
                        self.start_job(store, &entry.key, &mut cron, due);
                    }
                    child(&mut cron, "status").insert("lastScheduleTime".into(), time::rfc3339(due).into());
                    self.later(now, 0, Due::Object(known.cron_job, key.clone()));
                }
                Some(due) => self.later(due * 1000, 0, Due::Object(known.cron_job, key.clone())),
                None => {}
            }
        }
        let cron = tidy(&Kinds::get().all[known.cron_job], &cron);
        if cron != *old {
            store.put(known.cron_job, key.clone(), cron);
        }
    }

    /// Takes stock of the CronJob's Jobs: which run, which succeeded last, which are too many.
    fn review(&mut self, store: &mut Store, key: &Key, cron: &mut Value) {
        let known = Known::get();
        let uid = cron["metadata"]["uid"].as_str().unwrap_or_default().to_owned();
        let (mut active, mut good, mut bad) = (Vec::new(), Vec::new(), Vec::new());
        // A Job that somebody made by hand in the CronJob's name is none of its runs.
        let runs: Vec<Value> = cron["status"]["active"].as_array().cloned().unwrap_or_default();
        for entry in store.range(known.job, Some(&key.namespace)).filter(|entry| entry.controlled_by(&uid)) {
            let Some(job) = entry.full() else { continue };
            match job_status::finished(job) {
                None => active.extend(runs.iter().find(|run| run["uid"] == *entry.uid()).cloned()),
                Some(at) if job["status"]["completionTime"].is_string() => good.push((at, entry.key.clone())),
                Some(at) => bad.push((at, entry.key.clone())),
            }
        }
        let status = child(cron, "status");
        if active.len() != runs.len() {
            status.insert("active".into(), active.into());
        }
        if let Some((at, _)) = good.iter().max_by_key(|(at, _)| *at) {
            status.insert("lastSuccessfulTime".into(), time::rfc3339(*at).into());
        }
        for (mut list, field, usual) in [(good, "successfulJobsHistoryLimit", 3), (bad, "failedJobsHistoryLimit", 1)] {
            let limit = cron["spec"][field].as_u64().unwrap_or(usual) as usize;
            list.sort_by_key(|(at, _)| *at);
            for (_, key) in list.iter().take(list.len().saturating_sub(limit)) {
                // What is gone already needs no deletion.
                let _ = delete::delete(store, known.job, key, &Options::default());
            }
        }
    }

    fn start_job(&mut self, store: &mut Store, key: &Key, cron: &mut Value, due: i64) {
        let known = Known::get();
        let Some(entry) = store.get(known.cron_job, key).cloned() else { return };
        let running = cron["status"]["active"].as_array().is_some_and(|active| !active.is_empty());
        match cron["spec"]["concurrencyPolicy"].as_str() {
            Some("Forbid") if running => {
                let words = "Not starting job because prior execution is running and concurrency policy is Forbid";
                self.say(store, known.cron_job, &entry, Said::normal("cronjob-controller", "JobAlreadyActive", words));
                return;
            }
            Some("Replace") => {
                for active in cron["status"]["active"].as_array().into_iter().flatten() {
                    let job = Key::new(key.namespace.clone(), active["name"].as_str().unwrap_or_default());
                    // What is gone already needs no deletion.
                    let _ = delete::delete(store, known.job, &job, &Options::default());
                }
                child(cron, "status").shift_remove("active");
            }
            _ => {}
        }
        let template = &cron["spec"]["jobTemplate"];
        let name = format!("{}-{}", key.name, due / 60);
        let mut meta = template["metadata"].clone();
        let fields = crate::demo::write::as_map(&mut meta);
        fields.insert("name".into(), name.as_str().into());
        fields.insert(
            "ownerReferences".into(),
            json!([{"apiVersion": "batch/v1", "kind": "CronJob", "name": &*key.name,
            "uid": entry.uid(), "controller": true, "blockOwnerDeletion": true}]),
        );
        child(&mut meta, "annotations")
            .insert("batch.kubernetes.io/cronjob-scheduled-timestamp".into(), time::rfc3339(due).into());
        let job = json!({"metadata": meta, "spec": template["spec"]});
        let cluster = self.cluster.clone();
        match create::insert(&cluster, store, known.job, Some(&key.namespace), job, &How::default()) {
            Ok(job) => {
                let run = json!({"kind": "Job", "namespace": &*key.namespace, "name": name, "uid": job.uid(),
                    "apiVersion": "batch/v1", "resourceVersion": job.rv.to_string()});
                match child(cron, "status").entry("active").or_insert_with(|| json!([])).as_array_mut() {
                    Some(active) => active.push(run),
                    None => cron["status"]["active"] = json!([run]),
                }
                let message = format!("Created job {name}");
                self.say(
                    store,
                    known.cron_job,
                    &entry,
                    Said::normal("cronjob-controller", "SuccessfulCreate", &message),
                );
            }
            Err(error) if error.code == 409 => {}
            Err(error) => {
                let message = format!("Error creating job: {}", error.message);
                self.say(store, known.cron_job, &entry, Said::warning("cronjob-controller", "FailedCreate", &message));
            }
        }
    }
}
