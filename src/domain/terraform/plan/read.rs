//! From the text of a plan to the plan.

use std::collections::HashMap;
use std::sync::Arc;

use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::error::Category;
use serde_json::value::RawValue;

use super::{Action, OutputChange, Plan, Reason, ResourceChange, Values};
use crate::domain::text::clean;

/// Why a plan cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    #[error("the plan's JSON ends in the middle, after {0} bytes: its file is cut off")]
    CutOff(usize),
    #[error("this is no plan: {0}")]
    Malformed(String),
    #[error("the plan has format {0}, and this eksdeck reads 1.x: a newer one is wanted")]
    Newer(String),
}

#[derive(Deserialize)]
struct File<'a> {
    format_version: String,
    #[serde(default)]
    terraform_version: String,
    #[serde(default = "yes")]
    applyable: bool,
    #[serde(default = "yes")]
    complete: bool,
    #[serde(default)]
    errored: bool,
    #[serde(default, borrow)]
    resource_changes: Vec<Resource<'a>>,
    #[serde(default, borrow)]
    resource_drift: Vec<Resource<'a>>,
    #[serde(default, borrow)]
    output_changes: IndexMap<String, Change<'a>>,
}

/// Files before format 1.2 do not say it.
fn yes() -> bool {
    true
}

#[derive(Deserialize)]
struct Resource<'a> {
    address: String,
    #[serde(default)]
    module_address: String,
    #[serde(default)]
    mode: String,
    #[serde(default, rename = "type")]
    kind: String,
    #[serde(default)]
    previous_address: Option<String>,
    #[serde(default)]
    action_reason: Option<String>,
    #[serde(borrow)]
    change: Change<'a>,
}

#[derive(Deserialize)]
struct Change<'a> {
    #[serde(default)]
    actions: Vec<String>,
    #[serde(borrow)]
    before: Option<&'a RawValue>,
    #[serde(borrow)]
    after: Option<&'a RawValue>,
    #[serde(borrow)]
    after_unknown: Option<&'a RawValue>,
    #[serde(borrow)]
    before_sensitive: Option<&'a RawValue>,
    #[serde(borrow)]
    after_sensitive: Option<&'a RawValue>,
    #[serde(borrow)]
    replace_paths: Option<&'a RawValue>,
    #[serde(default)]
    importing: Option<Importing>,
}

#[derive(Deserialize)]
struct Importing {
    #[serde(default)]
    id: Option<String>,
}

/// Reads a plan's JSON.
///
/// # Errors
/// It is cut off, no plan, or of a format that is not known.
pub fn read(text: &str) -> Result<Plan, PlanError> {
    let file: File<'_> = serde_json::from_str(text).map_err(|error| match error.classify() {
        Category::Eof => PlanError::CutOff(text.len()),
        _ => PlanError::Malformed(clean(&error.to_string()).into_owned()),
    })?;
    if file.format_version.split('.').next() != Some("1") {
        return Err(PlanError::Newer(clean(&file.format_version).into_owned()));
    }
    let mut words = Words::default();
    let mut plan = Plan {
        terraform_version: clean(&file.terraform_version).into_owned(),
        is_applyable: file.applyable,
        is_complete: file.complete,
        is_errored: file.errored,
        ..Plan::default()
    };
    for resource in file.resource_changes {
        let is_data = resource.mode == "data";
        match words.change(resource) {
            // What moves or is imported says so even if nothing else happens to it.
            change if change.stays() => plan.unchanged += usize::from(!is_data),
            change => plan.changes.push(change),
        }
    }
    plan.drift = file.resource_drift.into_iter().map(|resource| words.change(resource)).collect();
    let outputs = file.output_changes.into_iter().map(|(name, change)| OutputChange {
        name: clean(&name).into_owned(),
        action: Action::of(&change.actions),
        values: values(&change),
    });
    plan.outputs = outputs.filter(|output| output.action != Action::NoOp).collect();
    Ok(plan)
}

impl ResourceChange {
    fn stays(&self) -> bool {
        self.action == Action::NoOp && self.moved_from.is_none() && self.imported.is_none()
    }
}

/// Modules and types repeat: each text is kept once.
#[derive(Default)]
struct Words(HashMap<String, Arc<str>>);

impl Words {
    fn one(&mut self, text: &str) -> Arc<str> {
        let text = clean(text);
        match self.0.get(&*text) {
            Some(known) => known.clone(),
            None => {
                let new: Arc<str> = Arc::from(&*text);
                self.0.insert(text.into_owned(), new.clone());
                new
            }
        }
    }

    fn change(&mut self, resource: Resource<'_>) -> ResourceChange {
        let owned = |text: String| clean(&text).into_owned();
        ResourceChange {
            address: Arc::from(&*clean(&resource.address)),
            module: self.one(&resource.module_address),
            kind: self.one(&resource.kind),
            is_data: resource.mode == "data",
            moved_from: resource.previous_address.map(owned),
            imported: resource.change.importing.as_ref().map(|from| owned(from.id.clone().unwrap_or_default())),
            action: Action::of(&resource.change.actions),
            reason: resource.action_reason.map(owned).map(Reason),
            values: values(&resource.change),
        }
    }
}

fn values(change: &Change<'_>) -> Values {
    let own = |value: Option<&RawValue>| value.map(RawValue::to_owned);
    Values {
        before: own(change.before),
        after: own(change.after),
        after_unknown: own(change.after_unknown),
        before_sensitive: own(change.before_sensitive),
        after_sensitive: own(change.after_sensitive),
        replace_paths: own(change.replace_paths),
    }
}
