//! A watch's events, split while they arrive.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::encoding::Encoding;
use super::{Garbled, OBJECT_BYTES, envelope, field};

/// What an event says about its object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventKind {
    /// ADDED or MODIFIED
    Upsert,
    Delete,
    /// The object carries nothing but a resourceVersion.
    Bookmark,
    /// The object is a Status.
    Error,
    /// A type this program does not know.
    Other,
}

impl EventKind {
    fn of(text: &[u8]) -> Self {
        match text {
            b"ADDED" | b"MODIFIED" => Self::Upsert,
            b"DELETED" => Self::Delete,
            b"BOOKMARK" => Self::Bookmark,
            b"ERROR" => Self::Error,
            _ => Self::Other,
        }
    }
}

/// One event of a watch; the object is bare, without its envelope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame<'a> {
    pub kind: EventKind,
    pub object: &'a [u8],
}

/// Takes a watch's bytes as they come and gives its events. Holds no more than one incomplete event and the last chunk.
#[derive(Debug)]
pub struct FrameSplitter {
    encoding: Encoding,
    buffer: Vec<u8>,
    /// How far a line's end was looked for in vain.
    searched: usize,
}

impl FrameSplitter {
    pub fn new(encoding: Encoding) -> Self {
        Self { encoding, buffer: Vec::new(), searched: 0 }
    }

    /// Calls `each` for every event that is complete now: with the event, or with what is wrong with it when only this
    /// one is garbled. An error of the call itself means that the stream cannot go on.
    pub fn push(&mut self, chunk: &[u8], each: &mut dyn FnMut(Result<Frame, Garbled>)) -> Result<(), Garbled> {
        self.buffer.extend_from_slice(chunk);
        let mut at = 0;
        while let Some((start, end, next)) = self.next(at)? {
            let bytes = &self.buffer[start..end];
            match self.encoding {
                Encoding::Protobuf => each(protobuf(bytes)),
                Encoding::Json if bytes.iter().all(u8::is_ascii_whitespace) => {}
                Encoding::Json => each(json(bytes)),
            }
            at = next;
        }
        self.buffer.drain(..at);
        self.searched = self.searched.saturating_sub(at);
        // A burst of events leaves a large buffer behind that a quiet watch would hold for ever.
        if self.buffer.is_empty() && self.buffer.capacity() > 64 * 1024 {
            self.buffer = Vec::new();
        }
        if self.buffer.len() > OBJECT_BYTES {
            return Err(Garbled("an event longer than any object can be"));
        }
        Ok(())
    }

    /// Begin and end of the event at `at`, and where the next one begins.
    fn next(&mut self, at: usize) -> Result<Option<(usize, usize, usize)>, Garbled> {
        match self.encoding {
            Encoding::Protobuf => {
                let Some(header) = self.buffer.get(at..at + 4) else { return Ok(None) };
                let length = header.iter().fold(0usize, |length, byte| length << 8 | usize::from(*byte));
                if length > OBJECT_BYTES {
                    return Err(Garbled("a watch with an event longer than any object can be"));
                }
                let (start, end) = (at + 4, at + 4 + length);
                Ok((end <= self.buffer.len()).then_some((start, end, end)))
            }
            Encoding::Json => {
                let from = self.searched.max(at);
                let found = memchr::memchr(b'\n', &self.buffer[from..]).map(|offset| from + offset);
                self.searched = found.map_or(self.buffer.len(), |end| end + 1);
                Ok(found.map(|end| (at, end, end + 1)))
            }
        }
    }
}

fn protobuf(bytes: &[u8]) -> Result<Frame<'_>, Garbled> {
    let kind = EventKind::of(field::find(bytes, 1)?.unwrap_or_default());
    let extension = field::find(bytes, 2)?.unwrap_or_default();
    let raw = field::find(extension, 1)?.unwrap_or_default();
    Ok(Frame { kind, object: envelope::unwrap(raw)? })
}

#[derive(Deserialize)]
struct JsonEvent<'a> {
    #[serde(rename = "type", borrow)]
    kind: std::borrow::Cow<'a, str>,
    #[serde(borrow)]
    object: &'a RawValue,
}

fn json(bytes: &[u8]) -> Result<Frame<'_>, Garbled> {
    let event: JsonEvent = serde_json::from_slice(bytes).map_err(|_| Garbled("a line that is not a watch event"))?;
    Ok(Frame { kind: EventKind::of(event.kind.as_bytes()), object: event.object.get().as_bytes() })
}
