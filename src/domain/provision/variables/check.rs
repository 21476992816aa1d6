//! Whether what is given for a module's variables is what they take.

use serde_json::{Map, Value};

use super::convert::Misfit;
use super::evaluate::{Scope, evaluate};
use super::functions::coerce::truth_of;
use super::nearest::nearest;
use super::{Validation, Variable};

/// What is wrong with a variable's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Its name.
    pub variable: String,
    pub words: String,
}

/// In the order of the variables; names of none at the end. What only Terraform can tell is no problem.
pub fn check(variables: &[Variable], given: &Map<String, Value>) -> Vec<Problem> {
    let values: Vec<(&Variable, Result<Value, Vec<String>>)> =
        variables.iter().map(|variable| (variable, value_of(variable, given.get(&variable.name)))).collect();
    let known: Map<String, Value> = values
        .iter()
        .filter_map(|(variable, value)| Some((variable.name.clone(), value.as_ref().ok()?.clone())))
        .collect();
    let scope = Scope::Module(&known);
    let of_values = values.into_iter().flat_map(|(variable, value)| {
        let words = match value {
            Err(words) => words,
            Ok(_) => variable.validations.iter().filter_map(|rule| broken(rule, variable, &scope)).collect(),
        };
        words.into_iter().map(|words| Problem { variable: variable.name.clone(), words })
    });
    of_values.chain(strangers(variables, given)).collect()
}

/// As Terraform sees it.
pub(super) fn value_of(variable: &Variable, given: Option<&Value>) -> Result<Value, Vec<String>> {
    let given = given.filter(|value| variable.nullable || !value.is_null());
    let Some(value) = given.or(variable.default.as_ref()) else {
        return Err(vec!["is wanted; it has no default".to_owned()]);
    };
    variable.kind.convert(value).map_err(|misfits| misfits.iter().map(|misfit| words(variable, misfit)).collect())
}

fn words(variable: &Variable, Misfit { place, words }: &Misfit) -> String {
    match place.is_empty() {
        true => words.clone(),
        false => format!("{}{place}: {words}", variable.name),
    }
}

/// What a rule says to a value that breaks it.
fn broken(rule: &Validation, variable: &Variable, scope: &Scope) -> Option<String> {
    let holds = evaluate(&rule.condition, scope).and_then(|value| truth_of(&value)).unwrap_or(true);
    if holds {
        return None;
    }
    let words = evaluate(&rule.error_message, scope).ok();
    let words = words.and_then(|words| words.as_str().map(|words| words.trim().to_owned()));
    Some(words.unwrap_or_else(|| format!("the module does not take this for {}", variable.name)))
}

fn strangers(variables: &[Variable], given: &Map<String, Value>) -> impl Iterator<Item = Problem> {
    let names = || variables.iter().map(|variable| variable.name.as_str());
    given.keys().filter(move |name| !names().any(|known| known == *name)).map(move |name| {
        let words = match nearest(name, names()) {
            Some(meant) => format!("the module has no variable {name}; did you mean {meant}?"),
            None => format!("the module has no variable {name}"),
        };
        Problem { variable: name.clone(), words }
    })
}
