//! From the wire to rows: one file a Kubernetes kind.
//!
//! Each kind has a lean struct that names only the fields its row needs and that both encodings fill: `prost::Message`
//! with the tags of the API group's `generated.proto` (k8s.io/api and k8s.io/apimachinery v0.34; tags never change), and
//! `serde::Deserialize` with the JSON names. A decoder skips what is not named without allocating. [`table`] lists the
//! kinds; a new kind is a file here, a row type in `domain` and an entry there.

pub mod cronjob;
pub mod event;
pub mod job;
pub mod meta;
pub mod namespace;
pub mod node;
pub mod pod;
pub mod quantity;
pub mod survey;
pub mod table;
pub mod time;

#[cfg(test)]
mod tests;
