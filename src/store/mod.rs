//! In-memory tables fed by deltas. The store belongs to the model: nothing here is shared, locked or asynchronous.

pub mod cluster;
pub mod counts;
pub mod fleet;
pub mod index;
pub mod log_ring;
pub mod survey;
pub mod table;
