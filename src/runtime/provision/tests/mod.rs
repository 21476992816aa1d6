//! Runs against a management cluster that does what a test says.

mod begun;
mod readers;
