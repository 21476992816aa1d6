//! The embedded fleet: small Kubernetes API servers over HTTP on 127.0.0.1, for trying the program out and for fast
//! tests.
//!
//! A request goes `api` (what it is about, and in which form the answer is wanted) → `write` (what the API server does
//! with a new, changed or deleted object) → `store` (objects and their history). `sim` is scheduler, kubelets and
//! controllers; `story` is what the fleet begins with; `wire` is JSON and protobuf; `bulk` holds very many objects in
//! little room; `table` prints; `runs` plays Terraform.

mod api;
mod bulk;
mod cluster;
mod fleet;
mod kinds;
mod random;
mod runs;
mod sim;
mod store;
mod story;
mod table;
#[cfg(test)]
mod tests;
mod wire;
mod write;

pub use self::fleet::{DemoError, Fleet, FleetOptions};
pub use self::runs::site::site;
pub use self::runs::story::RunsStory;
pub use self::wire::decode::{Truncated, decode_body, decode_watch};
