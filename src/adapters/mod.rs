//! The outside world behind the traits of `runtime::ports`. Nothing here knows screens or widgets.

pub mod audit;
pub mod aws;
mod child;
pub mod kube;
pub mod metrics;
pub mod registry;
pub mod terraform;
pub mod webhook;
