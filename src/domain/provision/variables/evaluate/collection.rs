//! `for` expressions, and what they go through.

use hcl_edit::expr::{Expression, ForExpr};
use serde_json::{Map, Value};

use super::{Outcome, Scope, Stop, evaluate, failed};
use crate::domain::provision::variables::functions::coerce::{sorted, text_of, truth_of};

pub(super) fn evaluate_for(each: &ForExpr, scope: &Scope) -> Outcome {
    let key_name = each.intro.key_var.as_ref().map(|name| name.as_str());
    let entries = entries(&each.intro.collection_expr, scope)?;
    let (mut items, mut object) = (Vec::new(), Map::new());
    for (key, value) in entries {
        let names = names(key_name, each.intro.value_var.as_str(), key, value);
        let inner = Scope::Loop { outer: scope, names };
        if let Some(condition) = &each.cond
            && !truth_of(&evaluate(&condition.expr, &inner)?)?
        {
            continue;
        }
        let value = evaluate(&each.value_expr, &inner)?;
        match &each.key_expr {
            None => items.push(value),
            Some(key) => insert(&mut object, text_of(&evaluate(key, &inner)?)?, value, each.grouping)?,
        }
    }
    Ok(if each.key_expr.is_some() { Value::Object(object) } else { Value::Array(items) })
}

/// What stands for one round.
pub(super) fn names<'a>(key_name: Option<&'a str>, name: &'a str, key: Value, value: Value) -> Vec<(&'a str, Value)> {
    key_name.map(|key_name| (key_name, key)).into_iter().chain([(name, value)]).collect()
}

/// Keys and values in Terraform's order; a list's keys are its places.
pub(super) fn entries(collection: &Expression, scope: &Scope) -> Result<Vec<(Value, Value)>, Stop> {
    match evaluate(collection, scope)? {
        Value::Array(items) => Ok(items.into_iter().enumerate().map(|(at, item)| (Value::from(at), item)).collect()),
        Value::Object(entries) => {
            Ok(sorted(&entries).into_iter().map(|(key, value)| (Value::from(key), value.clone())).collect())
        }
        _ => failed("only lists and maps can be gone through"),
    }
}

fn insert(object: &mut Map<String, Value>, key: String, value: Value, grouping: bool) -> Result<(), Stop> {
    if grouping {
        if let Value::Array(group) = object.entry(key).or_insert_with(|| Value::Array(Vec::new())) {
            group.push(value);
        }
        return Ok(());
    }
    match object.insert(key, value) {
        Some(_) => failed("two values have one key"),
        None => Ok(()),
    }
}
