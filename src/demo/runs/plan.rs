//! A plan: what is to be done, and its text in Terraform's format 1.2.

use std::collections::BTreeSet;

use ring::digest::{SHA256, digest};
use serde_json::{Map, Value, json};

use super::lines::Counts;
use super::module::TYPE;
use super::state::{Instance, State};
use super::unknown;
use super::wanted::{Action, Change, Wanted};

/// A plan of some state.
#[derive(Debug, Clone, Default)]
pub struct Planned {
    /// Of the state that it was made of: any other makes it stale.
    pub serial: u64,
    pub lineage: String,
    pub changes: Vec<Change>,
    /// What a refresh found different.
    pub drift: Vec<(Instance, Instance)>,
    pub outputs: Map<String, Value>,
    pub outputs_before: Map<String, Value>,
    /// Everything goes.
    pub destroys: bool,
    /// Whose state it is: `identity.json`.
    pub identity: String,
}

impl Planned {
    /// `prior`: the state; `refreshed`: what is really there.
    pub fn new(prior: &State, refreshed: &State, wanted: Wanted, destroys: bool) -> Self {
        let pairs = prior.instances.values().zip(refreshed.instances.values());
        Self {
            serial: prior.serial,
            lineage: prior.lineage.clone(),
            drift: pairs.filter(|(old, new)| old != new).map(|(old, new)| (old.clone(), new.clone())).collect(),
            changes: wanted.changes,
            outputs: wanted.outputs,
            outputs_before: prior.outputs.clone(),
            destroys,
            identity: String::new(),
        }
    }

    pub fn counts(&self) -> Counts {
        self.changes.iter().fold((0, 0, 0), |(add, change, remove), one| match one.action {
            Action::Nothing => (add, change, remove),
            Action::Create => (add + 1, change, remove),
            Action::Update => (add, change + 1, remove),
            Action::Replace => (add + 1, change, remove + 1),
            Action::Delete => (add, change, remove + 1),
        })
    }

    pub fn has_changes(&self) -> bool {
        self.changes.iter().any(|change| change.action != Action::Nothing) || self.outputs != self.outputs_before
    }

    /// Resources whose new instances are there before the old ones go: those that say so and all that they need.
    pub fn new_first(&self) -> BTreeSet<String> {
        let instances = || self.changes.iter().filter_map(|change| change.after.as_ref().or(change.before.as_ref()));
        let mut first: BTreeSet<String> =
            instances().filter(|one| one.new_first).map(|one| one.resource.clone()).collect();
        loop {
            let more: BTreeSet<String> = instances()
                .filter(|one| first.contains(&one.resource))
                .flat_map(|one| one.needs.iter().cloned())
                .filter(|name| !first.contains(name))
                .collect();
            if more.is_empty() {
                return first;
            }
            first.extend(more);
        }
    }

    /// As `terraform show -json` prints it.
    pub fn json(&self, version: &str, variables: &Map<String, Value>) -> Value {
        let first = self.new_first();
        let variables = variables.iter().map(|(name, value)| (name.clone(), json!({"value": value})));
        let drift = self.drift.iter().map(|(old, new)| {
            let change = json!({"actions": ["update"], "before": old.shown(), "after": new.shown(),
                "after_unknown": {}, "before_sensitive": {}, "after_sensitive": {}});
            of_instance(new, change, "")
        });
        let changes = self.changes.iter().filter_map(|change| {
            let instance = change.after.as_ref().or(change.before.as_ref())?;
            Some(of_instance(instance, sides(change, first.contains(&instance.resource)), change.reason))
        });
        json!({
            "format_version": "1.2",
            "terraform_version": version,
            "variables": variables.collect::<Map<_, _>>(),
            "resource_drift": drift.collect::<Vec<_>>(),
            "resource_changes": changes.collect::<Vec<_>>(),
            "output_changes": self.output_changes(),
            "applyable": self.has_changes() || !self.drift.is_empty(),
            "complete": true,
            "errored": false,
        })
    }

    fn output_changes(&self) -> Value {
        let gone = self.outputs_before.keys().filter(|name| !self.outputs.contains_key(*name));
        let change = |name: &String| {
            let (before, after) = (self.outputs_before.get(name), self.outputs.get(name));
            let action = match (before, after) {
                (None, _) => "create",
                (_, None) => "delete",
                (before, after) if before == after => "no-op",
                _ => "update",
            };
            let unknown = after.and_then(unknown::marks).unwrap_or_else(|| Value::from(false));
            let change = json!({"actions": [action], "before": before, "after": after.map(unknown::known),
                "after_unknown": unknown, "before_sensitive": false, "after_sensitive": false});
            (name.clone(), change)
        };
        Value::Object(self.outputs.keys().chain(gone).map(change).collect())
    }

    /// The plan's file: nobody reads it, and every plan has another digest. `salt`: of the run.
    pub fn file(&self, json: &Value, salt: &str) -> String {
        format!("plan {salt} of {} serial {}\n{json}\n", self.lineage, self.serial)
    }
}

/// SHA-256, in hex.
pub fn sha256(text: &str) -> String {
    digest(&SHA256, text.as_bytes()).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn of_instance(instance: &Instance, change: Value, reason: &str) -> Value {
    let mut told = json!({"address": instance.address, "mode": "managed", "type": TYPE, "name": instance.resource});
    if !instance.key.is_null() {
        told["index"] = instance.key.clone();
    }
    told["provider_name"] = "terraform.io/builtin/terraform".into();
    told["change"] = change;
    if !reason.is_empty() {
        told["action_reason"] = reason.into();
    }
    told
}

fn sides(change: &Change, new_first: bool) -> Value {
    let actions = match (change.action, new_first) {
        (Action::Nothing, _) => json!(["no-op"]),
        (Action::Create, _) => json!(["create"]),
        (Action::Update, _) => json!(["update"]),
        (Action::Delete, _) => json!(["delete"]),
        (Action::Replace, true) => json!(["create", "delete"]),
        (Action::Replace, false) => json!(["delete", "create"]),
    };
    let before = change.before.as_ref().map(Instance::shown);
    let (after, unknown) = match &change.after {
        Some(after) => {
            let mut whole = after.shown();
            if !matches!(change.action, Action::Nothing) && !after.input.is_null() {
                whole["output"] = unknown::output_of(&after.address).into();
            }
            (unknown::known(&whole), unknown::marks(&whole).unwrap_or_else(|| json!({})))
        }
        None => (Value::Null, json!({})),
    };
    let sensitive = |side: &Value| if side.is_null() { json!(false) } else { json!({}) };
    let before = before.unwrap_or(Value::Null);
    let mut told = json!({"actions": actions, "before_sensitive": sensitive(&before),
        "after_sensitive": sensitive(&after), "before": before, "after": after, "after_unknown": unknown});
    if change.reason == "replace_because_cannot_update" {
        told["replace_paths"] = json!([["triggers_replace"]]);
    }
    told
}
