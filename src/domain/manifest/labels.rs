//! Changes of labels.

use serde_json::{Map, Value, json};

/// The JSON merge patch (RFC 7396) that turns the labels `before` into `after`: what is gone is null. `None` when
/// nothing changes.
pub fn label_patch(before: &[(String, String)], after: &[(String, String)]) -> Option<Value> {
    let gone = before.iter().filter(|(key, _)| !after.iter().any(|(known, _)| known == key));
    let mut changes: Map<String, Value> = gone.map(|(key, _)| (key.clone(), Value::Null)).collect();
    let new = after.iter().filter(|entry| !before.contains(entry));
    changes.extend(new.map(|(key, value)| (key.clone(), Value::from(value.as_str()))));
    (!changes.is_empty()).then(|| json!({ "metadata": { "labels": changes } }))
}
