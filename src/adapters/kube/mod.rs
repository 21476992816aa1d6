//! Kubernetes clusters: from a kubeconfig to a client that can only read, and from its answers to rows.

mod auth;
pub mod backoff;
mod client;
mod connect;
mod contexts;
mod decode;
mod discovery;
pub mod errors;
mod feed;
mod fetch;
mod fleet;
mod follower;
mod list;
mod logs;
pub mod reader;
mod schema;
mod session;
mod target;
#[cfg(test)]
mod testing;
mod transport;
mod watch;
mod wire;
mod writer;

pub use auth::Fresh;
pub use client::{ConnectError, ContextStore, Opened, StandIn, StoreOptions};
pub use connect::Connect;
pub use contexts::{ExecSettings, LoadOptions, Login, Settings, Supply, bearer, certificates, flag};
pub use fleet::KubeFleet;
pub use transport::{FleetPermits, Limits};
