//! Protobuf to JSON, as the API server would write the same object.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::canonical::assemble;
use super::schema::{Arity, Field, MessageId, Schema, Type};
use super::time;

/// The bytes are not the message that they were said to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unexpected EOF")]
pub struct Truncated;

/// Reads the object that `bytes` hold; unknown fields are skipped.
///
/// # Errors
/// [`Truncated`] when a length or a number runs past the end.
pub fn decode(id: MessageId, bytes: &[u8]) -> Result<Value, Truncated> {
    let message = Schema::get().message(id);
    let mut slots: Vec<Option<Value>> = vec![None; message.fields.len()];
    for part in Parts(bytes) {
        let (tag, part) = part?;
        let Some(at) = message.fields.iter().position(|field| field.tag == tag) else { continue };
        let field = &message.fields[at];
        match field.arity {
            Arity::One | Arity::Pointer => slots[at] = Some(one(field, &part)?),
            Arity::Many => {
                let item = one(field, &part)?;
                if let Value::Array(items) = slots[at].get_or_insert_with(|| json!([])) {
                    items.push(item);
                }
            }
            Arity::Map => {
                let (key, value) = entry(field, part.bytes())?;
                if let Value::Object(items) = slots[at].get_or_insert_with(|| json!({})) {
                    items.insert(key, value);
                }
            }
        }
    }
    Ok(assemble(id, slots))
}

fn entry(field: &Field, bytes: &[u8]) -> Result<(String, Value), Truncated> {
    let (mut key, mut value) = (String::new(), None);
    for part in Parts(bytes) {
        match part? {
            (1, part) => key = part.text(),
            (2, part) => value = Some(one(field, &part)?),
            _ => {}
        }
    }
    Ok((key, value.unwrap_or_default()))
}

fn one(field: &Field, part: &Part) -> Result<Value, Truncated> {
    Ok(match field.kind {
        Type::String => Value::String(part.text()),
        Type::Bool => Value::Bool(part.number() != 0),
        Type::Int32 | Type::Int64 => Value::from(part.number() as i64),
        Type::Bytes => Value::String(STANDARD.encode(part.bytes())),
        Type::Time => timestamp(part, |seconds, _| time::rfc3339(seconds))?,
        Type::MicroTime => timestamp(part, |seconds, nanos| time::rfc3339_micros(seconds * 1_000_000 + nanos / 1000))?,
        Type::Quantity => first(part.bytes(), 1)?.map_or(Value::Null, |part| Value::String(part.text())),
        Type::IntOrString => {
            if first(part.bytes(), 1)?.is_some_and(|part| part.number() == 1) {
                Value::String(first(part.bytes(), 3)?.map_or_else(String::new, |part| part.text()))
            } else {
                Value::from(first(part.bytes(), 2)?.map_or(0, |part| part.number() as i32))
            }
        }
        Type::Fields | Type::Raw => {
            first(part.bytes(), 1)?.map_or(Value::Null, |raw| serde_json::from_slice(raw.bytes()).unwrap_or_default())
        }
        Type::Duration => Value::Null,
        Type::StringList => Parts(part.bytes())
            .map(|item| item.map(|(_, item)| Value::String(item.text())))
            .collect::<Result<Vec<_>, _>>()?
            .into(),
        Type::Message(inner) => decode(inner, part.bytes())?,
    })
}

fn timestamp(part: &Part, write: impl Fn(i64, i64) -> String) -> Result<Value, Truncated> {
    let Some(seconds) = first(part.bytes(), 1)? else { return Ok(Value::Null) };
    let nanos = first(part.bytes(), 2)?.map_or(0, |part| part.number() as i64);
    Ok(Value::String(write(seconds.number() as i64, nanos)))
}

/// The first field with this tag.
pub fn first(bytes: &[u8], tag: u32) -> Result<Option<Part<'_>>, Truncated> {
    for part in Parts(bytes) {
        let (found, part) = part?;
        if found == tag {
            return Ok(Some(part));
        }
    }
    Ok(None)
}

/// One field's value on the wire.
#[derive(Debug, Clone, Copy)]
pub enum Part<'a> {
    Number(u64),
    Bytes(&'a [u8]),
}

impl<'a> Part<'a> {
    pub fn bytes(&self) -> &'a [u8] {
        match self {
            Part::Number(_) => &[],
            Part::Bytes(bytes) => bytes,
        }
    }

    pub fn number(&self) -> u64 {
        match self {
            Part::Number(number) => *number,
            Part::Bytes(_) => 0,
        }
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(self.bytes()).into_owned()
    }
}

/// The fields of a message, one after the other.
pub struct Parts<'a>(pub &'a [u8]);

impl<'a> Iterator for Parts<'a> {
    type Item = Result<(u32, Part<'a>), Truncated>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let part = self.part();
        if part.is_err() {
            self.0 = &[];
        }
        Some(part)
    }
}

impl<'a> Parts<'a> {
    fn part(&mut self) -> Result<(u32, Part<'a>), Truncated> {
        let key = self.varint()?;
        let part = match key & 7 {
            0 => Part::Number(self.varint()?),
            1 => Part::Bytes(self.take(8)?),
            2 => {
                let length = self.varint()?;
                Part::Bytes(self.take(usize::try_from(length).map_err(|_| Truncated)?)?)
            }
            5 => Part::Bytes(self.take(4)?),
            _ => return Err(Truncated),
        };
        Ok(((key >> 3) as u32, part))
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], Truncated> {
        let (head, tail) = self.0.split_at_checked(length).ok_or(Truncated)?;
        self.0 = tail;
        Ok(head)
    }

    fn varint(&mut self) -> Result<u64, Truncated> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let (&byte, tail) = self.0.split_first().ok_or(Truncated)?;
            self.0 = tail;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(Truncated)
    }
}

/// A whole body of type `application/vnd.kubernetes.protobuf` as JSON, with `kind` and `apiVersion` in front.
///
/// # Errors
/// [`Truncated`] when the magic number is missing, the kind is unknown or the bytes end too soon.
pub fn decode_body(body: &[u8]) -> Result<Value, Truncated> {
    let unknown = body.strip_prefix(super::MAGIC).ok_or(Truncated)?;
    let meta = first(unknown, 1)?.ok_or(Truncated)?;
    let api_version = first(meta.bytes(), 1)?.ok_or(Truncated)?.text();
    let kind = first(meta.bytes(), 2)?.ok_or(Truncated)?.text();
    let raw = first(unknown, 2)?.map_or(&[][..], |raw| raw.bytes());
    let mut object = Map::new();
    object.insert("kind".into(), kind.clone().into());
    object.insert("apiVersion".into(), api_version.into());
    let schema = Schema::get();
    if let Some(id) = schema.find(&kind) {
        if let Value::Object(rest) = decode(id, raw)? {
            object.extend(rest);
        }
    } else {
        let item = kind.strip_suffix("List").and_then(|item| schema.find(item)).ok_or(Truncated)?;
        let list_meta = schema.find("ListMeta").ok_or(Truncated)?;
        let mut items = Vec::new();
        let mut metadata = json!({});
        for part in Parts(raw) {
            match part? {
                (1, part) => metadata = decode(list_meta, part.bytes())?,
                (2, part) => items.push(decode(item, part.bytes())?),
                _ => {}
            }
        }
        object.insert("metadata".into(), metadata);
        object.insert("items".into(), items.into());
    }
    Ok(Value::Object(object))
}

/// The frames of a protobuf watch: what happened, and the object as JSON.
///
/// # Errors
/// [`Truncated`] when a frame ends too soon or holds no object.
pub fn decode_watch(mut frames: &[u8]) -> Result<Vec<(String, Value)>, Truncated> {
    let mut events = Vec::new();
    while let Some((length, rest)) = frames.split_first_chunk::<4>() {
        let (frame, rest) = rest.split_at_checked(u32::from_be_bytes(*length) as usize).ok_or(Truncated)?;
        let happened = first(frame, 1)?.ok_or(Truncated)?.text();
        let object = first(frame, 2)?.ok_or(Truncated)?;
        let raw = first(object.bytes(), 1)?.ok_or(Truncated)?;
        events.push((happened, decode_body(raw.bytes())?));
        frames = rest;
    }
    if frames.is_empty() { Ok(events) } else { Err(Truncated) }
}
