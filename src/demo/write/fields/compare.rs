//! What a change did to an object's fields.

use serde_json::{Map, Value};

use super::set::{Set, Step};
use super::typed::{Place, fields, items, step};

#[derive(Debug, Default)]
pub struct Comparison {
    pub added: Set,
    pub modified: Set,
    pub removed: Set,
}

impl Comparison {
    /// What is new or different.
    pub fn touched(&self) -> Set {
        self.added.union(&self.modified)
    }
}

/// Compares two objects of a kind.
pub fn compare(place: Place, old: &Value, new: &Value) -> Comparison {
    let mut out = Comparison::default();
    walk(place, Some(old), Some(new), &mut Vec::new(), &mut out);
    out
}

fn walk(place: Place, old: Option<&Value>, new: Option<&Value>, path: &mut Vec<Step>, out: &mut Comparison) {
    let empty = |value: Option<&Value>| match value {
        None | Some(Value::Null) => true,
        Some(Value::Object(map)) => map.is_empty(),
        Some(Value::Array(list)) => list.is_empty(),
        Some(_) => false,
    };
    let whole = matches!(place, Place::Leaf(_)) || empty(old) && empty(new);
    match (old, new) {
        (None, None) => return,
        (None, Some(_)) => out.added.insert(path),
        (Some(_), None) => out.removed.insert(path),
        (Some(old), Some(new)) if whole && old != new => out.modified.insert(path),
        _ => {}
    }
    if whole {
        return;
    }
    match place {
        Place::Leaf(_) => {}
        Place::Message(_) | Place::Map(_) => {
            let added = fields(new).filter(|(name, _)| old.is_none_or(|old| old.get(name).is_none()));
            for (name, _) in fields(old).chain(added) {
                let Some((child, _)) = place.child(name) else { continue };
                let of =
                    |value: Option<&Value>| value.and_then(Value::as_object).and_then(|map| map.get(name)).cloned();
                path.push(Step::Field(name.clone()));
                walk(child, of(old).as_ref(), of(new).as_ref(), path, out);
                path.pop();
            }
        }
        Place::List(kind, listed) => {
            let keyed = |value: Option<&Value>| -> Vec<(Step, Value)> {
                let items = items(value).iter().enumerate();
                items.map(|(at, item)| (step(kind, listed, item, at), item.clone())).collect()
            };
            let (before, after) = (keyed(old), keyed(new));
            let find = |list: &[(Step, Value)], step: &Step| {
                list.iter().find(|(known, _)| known == step).map(|(_, item)| item.clone())
            };
            let added = after.iter().filter(|(step, _)| find(&before, step).is_none());
            for (step, _) in before.iter().chain(added) {
                path.push(step.clone());
                let (old, new) = (find(&before, step), find(&after, step));
                walk(Place::item(kind), old.as_ref(), new.as_ref(), path, out);
                path.pop();
            }
        }
    }
}

/// `live` with what `config` says: fields of both are merged, items of lists by what they are known by.
pub fn merged(place: Place, live: Option<&Value>, config: Option<&Value>) -> Value {
    let (live, config) = match (live, config) {
        (live, None) => return live.cloned().unwrap_or(Value::Null),
        (None, Some(config)) => return config.clone(),
        (Some(live), Some(config)) => (live, config),
    };
    match place {
        Place::Message(_) | Place::Map(_) if live.is_object() && config.is_object() => {
            let mut out = Map::new();
            let added = fields(Some(config)).filter(|(name, _)| live.get(name).is_none());
            for (name, _) in fields(Some(live)).chain(added) {
                let child =
                    place.child(name).map_or(Place::Leaf(crate::demo::wire::schema::Type::Raw), |(child, _)| child);
                out.insert(name.clone(), merged(child, live.get(name), config.get(name)));
            }
            Value::Object(out)
        }
        Place::List(kind, listed) if live.is_array() && config.is_array() => {
            let keyed = |value: &Value| -> Vec<(Step, Value)> {
                let items = items(Some(value)).iter().enumerate();
                items.map(|(at, item)| (step(kind, listed, item, at), item.clone())).collect()
            };
            let (left, right) = (keyed(live), keyed(config));
            let of = |list: &[(Step, Value)], step: &Step| {
                list.iter().find(|(known, _)| known == step).map(|(_, item)| item.clone())
            };
            let mut out = Vec::new();
            let mut waiting = right.iter().peekable();
            for (known, item) in &left {
                if of(&right, known).is_none() {
                    out.push(item.clone());
                    continue;
                }
                // What both have comes in the order of what is applied.
                if !waiting.clone().any(|(step, _)| step == known) {
                    continue;
                }
                for (step, applied) in waiting.by_ref() {
                    out.push(merged(Place::item(kind), of(&left, step).as_ref(), Some(applied)));
                    if step == known {
                        break;
                    }
                }
            }
            out.extend(
                waiting.map(|(step, applied)| merged(Place::item(kind), of(&left, step).as_ref(), Some(applied))),
            );
            Value::Array(out)
        }
        _ => config.clone(),
    }
}

/// `value` without the fields and items of a set; what has nothing left is null.
pub fn without(place: Place, value: &Value, gone: &Set) -> Value {
    match place {
        Place::Message(_) | Place::Map(_) => {
            let mut out = Map::new();
            for (name, inner) in fields(Some(value)) {
                let step = Step::Field(name.clone());
                if gone.has(&step) {
                    continue;
                }
                let kept = match (gone.below(&step), place.child(name)) {
                    (Some(below), Some((child, _))) => without(child, inner, below),
                    _ => inner.clone(),
                };
                out.insert(name.clone(), kept);
            }
            if out.is_empty() { Value::Null } else { Value::Object(out) }
        }
        Place::List(kind, listed) => {
            let mut out = Vec::new();
            for (at, item) in items(Some(value)).iter().enumerate() {
                let step = step(kind, listed, item, at);
                if gone.has(&step) {
                    continue;
                }
                out.push(match gone.below(&step) {
                    Some(below) => without(Place::item(kind), item, below),
                    None => item.clone(),
                });
            }
            if out.is_empty() { Value::Null } else { Value::Array(out) }
        }
        Place::Leaf(_) => value.clone(),
    }
}
