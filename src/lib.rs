//! eksdeck: one terminal for a fleet of Kubernetes clusters.

pub mod adapters;
pub mod domain;
pub mod kinds;
pub mod runtime;
pub mod store;
