//! Paths: `var.a["b"][*].c`.

use std::ops::Deref;

use hcl_edit::expr::{Expression, Traversal, TraversalOperator};
use serde_json::Value;

use super::{Outcome, Scope, evaluate, failed};
use crate::domain::provision::variables::functions::coerce::text_of;
use crate::domain::provision::variables::number;

pub(super) fn evaluate_path(path: &Traversal, scope: &Scope) -> Outcome {
    let operators: Vec<&TraversalOperator> = path.operators.iter().map(Deref::deref).collect();
    if let (Expression::Variable(root), Some((TraversalOperator::GetAttr(name), rest))) =
        (&path.expr, operators.split_first())
        && root.as_str() == "var"
        && let Some(variable) = scope.variable(name.as_str())
    {
        return walk(variable?, rest, scope);
    }
    walk(evaluate(&path.expr, scope)?, &operators, scope)
}

fn walk(value: Value, operators: &[&TraversalOperator], scope: &Scope) -> Outcome {
    let Some((first, rest)) = operators.split_first() else { return Ok(value) };
    match first {
        TraversalOperator::GetAttr(name) => walk(attribute(value, name.as_str())?, rest, scope),
        TraversalOperator::LegacyIndex(at) => walk(item(value, &Value::from(*at.value()))?, rest, scope),
        TraversalOperator::Index(at) => walk(item(value, &evaluate(at, scope)?)?, rest, scope),
        TraversalOperator::FullSplat(_) => splat(value, rest, scope),
        TraversalOperator::AttrSplat(_) => {
            let is_attribute = |operator: &&TraversalOperator| matches!(operator, TraversalOperator::GetAttr(_));
            let own = rest.iter().take_while(|operator| is_attribute(operator)).count();
            walk(splat(value, &rest[..own], scope)?, &rest[own..], scope)
        }
    }
}

/// A single value counts as a list of it, null as none.
fn splat(value: Value, operators: &[&TraversalOperator], scope: &Scope) -> Outcome {
    let items = match value {
        Value::Null => Vec::new(),
        Value::Array(items) => items,
        single => vec![single],
    };
    items.into_iter().map(|item| walk(item, operators, scope)).collect::<Result<_, _>>().map(Value::Array)
}

fn attribute(value: Value, name: &str) -> Outcome {
    match value {
        Value::Object(mut entries) => match entries.swap_remove(name) {
            Some(value) => Ok(value),
            None => failed(format!("there is no {name}")),
        },
        _ => failed(format!("{name} is asked of something that is no object")),
    }
}

fn item(value: Value, at: &Value) -> Outcome {
    match (value, at) {
        (value @ Value::Object(_), at) => attribute(value, &text_of(at)?),
        (Value::Array(items), at) => {
            let place = match at {
                Value::String(text) => number::from_text(text),
                other => Some(other.clone()),
            };
            let place = place.and_then(|place| place.as_u64()).and_then(|place| usize::try_from(place).ok());
            match place.and_then(|place| items.into_iter().nth(place)) {
                Some(item) => Ok(item),
                None => failed("there is no such item"),
            }
        }
        _ => failed("only lists and maps have items"),
    }
}
