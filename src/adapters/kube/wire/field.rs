//! Protobuf fields without their meaning: number, place and length.

use super::{Garbled, OBJECT_BYTES};

/// A field's header. The payload is at `start..start + len` of the bytes that were looked at, which may not hold it yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    pub number: u64,
    pub start: usize,
    pub len: u64,
    /// Whether the payload is bytes with a length in front: text, bytes or a message.
    pub delimited: bool,
}

impl Field {
    pub fn end(&self) -> u64 {
        self.start as u64 + self.len
    }
}

/// A base-128 number and how many bytes it takes; `None` when more bytes are needed.
pub fn varint(bytes: &[u8]) -> Result<Option<(u64, usize)>, Garbled> {
    let mut value = 0u64;
    for (index, byte) in bytes.iter().take(10).enumerate() {
        value |= u64::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            return Ok(Some((value, index + 1)));
        }
    }
    if bytes.len() < 10 { Ok(None) } else { Err(Garbled("protobuf with a number of more than ten bytes")) }
}

/// The header at the front of `bytes`; `None` when more bytes are needed.
pub fn field(bytes: &[u8]) -> Result<Option<Field>, Garbled> {
    let Some((key, start)) = varint(bytes)? else { return Ok(None) };
    let number = key >> 3;
    if number == 0 {
        return Err(Garbled("protobuf with a field of number 0"));
    }
    let plain = |len| Ok(Some(Field { number, start, len, delimited: false }));
    match key & 7 {
        0 => match varint(&bytes[start..])? {
            Some((_, len)) => plain(len as u64),
            None => Ok(None),
        },
        1 => plain(8),
        2 => match varint(&bytes[start..])? {
            Some((len, width)) => Ok(Some(Field { number, start: start + width, len, delimited: true })),
            None => Ok(None),
        },
        5 => plain(4),
        _ => Err(Garbled("protobuf with a field of unknown type")),
    }
}

/// The header and payload of the field at the front of `bytes`, once all of it is there.
pub fn whole_field(bytes: &[u8]) -> Result<Option<(Field, &[u8])>, Garbled> {
    let Some(found) = field(bytes)? else { return Ok(None) };
    if found.len > OBJECT_BYTES as u64 {
        return Err(Garbled("protobuf with a field longer than any object can be"));
    }
    Ok(bytes.get(found.start..found.start + found.len as usize).map(|payload| (found, payload)))
}

/// The payload of the first delimited field `number` of a message that is wholly here.
pub fn find(mut message: &[u8], number: u64) -> Result<Option<&[u8]>, Garbled> {
    while !message.is_empty() {
        let Some((found, payload)) = whole_field(message)? else { return Err(Garbled("protobuf that ends early")) };
        if found.number == number && found.delimited {
            return Ok(Some(payload));
        }
        message = &message[found.start + found.len as usize..];
    }
    Ok(None)
}
