//! Reading the body of a write.

use http::HeaderMap;
use http::header::CONTENT_TYPE;
use serde_json::Value;

use crate::demo::api::{ApiError, Query};
use crate::demo::kinds::Kind;
use crate::demo::wire::canonical::{Findings, canonical};
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
        "application/yaml" => {
            let text = String::from_utf8_lossy(body);
            serde_yaml::from_str(&text).map_err(|error| unrecognized(format!("yaml: {error}")))
        }
        "application/vnd.kubernetes.protobuf" => decode_body(body).map_err(|error| unrecognized(error.to_string())),
        _ => Err(ApiError::unsupported_media()),
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

/// An object as it will be stored, and the warnings that go with the answer.
///
/// # Errors
/// 400 when it is of another kind, a field has another type, or (with `fieldValidation=Strict`) a field is unknown.
pub fn object(kind: &Kind, query: &Query, value: &Value) -> Result<(Value, Vec<String>), ApiError> {
    let version = kind.group_version();
    let (found_kind, found_version) = (value["kind"].as_str().unwrap_or(kind.kind), value["apiVersion"].as_str());
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
    let mut findings = Findings::default();
    let object = canonical(kind.message, value, &mut findings)
        .map_err(|mismatch| ApiError::bad_request(format!("{handled}: {mismatch}")))?;
    let unknown: Vec<String> = findings.unknown.iter().map(|path| format!("unknown field {path:?}")).collect();
    match query.get("fieldValidation") {
        "Strict" if !unknown.is_empty() => {
            Err(ApiError::bad_request(format!("{handled}: strict decoding error: {}", unknown.join(", "))))
        }
        "Ignore" | "Strict" => Ok((object, Vec::new())),
        _ => Ok((object, unknown)),
    }
}
