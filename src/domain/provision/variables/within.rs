//! Values and expressions as a module sees them, for whoever plays Terraform.

use hcl_edit::expr::Expression;
use serde_json::{Map, Value};

use super::Variable;
use super::check::value_of;
use super::evaluate::{Scope, Stop, evaluate};

/// What is given, with defaults where nothing is and everything of its type. What does not fit is left out:
/// [`check`](super::check()) says why.
pub fn values_of(variables: &[Variable], given: &Map<String, Value>) -> Map<String, Value> {
    let value =
        |variable: &Variable| Some((variable.name.clone(), value_of(variable, given.get(&variable.name)).ok()?));
    variables.iter().filter_map(value).collect()
}

/// What an expression of a module comes to: `variables` are its `var`, `names` whatever else it may name, such as
/// `local` and `each`.
///
/// # Errors
/// In words, if it comes to nothing.
pub fn evaluate_within(
    expression: &Expression,
    variables: &Map<String, Value>,
    names: &[(&str, Value)],
) -> Result<Value, String> {
    let outer = Scope::Module(variables);
    let scope = Scope::Loop { outer: &outer, names: names.to_vec() };
    evaluate(expression, &scope).map_err(|stop| match stop {
        Stop::Failed(words) | Stop::Unknown(words) => words,
    })
}
