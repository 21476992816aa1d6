//! LimitRanges: what containers get that say nothing, and what they may not ask for.

use serde_json::{Map, Value};

use super::{containers, totals};
use crate::demo::api::ApiError;
use crate::demo::kinds::{Kind, Known};
use crate::demo::store::Store;
use crate::demo::wire::quantity::Amount;
use crate::demo::write::{as_map, child, default, meta};

/// The limits of one type in a namespace, in the order of the LimitRanges' names.
fn of_type(store: &Store, namespace: &str, kind: &str) -> Vec<Value> {
    let ranges = store.range(Known::get().limit_range, Some(namespace));
    let limits = ranges.filter_map(|entry| entry.full()?["spec"]["limits"].as_array());
    limits.flatten().filter(|limit| limit["type"] == kind).cloned().collect()
}

/// Gives a pod's containers what the namespace's LimitRanges say, and notes it in an annotation.
pub fn apply(store: &Store, namespace: &str, pod: &mut Value) {
    let limits = of_type(store, namespace, "Container");
    let mut notes = Vec::new();
    for limit in &limits {
        for (list, word) in [("initContainers", "init container"), ("containers", "container")] {
            for container in child(pod, "spec").get_mut(list).and_then(Value::as_array_mut).into_iter().flatten() {
                let name = container["name"].as_str().unwrap_or_default().to_owned();
                for (what, from) in [("requests", "defaultRequest"), ("limits", "default")] {
                    let set = fill(container, what, &limit[from]);
                    if !set.is_empty() {
                        let what = what.trim_end_matches('s');
                        notes.push(format!("{} {what} for {word} {name}", set.join(", ")));
                    }
                }
            }
        }
    }
    if !notes.is_empty() {
        let annotations = as_map(meta(pod).entry("annotations").or_insert(Value::Null));
        let note = format!("LimitRanger plugin set: {}", notes.join("; "));
        annotations.insert("kubernetes.io/limit-ranger".into(), note.into());
    }
}

/// Sets what is missing; the names of what was set.
fn fill(container: &mut Value, what: &str, from: &Value) -> Vec<String> {
    let Some(from) = from.as_object().filter(|from| !from.is_empty()) else { return Vec::new() };
    let resources = as_map(as_map(container).entry("resources").or_insert(Value::Null));
    let held = as_map(resources.entry(what).or_insert(Value::Null));
    let mut set: Vec<String> = from.keys().filter(|name| !held.contains_key(*name)).cloned().collect();
    for (name, value) in from {
        default(held, name, value.clone());
    }
    set.sort();
    set
}

/// Refuses a pod that goes beyond a limit.
///
/// # Errors
/// 403 in the API server's words.
pub fn check(store: &Store, kind: &Kind, namespace: &str, name: &str, pod: &Value) -> Result<(), ApiError> {
    let mut words = Vec::new();
    for limit in of_type(store, namespace, "Container") {
        for list in ["initContainers", "containers"] {
            for container in containers(&pod["spec"], list) {
                let of = |what: &str, resource: &str| Amount::read(container["resources"][what][resource].as_str()?);
                words.extend(beyond(&limit, "Container", of));
            }
        }
    }
    let (requests, limits) = (totals(&pod["spec"], "requests"), totals(&pod["spec"], "limits"));
    for limit in of_type(store, namespace, "Pod") {
        let of = |what: &str, resource: &str| {
            let from = if what == "requests" { &requests } else { &limits };
            from.get(resource).copied()
        };
        words.extend(beyond(&limit, "Pod", of));
    }
    let words = match &*words {
        [] => return Ok(()),
        [one] => one.clone(),
        several => format!("[{}]", several.join(", ")),
    };
    Err(ApiError::forbidden(kind, name, &words))
}

/// What is beyond a limit, in words. `of` tells what is asked for.
fn beyond(limit: &Value, whose: &str, of: impl Fn(&str, &str) -> Option<Amount>) -> Vec<String> {
    let mut words = Vec::new();
    let entries = |field: &str| -> Vec<(String, Amount)> {
        let entries = limit[field].as_object().map_or_else(Map::new, Clone::clone);
        let entries = entries.into_iter();
        entries.filter_map(|(name, value)| Some((name, Amount::read(value.as_str()?)?))).collect()
    };
    for (name, least) in entries("min") {
        let says = format!("minimum {name} usage per {whose} is {}", least.written());
        match (of("requests", &name), of("limits", &name)) {
            (None, _) => words.push(format!("{says}.  No request is specified")),
            (Some(asked), _) if asked.nanos < least.nanos => {
                words.push(format!("{says}, but request is {}", asked.written()))
            }
            (_, Some(held)) if held.nanos < least.nanos => {
                words.push(format!("{says}, but limit is {}", held.written()))
            }
            _ => {}
        }
    }
    for (name, most) in entries("max") {
        let says = format!("maximum {name} usage per {whose} is {}", most.written());
        match (of("limits", &name), of("requests", &name)) {
            (None, _) => words.push(format!("{says}.  No limit is specified")),
            (Some(held), _) if held.nanos > most.nanos => {
                words.push(format!("{says}, but limit is {}", held.written()))
            }
            (_, Some(asked)) if asked.nanos > most.nanos => {
                words.push(format!("{says}, but request is {}", asked.written()))
            }
            _ => {}
        }
    }
    for (name, ratio) in entries("maxLimitRequestRatio") {
        if let (Some(held), Some(asked)) = (of("limits", &name), of("requests", &name)) {
            let found = held.nanos as f64 / asked.nanos.max(1) as f64;
            if found > ratio.nanos as f64 / 1e9 {
                let most = ratio.written();
                words.push(format!(
                    "{name} max limit to request ratio per {whose} is {most}, but provided ratio is {found:.6}"
                ));
            }
        }
    }
    words
}
