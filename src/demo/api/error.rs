//! Refusals in the API server's words.

use serde_json::{Map, Value, json};

use crate::demo::kinds::Kind;

/// A `Status` with failure.
#[derive(Debug, Clone)]
pub struct ApiError {
    pub code: u16,
    pub reason: &'static str,
    pub message: String,
    pub details: Option<Value>,
    /// A token to go on with, in an expired list.
    pub continue_token: Option<String>,
    /// What is said beside the refusal.
    pub warnings: Vec<String>,
}

/// One thing that is wrong with an object or its options.
#[derive(Debug, Clone)]
pub struct Cause {
    pub reason: &'static str,
    pub field: String,
    pub message: String,
}

impl Cause {
    pub fn required(field: impl Into<String>, words: &str) -> Self {
        let message = if words.is_empty() { "Required value".to_owned() } else { format!("Required value: {words}") };
        Self { reason: "FieldValueRequired", field: field.into(), message }
    }

    pub fn invalid(field: impl Into<String>, value: &str, words: &str) -> Self {
        Self { reason: "FieldValueInvalid", field: field.into(), message: format!("Invalid value: {value}: {words}") }
    }

    pub fn forbidden(field: impl Into<String>, words: &str) -> Self {
        Self { reason: "FieldValueForbidden", field: field.into(), message: format!("Forbidden: {words}") }
    }

    pub fn unsupported(field: impl Into<String>, value: &str, known: &[&str]) -> Self {
        let known: Vec<String> = known.iter().map(|known| format!("{known:?}")).collect();
        let message = format!("Unsupported value: {value:?}: supported values: {}", known.join(", "));
        Self { reason: "FieldValueNotSupported", field: field.into(), message }
    }
}

impl ApiError {
    pub fn new(code: u16, reason: &'static str, message: impl Into<String>) -> Self {
        Self { code, reason, message: message.into(), details: None, continue_token: None, warnings: Vec::new() }
    }

    fn with(mut self, details: Value) -> Self {
        self.details = Some(details);
        self
    }

    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::new(400, "BadRequest", message)
    }

    pub fn not_found(kind: &Kind, name: &str) -> Self {
        Self::new(404, "NotFound", format!("{} {name:?} not found", kind.qualified())).with(details(kind, name))
    }

    pub fn exists(kind: &Kind, name: &str) -> Self {
        Self::new(409, "AlreadyExists", format!("{} {name:?} already exists", kind.qualified()))
            .with(details(kind, name))
    }

    pub fn modified(kind: &Kind, name: &str) -> Self {
        let words = "the object has been modified; please apply your changes to the latest version and try again";
        let message = format!("Operation cannot be fulfilled on {} {name:?}: {words}", kind.qualified());
        Self::new(409, "Conflict", message).with(details(kind, name))
    }

    /// A change that does not fit what is there.
    pub fn conflict(kind: &Kind, name: &str, words: &str) -> Self {
        let message = format!("Operation cannot be fulfilled on {} {name:?}: {words}", kind.qualified());
        Self { message, ..Self::modified(kind, name) }
    }

    pub fn wrong_namespace() -> Self {
        Self::bad_request("the namespace of the provided object does not match the namespace sent on the request")
    }

    /// A precondition of a deletion does not hold.
    pub fn precondition(kind: &Kind, name: &str, words: &str) -> Self {
        let message = format!("Operation cannot be fulfilled on {} {name:?}: {words}", kind.qualified_kind());
        Self::new(409, "Conflict", message).with(kind_details(kind.group, kind.kind, name))
    }

    pub fn forbidden(kind: &Kind, name: &str, words: &str) -> Self {
        let message = format!("{} {name:?} is forbidden: {words}", kind.qualified());
        Self::new(403, "Forbidden", message).with(details(kind, name))
    }

    pub fn invalid(kind: &Kind, name: &str, causes: Vec<Cause>) -> Self {
        Self::invalid_kind(kind.group, kind.kind, name, causes)
    }

    pub fn invalid_kind(group: &str, kind: &str, name: &str, causes: Vec<Cause>) -> Self {
        let words: Vec<String> = causes.iter().map(|cause| format!("{}: {}", cause.field, cause.message)).collect();
        let words = if words.len() == 1 { words.concat() } else { format!("[{}]", words.join(", ")) };
        let dot = if group.is_empty() { "" } else { "." };
        let message = format!("{kind}{dot}{group} {name:?} is invalid: {words}");
        let mut details = kind_details(group, kind, name);
        details["causes"] = causes
            .iter()
            .map(|cause| json!({"reason": cause.reason, "message": cause.message, "field": cause.field}))
            .collect::<Vec<_>>()
            .into();
        Self::new(422, "Invalid", message).with(details)
    }

    /// A path that names no resource.
    pub fn no_resource() -> Self {
        Self::new(404, "NotFound", "the server could not find the requested resource").with(json!({}))
    }

    pub fn no_method() -> Self {
        let words = "the server does not allow this method on the requested resource";
        Self::new(405, "MethodNotAllowed", words).with(json!({}))
    }

    /// `watchable` is what can be asked for as a stream of events, too.
    pub fn not_acceptable(watchable: bool) -> Self {
        let kinds = "application/json, application/yaml, application/vnd.kubernetes.protobuf";
        let streams = ", application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch";
        let streams = if watchable { streams } else { "" };
        let words = format!("406: Not Acceptable\n\nAvailable representations: {kinds}{streams}");
        Self::new(406, "NotAcceptable", words).with(json!({}))
    }

    pub fn unsupported_media() -> Self {
        Self::new(415, "UnsupportedMediaType", "415: Unsupported Media Type").with(json!({}))
    }

    pub fn unauthorized() -> Self {
        Self::new(401, "Unauthorized", "Unauthorized")
    }

    /// A patch that cannot be applied; the API server gives no reason.
    pub fn failed_patch() -> Self {
        Self::new(422, "Invalid", "the server rejected our request due to an error in our request").with(json!({}))
    }

    /// A patched object that cannot be read. `shown` is what was to be read.
    pub fn unreadable_patch(shown: &str, words: &str) -> Self {
        let cause = Cause::invalid("patch", &format!("{shown:?}"), words);
        let mut error = Self::invalid_kind("", "", "", vec![cause]);
        if let Some(details) = &mut error.details {
            *details = json!({"causes": details["causes"]});
        }
        error
    }

    pub fn expired(message: impl Into<String>) -> Self {
        Self::new(410, "Expired", message)
    }

    pub fn too_large_version(asked: u64, current: u64) -> Self {
        let cause = json!({"reason": "ResourceVersionTooLarge", "message": "Too large resource version"});
        Self::new(504, "Timeout", format!("Timeout: Too large resource version: {asked}, current: {current}"))
            .with(json!({"causes": [cause], "retryAfterSeconds": 1}))
    }

    /// The `Status` without `kind` and `apiVersion`.
    pub fn status(&self) -> Value {
        let mut metadata = Map::new();
        if let Some(token) = &self.continue_token {
            metadata.insert("continue".into(), token.as_str().into());
        }
        let mut status = json!({"metadata": metadata, "status": "Failure", "message": self.message});
        if !self.reason.is_empty() {
            status["reason"] = self.reason.into();
        }
        if let Some(details) = &self.details {
            status["details"] = details.clone();
        }
        status["code"] = self.code.into();
        status
    }
}

fn details(kind: &Kind, name: &str) -> Value {
    kind_details(kind.group, kind.plural, name)
}

fn kind_details(group: &str, kind: &str, name: &str) -> Value {
    let mut details = Map::new();
    for (key, value) in [("name", name), ("group", group), ("kind", kind)] {
        if !value.is_empty() {
            details.insert(key.into(), value.into());
        }
    }
    Value::Object(details)
}
