//! eksdeck: one terminal for a fleet of Kubernetes clusters.

pub mod domain;
pub mod runtime;
pub mod store;
