//! Printing an object.

use serde_json::{Map, Value};

/// YAML of a value as `kubectl get -o yaml` lays it out: keys in alphabetical order, lists at the indentation of their
/// key, text of several lines as a literal block. Nothing is masked and nothing cleaned: call
/// [`super::mask_secrets`] before, and show each line through `domain::text::clean`.
pub fn print(value: &Value) -> String {
    let options = serde_yaml::ser_options! {
        folded_wrap_chars: usize::MAX,
        min_fold_chars: usize::MAX,
    };
    // JSON is YAML too: what the serializer refuses (nothing known) still shows.
    serde_yaml::to_string_with_options(&sorted(value), options).unwrap_or_else(|_| format!("{value:#}\n"))
}

fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<(&String, &Value)> = map.iter().collect();
            entries.sort_by_key(|(key, _)| *key);
            Value::Object(entries.into_iter().map(|(key, value)| (key.clone(), sorted(value))).collect::<Map<_, _>>())
        }
        Value::Array(items) => Value::Array(items.iter().map(sorted).collect()),
        other => other.clone(),
    }
}
