//! Terraform's functions, those that rules for variables are made of.

mod address;
pub(super) mod coerce;
mod collections;
mod encoding;
mod expression;
mod format;
mod lists;
mod network;
mod numbers;
mod sets;
mod strings;

use serde_json::Value;

use super::evaluate::{Outcome, Stop, unknown};

/// `None`: it is none of those, or not with so many arguments.
type Called = Result<Option<Value>, Stop>;

/// # Errors
/// `Failed` where Terraform fails, `Unknown` for what is not known here.
pub(super) fn call(name: &str, arguments: &[Value]) -> Outcome {
    let known: [fn(&str, &[Value]) -> Called; 9] = [
        strings::call,
        expression::call,
        format::call,
        collections::call,
        lists::call,
        sets::call,
        numbers::call,
        network::call,
        encoding::call,
    ];
    for call in known {
        if let Some(value) = call(name, arguments)? {
            return Ok(value);
        }
    }
    unknown(format!("only Terraform knows {name}(…)"))
}
