//! eksdeck: one terminal for a fleet of Kubernetes clusters.

pub mod demo;
pub mod domain;
pub mod runtime;
pub mod store;
