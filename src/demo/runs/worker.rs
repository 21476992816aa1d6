//! What the worker's script does (`assets/worker/run`), with a Terraform that is played.

use serde_json::{Map, Value, json};

use super::module::Module;
use super::plan::{Planned, sha256};
use super::script::Script;
use super::state::State;
use super::wanted::{Action, Change, Wanted, nothing, wanted};
use super::{Locked, Runs, lines};
use crate::demo::random::{hash_text, uuid};
use crate::demo::wire::time;
use crate::domain::provision::variables::{check, values_of};

/// What a pod of a run is asked to do.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    pub pod: String,
    /// `plan` or `apply`.
    pub phase: &'static str,
    pub kind: String,
    /// The uid of its work volume's claim, and the run's folder on it.
    pub volume: String,
    pub folder: String,
    /// As the backend's block says, for this volume.
    pub state: String,
    pub sha256: String,
    pub lock: String,
    /// Milliseconds.
    pub lock_wait: i64,
    pub version: String,
    pub module: String,
    pub variables: Map<String, Value>,
    pub identity: String,
}

const PLANNED: &str = "plan.tfplan";

impl Runs {
    pub(super) fn plan(&mut self, asked: &Asked, now: i64) -> Script {
        let mut script = Script::new("plan", now);
        let module = Module::unpack(&asked.module);
        script.say(120, lines::version(&asked.version));
        script.say(150, lines::init("Initializing the backend...", "initializing_backend_message"));
        script.say(250, lines::init("Initializing provider plugins...", "initializing_provider_plugin_message"));
        let module = match module {
            Ok(module) => module,
            Err(words) => return script.fail("", "Failed to install provider", &words),
        };
        let done = "Terraform has been successfully initialized!";
        script.say(200, lines::init(done, "output_init_success_message"));
        match asked.kind.as_str() {
            "unlock" => return self.unlock(asked, script),
            "push" => return script.fail("", "Failed to open state", "The demo's states are always written."),
            _ => {}
        }
        let prior = self.states.get(&asked.state).cloned().unwrap_or_default();
        let is_empty = prior.instances.is_empty();
        if !prior.identity.is_empty() && prior.identity != asked.identity {
            return script.refuse("identity");
        }
        if is_empty && prior.outputs.is_empty() && matches!(asked.kind.as_str(), "update" | "destroy") {
            return script.refuse("no-state");
        }
        script.say(100, lines::version(&asked.version));
        if let Some(script) = self.is_locked(asked, &script) {
            return script;
        }
        let problems = check(&module.variables, &asked.variables);
        if let Some(problem) = problems.first() {
            let detail = format!("{}: {}", problem.variable, problem.words);
            return script.fail("", "Invalid value for variable", &detail);
        }
        self.locks.insert(asked.state.clone(), Locked::of(asked, "OperationTypePlan", now));
        let variables = values_of(&module.variables, &asked.variables);
        let refreshed = prior.drifted(self.drift.get(&asked.state).map(Vec::as_slice).unwrap_or_default());
        let found = match asked.kind.as_str() {
            "destroy" => Ok(nothing(&refreshed)),
            "drift" => Ok(as_it_is(&refreshed)),
            _ => wanted(&module, &variables, &refreshed).map(|wanted| with_identity(wanted, &asked.identity)),
        };
        let found = match found {
            Ok(found) => found,
            Err(wrong) => return script.fail("", &format!("Invalid expression in {}", wrong.address), &wrong.words),
        };
        let planned = Planned {
            identity: asked.identity.clone(),
            ..Planned::new(&prior, &refreshed, found, asked.kind == "destroy")
        };
        tell_plan(&mut script, asked, &refreshed, &planned);
        let json = planned.json(&asked.version, &variables);
        let file = planned.file(&json, &asked.folder);
        let is_drift = asked.kind == "drift";
        let differs = if is_drift { !planned.drift.is_empty() } else { planned.has_changes() };
        script.last.counts = planned.counts();
        if differs {
            script.last.exit = 2;
            script.last.more.insert("sha256".into(), sha256(&file).into());
        }
        script.files.extend([
            (PLANNED.to_owned(), file),
            ("plan.json".to_owned(), json.to_string()),
            ("versions.json".to_owned(), versions(&asked.version)),
            ("state".to_owned(), asked.state.clone()),
        ]);
        script.planned = Some(planned);
        script.ends += 250;
        script
    }

    pub(super) fn apply(&mut self, asked: &Asked, now: i64) -> Script {
        let mut script = Script::new("apply", now);
        let folder = self.volumes.get(&asked.volume);
        let file = |name: &str| folder.and_then(|files| files.get(&format!("{}/{name}", asked.folder))).cloned();
        let digest = file(PLANNED).map(|text| sha256(&text)).unwrap_or_default();
        if digest != asked.sha256 {
            return script.refuse("digest");
        }
        if file("versions.json").is_some_and(|before| before != versions(&asked.version)) {
            return script.refuse("versions");
        }
        let (Some(planned), Some(state)) = (self.plans.get(&digest).cloned(), file("state")) else {
            return script.refuse("show");
        };
        let asked = Asked { state, ..asked.clone() };
        script.say(120, lines::version(&asked.version));
        script.say(250, lines::init("Terraform has been successfully initialized!", "output_init_success_message"));
        script.say(200, lines::version(&asked.version));
        if let Some(script) = self.is_locked(&asked, &script) {
            return script;
        }
        let there = self.states.get(&asked.state).cloned().unwrap_or_default();
        if there.serial != planned.serial || there.lineage != planned.lineage {
            let detail = "The given plan file can no longer be applied because the state was changed by another operation after the plan was created.";
            return script.fail("stale", "Saved plan is stale", detail);
        }
        self.locks.insert(asked.state.clone(), Locked::of(&asked, "OperationTypeApply", now));
        let is_made = |address: &str| {
            let is_it = |change: &&Change| change.address == address;
            let change = planned.changes.iter().find(is_it);
            change.is_some_and(|change| matches!(change.action, Action::Create | Action::Replace))
        };
        let fault = self.faults.get(&asked.state).filter(|fault| is_made(&fault.address)).cloned();
        // Whoever tries again has more luck.
        if fault.is_some() {
            self.faults.remove(&asked.state);
        }
        script.files.push(("versions.apply.json".to_owned(), versions(&asked.version)));
        script.apply(planned, &asked.pod, fault)
    }

    /// The end of a script that does not get the state.
    fn is_locked(&self, asked: &Asked, script: &Script) -> Option<Script> {
        let lock = self.locks.get(&asked.state).filter(|lock| lock.pod != asked.pod)?;
        let mut script = script.clone();
        script.say(asked.lock_wait, lines::log("Acquiring state lock. This may take a few moments..."));
        let detail = format!(
            "Error message: the state is already locked by another terraform client\nLock Info:\n  ID:        {}\n  \
             Path:      {}\n  Operation: {}\n  Who:       {}\n  Version:   {}\n  Created:   {}\n  Info:      \n\nTerraform acquires a \
             state lock to protect the state from being written by multiple users at the same time.",
            lock.id, lock.path, lock.operation, lock.who, asked.version, lock.created
        );
        let mut script = script.fail("lock", "Error acquiring the state lock", &detail);
        let told = json!({"id": lock.id, "path": lock.path, "operation": lock.operation, "who": lock.who,
            "created": lock.created});
        script.last.more.insert("lock".into(), told);
        Some(script)
    }

    fn unlock(&mut self, asked: &Asked, mut script: Script) -> Script {
        let id = self.locks.get(&asked.state).map(|lock| lock.id.clone()).unwrap_or_default();
        if id != asked.lock || id.is_empty() {
            let detail = format!("lock ID {:?} does not match existing lock {id:?}", asked.lock);
            return script.fail("", "Failed to unlock state", &detail);
        }
        self.locks.remove(&asked.state);
        script.say(300, lines::log("Terraform state has been successfully unlocked!"));
        script.ends += 200;
        script
    }
}

fn tell_plan(script: &mut Script, asked: &Asked, refreshed: &State, planned: &Planned) {
    for instance in refreshed.instances.values() {
        script.say(15, lines::refreshing(instance));
        script.say(10, lines::refreshed(instance));
    }
    for (_, instance) in &planned.drift {
        script.say(5, lines::drifted(instance));
    }
    script.say(300, lines::log("Planning..."));
    for line in planned.changes.iter().filter_map(lines::planned) {
        script.say(8, line);
    }
    if asked.kind != "drift" {
        script.say(20, lines::summary("plan", planned.counts()));
    }
}

/// Nothing is changed.
fn as_it_is(state: &State) -> Wanted {
    let changes = state.instances.values().map(|instance| Change {
        address: instance.address.clone(),
        action: Action::Nothing,
        reason: "",
        before: Some(instance.clone()),
        after: Some(instance.clone()),
        delay: 0,
    });
    Wanted { changes: changes.collect(), outputs: state.outputs.clone() }
}

fn with_identity(mut wanted: Wanted, identity: &str) -> Wanted {
    let identity: Value = serde_json::from_str(identity).unwrap_or_default();
    wanted.outputs.insert("eksdeck_identity".to_owned(), identity);
    wanted
}

fn versions(version: &str) -> String {
    format!("{:#}\n", json!({"terraform_version": version, "platform": "linux_amd64", "provider_selections": {}}))
}

impl Locked {
    fn of(asked: &Asked, operation: &str, now: i64) -> Self {
        Self {
            id: uuid(hash_text(41, &asked.pod), now as u64),
            path: String::new(),
            operation: operation.to_owned(),
            who: format!("root@{}", asked.pod.chars().take(12).collect::<String>()),
            created: time::rfc3339(now / 1000).replace('T', " ").replace('Z', " +0000 UTC"),
            pod: asked.pod.clone(),
        }
    }
}
