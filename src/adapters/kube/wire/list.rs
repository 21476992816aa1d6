//! A list in either encoding.

use super::encoding::Encoding;
use super::json_list::JsonList;
use super::protobuf_list::ProtobufList;
use super::{Garbled, Part};

/// Takes a list's bytes as they come and gives its parts.
#[derive(Debug)]
pub enum ListSplitter {
    Protobuf(ProtobufList),
    Json(JsonList),
}

impl ListSplitter {
    pub fn new(encoding: Encoding) -> Self {
        match encoding {
            Encoding::Protobuf => Self::Protobuf(ProtobufList::default()),
            Encoding::Json => Self::Json(JsonList::default()),
        }
    }

    /// Calls `each` for every part that is complete now.
    pub fn push(&mut self, chunk: &[u8], each: &mut dyn FnMut(Part)) -> Result<(), Garbled> {
        match self {
            Self::Protobuf(list) => list.push(chunk, each),
            Self::Json(list) => list.push(chunk, each),
        }
    }

    /// An error if the list was cut off.
    pub fn finish(&self) -> Result<(), Garbled> {
        match self {
            Self::Protobuf(list) => list.finish(),
            Self::Json(list) => list.finish(),
        }
    }
}
