//! The registry, the same on SQLite and on PostgreSQL.
//!
//! `EKSDECK_E2E_POSTGRES` names a superuser's URL; `tests/registry/postgres` starts such a server. Without it the part on
//! PostgreSQL says that it was left out.

mod commands;
mod copies;
mod desk;
mod file;
mod joined;
pub mod lab;
mod later;
mod processes;
mod rows;
mod runs;
mod secrets;
mod security;
mod wire;
