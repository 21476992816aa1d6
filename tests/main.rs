//! Every integration test, in one binary: what links once is built once.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests fail by panicking, helpers of tests too"
)]

mod canned;
mod cli;
mod cluster;
mod collect;
mod compare;
mod flows;
mod gate;
mod layering;
mod pty;
mod readme;
mod registry;
mod servers;
mod worker;
