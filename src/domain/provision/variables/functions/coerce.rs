//! Arguments as functions and operators want them.

use serde_json::{Map, Number, Value};

use super::super::convert::truth_of_text;
use super::super::evaluate::{Stop, failed};
use super::super::number;

pub fn text_of(value: &Value) -> Result<String, Stop> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(number) => Ok(number::to_text(number)),
        Value::Bool(truth) => Ok(truth.to_string()),
        _ => failed("text is wanted"),
    }
}

pub fn number_of(value: &Value) -> Result<Number, Stop> {
    let value = match value {
        Value::String(text) => number::from_text(text),
        other => Some(other.clone()),
    };
    match value {
        Some(Value::Number(number)) => Ok(number),
        _ => failed("a number is wanted"),
    }
}

pub fn float_of(value: &Value) -> Result<f64, Stop> {
    Ok(number_of(value)?.as_f64().unwrap_or_default())
}

pub fn whole_of(value: &Value) -> Result<i64, Stop> {
    match number::plain(&number_of(value)?).as_i64() {
        Some(whole) => Ok(whole),
        None => failed("a whole number is wanted"),
    }
}

pub fn truth_of(value: &Value) -> Result<bool, Stop> {
    let truth = match value {
        Value::Bool(truth) => Some(*truth),
        Value::String(text) => truth_of_text(text),
        _ => None,
    };
    truth.map_or_else(|| failed("true or false is wanted"), Ok)
}

pub fn list_of(value: &Value) -> Result<&[Value], Stop> {
    match value {
        Value::Array(items) => Ok(items),
        _ => failed("a list is wanted"),
    }
}

pub fn map_of(value: &Value) -> Result<&Map<String, Value>, Stop> {
    match value {
        Value::Object(entries) => Ok(entries),
        _ => failed("a map is wanted"),
    }
}

pub fn texts_of(value: &Value) -> Result<Vec<String>, Stop> {
    list_of(value)?.iter().map(text_of).collect()
}

/// In the order in which Terraform goes through maps and objects.
pub fn sorted(entries: &Map<String, Value>) -> Vec<(&str, &Value)> {
    let mut entries: Vec<(&str, &Value)> = entries.iter().map(|(key, value)| (key.as_str(), value)).collect();
    entries.sort_by_key(|(key, _)| *key);
    entries
}
