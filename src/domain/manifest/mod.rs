//! Manifests as plain JSON: made from what a person typed, or from objects that a server gave.

pub mod clone;
mod defaults;
mod edit;
mod labels;
mod namespace;
pub mod scalar;
#[cfg(test)]
mod tests;
pub mod yaml;

pub use edit::for_edit;
pub use labels::label_patch;
pub use namespace::{NamespaceValues, namespace};

use serde_json::{Map, Value};

/// The order in which people write the fields of an object and of its metadata; others keep theirs, behind these.
const ORDER: [&str; 8] =
    ["apiVersion", "kind", "metadata", "name", "generateName", "namespace", "labels", "annotations"];

/// The object with its fields, and those of its metadata, in the order that people write them in; `status` last.
pub fn in_order(mut object: Value) -> Value {
    if let Some(map) = object.as_object_mut() {
        sort(map);
        if let Some(metadata) = map.get_mut("metadata").and_then(Value::as_object_mut) {
            sort(metadata);
        }
    }
    object
}

fn sort(map: &mut Map<String, Value>) {
    let place = |key: &str| match key {
        "status" => ORDER.len() + 1,
        key => ORDER.iter().position(|known| *known == key).unwrap_or(ORDER.len()),
    };
    let mut entries: Vec<(String, Value)> = std::mem::take(map).into_iter().collect();
    entries.sort_by_key(|(key, _)| place(key));
    map.extend(entries);
}

/// The object at a path of keys, if every step is an object.
fn object_at<'a>(value: &'a mut Value, path: &[&str]) -> Option<&'a mut Map<String, Value>> {
    path.iter().try_fold(value, |value, key| value.get_mut(*key))?.as_object_mut()
}
