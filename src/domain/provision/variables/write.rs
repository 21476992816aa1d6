//! Values as HCL.

use serde_json::{Map, Value};

use super::number;

const INDENT: &str = "  ";

/// On one line: `{ a = 1, b = ["x"] }`.
pub(super) fn inline(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(truth) => truth.to_string(),
        Value::Number(number) => number::to_text(number),
        Value::String(text) => quoted(text),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(inline).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(entries) if entries.is_empty() => "{}".to_owned(),
        Value::Object(entries) => {
            let entries: Vec<String> =
                entries.iter().map(|(name, value)| format!("{} = {}", key(name), inline(value))).collect();
            format!("{{ {} }}", entries.join(", "))
        }
    }
}

/// Over several lines where it is more than a handful; `depth`: how far it is indented already.
pub(super) fn indented(value: &Value, depth: usize) -> String {
    match value {
        Value::Object(entries) if !entries.is_empty() => object(entries, depth),
        Value::Array(items) if items.iter().any(|item| item.is_object() || item.is_array()) => {
            let inner = INDENT.repeat(depth + 1);
            let lines: String = items.iter().map(|item| format!("{inner}{},\n", indented(item, depth + 1))).collect();
            format!("[\n{lines}{}]", INDENT.repeat(depth))
        }
        _ => inline(value),
    }
}

fn object(entries: &Map<String, Value>, depth: usize) -> String {
    let inner = INDENT.repeat(depth + 1);
    let lines: String = entries
        .iter()
        .map(|(name, value)| format!("{inner}{} = {}\n", key(name), indented(value, depth + 1)))
        .collect();
    format!("{{\n{lines}{}}}", INDENT.repeat(depth))
}

/// A name as it is, if HCL takes it for nothing else.
pub(super) fn key(name: &str) -> String {
    match is_name(name) && !["for", "null", "true", "false"].contains(&name) {
        true => name.to_owned(),
        false => quoted(name),
    }
}

fn is_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

/// What looks like a template stays the text that it is.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    let mut rest = text.chars().peekable();
    while let Some(char) = rest.next() {
        match char {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '$' | '%' if rest.peek() == Some(&'{') => out.extend([char, char]),
            control if control.is_control() => out.push_str(&format!("\\u{:04x}", u32::from(control))),
            other => out.push(other),
        }
    }
    out.push('"');
    out
}
