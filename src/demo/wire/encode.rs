//! JSON to protobuf, byte for byte as the API server writes it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

use super::schema::{Arity, Field, MessageId, Schema, Type};
use super::time;

/// Appends the protobuf form of an object to `out`. What does not fit its type is left out: callers pass objects that
/// went through [`super::canonical`].
pub fn encode(id: MessageId, value: &Value, out: &mut Vec<u8>) {
    let message = Schema::get().message(id);
    let empty = Map::new();
    let object = value.as_object().unwrap_or(&empty);
    for &at in &message.by_tag {
        let field = &message.fields[at];
        if field.inline {
            nested(field.tag, out, |out| {
                if let Type::Message(inner) = field.kind {
                    encode(inner, value, out)
                }
            });
            continue;
        }
        let found = object.get(field.name).filter(|found| !found.is_null());
        match (field.arity, found) {
            (Arity::One, found) => one(field, found.unwrap_or(&Value::Null), out),
            (Arity::Pointer, Some(found)) => one(field, found, out),
            (Arity::Many, Some(Value::Array(items))) => items.iter().for_each(|item| one(field, item, out)),
            (Arity::Map, Some(Value::Object(items))) => map(field, items, out),
            _ => {}
        }
    }
}

fn map(field: &Field, items: &Map<String, Value>, out: &mut Vec<u8>) {
    let mut keys: Vec<&String> = items.keys().collect();
    keys.sort();
    let entry = Field { tag: 2, arity: Arity::One, ..field.clone() };
    for key in keys {
        nested(field.tag, out, |out| {
            bytes(1, key.as_bytes(), out);
            one(&entry, &items[key], out);
        });
    }
}

fn one(field: &Field, value: &Value, out: &mut Vec<u8>) {
    let tag = field.tag;
    match field.kind {
        Type::String => bytes(tag, value.as_str().unwrap_or_default().as_bytes(), out),
        Type::Bool => number(tag, u64::from(value.as_bool().unwrap_or_default()), out),
        Type::Int32 | Type::Int64 => number(tag, value.as_i64().unwrap_or_default() as u64, out),
        Type::Bytes => {
            bytes(tag, &STANDARD.decode(value.as_str().unwrap_or_default()).unwrap_or_default(), out);
        }
        Type::Time => {
            let seconds = value.as_str().and_then(time::parse);
            timestamp(tag, seconds.map(|seconds| (seconds, 0)), out);
        }
        Type::MicroTime => {
            let micros = value.as_str().and_then(time::parse_micros);
            timestamp(tag, micros.map(|at| (at.div_euclid(1_000_000), at.rem_euclid(1_000_000) * 1000)), out);
        }
        Type::Quantity => {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            nested(tag, out, |out| bytes(1, if value.is_null() { b"" } else { text.as_bytes() }, out));
        }
        Type::IntOrString => nested(tag, out, |out| {
            number(1, u64::from(value.is_string()), out);
            number(2, value.as_i64().unwrap_or_default() as u64, out);
            bytes(3, value.as_str().unwrap_or_default().as_bytes(), out);
        }),
        Type::Fields | Type::Raw => nested(tag, out, |out| bytes(1, value.to_string().as_bytes(), out)),
        Type::Duration => nested(tag, out, |out| number(1, 0, out)),
        Type::StringList => nested(tag, out, |out| {
            for item in value.as_array().into_iter().flatten() {
                bytes(1, item.as_str().unwrap_or_default().as_bytes(), out);
            }
        }),
        Type::Message(inner) => nested(tag, out, |out| encode(inner, value, out)),
    }
}

fn timestamp(tag: u32, at: Option<(i64, i64)>, out: &mut Vec<u8>) {
    nested(tag, out, |out| {
        if let Some((seconds, nanos)) = at {
            number(1, seconds as u64, out);
            number(2, nanos as u64, out);
        }
    });
}

/// A field of type bytes, string or message.
pub fn bytes(tag: u32, content: &[u8], out: &mut Vec<u8>) {
    varint(u64::from(tag << 3 | 2), out);
    varint(content.len() as u64, out);
    out.extend_from_slice(content);
}

/// A field of type varint.
pub fn number(tag: u32, value: u64, out: &mut Vec<u8>) {
    varint(u64::from(tag << 3), out);
    varint(value, out);
}

/// A message field whose content `fill` appends.
pub fn nested(tag: u32, out: &mut Vec<u8>, fill: impl FnOnce(&mut Vec<u8>)) {
    varint(u64::from(tag << 3 | 2), out);
    let at = out.len();
    out.push(0);
    fill(out);
    let length = out.len() - at - 1;
    if length < 0x80 {
        out[at] = length as u8;
    } else {
        let mut prefix = Vec::with_capacity(5);
        varint(length as u64, &mut prefix);
        out.splice(at..=at, prefix);
    }
}

pub fn varint(mut value: u64, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// How many bytes [`varint`] writes.
pub fn varint_len(value: u64) -> usize {
    (64 - (value | 1).leading_zeros() as usize).div_ceil(7)
}
