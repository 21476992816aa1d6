//! Numbers, and what becomes one.

use serde_json::{Number, Value};

use super::Called;
use super::coerce::{float_of, list_of, number_of, text_of, truth_of, whole_of};
use crate::domain::provision::variables::evaluate::{Outcome, failed};
use crate::domain::provision::variables::number;

pub(super) fn call(name: &str, arguments: &[Value]) -> Called {
    Ok(Some(match (name, arguments) {
        ("tonumber" | "tostring" | "tobool", [Value::Null]) => Value::Null,
        ("tonumber", [value]) => Value::Number(number_of(value)?),
        ("tostring", [value]) => Value::from(text_of(value)?),
        ("tobool", [value]) => Value::from(truth_of(value)?),
        ("min", [first, rest @ ..]) => extreme(first, rest, std::cmp::Ordering::is_lt)?,
        ("max", [first, rest @ ..]) => extreme(first, rest, std::cmp::Ordering::is_gt)?,
        ("sum", [list]) => match list_of(list)? {
            [] => return failed("there is nothing to add"),
            items => float(items.iter().map(float_of).sum::<Result<f64, _>>()?)?,
        },
        ("abs", [value]) => float(float_of(value)?.abs())?,
        ("ceil", [value]) => float(float_of(value)?.ceil())?,
        ("floor", [value]) => float(float_of(value)?.floor())?,
        ("signum", [value]) => Value::from(whole_of(value)?.signum()),
        ("pow", [value, power]) => float(float_of(value)?.powf(float_of(power)?))?,
        ("log", [value, base]) => float(float_of(value)?.log(float_of(base)?))?,
        ("parseint", [text, base]) => {
            let base = u32::try_from(whole_of(base)?).ok().filter(|base| (2..=36).contains(base));
            match base.and_then(|base| i64::from_str_radix(&text_of(text).ok()?, base).ok()) {
                Some(whole) => Value::from(whole),
                None => return failed("it is no whole number"),
            }
        }
        _ => return Ok(None),
    }))
}

fn extreme(first: &Value, rest: &[Value], wins: impl Fn(std::cmp::Ordering) -> bool) -> Outcome {
    let mut best: Number = number_of(first)?;
    for value in rest {
        let value = number_of(value)?;
        if wins(number::compare(&value, &best)) {
            best = value;
        }
    }
    Ok(Value::Number(best))
}

fn float(result: f64) -> Outcome {
    number::from_f64(result).map_or_else(|| failed("the result is not a number"), Ok)
}
