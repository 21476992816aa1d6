//! The journal of writes: one JSON line before and after each, chained by SHA-256.
//!
//! The file is append-only, of mode 0600, synced after each line. Several processes write to it under one lock.

mod chain;
mod file;
mod read;

#[cfg(test)]
mod tests;

pub use chain::{Fault, Verdict, verify};
pub use file::{Journal, os_user};
pub use read::{Read, read, read_text};
