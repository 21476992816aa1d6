//! Pure types and rules: no I/O, no clock, no terminal, no client library.
//!
//! Everything here can be built in a test from literals. Rows (`PodRow`, `JobRow`, …) are what the program keeps of a
//! Kubernetes object; `kinds` makes them from the wire, `store` keeps them in tables, screens read them.

pub mod age;
pub mod audit;
pub mod aws;
pub mod cloud;
pub mod cluster;
pub mod consent;
pub mod cronjob;
pub mod delta;
pub mod draft;
pub mod effect;
pub mod eks;
pub mod event;
pub mod field;
pub mod field_path;
pub mod filter;
pub mod fleet;
pub mod gate;
pub mod health;
pub mod ids;
pub mod job;
pub mod job_state;
pub mod log_filter;
pub mod log_line;
pub mod log_view;
pub mod logs;
pub mod manifest;
pub mod names;
pub mod namespace;
pub mod namespace_state;
pub mod node;
pub mod notify;
pub mod object;
pub mod pod;
pub mod pool;
pub mod provider;
pub mod provision;
pub mod quantity;
pub mod registry;
pub mod request;
pub mod schema;
pub mod secret;
pub mod settings;
pub mod shell;
pub mod standing;
pub mod suffix;
pub mod survey;
pub mod sync;
pub mod template;
pub mod terraform;
pub mod text;
