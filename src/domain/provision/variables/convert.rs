//! A value as a type wants it, by Terraform's rules: what is missing in objects is filled in, numbers become text and
//! text becomes numbers where that is what it is.

use serde_json::{Map, Value};

use super::kind::{Attribute, Type};
use super::nearest::nearest;
use super::{number, write};

/// What does not fit, and where in the value.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Misfit {
    /// `["a"].max_size`; empty: the value itself.
    pub place: String,
    pub words: String,
}

impl Type {
    /// # Errors
    /// Every place that does not fit.
    pub(super) fn convert(&self, value: &Value) -> Result<Value, Vec<Misfit>> {
        match (self, value) {
            (_, Value::Null) => Ok(Value::Null),
            (Self::Any, value) => Ok(value.clone()),
            (Self::Text, Value::String(_)) | (Self::Truth, Value::Bool(_)) => Ok(value.clone()),
            (Self::Text, Value::Bool(truth)) => Ok(Value::from(truth.to_string())),
            (Self::Text, Value::Number(number)) => Ok(Value::from(number::to_text(number))),
            (Self::Number, Value::Number(number)) => Ok(number::plain(number)),
            (Self::Number, Value::String(text)) => number::from_text(text).ok_or_else(|| self.misfit(value)),
            (Self::Truth, Value::String(text)) => {
                truth_of_text(text).map(Value::from).ok_or_else(|| self.misfit(value))
            }
            (Self::List(of), Value::Array(items)) => {
                all(items.iter().enumerate().map(|(at, item)| (format!("[{at}]"), of.convert(item)))).map(Value::Array)
            }
            (Self::Set(of), Value::Array(items)) => {
                let items = items.iter().enumerate().map(|(at, item)| (format!("[{at}]"), of.convert(item)));
                all(items).map(|items| Value::Array(as_set(items)))
            }
            (Self::Map(of), Value::Object(entries)) => {
                let items = entries.iter().map(|(key, item)| (format!("[{}]", quoted(key)), of.convert(item)));
                let mut entries: Vec<(String, Value)> = entries.keys().cloned().zip(all(items)?).collect();
                entries.sort_by(|(one, _), (other, _)| one.cmp(other));
                Ok(Value::Object(entries.into_iter().collect()))
            }
            (Self::Tuple(of), Value::Array(items)) if of.len() == items.len() => {
                let items = of.iter().zip(items).enumerate();
                all(items.map(|(at, (of, item))| (format!("[{at}]"), of.convert(item)))).map(Value::Array)
            }
            (Self::Tuple(of), Value::Array(items)) => {
                let words = format!("wants {} values, not {}", of.len(), items.len());
                Err(vec![Misfit { place: String::new(), words }])
            }
            (Self::Object(attributes), Value::Object(given)) => object(attributes, given),
            _ => Err(self.misfit(value)),
        }
    }

    fn misfit(&self, value: &Value) -> Vec<Misfit> {
        let words = format!("wants {}, not {}", self.wanted(), called(value));
        vec![Misfit { place: String::new(), words }]
    }
}

fn object(attributes: &[Attribute], given: &Map<String, Value>) -> Result<Value, Vec<Misfit>> {
    let values =
        all(attributes.iter().map(|attribute| (format!(".{}", attribute.name), of_attribute(attribute, given))));
    let mut misfits = mistyped(attributes, given);
    match values {
        Ok(values) if misfits.is_empty() => {
            let names = attributes.iter().map(|attribute| attribute.name.clone());
            Ok(Value::Object(names.zip(values).collect()))
        }
        Ok(_) => Err(misfits),
        Err(more) => {
            misfits.extend(more);
            Err(misfits)
        }
    }
}

fn of_attribute(attribute: &Attribute, given: &Map<String, Value>) -> Result<Value, Vec<Misfit>> {
    match (given.get(&attribute.name), &attribute.default) {
        (None | Some(Value::Null), Some(default)) => attribute.kind.convert(default),
        (None, None) if !attribute.optional => {
            Err(vec![Misfit { place: String::new(), words: "is missing".to_owned() }])
        }
        (value, _) => attribute.kind.convert(value.unwrap_or(&Value::Null)),
    }
}

/// Terraform drops what an object does not know without a word; a name that is nearly one of its own was meant to be it.
fn mistyped(attributes: &[Attribute], given: &Map<String, Value>) -> Vec<Misfit> {
    let is_known = |name: &String| attributes.iter().any(|attribute| attribute.name == *name);
    let missing = || attributes.iter().map(|one| one.name.as_str()).filter(|name| !given.contains_key(*name));
    given
        .keys()
        .filter(|name| !is_known(name))
        .filter_map(|name| {
            let meant = nearest(name, missing())?;
            let words = format!("there is no such attribute; did you mean {meant}?");
            Some(Misfit { place: format!(".{}", write::key(name)), words })
        })
        .collect()
}

/// All values, or all misfits, each with its place before it.
fn all(items: impl Iterator<Item = (String, Result<Value, Vec<Misfit>>)>) -> Result<Vec<Value>, Vec<Misfit>> {
    let (mut values, mut misfits) = (Vec::new(), Vec::new());
    for (place, item) in items {
        match item {
            Ok(value) => values.push(value),
            Err(inner) => misfits.extend(
                inner
                    .into_iter()
                    .map(|Misfit { place: within, words }| Misfit { place: place.clone() + &within, words }),
            ),
        }
    }
    if misfits.is_empty() { Ok(values) } else { Err(misfits) }
}

/// Each value once, in the order in which Terraform goes through sets.
pub(super) fn as_set(items: Vec<Value>) -> Vec<Value> {
    let mut set: Vec<Value> = Vec::new();
    for item in items {
        if !set.contains(&item) {
            set.push(item);
        }
    }
    set.sort_by(|one, other| match (one, other) {
        (Value::String(one), Value::String(other)) => one.cmp(other),
        (Value::Number(one), Value::Number(other)) => number::compare(one, other),
        _ => std::cmp::Ordering::Equal,
    });
    set
}

pub(super) fn truth_of_text(text: &str) -> Option<bool> {
    match text {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}

fn quoted(key: &str) -> String {
    write::inline(&Value::from(key))
}

fn called(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "a map",
    }
}
