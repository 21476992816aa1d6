//! Sets: every value once.

use serde_json::Value;

use super::Called;
use super::coerce::list_of;
use crate::domain::provision::variables::convert::as_set;
use crate::domain::provision::variables::evaluate::Stop;
use crate::domain::provision::variables::number;

pub(super) fn call(name: &str, arguments: &[Value]) -> Called {
    Ok(Some(match (name, arguments) {
        ("distinct", [list]) => {
            let mut once: Vec<Value> = Vec::new();
            for item in unified(list)? {
                if !once.contains(&item) {
                    once.push(item);
                }
            }
            Value::Array(once)
        }
        ("toset", [list]) => Value::Array(as_set(unified(list)?)),
        ("setsubtract", [one, other]) => {
            let (one, other) = (unified(one)?, unified(other)?);
            Value::Array(as_set(one.into_iter().filter(|item| !other.contains(item)).collect()))
        }
        ("setunion", [first, rest @ ..]) => {
            let mut all = unified(first)?;
            for set in rest {
                all.extend(unified(set)?);
            }
            Value::Array(as_set(all))
        }
        ("setintersection", [first, rest @ ..]) => {
            let mut common = unified(first)?;
            for set in rest {
                let set = unified(set)?;
                common.retain(|item| set.contains(item));
            }
            Value::Array(as_set(common))
        }
        _ => return Ok(None),
    }))
}

/// Where one item is text, numbers and truths beside it are text too.
fn unified(list: &Value) -> Result<Vec<Value>, Stop> {
    let items = list_of(list)?;
    let has_text = items.iter().any(Value::is_string);
    let item = |item: &Value| match item {
        Value::Number(number) if has_text => Value::from(number::to_text(number)),
        Value::Bool(truth) if has_text => Value::from(truth.to_string()),
        Value::Number(number) => number::plain(number),
        other => other.clone(),
    };
    Ok(items.iter().map(item).collect())
}
