//! Lines that Terraform prints with `-json`.

use serde_json::{Map, Value, json};

use super::state::Instance;
use super::wanted::{Action, Change};
use crate::demo::wire::time;

/// Additions, changes and removals.
pub type Counts = (u64, u64, u64);

fn line(kind: &str, message: &str, more: Value) -> Value {
    let mut line = json!({"@level": "info", "@message": message, "@module": "terraform.ui", "type": kind});
    if let (Some(line), Value::Object(more)) = (line.as_object_mut(), more) {
        line.extend(more);
    }
    line
}

/// As it stands in the log; `at`: Unix milliseconds.
pub fn written(line: &Value, at: i64) -> String {
    let mut line = line.clone();
    if let Some(fields) = line.as_object_mut() {
        fields.shift_insert(3, "@timestamp".to_owned(), time::rfc3339_micros(at * 1000).into());
    }
    line.to_string()
}

pub fn version(version: &str) -> Value {
    line("version", &format!("Terraform {version}"), json!({"terraform": version, "ui": "1.2"}))
}

pub fn init(message: &str, code: &str) -> Value {
    line("init_output", message, json!({"message_code": code}))
}

/// Words of no other kind.
pub fn log(message: &str) -> Value {
    line("log", message, Value::Null)
}

pub fn refreshing(instance: &Instance) -> Value {
    let message = format!("{}: Refreshing state... [id={}]", instance.address, instance.id);
    line(
        "refresh_start",
        &message,
        json!({"hook": {"resource": instance.named(), "id_key": "id", "id_value": instance.id}}),
    )
}

pub fn refreshed(instance: &Instance) -> Value {
    let message = format!("{}: Refresh complete [id={}]", instance.address, instance.id);
    line(
        "refresh_complete",
        &message,
        json!({"hook": {"resource": instance.named(), "id_key": "id", "id_value": instance.id}}),
    )
}

pub fn drifted(instance: &Instance) -> Value {
    let message = format!("{}: Drift detected (update)", instance.address);
    line("resource_drift", &message, json!({"change": {"resource": instance.named(), "action": "update"}}))
}

/// `None` if nothing happens to it.
pub fn planned(change: &Change) -> Option<Value> {
    let action = word(change.action)?;
    let instance = change.after.as_ref().or(change.before.as_ref())?;
    let mut told = json!({"resource": instance.named(), "action": action});
    if let Some(reason) = change.reason.strip_prefix("replace_because_") {
        told["reason"] = reason.into();
    }
    Some(line("planned_change", &format!("{}: Plan to {action}", change.address), json!({"change": told})))
}

fn word(action: Action) -> Option<&'static str> {
    match action {
        Action::Nothing => None,
        Action::Create => Some("create"),
        Action::Update => Some("update"),
        Action::Replace => Some("replace"),
        Action::Delete => Some("delete"),
    }
}

/// `operation`: plan, apply or destroy.
pub fn summary(operation: &str, (add, change, remove): Counts) -> Value {
    let message = match operation {
        "plan" => format!("Plan: {add} to add, {change} to change, {remove} to destroy."),
        "destroy" => format!("Destroy complete! Resources: {remove} destroyed."),
        _ => format!("Apply complete! Resources: {add} added, {change} changed, {remove} destroyed."),
    };
    let changes = json!({"add": add, "change": change, "import": 0, "remove": remove, "operation": operation});
    line("change_summary", &message, json!({"changes": changes}))
}

pub fn outputs(values: &Map<String, Value>) -> Value {
    let shown = values
        .iter()
        .map(|(name, value)| (name.clone(), json!({"sensitive": false, "type": kind(value), "value": value})));
    line("outputs", &format!("Outputs: {}", values.len()), json!({"outputs": shown.collect::<Map<_, _>>()}))
}

/// A type as Terraform writes it in JSON.
pub fn kind(value: &Value) -> Value {
    match value {
        Value::Null => "dynamic".into(),
        Value::Bool(_) => "bool".into(),
        Value::Number(_) => "number".into(),
        Value::String(_) => "string".into(),
        Value::Array(items) => json!(["tuple", items.iter().map(kind).collect::<Vec<_>>()]),
        Value::Object(map) => {
            let fields = map.iter().map(|(key, value)| (key.clone(), kind(value)));
            json!(["object", fields.collect::<Map<_, _>>()])
        }
    }
}

/// Something happens to an instance; `event`: start, progress, complete or errored; `seconds` since it began.
pub fn apply(event: &str, instance: &Instance, action: &str, seconds: i64) -> Value {
    let (done, doing) = match action {
        "create" => ("Creation", "Creating"),
        "update" => ("Modifications", "Modifying"),
        _ => ("Destruction", "Destroying"),
    };
    let words = match event {
        "start" => format!("{doing}..."),
        "progress" => format!("Still {}... [{seconds}s elapsed]", doing.to_lowercase()),
        "errored" => format!("{done} errored after {seconds}s"),
        _ => format!("{done} complete after {seconds}s [id={}]", instance.id),
    };
    let mut hook = json!({"resource": instance.named(), "action": action});
    if event != "start" {
        hook["elapsed_seconds"] = seconds.into();
    }
    if event == "complete" {
        hook["id_key"] = "id".into();
        hook["id_value"] = instance.id.as_str().into();
    }
    line(&format!("apply_{event}"), &format!("{}: {words}", instance.address), json!({"hook": hook}))
}

/// An error; `address`: of the resource that it is about, or empty.
pub fn error(summary: &str, detail: &str, address: &str) -> Value {
    let mut told = json!({"severity": "error", "summary": summary, "detail": detail});
    if !address.is_empty() {
        told["address"] = address.into();
    }
    let mut line = line("diagnostic", &format!("Error: {summary}"), json!({"diagnostic": told}));
    line["@level"] = "error".into();
    line
}
