//! Numbers as Terraform knows them: one kind, whole or not.

use serde_json::{Number, Value};

/// From here on not every whole number is a `f64`.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// `None` where it is infinite or no number.
pub(super) fn from_f64(number: f64) -> Option<Value> {
    match number.fract() == 0.0 && number.abs() < EXACT {
        true => Some(Value::from(number as i64)),
        false => Number::from_f64(number).map(Value::Number),
    }
}

/// As Terraform reads a number from text.
pub(super) fn from_text(text: &str) -> Option<Value> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
    if !is_number {
        return None;
    }
    if let Ok(whole) = text.parse::<i64>() {
        return Some(Value::from(whole));
    }
    if let Ok(whole) = text.parse::<u64>() {
        return Some(Value::from(whole));
    }
    text.parse::<f64>().ok().and_then(from_f64)
}

/// Whole numbers are written without a point, and none with an exponent.
pub(super) fn to_text(number: &Number) -> String {
    match (number.as_i64(), number.as_u64(), number.as_f64()) {
        (Some(whole), _, _) => whole.to_string(),
        (_, Some(whole), _) => whole.to_string(),
        (_, _, Some(float)) => format!("{float}"),
        _ => number.to_string(),
    }
}

/// 1.0 becomes 1: they are one number.
pub(super) fn plain(number: &Number) -> Value {
    match number.is_f64() {
        true => number.as_f64().and_then(from_f64).unwrap_or_else(|| Value::Number(number.clone())),
        false => Value::Number(number.clone()),
    }
}

pub(super) fn compare(one: &Number, other: &Number) -> std::cmp::Ordering {
    let whole = |number: &Number| number.as_i64().map(i128::from).or(number.as_u64().map(i128::from));
    match (whole(one), whole(other)) {
        (Some(one), Some(other)) => one.cmp(&other),
        _ => one.as_f64().unwrap_or_default().total_cmp(&other.as_f64().unwrap_or_default()),
    }
}
