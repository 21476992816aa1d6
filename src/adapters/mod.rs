//! The outside world behind the traits of `runtime::ports`. Nothing here knows screens or widgets.

pub mod audit;
pub mod kube;
pub mod registry;
