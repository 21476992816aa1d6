//! Kubernetes clusters: from a kubeconfig to a client that can only read, and from its answers to rows.

mod auth;
pub mod backoff;
mod client;
mod connect;
mod contexts;
mod decode;
mod discovery;
pub mod errors;
mod exec;
mod feed;
mod fetch;
mod fleet;
mod follower;
mod list;
mod logs;
pub mod reader;
mod recognise;
mod schema;
mod session;
mod survey;
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
pub use contexts::{
    ExecSettings, LoadOptions, Login, Reduced, Settings, Supply, bearer, certificates, context_names, flag, reduce,
};
pub use fleet::KubeFleet;
pub use recognise::{Known, kube_system, recognise};
pub use transport::{FleetPermits, Limits};
