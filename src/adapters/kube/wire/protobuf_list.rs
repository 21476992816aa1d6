//! A protobuf list, split into its objects while it arrives.

use super::envelope::MAGIC;
use super::field::{field, whole_field};
use super::{Garbled, Part};

/// Holds no more than one incomplete object and the last chunk.
#[derive(Debug, Default)]
pub struct ProtobufList {
    buffer: Vec<u8>,
    stage: Stage,
}

#[derive(Debug, Default, Clone, Copy)]
enum Stage {
    #[default]
    Magic,
    /// Among the fields of `runtime.Unknown`; `seen` once its `raw` is through.
    Envelope { seen: bool },
    /// Inside `raw`, of which this many bytes are left.
    List { left: u64 },
}

impl ProtobufList {
    pub fn push(&mut self, chunk: &[u8], each: &mut dyn FnMut(Part)) -> Result<(), Garbled> {
        self.buffer.extend_from_slice(chunk);
        let mut at = 0;
        while let Some(taken) = step(&mut self.stage, &self.buffer[at..], each)? {
            at += taken;
        }
        self.buffer.drain(..at);
        Ok(())
    }

    /// Whether the list came to its end.
    pub fn finish(&self) -> Result<(), Garbled> {
        match self.stage {
            Stage::Envelope { seen: true } if self.buffer.is_empty() => Ok(()),
            _ => Err(Garbled("a list that ends early")),
        }
    }
}

/// Takes one piece off the front and says how long it was; `None` when more bytes are needed.
fn step(stage: &mut Stage, bytes: &[u8], each: &mut dyn FnMut(Part)) -> Result<Option<usize>, Garbled> {
    match *stage {
        Stage::Magic => {
            if bytes.len() < MAGIC.len() {
                return Ok(None);
            }
            if !bytes.starts_with(MAGIC) {
                return Err(Garbled("protobuf without Kubernetes' mark in front"));
            }
            *stage = Stage::Envelope { seen: false };
            Ok(Some(MAGIC.len()))
        }
        Stage::Envelope { .. } => {
            if bytes.is_empty() {
                return Ok(None);
            }
            let Some(header) = field(bytes)? else { return Ok(None) };
            if header.number == 2 && header.delimited {
                *stage = Stage::List { left: header.len };
                return Ok(Some(header.start));
            }
            Ok(whole_field(bytes)?.map(|(found, payload)| found.start + payload.len()))
        }
        Stage::List { left: 0 } => {
            *stage = Stage::Envelope { seen: true };
            Ok(Some(0))
        }
        Stage::List { left } => {
            if bytes.is_empty() {
                return Ok(None);
            }
            let Some((found, payload)) = whole_field(bytes)? else { return Ok(None) };
            let left = left.checked_sub(found.end()).ok_or(Garbled("a list whose objects are longer than itself"))?;
            *stage = Stage::List { left };
            match (found.delimited, found.number) {
                (true, 1) => each(Part::Meta(payload)),
                (true, 2) => each(Part::Item(payload)),
                _ => {}
            }
            Ok(Some(found.start + payload.len()))
        }
    }
}
