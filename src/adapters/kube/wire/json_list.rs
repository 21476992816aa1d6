//! A JSON list, split into its objects while it arrives.

use super::{Garbled, OBJECT_BYTES, Part};

/// Follows braces and strings alone: whether an object is sound JSON is found when it is decoded. Holds no more than one
/// incomplete object and the last chunk.
#[derive(Debug, Default)]
pub struct JsonList {
    buffer: Vec<u8>,
    /// How far `buffer` was read.
    at: usize,
    depth: usize,
    in_string: bool,
    escaped: bool,
    /// Where the string at depth 1 began that may be a key.
    string_start: usize,
    key: Key,
    /// Where the value began that is being collected.
    value_start: Option<usize>,
    done: bool,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Key {
    #[default]
    Other,
    Metadata,
    Items,
}

impl JsonList {
    pub fn push(&mut self, chunk: &[u8], each: &mut dyn FnMut(Part)) -> Result<(), Garbled> {
        self.buffer.extend_from_slice(chunk);
        while self.at < self.buffer.len() {
            let byte = self.buffer[self.at];
            self.take(byte, each)?;
            self.at += 1;
        }
        // Strings at depth 1 are short keys; they are kept whole like values.
        let keep_from = match self.value_start {
            Some(start) => start,
            None if self.in_string => self.string_start,
            None => self.at,
        };
        self.buffer.drain(..keep_from);
        self.at -= keep_from;
        self.string_start = self.string_start.saturating_sub(keep_from);
        self.value_start = self.value_start.map(|_| 0);
        if self.buffer.len() > OBJECT_BYTES {
            return Err(Garbled("JSON with an object longer than any can be"));
        }
        Ok(())
    }

    pub fn finish(&self) -> Result<(), Garbled> {
        if self.done { Ok(()) } else { Err(Garbled("a list that ends early")) }
    }

    fn take(&mut self, byte: u8, each: &mut dyn FnMut(Part)) -> Result<(), Garbled> {
        if self.in_string {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                b'"' => self.end_string(),
                _ => {}
            }
            return Ok(());
        }
        match byte {
            b'"' if self.depth > 0 => {
                self.in_string = true;
                self.string_start = self.at;
            }
            b'{' | b'[' => self.open(byte)?,
            b'}' | b']' => self.close(each)?,
            b',' if self.depth == 1 => self.key = Key::Other,
            _ if self.depth == 0 && !byte.is_ascii_whitespace() => return Err(Garbled("an answer that is not JSON")),
            _ => {}
        }
        Ok(())
    }

    fn end_string(&mut self) {
        self.in_string = false;
        // A string that follows a key is its value; no key that matters has a string for a value.
        if self.depth == 1 {
            self.key = match &self.buffer[self.string_start..self.at] {
                b"\"metadata" => Key::Metadata,
                b"\"items" => Key::Items,
                _ => Key::Other,
            };
        }
    }

    fn open(&mut self, byte: u8) -> Result<(), Garbled> {
        if self.depth == 0 && (byte == b'[' || self.done) {
            return Err(Garbled("an answer that is not a list"));
        }
        let begins = match self.key {
            Key::Metadata => self.depth == 1,
            Key::Items => self.depth == 2,
            Key::Other => false,
        };
        if begins {
            self.value_start = Some(self.at);
        }
        self.depth += 1;
        Ok(())
    }

    fn close(&mut self, each: &mut dyn FnMut(Part)) -> Result<(), Garbled> {
        self.depth = self.depth.checked_sub(1).ok_or(Garbled("JSON that closes what it did not open"))?;
        let wanted = match self.key {
            Key::Metadata => self.depth == 1,
            Key::Items => self.depth == 2,
            Key::Other => false,
        };
        if wanted && let Some(start) = self.value_start.take() {
            let value = &self.buffer[start..=self.at];
            each(if self.key == Key::Metadata { Part::Meta(value) } else { Part::Item(value) });
        }
        self.done |= self.depth == 0;
        Ok(())
    }
}
