//! Merge patches: RFC 7396, and the API server's strategic form, in which lists of objects are merged by a key.

use serde_json::{Map, Value};

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
}

/// Applies a strategic merge patch: `$patch: delete|replace`, `$deleteFromPrimitiveList/…`, lists by their merge keys.
pub fn strategic(object: &mut Value, patch: &Value) {
    let Value::Object(fields) = patch else {
        *object = patch.clone();
        return;
    };
    if fields.get("$patch").is_some_and(|directive| directive == "replace") {
        *object = without_directives(fields);
        return;
    }
    let map = super::as_map(object);
    for (key, value) in fields.iter().filter(|(key, _)| !key.starts_with('$') || key.contains('/')) {
        if let Some(list) = key.strip_prefix("$deleteFromPrimitiveList/") {
            if let Some(Value::Array(items)) = map.get_mut(list) {
                items.retain(|item| !value.as_array().is_some_and(|gone| gone.contains(item)));
            }
        } else if key.starts_with('$') {
            // `$setElementOrder` only orders what is merged anyway.
        } else if value.is_null() {
            map.shift_remove(key);
        } else {
            let slot = map.entry(key).or_insert(Value::Null);
            match value {
                Value::Array(items) => list(key, slot, items),
                _ => strategic(slot, value),
            }
        }
    }
}

/// The field by which two items of a list are the same; lists that are not named here are replaced whole.
fn merge_key(list: &str) -> Option<&'static str> {
    Some(match list {
        "containers" | "initContainers" | "ephemeralContainers" | "env" | "volumes" | "imagePullSecrets" => "name",
        "volumeMounts" => "mountPath",
        "volumeDevices" => "devicePath",
        "containerStatuses" => return None,
        "ports" => "containerPort",
        "conditions" => "type",
        "ownerReferences" => "uid",
        "hostAliases" | "podIPs" | "hostIPs" => "ip",
        "taints" => "key",
        "addresses" => "type",
        _ => return None,
    })
}

fn list(name: &str, slot: &mut Value, items: &[Value]) {
    if name == "finalizers" {
        if let Value::Array(held) = slot {
            held.extend(items.iter().filter(|item| !held.contains(item)).cloned().collect::<Vec<_>>());
            return;
        }
    } else if let (Some(key), Value::Array(held)) = (merge_key(name), &mut *slot) {
        for item in items {
            let at = held.iter().position(|known| known[key] == item[key]);
            match (at, item["$patch"].as_str()) {
                (Some(at), Some("delete")) => drop(held.remove(at)),
                (None, Some("delete")) => {}
                (Some(at), _) => strategic(&mut held[at], item),
                (None, _) => held.push(item.clone()),
            }
        }
        return;
    }
    *slot = Value::Array(items.iter().filter(|item| item["$patch"].is_null()).cloned().collect());
}

fn without_directives(fields: &Map<String, Value>) -> Value {
    fields.iter().filter(|(key, _)| !key.starts_with('$')).map(|(key, value)| (key.clone(), value.clone())).collect()
}
