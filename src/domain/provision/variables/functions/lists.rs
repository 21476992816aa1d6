//! Lists.

use serde_json::Value;

use super::Called;
use super::coerce::{list_of, text_of, texts_of, whole_of};
use crate::domain::provision::variables::evaluate::{Stop, failed, is_equal};

/// As many numbers as Terraform's `range` makes.
const RANGE: usize = 1024;

pub(super) fn call(name: &str, arguments: &[Value]) -> Called {
    Ok(Some(match (name, arguments) {
        ("tolist", [list]) => Value::Array(list_of(list)?.to_vec()),
        ("flatten", [list]) => Value::Array(flat(list_of(list)?)),
        ("concat", lists) => Value::Array(lists.iter().map(list_of).collect::<Result<Vec<_>, _>>()?.concat()),
        ("compact", [list]) => {
            let items = list_of(list)?.iter().filter(|item| !item.is_null()).map(text_of);
            Value::from(
                items.collect::<Result<Vec<_>, _>>()?.into_iter().filter(|item| !item.is_empty()).collect::<Vec<_>>(),
            )
        }
        ("reverse", [list]) => Value::Array(list_of(list)?.iter().rev().cloned().collect()),
        ("sort", [list]) => {
            let mut texts = texts_of(list)?;
            texts.sort();
            Value::from(texts)
        }
        ("slice", [list, from, to]) => {
            let (from, to) = (usize::try_from(whole_of(from)?), usize::try_from(whole_of(to)?));
            match (from, to) {
                (Ok(from), Ok(to)) if from <= to && to <= list_of(list)?.len() => {
                    Value::Array(list_of(list)?[from..to].to_vec())
                }
                _ => return failed("the list has no such part"),
            }
        }
        ("element", [list, at]) => element(list_of(list)?, whole_of(at)?)?,
        ("index", [list, wanted]) => Value::from(index(list_of(list)?, wanted)?),
        ("one", [list]) => match list_of(list)? {
            [] => Value::Null,
            [only] => only.clone(),
            _ => return failed("there is more than one"),
        },
        ("coalescelist", lists) => {
            let first = lists.iter().find(|list| list_of(list).is_ok_and(|items| !items.is_empty()));
            match first {
                Some(list) => list.clone(),
                None => return failed("every list is empty"),
            }
        }
        ("range", [to]) => range(0, whole_of(to)?, None)?,
        ("range", [from, to]) => range(whole_of(from)?, whole_of(to)?, None)?,
        ("range", [from, to, step]) => range(whole_of(from)?, whole_of(to)?, Some(whole_of(step)?))?,
        _ => return Ok(None),
    }))
}

fn flat(items: &[Value]) -> Vec<Value> {
    items
        .iter()
        .flat_map(|item| match item {
            Value::Array(inner) => flat(inner),
            other => vec![other.clone()],
        })
        .collect()
}

/// Goes round at the end.
fn element(items: &[Value], at: i64) -> Result<Value, Stop> {
    let count = i64::try_from(items.len()).unwrap_or(i64::MAX);
    if count == 0 || at < 0 {
        return failed("the list has no such item");
    }
    Ok(usize::try_from(at % count).ok().and_then(|at| items.get(at)).cloned().unwrap_or(Value::Null))
}

fn index(items: &[Value], wanted: &Value) -> Result<usize, Stop> {
    for (at, item) in items.iter().enumerate() {
        if is_equal(item, wanted)? {
            return Ok(at);
        }
    }
    failed("it is not in the list")
}

fn range(from: i64, to: i64, step: Option<i64>) -> Result<Value, Stop> {
    let step = step.unwrap_or(if from <= to { 1 } else { -1 });
    let goes_there = match step {
        0 => false,
        up if up > 0 => from <= to,
        _ => from >= to,
    };
    if !goes_there {
        return failed("the range never ends");
    }
    let is_before = |at: &i64| if step > 0 { *at < to } else { *at > to };
    let numbers = std::iter::successors(Some(from), |at| at.checked_add(step)).take_while(is_before);
    let numbers: Vec<i64> = numbers.take(RANGE + 1).collect();
    match numbers.len() > RANGE {
        true => failed("the range is too long"),
        false => Ok(Value::from(numbers)),
    }
}
