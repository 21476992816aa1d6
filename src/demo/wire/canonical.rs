//! Objects in the form in which the API server stores and writes them: known fields only, in its order, empty ones left
//! out or written as it does.

use serde_json::{Map, Value};

use super::schema::{Arity, Field, MessageId, Schema, Type};

/// Why an object cannot be read as its kind, in the API server's words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Mismatch(pub String);

/// `value` as the API server would store it. Fields that the kind does not have are left out.
///
/// # Errors
/// [`Mismatch`] when a field holds a value of another type.
pub fn canonical(id: MessageId, value: &Value) -> Result<Value, Mismatch> {
    walk(id, value, "")
}

/// The object of a kind of which nothing is set.
pub fn empty(id: MessageId) -> Value {
    assemble(id, vec![None; Schema::get().message(id).fields.len()])
}

fn walk(id: MessageId, value: &Value, path: &str) -> Result<Value, Mismatch> {
    let message = Schema::get().message(id);
    let Some(object) = value.as_object() else {
        return Err(mismatch(value, message.name, path, message.name));
    };
    Ok(assemble(id, slots(id, object, path)?))
}

fn slots(id: MessageId, object: &Map<String, Value>, path: &str) -> Result<Vec<Option<Value>>, Mismatch> {
    let message = Schema::get().message(id);
    let mut slots = Vec::with_capacity(message.fields.len());
    for field in &message.fields {
        if let (true, Type::Message(inner)) = (field.inline, field.kind) {
            let inlined = self::slots(inner, object, path)?;
            slots.push(Some(assemble(inner, inlined)));
            continue;
        }
        let found = object.get(field.name);
        let found = found.filter(|found| !found.is_null());
        slots.push(match found {
            Some(found) => Some(field_value(message.name, field, found, &join(path, field.name))?),
            None => None,
        });
    }
    Ok(slots)
}

fn field_value(parent: &str, field: &Field, value: &Value, path: &str) -> Result<Value, Mismatch> {
    match field.arity {
        Arity::One | Arity::Pointer => one(parent, field, value, path),
        Arity::Many => {
            let items = value.as_array().ok_or_else(|| mismatch(value, parent, path, &go_type(field)))?;
            let items: Result<Vec<Value>, Mismatch> =
                items.iter().enumerate().map(|(at, item)| one(parent, field, item, &format!("{path}[{at}]"))).collect();
            Ok(Value::Array(items?))
        }
        Arity::Map => {
            let items = value.as_object().ok_or_else(|| mismatch(value, parent, path, &go_type(field)))?;
            let mut keys: Vec<&String> = items.keys().collect();
            keys.sort();
            let mut out = Map::with_capacity(items.len());
            for key in keys {
                out.insert(key.clone(), one(parent, field, &items[key], &join(path, key))?);
            }
            Ok(Value::Object(out))
        }
    }
}

fn one(parent: &str, field: &Field, value: &Value, path: &str) -> Result<Value, Mismatch> {
    let fits = match field.kind {
        Type::String | Type::Bytes | Type::Time | Type::MicroTime => value.is_string() || value.is_null(),
        Type::Bool => value.is_boolean(),
        Type::Int32 => value.as_i64().is_some_and(|number| i32::try_from(number).is_ok()),
        Type::Int64 => value.is_i64(),
        Type::Quantity if value.as_str().is_some_and(|text| !super::quantity::is_quantity(text)) => {
            let words = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
            return Err(Mismatch(words.to_owned()));
        }
        Type::Quantity => return Ok(super::quantity::canonical(value)),
        Type::Message(inner) => return walk(inner, value, path),
        Type::IntOrString | Type::Fields | Type::Raw | Type::Duration | Type::StringList => true,
    };
    if fits { Ok(value.clone()) } else { Err(mismatch(value, parent, path, &go_type(field))) }
}

fn mismatch(value: &Value, parent: &str, path: &str, wanted: &str) -> Mismatch {
    let found = match value {
        Value::Null => "null".to_owned(),
        Value::Bool(_) => "bool".to_owned(),
        // A number is told only where another number was wanted.
        Value::Number(number) if wanted.starts_with("int") => format!("number {number}"),
        Value::Number(_) => "number".to_owned(),
        Value::String(_) => "string".to_owned(),
        Value::Array(_) => "array".to_owned(),
        Value::Object(_) => "object".to_owned(),
    };
    let path: String = path.split('.').map(|step| step.split('[').next().unwrap_or(step)).collect::<Vec<_>>().join(".");
    Mismatch(format!("json: cannot unmarshal {found} into Go struct field {parent}.{path} of type {wanted}"))
}

fn go_type(field: &Field) -> String {
    let name = match field.kind {
        Type::String => "string".to_owned(),
        Type::Bool => "bool".to_owned(),
        Type::Int32 => "int32".to_owned(),
        Type::Int64 => "int64".to_owned(),
        Type::Message(id) => format!("v1.{}", Schema::get().message(id).name),
        _ => "string".to_owned(),
    };
    match field.arity {
        Arity::One | Arity::Pointer => name,
        Arity::Many => format!("[]{name}"),
        Arity::Map => format!("map[string]{name}"),
    }
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

/// Puts an object together from its fields' values (one a field, in the message's order).
pub(super) fn assemble(id: MessageId, slots: Vec<Option<Value>>) -> Value {
    let message = Schema::get().message(id);
    let mut object = Map::with_capacity(slots.len());
    for (field, slot) in message.fields.iter().zip(slots) {
        if field.inline {
            if let Some(Value::Object(inner)) = slot {
                object.extend(inner);
            }
            continue;
        }
        let empty = slot.as_ref().is_none_or(|value| is_zero(field, value));
        if empty && field.omit {
            continue;
        }
        let value = match slot {
            Some(value) if !value.is_null() => value,
            _ => zero(field),
        };
        object.insert(field.name.to_owned(), value);
    }
    Value::Object(object)
}

fn is_zero(field: &Field, value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty() && field.arity == Arity::Many,
        Value::Object(items) => items.is_empty() && (field.arity == Arity::Map || field.arity == Arity::One),
        _ if field.arity == Arity::Pointer => false,
        Value::Bool(value) => !value,
        Value::Number(number) => number.as_i64() == Some(0) && field.kind != Type::IntOrString,
        Value::String(text) => text.is_empty() && field.kind != Type::Quantity,
    }
}

fn zero(field: &Field) -> Value {
    match (field.arity, field.kind) {
        (Arity::One, Type::String) => Value::String(String::new()),
        (Arity::One, Type::Bool) => Value::Bool(false),
        (Arity::One, Type::Int32 | Type::Int64 | Type::IntOrString) => Value::from(0),
        (Arity::One, Type::Quantity) => Value::String("0".into()),
        (Arity::One, Type::Message(id)) => empty(id),
        _ => Value::Null,
    }
}
