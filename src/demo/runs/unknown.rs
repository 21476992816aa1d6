//! Values that nobody knows before they are made: in a plan a text stands for each, which an apply puts the value for.

use serde_json::{Map, Value};

/// No text that a person gives has these.
const BEGIN: char = '\u{fdd0}';
const END: char = '\u{fdd1}';

/// Stands for an instance's id.
pub fn id_of(address: &str) -> String {
    format!("{BEGIN}{address}{END}")
}

/// Stands for what it gives back, which is told with its plan alone.
pub fn output_of(address: &str) -> String {
    format!("{BEGIN}output of {address}{END}")
}

/// Whether any part of it is unknown.
pub fn is_in(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains(BEGIN),
        Value::Array(items) => items.iter().any(is_in),
        Value::Object(map) => map.values().any(is_in),
        _ => false,
    }
}

/// What is known of it, as `after` has it: what is unknown in an object is left out, in a list it is null.
pub fn known(value: &Value) -> Value {
    match value {
        Value::String(text) if text.contains(BEGIN) => Value::Null,
        Value::Array(items) => items.iter().map(known).collect(),
        Value::Object(map) => {
            let is_there = |value: &Value| !value.as_str().is_some_and(|text| text.contains(BEGIN));
            let there = map.iter().filter(|(_, value)| is_there(value));
            Value::Object(there.map(|(key, value)| (key.clone(), known(value))).collect())
        }
        other => other.clone(),
    }
}

/// Where it is unknown, as `after_unknown` has it; `None` where all of it is known.
pub fn marks(value: &Value) -> Option<Value> {
    if !is_in(value) {
        return None;
    }
    Some(match value {
        Value::Array(items) => items.iter().map(|item| marks(item).unwrap_or_else(|| Value::from(false))).collect(),
        Value::Object(map) => {
            let marked = map.iter().filter_map(|(key, value)| Some((key.clone(), marks(value)?)));
            Value::Object(marked.collect::<Map<_, _>>())
        }
        _ => Value::from(true),
    })
}

/// The value with everything that `found` knows put in: the id of an address.
pub fn resolved(value: &Value, found: &dyn Fn(&str) -> Option<String>) -> Value {
    match value {
        Value::String(text) if text.contains(BEGIN) => Value::from(filled(text, found)),
        Value::Array(items) => items.iter().map(|item| resolved(item, found)).collect(),
        Value::Object(map) => {
            Value::Object(map.iter().map(|(key, value)| (key.clone(), resolved(value, found))).collect())
        }
        other => other.clone(),
    }
}

fn filled(text: &str, found: &dyn Fn(&str) -> Option<String>) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(BEGIN) {
        let (address, after) = after.split_once(END).unwrap_or((after, ""));
        out.push_str(before);
        out.push_str(&found(address).unwrap_or_default());
        rest = after;
    }
    out + rest
}
