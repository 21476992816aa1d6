//! Lines of many containers in the order in which they were merged: newest in memory, older ones spilled, oldest
//! dropped and counted.
//!
//! Lines live in chunks of at most [`CHUNK_BYTES`]: raw text without line breaks, and 16 bytes a line beside it. A
//! chunk that no longer fits into the memory bound goes to a [`Spill`], which has a bound of its own; when that is
//! reached too, or there is none, the oldest chunk is dropped.

use std::collections::VecDeque;
use std::sync::Arc;

mod cache;
mod chunk;
mod spill;

use cache::Cache;
pub use chunk::{CHUNK_BYTES, Chunk, LINE_BYTES, LineMeta, flags};
pub use spill::{NoSpill, Spill};

/// What is known of a chunk without reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ChunkSummary {
    /// Number of its first line.
    pub first: u64,
    pub lines: u32,
    /// Bit `1 << level as u8` is set when a line has that level.
    pub levels: u8,
}

impl ChunkSummary {
    /// One more than the number of its last line.
    pub fn end(&self) -> u64 {
        self.first + u64::from(self.lines)
    }
}

#[derive(Debug)]
enum Body {
    Memory(Arc<Chunk>),
    Spilled { slot: u32, bytes: u32 },
}

#[derive(Debug)]
struct Entry {
    summary: ChunkSummary,
    body: Body,
}

/// The ring. Chunks have sequence numbers that never change: `first_chunk()..end_chunk()` are there.
pub struct LogRing {
    entries: VecDeque<Entry>,
    /// Sequence number of the first entry.
    first_chunk: u64,
    next_number: u64,
    dropped: u64,
    memory_limit: usize,
    memory: usize,
    spilled: u64,
    spill: Box<dyn Spill>,
    free_slots: Vec<u32>,
    slots_used: u32,
    spill_trouble: Option<String>,
    scratch: Vec<u8>,
    cache: Cache,
}

impl LogRing {
    /// `memory_limit` in bytes, at least two chunks.
    pub fn new(memory_limit: usize, spill: Box<dyn Spill>) -> Self {
        Self {
            entries: VecDeque::new(),
            first_chunk: 0,
            next_number: 0,
            dropped: 0,
            memory_limit: memory_limit.max(2 * CHUNK_BYTES),
            memory: 0,
            spilled: 0,
            spill,
            free_slots: Vec::new(),
            slots_used: 0,
            spill_trouble: None,
            scratch: Vec::new(),
            cache: Cache::default(),
        }
    }

    /// Forgets everything; numbers begin at 0 again.
    pub fn clear(&mut self) {
        self.first_chunk += self.entries.len() as u64;
        self.entries.clear();
        (self.next_number, self.dropped, self.memory, self.spilled, self.slots_used) = (0, 0, 0, 0, 0);
        self.free_slots.clear();
        self.cache = Cache::default();
    }

    /// Adds one line; `meta.end` is set here. Text past [`LINE_BYTES`] is cut: callers cut earlier and say so.
    pub fn append(&mut self, meta: LineMeta, text: &[u8]) {
        let text = &text[..text.len().min(LINE_BYTES)];
        let fits =
            matches!(self.entries.back(), Some(Entry { body: Body::Memory(chunk), .. }) if chunk.has_room(text.len()));
        if !fits {
            self.open_chunk();
        }
        if let Some(Entry { summary, body: Body::Memory(chunk) }) = self.entries.back_mut() {
            self.memory += Arc::make_mut(chunk).push(meta, text);
            summary.lines += 1;
            summary.levels |= 1 << meta.level.min(7);
            self.next_number += 1;
        }
    }

    fn open_chunk(&mut self) {
        if let Some(Entry { body: Body::Memory(chunk), .. }) = self.entries.back_mut() {
            Arc::make_mut(chunk).seal();
        }
        let summary = ChunkSummary { first: self.next_number, lines: 0, levels: 0 };
        self.entries.push_back(Entry { summary, body: Body::Memory(Arc::default()) });
        // Room for the chunk that was just opened is taken at once, so that the bound holds while it fills.
        while self.memory + CHUNK_BYTES > self.memory_limit && self.move_oldest_out() {}
    }

    /// Spills or drops the oldest chunk in memory; `false` when only the open one is left.
    fn move_oldest_out(&mut self) -> bool {
        let last = self.entries.len().saturating_sub(1);
        let oldest = self.entries.iter().position(|entry| matches!(entry.body, Body::Memory(_)));
        let Some(index) = oldest.filter(|index| *index < last) else { return false };
        let Body::Memory(chunk) = &self.entries[index].body else { return false };
        let chunk = chunk.clone();
        let Some(slot) = self.take_slot() else {
            self.drop_oldest();
            return true;
        };
        self.scratch.clear();
        chunk.encode(&mut self.scratch);
        match self.spill.write(slot, &self.scratch) {
            Ok(()) => {
                self.entries[index].body = Body::Spilled { slot, bytes: self.scratch.len() as u32 };
                self.memory = self.memory.saturating_sub(chunk.bytes());
                self.spilled += self.scratch.len() as u64;
                self.spill_trouble = None;
            }
            Err(error) => {
                self.spill_trouble = Some(error.to_string());
                self.free_slots.push(slot);
                self.drop_oldest();
            }
        }
        true
    }

    fn take_slot(&mut self) -> Option<u32> {
        if let Some(slot) = self.free_slots.pop() {
            return Some(slot);
        }
        let slot = self.slots_used;
        let fits = u64::from(slot + 1) * CHUNK_BYTES as u64 <= self.spill.limit();
        self.slots_used += u32::from(fits);
        fits.then_some(slot)
    }

    fn drop_oldest(&mut self) {
        let Some(entry) = self.entries.pop_front() else { return };
        self.cache.forget(self.first_chunk);
        self.first_chunk += 1;
        self.dropped += u64::from(entry.summary.lines);
        match entry.body {
            Body::Memory(chunk) => self.memory = self.memory.saturating_sub(chunk.bytes()),
            Body::Spilled { slot, bytes } => {
                self.free_slots.push(slot);
                self.spilled = self.spilled.saturating_sub(u64::from(bytes));
            }
        }
    }

    /// Number that the next line gets: how many lines came in.
    pub fn next_number(&self) -> u64 {
        self.next_number
    }

    /// Number of the oldest line that is there.
    pub fn oldest(&self) -> u64 {
        self.entries.front().map_or(self.next_number, |entry| entry.summary.first)
    }

    /// Oldest lines that are no longer there.
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    pub fn memory_bytes(&self) -> usize {
        self.memory + self.cache.bytes()
    }

    pub fn spilled_bytes(&self) -> u64 {
        self.spilled
    }

    pub fn spill_limit(&self) -> u64 {
        self.spill.limit()
    }

    /// Why the last overflow was dropped instead of spilled.
    pub fn spill_trouble(&self) -> Option<&str> {
        self.spill_trouble.as_deref()
    }

    pub fn first_chunk(&self) -> u64 {
        self.first_chunk
    }

    pub fn end_chunk(&self) -> u64 {
        self.first_chunk + self.entries.len() as u64
    }

    /// The chunk that holds a line; the last one for numbers beyond the newest, the first for those dropped.
    pub fn chunk_of(&self, number: u64) -> u64 {
        let after = self.entries.partition_point(|entry| entry.summary.first <= number);
        self.first_chunk + after.saturating_sub(1) as u64
    }

    pub fn summary(&self, chunk: u64) -> Option<ChunkSummary> {
        let index = usize::try_from(chunk.checked_sub(self.first_chunk)?).ok()?;
        self.entries.get(index).map(|entry| entry.summary)
    }

    /// A chunk's lines, read back if need be. `None` when it is gone or cannot be read.
    pub fn chunk(&mut self, chunk: u64) -> Option<Arc<Chunk>> {
        let index = usize::try_from(chunk.checked_sub(self.first_chunk)?).ok()?;
        let entry = self.entries.get(index)?;
        match &entry.body {
            Body::Memory(found) => Some(found.clone()),
            Body::Spilled { slot, bytes } => {
                if let Some(found) = self.cache.get(chunk) {
                    return Some(found);
                }
                let mut blob = vec![0; *bytes as usize];
                if let Err(error) = self.spill.read(*slot, &mut blob) {
                    self.spill_trouble = Some(error.to_string());
                    return None;
                }
                let found = Arc::new(Chunk::decode(&blob, entry.summary.lines)?);
                self.cache.put(chunk, found.clone());
                Some(found)
            }
        }
    }
}

#[cfg(test)]
mod tests;
