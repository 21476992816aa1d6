//! The few chunks that were read back last.

use std::sync::Arc;

use super::chunk::Chunk;

/// A person scrolls through one chunk and the next; a filter's pass reads each once.
const CHUNKS: usize = 4;

#[derive(Debug, Default)]
pub(super) struct Cache {
    /// Newest last.
    chunks: Vec<(u64, Arc<Chunk>)>,
}

impl Cache {
    pub(super) fn get(&mut self, chunk: u64) -> Option<Arc<Chunk>> {
        let index = self.chunks.iter().position(|(key, _)| *key == chunk)?;
        let found = self.chunks.remove(index);
        self.chunks.push(found);
        self.chunks.last().map(|(_, chunk)| chunk.clone())
    }

    pub(super) fn put(&mut self, key: u64, chunk: Arc<Chunk>) {
        if self.chunks.len() == CHUNKS {
            self.chunks.remove(0);
        }
        self.chunks.push((key, chunk));
    }

    pub(super) fn forget(&mut self, key: u64) {
        self.chunks.retain(|(held, _)| *held != key);
    }

    pub(super) fn bytes(&self) -> usize {
        self.chunks.iter().map(|(_, chunk)| chunk.bytes()).sum()
    }
}
