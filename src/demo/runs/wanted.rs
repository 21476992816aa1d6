//! What a module wants for its variables: every instance of its resources, in an order in which each comes behind what
//! it needs.

use std::collections::BTreeSet;

use hcl_edit::expr::Expression;
use indexmap::IndexMap;
use serde_json::{Map, Value, json};

use super::module::{Module, Needs, Resource, TYPE};
use super::state::{Instance, State};
use super::unknown;
use crate::domain::provision::variables::evaluate_within;

/// An instance that is wanted, and what happens to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    pub address: String,
    pub action: Action,
    /// Of a replacement: why.
    pub reason: &'static str,
    pub before: Option<Instance>,
    pub after: Option<Instance>,
    /// Milliseconds that its making takes beyond the usual.
    pub delay: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    Nothing,
    Create,
    Update,
    Replace,
    Delete,
}

/// Changes and the outputs there will be.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    pub changes: Vec<Change>,
    pub outputs: Map<String, Value>,
}

/// Why it comes to nothing, and in which resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    pub address: String,
    pub words: String,
}

/// What a module wants, held against what there is.
///
/// # Errors
/// An expression cannot be evaluated.
pub fn wanted(module: &Module, variables: &Map<String, Value>, prior: &State) -> Result<Wanted, Wrong> {
    let mut evaluation = Evaluation {
        module,
        variables,
        prior,
        locals: Map::new(),
        resources: Map::new(),
        needs: IndexMap::new(),
        changes: Vec::new(),
        begun: BTreeSet::new(),
    };
    for name in module.resources.keys() {
        evaluation.resource(name)?;
    }
    let mut outputs = Map::new();
    for (name, value) in &module.outputs {
        let value = evaluation.needed(value, &[]).map_err(|wrong| wrong.at(&format!("output.{name}")))?;
        outputs.insert(name.clone(), value);
    }
    let mut changes = evaluation.changes;
    let gone = prior.instances.values().filter(|old| !changes.iter().any(|change| change.address == old.address));
    let gone: Vec<Change> = gone.map(deleted).collect();
    changes.extend(gone);
    Ok(Wanted { changes, outputs })
}

/// Everything goes.
pub fn nothing(prior: &State) -> Wanted {
    Wanted { changes: prior.instances.values().map(deleted).collect(), outputs: Map::new() }
}

fn deleted(old: &Instance) -> Change {
    Change {
        address: old.address.clone(),
        action: Action::Delete,
        reason: "",
        before: Some(old.clone()),
        after: None,
        delay: 0,
    }
}

impl Wrong {
    fn at(self, address: &str) -> Self {
        if self.address.is_empty() { Self { address: address.to_owned(), ..self } } else { self }
    }
}

struct Evaluation<'a> {
    module: &'a Module,
    variables: &'a Map<String, Value>,
    prior: &'a State,
    locals: Map<String, Value>,
    /// As other resources see them.
    resources: Map<String, Value>,
    /// The resources that each needs, those of its locals too.
    needs: IndexMap<String, Vec<String>>,
    changes: Vec<Change>,
    /// What is being evaluated or was: nothing is evaluated twice, and a circle ends.
    begun: BTreeSet<String>,
}

impl Evaluation<'_> {
    fn evaluate(&self, expression: &Expression, more: &[(&str, Value)]) -> Result<Value, Wrong> {
        let mut names =
            vec![("local", Value::Object(self.locals.clone())), (TYPE, Value::Object(self.resources.clone()))];
        names.extend(more.iter().cloned());
        let plain = |words| Wrong { address: String::new(), words };
        evaluate_within(expression, self.variables, &names).map_err(plain)
    }

    /// [`Self::evaluate`], with what it names evaluated before.
    fn needed(&mut self, expression: &Expression, more: &[(&str, Value)]) -> Result<Value, Wrong> {
        self.meet(&Needs::of(&expression.to_string()))?;
        self.evaluate(expression, more)
    }

    fn meet(&mut self, needs: &Needs) -> Result<(), Wrong> {
        for name in &needs.locals {
            self.local(name)?;
        }
        for name in &needs.resources {
            self.resource(name)?;
        }
        Ok(())
    }

    fn local(&mut self, name: &str) -> Result<(), Wrong> {
        let Some(expression) = self.module.locals.get(name) else { return Ok(()) };
        if self.begun.insert(format!("local.{name}")) {
            let value = self.needed(expression, &[]).map_err(|wrong| wrong.at(&format!("local.{name}")))?;
            self.locals.insert(name.to_owned(), value);
        }
        Ok(())
    }

    fn resource(&mut self, name: &str) -> Result<(), Wrong> {
        let module = self.module;
        let Some(resource) = module.resources.get(name) else { return Ok(()) };
        if !self.begun.insert(format!("{TYPE}.{name}")) {
            return Ok(());
        }
        self.meet(&resource.needs)?;
        let needs = self.all_needs(&resource.needs, &mut BTreeSet::new());
        self.needs.insert(name.to_owned(), needs);
        let whole = format!("{TYPE}.{name}");
        let seen = match (&resource.for_each, &resource.count) {
            (Some(each), _) => {
                let mut all = Map::new();
                for (key, value) in entries(self.evaluate(each, &[]).map_err(|wrong| wrong.at(&whole))?) {
                    let each = [("each", json!({"key": key, "value": value}))];
                    let seen = self.instance(name, resource, Value::from(key.clone()), &each)?;
                    all.insert(key, seen);
                }
                Value::Object(all)
            }
            (None, Some(count)) => {
                let count = self.evaluate(count, &[]).map_err(|wrong| wrong.at(&whole))?.as_u64().unwrap_or(0);
                let all = (0..count).map(|at| {
                    let index = [("count", json!({"index": at}))];
                    self.instance(name, resource, Value::from(at), &index)
                });
                Value::Array(all.collect::<Result<_, _>>()?)
            }
            (None, None) => self.instance(name, resource, Value::Null, &[])?,
        };
        self.resources.insert(name.to_owned(), seen);
        Ok(())
    }

    fn all_needs(&self, needs: &Needs, seen: &mut BTreeSet<String>) -> Vec<String> {
        let mut all: Vec<String> = needs.resources.clone();
        for name in &needs.locals {
            if let (true, Some(local)) = (seen.insert(name.clone()), self.module.locals.get(name)) {
                all.extend(self.all_needs(&Needs::of(&local.to_string()), seen));
            }
        }
        all.sort();
        all.dedup();
        all
    }

    /// Puts the change of one instance down; how others see it.
    fn instance(
        &mut self,
        name: &str,
        resource: &Resource,
        key: Value,
        names: &[(&str, Value)],
    ) -> Result<Value, Wrong> {
        let address = match &key {
            Value::Null => format!("{TYPE}.{name}"),
            key => format!("{TYPE}.{name}[{key}]"),
        };
        let value = |expression: &Option<Expression>| match expression {
            Some(expression) => self.evaluate(expression, names).map_err(|wrong| wrong.at(&address)),
            None => Ok(Value::Null),
        };
        let (mut input, mut triggers, command) =
            (value(&resource.input)?, value(&resource.triggers)?, value(&resource.command)?);
        let before = self.prior.instances.get(&address).cloned();
        if let Some(before) = &before {
            for path in &resource.ignored {
                let into = match path.first().map(String::as_str) {
                    Some("input") => (&mut input, &before.input),
                    Some("triggers_replace") => (&mut triggers, &before.triggers),
                    _ => continue,
                };
                leave(into.0, into.1, &path[1..]);
            }
        }
        let (action, reason) = match &before {
            None => (Action::Create, ""),
            Some(before) if before.tainted => (Action::Replace, "replace_because_tainted"),
            Some(before) if before.triggers != triggers => (Action::Replace, "replace_because_cannot_update"),
            Some(before) if before.input != input => (Action::Update, ""),
            Some(_) => (Action::Nothing, ""),
        };
        let id = match (&before, action) {
            (Some(before), Action::Nothing | Action::Update) => before.id.clone(),
            _ => unknown::id_of(&address),
        };
        let seen = json!({"id": id, "input": input, "output": input, "triggers_replace": triggers});
        let delay = match action {
            Action::Create | Action::Replace => seconds(command.as_str().unwrap_or_default()) * 1000,
            _ => 0,
        };
        let after = Instance {
            address: address.clone(),
            resource: name.to_owned(),
            key,
            id,
            input,
            triggers,
            needs: self.needs.get(name).cloned().unwrap_or_default(),
            new_first: resource.new_first,
            tainted: false,
        };
        self.changes.push(Change { address, action, reason, before, after: Some(after), delay });
        Ok(seen)
    }
}

/// Of a map in the order of its keys; of a set each item by itself.
fn entries(each: Value) -> Vec<(String, Value)> {
    let mut entries: Vec<(String, Value)> = match each {
        Value::Object(map) => map.into_iter().collect(),
        Value::Array(items) => {
            items.into_iter().map(|item| (item.as_str().unwrap_or_default().to_owned(), item)).collect()
        }
        _ => Vec::new(),
    };
    entries.sort_by(|(one, _), (other, _)| one.cmp(other));
    entries
}

/// What is left alone keeps its old value.
fn leave(new: &mut Value, old: &Value, path: &[String]) {
    match path.split_first() {
        None => new.clone_from(old),
        Some((name, rest)) => {
            if let (Some(new), Some(old)) = (new.get_mut(name), old.get(name)) {
                leave(new, old, rest);
            }
        }
    }
}

/// Of `sleep N`.
fn seconds(command: &str) -> i64 {
    command.strip_prefix("sleep ").and_then(|number| number.trim().parse().ok()).unwrap_or(0).clamp(0, 3600)
}
