//! Hiding what an object keeps secret.

use serde_json::{Map, Value};

const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// Parts of an environment variable's name that make its value a secret.
const SECRET_PARTS: [&str; 8] =
    ["PASSWORD", "PASSWD", "PASSPHRASE", "TOKEN", "SECRET", "CREDENTIAL", "APIKEY", "PRIVATEKEY"];

/// Replaces secret values by `•••••• (N bytes)`, wherever they stand in the value (lists and templates too): `data` and
/// `stringData` of Secrets, environment values whose names look secret, and the same within the annotation in which
/// kubectl keeps what was last applied.
pub fn mask_secrets(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(mask_secrets),
        Value::Object(object) => {
            mask_object(object);
            object.values_mut().for_each(mask_secrets);
        }
        _ => {}
    }
}

fn mask_object(object: &mut Map<String, Value>) {
    let is_secret = object.get("kind").and_then(Value::as_str) == Some("Secret");
    if is_secret {
        mask_all(object.get_mut("data"), decoded_length);
        mask_all(object.get_mut("stringData"), str::len);
    }
    if let Some(Value::Array(variables)) = object.get_mut("env") {
        variables.iter_mut().for_each(mask_variable);
    }
    if let Some(Value::String(applied)) = object.get_mut(LAST_APPLIED) {
        mask_applied(applied);
    }
}

/// An annotation that is no JSON cannot be looked into, so all of it is hidden.
fn mask_applied(applied: &mut String) {
    match serde_json::from_str::<Value>(applied) {
        Ok(mut inner) => {
            let before = inner.clone();
            mask_secrets(&mut inner);
            if inner != before {
                *applied = inner.to_string();
            }
        }
        Err(_) => *applied = hidden(applied.len()),
    }
}

fn mask_all(values: Option<&mut Value>, length: fn(&str) -> usize) {
    match values {
        Some(Value::Object(values)) => values.values_mut().for_each(|value| mask(value, length)),
        Some(value) if !value.is_null() => mask(value, length),
        _ => {}
    }
}

fn mask(value: &mut Value, length: fn(&str) -> usize) {
    let bytes = match &*value {
        Value::Null => return,
        Value::String(text) => length(text),
        other => other.to_string().len(),
    };
    *value = Value::String(hidden(bytes));
}

fn mask_variable(variable: &mut Value) {
    let named_secret = variable.get("name").and_then(Value::as_str).is_some_and(looks_secret);
    if named_secret && let Some(value) = variable.get_mut("value") {
        mask(value, str::len);
    }
}

/// `DB_PASSWORD`, `apiToken`, `AWS_ACCESS_KEY`; a bare KEY counts only as a word of its own, so not `MONKEY` or
/// `KEYCLOAK_URL`.
fn looks_secret(name: &str) -> bool {
    let upper = name.to_uppercase();
    let joined: String = upper.chars().filter(|c| c.is_alphanumeric()).collect();
    SECRET_PARTS.iter().any(|part| joined.contains(part))
        || upper.split(|c: char| !c.is_alphanumeric()).any(|word| matches!(word, "KEY" | "KEYS" | "PASS" | "PWD"))
}

fn hidden(bytes: usize) -> String {
    format!("{} ({bytes} bytes)", crate::domain::text::MASK)
}

/// What base64 text decodes to, in bytes.
fn decoded_length(text: &str) -> usize {
    let digits = text.bytes().filter(|byte| !byte.is_ascii_whitespace() && *byte != b'=').count();
    digits * 3 / 4
}
