//! The variables of a Terraform module, read from its HCL: a form is made of them, and what a person gives is checked
//! by the module's own rules before Terraform runs. What cannot be told without Terraform is left to it.

mod check;
mod convert;
mod declared;
mod evaluate;
mod functions;
mod input;
mod json;
mod kind;
mod nearest;
mod number;
mod place;
mod read;
mod text;
mod within;
mod write;

#[cfg(test)]
mod tests;

use hcl_edit::expr::Expression;
use serde_json::Value;

pub use check::{Problem, check};
pub use kind::{Attribute, Type};
pub use place::SyntaxProblem;
pub use read::read;
pub use text::{from_text, to_text};
pub use within::{evaluate_within, values_of};

/// A `variable` block.
#[derive(Debug, Clone, PartialEq)]
pub struct Variable {
    pub name: String,
    pub kind: Type,
    /// As it is written, not converted to the type; `None`: somebody must give it.
    pub default: Option<Value>,
    pub description: String,
    /// Never shown.
    pub sensitive: bool,
    /// Else a null stands for the default.
    pub nullable: bool,
    pub validations: Vec<Validation>,
}

/// A `validation` block of a variable.
#[derive(Debug, Clone, PartialEq)]
pub struct Validation {
    condition: Expression,
    /// What is said where the condition is false.
    error_message: Expression,
}
