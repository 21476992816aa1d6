//! Create, update, patch and delete, as the API server does them before its controllers see the result.

pub mod admission;
pub mod create;
pub mod defaults;
pub mod delete;
pub mod fields;
pub mod input;
pub mod json_patch;
pub mod merge;
pub mod pod_defaults;
pub mod strict;
#[cfg(test)]
mod tests;
pub mod update;
pub mod validate;

use serde_json::{Map, Value};

use self::fields::Writer;

use super::kinds::Kind;
use super::wire::canonical::canonical;

/// Who sets an object's fields.
#[derive(Debug, Clone, Default)]
pub enum By {
    /// A controller: who holds which fields stays as it is.
    #[default]
    Controller,
    Writer(Writer),
    /// The object says itself who holds its fields.
    Applied,
}

/// How an object is written.
#[derive(Debug, Clone, Default)]
pub struct How {
    pub dry_run: bool,
    pub by: By,
}

/// The object in the API server's order again, after fields were added to it.
pub fn tidy(kind: &Kind, object: &Value) -> Value {
    canonical(kind.message, object).unwrap_or_else(|_| object.clone())
}

/// An object's metadata, made if it is missing.
pub fn meta(object: &mut Value) -> &mut Map<String, Value> {
    child(object, "metadata")
}

/// A field that is an object, made if it is missing. Anything that is no object becomes an empty one.
pub fn child<'a>(object: &'a mut Value, name: &str) -> &'a mut Map<String, Value> {
    as_map(as_map(object).entry(name).or_insert(Value::Null))
}

/// The value as an object; anything else becomes an empty one.
pub fn as_map(value: &mut Value) -> &mut Map<String, Value> {
    match value {
        Value::Object(map) => map,
        other => {
            *other = Value::Object(Map::new());
            as_map(other)
        }
    }
}

/// Sets a field that is not there.
pub fn default(object: &mut Map<String, Value>, name: &str, value: impl Into<Value>) {
    if object.get(name).is_none_or(Value::is_null) {
        object.insert(name.into(), value.into());
    }
}
