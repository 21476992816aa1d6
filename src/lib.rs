//! eksdeck: one terminal for a fleet of Kubernetes clusters.

pub mod adapters;
pub mod app;
pub mod cli;
pub mod config;
pub mod domain;
pub mod input;
pub mod kinds;
pub mod layers;
pub mod runtime;
pub mod screens;
pub mod store;
pub mod ui;
pub mod yaml;
