//! Kubernetes clusters: from a kubeconfig to a client that can only read.

mod auth;
mod client;
mod contexts;
pub mod errors;
pub mod reader;
mod transport;

pub use client::{ConnectError, ContextStore, StoreOptions};
pub use contexts::LoadOptions;
pub use transport::Limits;
