//! Kubernetes clusters: from a kubeconfig to a client that can only read.

pub mod errors;
pub mod reader;
