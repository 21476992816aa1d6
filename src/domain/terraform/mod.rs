//! Terraform's formats: plans as JSON, the lines of `-json`, locks.

pub mod lines;
pub mod lock;
pub mod plan;
pub mod progress;
