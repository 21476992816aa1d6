//! AWS: what clusters there are, what hangs on them, and who may enter them.

pub mod access;
pub mod discovery;
pub mod eks;
pub mod faults;
pub mod query;

#[cfg(test)]
mod testing;
