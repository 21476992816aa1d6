//! Merge patches: RFC 7396, and the API server's strategic form, in which lists of objects are merged by a key.

use serde_json::{Map, Value};

use crate::demo::wire::facts::{Facts, Table, find};
use crate::demo::wire::schema::{Arity, MessageId, Type};

/// Applies a JSON merge patch.
pub fn merge(object: &mut Value, patch: &Value) {
    let Value::Object(fields) = patch else {
        *object = patch.clone();
        return;
    };
    let map = super::as_map(object);
    for (key, value) in fields {
        if value.is_null() {
            map.shift_remove(key);
        } else {
            merge(map.entry(key).or_insert(Value::Null), value);
        }
    }
    // What a patch touches is written in the order of its names: errors show it so.
    map.sort_keys();
}

/// Applies a strategic merge patch to an object of this message: `$patch: delete|replace`, `$retainKeys`,
/// `$deleteFromPrimitiveList/…`, lists by their merge keys.
pub fn strategic(id: MessageId, object: &mut Value, patch: &Value) {
    by_fields(Some(id), object, patch);
}

fn by_fields(id: Option<MessageId>, object: &mut Value, patch: &Value) {
    let Value::Object(fields) = patch else {
        *object = patch.clone();
        return;
    };
    if fields.get("$patch").is_some_and(|directive| directive == "replace") {
        *object = without_directives(fields);
        return;
    }
    let map = super::as_map(object);
    if let Some(kept) = fields.get("$retainKeys").and_then(Value::as_array) {
        map.retain(|name, _| kept.iter().any(|kept| kept == name));
    }
    for (key, value) in fields.iter().filter(|(key, _)| !key.starts_with('$') || key.contains('/')) {
        if let Some(list) = key.strip_prefix("$deleteFromPrimitiveList/") {
            if let Some(Value::Array(items)) = map.get_mut(list) {
                items.retain(|item| !value.as_array().is_some_and(|gone| gone.contains(item)));
            }
        } else if key.starts_with('$') {
            // `$setElementOrder/…` is read where its list is merged.
        } else if value.is_null() {
            map.shift_remove(key);
        } else {
            let slot = map.entry(key).or_insert(Value::Null);
            let inner = id.and_then(|id| find(id, key)).and_then(|field| match (field.arity, field.kind) {
                (Arity::Map, _) => None,
                (_, Type::Message(inner)) => Some(inner),
                _ => None,
            });
            match value {
                Value::Array(items) => {
                    let facts = id.map(|id| Table::get().field(id, key));
                    let order = fields.get(&format!("$setElementOrder/{key}")).and_then(Value::as_array);
                    list(facts.filter(|facts| facts.patch.contains("merge")), inner, slot, items, order);
                }
                _ => by_fields(inner, slot, value),
            }
        }
    }
}

/// `facts` are those of a list that is merged; others are replaced whole.
fn list(facts: Option<&Facts>, id: Option<MessageId>, slot: &mut Value, items: &[Value], wanted: Option<&Vec<Value>>) {
    let plain = || Value::Array(items.iter().filter(|item| item["$patch"].is_null()).cloned().collect());
    let (Some(facts), Value::Array(held)) = (facts, &mut *slot) else {
        *slot = plain();
        return;
    };
    if items.iter().any(|item| item["$patch"] == "replace") {
        *slot = plain();
        return;
    }
    if facts.patch_key.is_empty() {
        held.extend(items.iter().filter(|item| !held.contains(item)).cloned().collect::<Vec<_>>());
        return;
    }
    let before: Vec<Value> = held.iter().map(|item| item[facts.patch_key].clone()).collect();
    for item in items {
        let at = held.iter().position(|known| known[facts.patch_key] == item[facts.patch_key]);
        match (at, item["$patch"].as_str()) {
            (Some(at), Some("delete")) => drop(held.remove(at)),
            (None, Some("delete")) => {}
            (Some(at), _) => by_fields(id, &mut held[at], item),
            (None, _) => held.push(item.clone()),
        }
    }
    let key = facts.patch_key;
    let order: Vec<&Value> = wanted.map_or(items, Vec::as_slice).iter().map(|item| &item[key]).collect();
    *held = ordered(std::mem::take(held), &before, &order, key);
}

/// Merged items in their order: what the patch names in the patch's, the others in the server's, and of both first what
/// the server does not have yet or has earlier.
fn ordered(merged: Vec<Value>, before: &[Value], order: &[&Value], key: &str) -> Vec<Value> {
    let place = |item: &Value| order.iter().position(|known| **known == item[key]);
    let (mut named, others): (Vec<Value>, Vec<Value>) = merged.into_iter().partition(|item| place(item).is_some());
    named.sort_by_key(place);
    let had = |item: &Value| before.iter().position(|known| *known == item[key]);
    let mut out = Vec::with_capacity(named.len() + others.len());
    let (mut named, mut others) = (named.into_iter().peekable(), others.into_iter().peekable());
    while let (Some(left), Some(right)) = (others.peek(), named.peek()) {
        let left_first = had(right).is_some_and(|right| had(left).is_some_and(|left| left <= right));
        out.extend(if left_first { others.next() } else { named.next() });
    }
    out.extend(named);
    out.extend(others);
    out
}

fn without_directives(fields: &Map<String, Value>) -> Value {
    fields.iter().filter(|(key, _)| !key.starts_with('$')).map(|(key, value)| (key.clone(), value.clone())).collect()
}
