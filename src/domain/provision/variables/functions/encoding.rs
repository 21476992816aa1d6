//! JSON.

use serde_json::Value;

use super::Called;
use super::coerce::text_of;
use crate::domain::provision::variables::evaluate::failed;

pub(super) fn call(name: &str, arguments: &[Value]) -> Called {
    Ok(Some(match (name, arguments) {
        ("jsondecode", [text]) => match serde_json::from_str(&text_of(text)?) {
            Ok(value) => value,
            Err(_) => return failed("it is not JSON"),
        },
        ("jsonencode", [value]) => Value::from(value.to_string()),
        _ => return Ok(None),
    }))
}
