//! What a dry run would change, field by field.

use serde_json::Value;

use crate::domain::text::clean;

/// One field that differs. A side that is missing is `None`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// `spec.template.spec.containers[0].image`
    pub field: String,
    pub before: Option<String>,
    pub after: Option<String>,
}

/// Values longer than this are cut, in characters.
const VALUE_CHARS: usize = 120;
/// Differences that are kept.
const MOST: usize = 200;
/// What changes by itself and tells a person nothing.
const NOISE: [&str; 6] = [
    "metadata.managedFields",
    "metadata.resourceVersion",
    "metadata.generation",
    "metadata.uid",
    "metadata.creationTimestamp",
    "status",
];

/// The fields that differ, in the order of the objects, without those that the server keeps for itself.
pub fn differences(before: &Value, after: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    walk(String::new(), Some(before), Some(after), &mut found);
    found.truncate(MOST);
    found
}

fn walk(field: String, before: Option<&Value>, after: Option<&Value>, found: &mut Vec<Difference>) {
    if before == after || NOISE.contains(&field.as_str()) || found.len() > MOST {
        return;
    }
    let under = |name: &str| match field.as_str() {
        "" => name.to_owned(),
        field if name.contains(['.', '/']) => format!("{field}[{name}]"),
        field => format!("{field}.{name}"),
    };
    match (before, after) {
        (Some(Value::Object(old)), Some(Value::Object(new))) => {
            old.iter().for_each(|(name, value)| walk(under(name), Some(value), new.get(name), found));
            let added = new.iter().filter(|(name, _)| !old.contains_key(*name));
            added.for_each(|(name, value)| walk(under(name), None, Some(value), found));
        }
        (Some(Value::Array(old)), Some(Value::Array(new))) => {
            for place in 0..old.len().max(new.len()) {
                walk(format!("{field}[{place}]"), old.get(place), new.get(place), found);
            }
        }
        _ => found.push(Difference { field, before: before.map(shown), after: after.map(shown) }),
    }
}

fn shown(value: &Value) -> String {
    let text = match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let text = clean(&text);
    match text.char_indices().nth(VALUE_CHARS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.into_owned(),
    }
}
