//! YAML: reading it with places and limits, printing it as kubectl does, colouring it line by line.

mod fuzz;
mod highlight;
pub mod manifest;
mod parse;
pub mod places;
mod print;
mod secrets;
#[cfg(test)]
mod tests;

pub use crate::domain::field_path;
pub use fuzz::fuzz;
pub use highlight::{LineState, Role, Span, highlight};
pub use parse::{INPUT_BYTES, YamlError, parse};
pub use print::print;
pub use secrets::mask_secrets;
