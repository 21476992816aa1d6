//! Scheduler and kubelet: a pod is placed, its image pulled, its containers run, end and are started again.

use serde_json::Value;

use super::events::Said;
use super::scheduler::Placed;
use super::{Due, Sim, pod_status};
use crate::demo::bulk::pod_ip;
use crate::demo::kinds::{Kinds, Known};
use crate::demo::store::{Entry, Key, Store};
use crate::demo::story::behaviour::Plan;
use crate::demo::wire::time;
use crate::demo::write::tidy;
use crate::demo::write::update::held;

/// What a pod waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Node,
    NodeAgain,
    Image,
    ImageAgain,
    Killing,
}

impl Sim {
    pub(super) fn pod(&mut self, store: &mut Store, key: &Key, now: i64) {
        let pods = Known::get().pod;
        let Some(entry) = store.get(pods, key).cloned() else { return };
        let Some(pod) = entry.full() else { return };
        let phase = pod["status"]["phase"].as_str().unwrap_or_default();
        let over = matches!(phase, "Succeeded" | "Failed");
        if entry.deleting() {
            self.kill(store, &entry, over, now);
        } else if over {
            self.steps.remove(&*entry.uid());
        } else if pod["spec"]["nodeName"].as_str().is_none_or(str::is_empty) {
            let again = pod["status"]["conditions"][0]["reason"] == "Unschedulable";
            let (stage, delay) =
                if again { (Stage::NodeAgain, 30_000) } else { (Stage::Node, self.random.between(50, 250)) };
            if self.due(&entry, stage, now, delay) {
                self.bind(store, &entry, now);
            }
        } else if pod["status"]["containerStatuses"].is_null() {
            let address = "10.0.0.1";
            let mut pod = pod.clone();
            let node = pod["spec"]["nodeName"].as_str().unwrap_or_default().to_owned();
            pod_status::bound(&mut pod, &node, address, now / 1000);
            self.save(store, key, &pod);
        } else if pod["status"]["podIP"].is_null() {
            self.pull(store, &entry, now);
        } else {
            self.run_containers(store, &entry, now);
        }
    }

    /// Whether a stage's delay is over; the first call starts it.
    fn due(&mut self, entry: &Entry, stage: Stage, now: i64, delay: i64) -> bool {
        let uid = entry.uid().into_owned();
        let at = match self.steps.get(&uid) {
            Some((known, at)) if *known == stage => *at,
            _ => {
                self.steps.insert(uid.clone(), (stage, now + delay));
                now + delay
            }
        };
        if now >= at {
            self.steps.remove(&uid);
            return true;
        }
        self.later(at, 0, Due::Object(Known::get().pod, entry.key.clone()));
        false
    }

    fn save(&mut self, store: &mut Store, key: &Key, pod: &Value) -> std::sync::Arc<Entry> {
        let pods = Known::get().pod;
        store.put(pods, key.clone(), tidy(&Kinds::get().all[pods], pod))
    }

    fn bind(&mut self, store: &mut Store, entry: &Entry, now: i64) {
        let pods = Known::get().pod;
        let mut pod = entry.value().into_owned();
        match self.place(store, &pod) {
            Placed::On(node, address) => {
                pod_status::bound(&mut pod, &node, &address, now / 1000);
                self.save(store, &entry.key, &pod);
                let message = format!("Successfully assigned {}/{} to {node}", entry.key.namespace, entry.key.name);
                self.say(store, pods, entry, Said::normal("default-scheduler", "Scheduled", &message));
            }
            Placed::Nowhere(message) => {
                if pod["status"]["conditions"][0]["message"] != message {
                    pod_status::unschedulable(&mut pod, &message, now / 1000);
                    self.save(store, &entry.key, &pod);
                } else {
                    self.later(now, 30_000, Due::Object(pods, entry.key.clone()));
                }
                self.say(store, pods, entry, Said::warning("default-scheduler", "FailedScheduling", &message));
            }
        }
    }

    fn pull(&mut self, store: &mut Store, entry: &Entry, now: i64) {
        let Some(pod) = entry.full() else { return };
        let stuck = pod["status"]["containerStatuses"].as_array().into_iter().flatten().any(|status| {
            matches!(status["state"]["waiting"]["reason"].as_str(), Some("ErrImagePull" | "ImagePullBackOff"))
        });
        let (stage, delay) =
            if stuck { (Stage::ImageAgain, 15_000) } else { (Stage::Image, self.random.between(500, 1500)) };
        if !self.due(entry, stage, now, delay) {
            return;
        }
        let mut pod = pod.clone();
        let containers = pod["spec"]["containers"].as_array().cloned().unwrap_or_default();
        let missing = containers.iter().find(|container| Plan::of(&pod, container, 0).no_image).cloned();
        match missing {
            Some(container) => self.image_missing(store, entry, &mut pod, &container, now),
            None => self.start(store, entry, &mut pod, &containers, now),
        }
    }

    fn image_missing(&mut self, store: &mut Store, entry: &Entry, pod: &mut Value, container: &Value, now: i64) {
        let pods = Known::get().pod;
        let (image, name) =
            (container["image"].as_str().unwrap_or_default(), container["name"].as_str().unwrap_or_default());
        let statuses = pod["status"]["containerStatuses"].as_array_mut();
        let Some(status) = statuses.and_then(|all| all.iter_mut().find(|status| status["name"] == name)) else {
            return;
        };
        let reason = status["state"]["waiting"]["reason"].as_str().unwrap_or_default();
        let failed = format!(
            "failed to pull and unpack image \"{image}\": failed to resolve reference \"{image}\": {image}: not found"
        );
        if reason == "ImagePullBackOff" {
            let words = format!("Back-off pulling image \"{image}\"");
            self.say(store, pods, entry, Said::normal("kubelet", "BackOff", &words).of(name));
            self.later(now, 300_000, Due::Object(pods, entry.key.clone()));
            self.steps.insert(entry.uid().into_owned(), (Stage::ImageAgain, now + 300_000));
            return;
        }
        if reason == "ErrImagePull" {
            let words = format!("Back-off pulling image \"{image}\": ErrImagePull: {failed}");
            *status = pod_status::waiting(container, "ImagePullBackOff", &words);
            self.say(store, pods, entry, Said::warning("kubelet", "Failed", "Error: ImagePullBackOff").of(name));
        } else {
            *status = pod_status::waiting(container, "ErrImagePull", &failed);
            let pulling = format!("Pulling image \"{image}\"");
            self.say(store, pods, entry, Said::normal("kubelet", "Pulling", &pulling).of(name));
            let words = format!("Failed to pull image \"{image}\": {failed}");
            self.say(store, pods, entry, Said::warning("kubelet", "Failed", &words).of(name));
            self.say(store, pods, entry, Said::warning("kubelet", "Failed", "Error: ErrImagePull").of(name));
        }
        self.save(store, &entry.key, pod);
    }

    fn start(&mut self, store: &mut Store, entry: &Entry, pod: &mut Value, containers: &[Value], now: i64) {
        let pods = Known::get().pod;
        let ip = pod_ip(0x0030_0000 | (store.rv() as u32 & 0xf_ffff));
        pod["status"]["podIP"] = ip.as_str().into();
        pod["status"]["podIPs"] = serde_json::json!([{"ip": ip}]);
        for status in pod["status"]["containerStatuses"].as_array_mut().into_iter().flatten() {
            pod_status::running(status, now / 1000);
        }
        pod_status::settle(pod, now / 1000);
        self.cluster.runs().begin(store, pod, now);
        self.save(store, &entry.key, pod);
        for container in containers {
            let (image, name) =
                (container["image"].as_str().unwrap_or_default(), container["name"].as_str().unwrap_or_default());
            let pulled = format!("Container image \"{image}\" already present on machine");
            let (created, started) = (format!("Created container: {name}"), format!("Started container {name}"));
            for (reason, message) in [("Pulled", pulled), ("Created", created), ("Started", started)] {
                self.say(store, pods, entry, Said::normal("kubelet", reason, &message).of(name));
            }
        }
    }

    fn run_containers(&mut self, store: &mut Store, entry: &Entry, now: i64) {
        let pods = Known::get().pod;
        let mut pod = entry.value().into_owned();
        let containers = pod["spec"]["containers"].as_array().cloned().unwrap_or_default();
        let policy = pod["spec"]["restartPolicy"].as_str().unwrap_or("Always").to_owned();
        let mut next: Option<i64> = None;
        let mut changed = false;
        let mut said: Vec<(bool, &str, String, String)> = Vec::new();
        // A status may have been written by somebody else, with fewer containers than the pod has.
        let known = pod["status"]["containerStatuses"].as_array().map_or(0, Vec::len);
        for (at, container) in containers.iter().enumerate().take(known) {
            let name = container["name"].as_str().unwrap_or_default().to_owned();
            let restarts = pod["status"]["containerStatuses"][at]["restartCount"].as_i64().unwrap_or(0);
            let plan = Plan::on(&self.cluster, &pod, container, restarts as u64);
            let status = &mut pod["status"]["containerStatuses"][at];
            if let Some(started) = status["state"]["running"]["startedAt"].as_str().and_then(time::parse) {
                let Some(runs) = plan.runs else { continue };
                let end = started * 1000 + runs.max(1000);
                if now < end {
                    next = Some(next.unwrap_or(i64::MAX).min(end));
                    continue;
                }
                changed = true;
                pod_status::terminated(status, plan.exit_code, &plan.reason, now / 1000);
                if let Some(message) = self.cluster.runs().finish(&entry.uid(), None) {
                    status["state"]["terminated"]["message"] = message.into();
                }
                let again = policy == "Always" || policy == "OnFailure" && plan.exit_code != 0;
                if !again {
                    continue;
                }
                let ended = status["state"].clone();
                let pause = pod_status::backoff(restarts);
                if pause == 0 {
                    status["lastState"] = ended;
                    status["restartCount"] = (restarts + 1).into();
                    pod_status::running(status, now / 1000);
                    said.push((false, "Started", format!("Started container {name}"), name));
                } else {
                    let message = format!(
                        "back-off {} restarting failed container={name} pod={}_{}({})",
                        crate::demo::table::span(pause),
                        entry.key.name,
                        entry.key.namespace,
                        entry.uid()
                    );
                    status["lastState"] = ended;
                    status["state"] =
                        serde_json::json!({"waiting": {"reason": "CrashLoopBackOff", "message": message}});
                    let words = message.replacen("back-off", "Back-off", 1);
                    let words =
                        words.split_once(' ').map_or("", |(_, rest)| rest.split_once(' ').map_or("", |(_, rest)| rest));
                    said.push((true, "BackOff", format!("Back-off {words}"), name));
                }
            }
            let status = &mut pod["status"]["containerStatuses"][at];
            if status["state"]["waiting"]["reason"] == "CrashLoopBackOff" {
                let ended = status["lastState"]["terminated"]["finishedAt"].as_str().and_then(time::parse).unwrap_or(0);
                let again = (ended + pod_status::backoff(restarts)) * 1000;
                if now < again {
                    next = Some(next.unwrap_or(i64::MAX).min(again));
                } else {
                    changed = true;
                    status["restartCount"] = (restarts + 1).into();
                    pod_status::running(status, now / 1000);
                }
            }
        }
        if changed {
            pod_status::settle(&mut pod, now / 1000);
            self.save(store, &entry.key, &pod);
            for (warning, reason, message, name) in &said {
                self.say(
                    store,
                    pods,
                    entry,
                    Said { warning: *warning, ..Said::normal("kubelet", reason, message).of(name) },
                );
            }
            self.later(now, 0, Due::Object(pods, entry.key.clone()));
        } else if let Some(next) = next {
            self.later(next, 0, Due::Object(pods, entry.key.clone()));
        }
    }

    fn kill(&mut self, store: &mut Store, entry: &Entry, over: bool, now: i64) {
        let pods = Known::get().pod;
        if over {
            if !held(entry) {
                store.remove(pods, &entry.key);
            }
            return;
        }
        let uid = entry.uid().into_owned();
        if !matches!(self.steps.get(&uid), Some((Stage::Killing, _))) {
            let containers = entry.full().and_then(|pod| pod["spec"]["containers"].as_array()).cloned();
            for container in containers.into_iter().flatten() {
                let name = container["name"].as_str().unwrap_or_default();
                let message = format!("Stopping container {name}");
                self.say(store, pods, entry, Said::normal("kubelet", "Killing", &message).of(name));
            }
        }
        let grace = entry.full().and_then(|pod| pod["metadata"]["deletionGracePeriodSeconds"].as_i64()).unwrap_or(30);
        let usual = self.random.between(700, 1600);
        let delay = match self.steps.get(&uid) {
            Some((Stage::Killing, _)) => usual,
            // Terraform ends what it has begun.
            _ => self.cluster.runs().interrupt(&uid, now).map_or(usual, |ends| ends - now),
        };
        let delay = delay.min(grace * 1000);
        if !self.due(entry, Stage::Killing, now, delay) {
            return;
        }
        let mut pod = entry.value().into_owned();
        let message = self.cluster.runs().finish(&uid, Some(now));
        for status in pod["status"]["containerStatuses"].as_array_mut().into_iter().flatten() {
            if status["state"].get("terminated").is_none() {
                pod_status::terminated(status, 143, "Error", now / 1000);
                status["state"]["terminated"]["message"] = message.clone().into();
            }
        }
        pod_status::settle(&mut pod, now / 1000);
        pod["status"]["phase"] = "Failed".into();
        let entry = self.save(store, &entry.key, &pod);
        if !held(&entry) {
            store.remove(pods, &entry.key);
        }
    }
}
