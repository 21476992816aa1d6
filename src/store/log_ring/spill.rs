//! Where chunks go that no longer fit into memory.

use std::io;

/// Slots of [`super::CHUNK_BYTES`] bytes, numbered from 0.
pub trait Spill: Send {
    /// Bytes that it may hold in all; 0 when there is none.
    fn limit(&self) -> u64;
    /// `bytes` is at most one slot long.
    fn write(&mut self, slot: u32, bytes: &[u8]) -> io::Result<()>;
    /// Fills `bytes` from the beginning of the slot.
    fn read(&mut self, slot: u32, bytes: &mut [u8]) -> io::Result<()>;
}

/// Overflow is dropped.
#[derive(Debug, Default)]
pub struct NoSpill;

impl Spill for NoSpill {
    fn limit(&self) -> u64 {
        0
    }

    fn write(&mut self, _slot: u32, _bytes: &[u8]) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn read(&mut self, _slot: u32, _bytes: &mut [u8]) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }
}
