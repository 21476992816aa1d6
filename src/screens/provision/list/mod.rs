//! Clusters that Terraform makes, each with its last run.

mod line;
mod rows;
pub mod view;

pub use rows::{COLUMNS, RunRows, SORT, column, fields};
