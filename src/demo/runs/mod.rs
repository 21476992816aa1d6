//! Terraform runs of the embedded fleet: what the worker in a run's pod would do, with no Terraform at hand. The module
//! that the run brings is evaluated as Terraform does with `terraform_data`, and what it leaves is kept in memory.

mod apply;
mod lines;
mod module;
mod plan;
mod pod;
mod script;
pub mod site;
mod state;
pub mod story;
#[cfg(test)]
mod tests;
mod unknown;
mod wanted;
mod worker;

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

use self::apply::Fault;
use self::plan::{Planned, sha256};
use self::script::{Edit, Script};
use self::state::{Drift, State};
use self::worker::Asked;
use super::random::{hash_text, uuid};
use super::store::{Key, Store};

/// Everything that runs of one cluster have left.
#[derive(Debug, Default)]
pub struct Runs {
    /// By the pod's uid, as long as it is there.
    running: HashMap<String, Running>,
    /// By backend.
    states: HashMap<String, State>,
    locks: HashMap<String, Locked>,
    drift: HashMap<String, Vec<Drift>>,
    faults: HashMap<String, Fault>,
    /// Files by the uid of their volume's claim, and by path.
    volumes: HashMap<String, BTreeMap<String, String>>,
    /// By the digest of their file.
    plans: HashMap<String, Planned>,
}

#[derive(Debug)]
struct Running {
    asked: Asked,
    script: Script,
    is_over: bool,
}

/// Who writes a state.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Locked {
    id: String,
    path: String,
    operation: String,
    who: String,
    created: String,
    /// Its uid; empty if it is gone.
    pod: String,
}

/// How a pod of a run goes, for its kubelet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Course {
    /// Milliseconds after the second in which it started.
    pub runs: i64,
    pub exit_code: i32,
    pub lines: Vec<(i64, String)>,
}

impl Runs {
    /// A container has started; only those of runs count.
    pub fn begin(&mut self, store: &Store, pod: &Value, now: i64) {
        let Some(asked) = pod::asked(store, pod) else { return };
        let script = match asked.phase {
            "apply" => self.apply(&asked, now),
            _ => self.plan(&asked, now),
        };
        self.running.insert(asked.pod.clone(), Running { asked, script, is_over: false });
    }

    /// `None` if the pod is of no run.
    pub fn course(&self, pod: &str) -> Option<Course> {
        let script = &self.running.get(pod)?.script;
        // A kubelet tells whole seconds.
        let below = script.began.rem_euclid(1000);
        let lines = script.lines().into_iter().map(|(at, line)| (at + below, line)).collect();
        Some(Course { runs: script.ends + below, exit_code: script.last.exit_code(), lines })
    }

    /// TERM; when it will have ended (Unix milliseconds), if the pod is of a run that goes on.
    pub fn interrupt(&mut self, pod: &str, now: i64) -> Option<i64> {
        let running = self.running.get_mut(pod).filter(|running| !running.is_over)?;
        running.script.interrupt(now);
        Some(running.script.began + running.script.ends)
    }

    /// The container has ended: what it leaves is there. `killed`: when, if it was not of its own will. The termination
    /// message; `None` if the pod is of no run.
    pub fn finish(&mut self, pod: &str, killed: Option<i64>) -> Option<String> {
        let running = self.running.get_mut(pod).filter(|running| !running.is_over)?;
        running.is_over = true;
        let (asked, script) = (running.asked.clone(), running.script.clone());
        running.script.spend();
        let until = killed.map_or(i64::MAX, |now| now - script.began);
        let is_cut = until < script.ends;
        self.edit(&asked, &script, until);
        let said: String =
            script.lines().into_iter().filter(|(at, _)| *at <= until).map(|(_, line)| line + "\n").collect();
        let mut files = vec![(format!("{}.jsonl", asked.phase), said)];
        if !is_cut {
            files.push((format!("{}.outcome.json", asked.phase), script.last.message() + "\n"));
            files.extend(script.files);
            if let Some(planned) = script.planned {
                let digest = files.iter().find(|(name, _)| name == "plan.tfplan").map(|(_, text)| sha256(text));
                self.plans.extend(digest.map(|digest| (digest, planned)));
            }
            // A worker that is killed leaves its lock.
            self.locks.retain(|_, lock| lock.pod != asked.pod);
        }
        let volume = self.volumes.entry(asked.volume.clone()).or_default();
        volume.extend(files.into_iter().map(|(name, text)| (format!("{}/{name}", asked.folder), text)));
        (!is_cut).then(|| script.last.message())
    }

    fn edit(&mut self, asked: &Asked, script: &Script, until: i64) {
        let edits: Vec<&Edit> = script.edits.iter().filter(|(at, _)| *at <= until).map(|(_, edit)| edit).collect();
        let files = self.volumes.get(&asked.volume);
        let Some(name) = files.and_then(|files| files.get(&format!("{}/state", asked.folder))) else { return };
        if edits.is_empty() || asked.phase != "apply" {
            return;
        }
        let planned = self.plans.get(&asked.sha256);
        let state = self.states.entry(name.clone()).or_default();
        state.serial += 1;
        if state.lineage.is_empty() {
            state.lineage = uuid(hash_text(43, name), state.serial);
        }
        for edit in edits {
            match edit {
                Edit::Put(instance) => drop(state.instances.insert(instance.address.clone(), (**instance).clone())),
                Edit::Remove(address) => drop(state.instances.shift_remove(address)),
                Edit::Outputs(outputs) => state.outputs.clone_from(outputs),
            }
        }
        let is_empty = state.instances.is_empty();
        state.identity = planned.filter(|_| !is_empty).map(|planned| planned.identity.clone()).unwrap_or_default();
        // What was changed by hand is as the module wants it again.
        self.drift.remove(name);
    }

    /// A file of a volume, by its claim's uid and its path.
    pub fn read(&self, volume: &str, path: &str) -> Option<&str> {
        self.volumes.get(volume)?.get(path).map(String::as_str)
    }

    /// A pod or a claim is no more.
    pub fn forget(&mut self, uid: &str) {
        self.running.remove(uid);
        self.volumes.remove(uid);
    }
}

/// The uid of a claim.
pub fn claim(store: &Store, namespace: &str, name: &str) -> Option<String> {
    let kind = super::kinds::Kinds::get().named("PersistentVolumeClaim");
    store.get(kind, &Key::new(namespace, name)).map(|entry| entry.uid().into_owned())
}
