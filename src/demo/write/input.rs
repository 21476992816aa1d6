//! Reading the body of a write.

use http::HeaderMap;
use http::header::CONTENT_TYPE;
use serde_json::Value;

use super::strict;
use crate::demo::api::{ApiError, Validation};
use crate::demo::kinds::Kind;
use crate::demo::wire::canonical::canonical;
use crate::demo::wire::decode::decode_body;

/// The media type of a request's body, without parameters.
pub fn content_type(headers: &HeaderMap) -> &str {
    let text = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("application/json");
    text.split(';').next().unwrap_or_default().trim()
}

/// Parses a body by its media type.
///
/// # Errors
/// 400 for what cannot be parsed, 415 for a media type that is not read.
pub fn parse(headers: &HeaderMap, body: &[u8], kind: &str) -> Result<Value, ApiError> {
    let unrecognized = |words: String| {
        ApiError::bad_request(format!(
            "the object provided is unrecognized (must be of type {kind}): couldn't get version/kind; {words}"
        ))
    };
    match content_type(headers) {
        "application/json" | "" | "*/*" | "application/x-www-form-urlencoded" => {
            serde_json::from_slice(body).map_err(|error| {
                let shown: String = String::from_utf8_lossy(body).chars().take(100).collect();
                unrecognized(format!("json parse error: {} ({shown})", go_words(body, &error)))
            })
        }
        "application/yaml" => yaml(&String::from_utf8_lossy(body)).map_err(unrecognized),
        "application/vnd.kubernetes.protobuf" => decode_body(body).map_err(|error| unrecognized(error.to_string())),
        _ => Err(ApiError::unsupported_media()),
    }
}

/// Reads YAML. What stands twice in it is the strict validation's affair.
///
/// # Errors
/// Words for what is no YAML, and for what is no map.
pub fn yaml(text: &str) -> Result<Value, String> {
    let options = serde_yaml::options! { duplicate_keys: serde_yaml::DuplicateKeyPolicy::LastWins };
    let value: Value = serde_yaml::from_str_with_options(text, options).map_err(|error| {
        let line = error.location().map_or(1, |location| location.line());
        format!(
            "error converting YAML to JSON: yaml: line {line}: {}",
            error.to_string().lines().next().unwrap_or_default()
        )
    })?;
    match value {
        Value::Object(_) => Ok(value),
        Value::Null => Ok(Value::Object(serde_json::Map::new())),
        other => {
            let found = match other {
                Value::Array(_) => "array",
                Value::String(_) => "string",
                Value::Bool(_) => "bool",
                _ => "number",
            };
            Err(format!(
                "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal {found} into Go value of type \
                 map[string]interface {{}}"
            ))
        }
    }
}

/// A JSON error as the API server's own parser words it.
pub fn go_words(body: &[u8], error: &serde_json::Error) -> String {
    let at = body
        .split(|byte| *byte == b'\n')
        .take(error.line().saturating_sub(1))
        .map(|line| line.len() + 1)
        .sum::<usize>()
        + error.column().saturating_sub(1);
    if error.is_eof() {
        return "unexpected end of JSON input".into();
    }
    let found = body.get(at).copied().map_or('?', char::from);
    let before = body[..at.min(body.len())].iter().rev().find(|byte| !byte.is_ascii_whitespace());
    let wanted = if before == Some(&b'{') { "object key string" } else { "value" };
    format!("invalid character '{found}' looking for beginning of {wanted}")
}

/// What is wrong with a body's fields: unknown ones and such that stand twice.
pub fn problems(headers: &HeaderMap, body: &[u8], kind: &Kind, value: &Value) -> Vec<String> {
    match content_type(headers) {
        "application/yaml" => strict::yaml(kind.message, &String::from_utf8_lossy(body), value),
        "application/vnd.kubernetes.protobuf" => Vec::new(),
        _ => strict::json(kind.message, body),
    }
}

/// What a Strict validation says of problems.
pub fn strict_words(problems: &[String]) -> String {
    let (lines, others): (Vec<&String>, Vec<&String>) = problems.iter().partition(|words| words.starts_with("line "));
    let mut parts: Vec<String> = Vec::new();
    if !lines.is_empty() {
        parts.push(yaml_words(&lines));
    }
    parts.extend(others.into_iter().cloned());
    format!("strict decoding error: {}", parts.join(", "))
}

/// Keys that stand twice as the API server's YAML parser words it.
pub fn yaml_words(lines: &[&String]) -> String {
    let lines: Vec<String> = lines.iter().map(|line| format!("\n  {line}")).collect();
    format!("yaml: unmarshal errors:{}", lines.concat())
}

/// An object as it will be stored, and the warnings that go with the answer.
///
/// # Errors
/// 400 when it is of another kind, a field has another type, or (by strict validation) something is wrong with a field.
pub fn object(
    kind: &Kind,
    validation: Validation,
    value: &Value,
    problems: Vec<String>,
) -> Result<(Value, Vec<String>), ApiError> {
    let version = kind.group_version();
    let text = |name: &str| value[name].as_str().filter(|text| !text.is_empty());
    let (found_kind, found_version) = (text("kind").unwrap_or(kind.kind), text("apiVersion"));
    if found_kind != kind.kind {
        let group = if kind.group.is_empty() { "core" } else { kind.group.split('.').next().unwrap_or_default() };
        return Err(ApiError::bad_request(format!(
            "{found_kind} in version {:?} cannot be handled as a {}: converting ({}.{found_kind}) to ({group}.{}): \
             unknown conversion",
            kind.version, kind.kind, kind.version, kind.kind
        )));
    }
    if let Some(found) = found_version.filter(|found| *found != version) {
        return Err(ApiError::bad_request(format!(
            "{} in version {found:?} cannot be handled as a {}: no kind {:?} is registered for version {found:?} in \
             scheme \"pkg/runtime/scheme.go:110\"",
            kind.kind, kind.kind, kind.kind
        )));
    }
    let handled = format!("{} in version {:?} cannot be handled as a {}", kind.kind, kind.version, kind.kind);
    fields(kind, validation, value, problems).map_err(|words| ApiError::bad_request(format!("{handled}: {words}")))
}

/// The fields of an object whose kind is known.
///
/// # Errors
/// The API server's words when a field has another type, or by strict validation.
pub fn fields(
    kind: &Kind,
    validation: Validation,
    value: &Value,
    problems: Vec<String>,
) -> Result<(Value, Vec<String>), String> {
    let object = canonical(kind.message, value).map_err(|mismatch| mismatch.to_string())?;
    match validation {
        Validation::Strict if !problems.is_empty() => Err(strict_words(&problems)),
        Validation::Warn => Ok((object, problems)),
        Validation::Ignore | Validation::Strict => Ok((object, Vec::new())),
    }
}
