//! An object as the YAML that a person would write: fields in the object's own order, lists under their key, scripts as
//! blocks of lines.

use serde_json::Value;

use super::scalar::{is_printable, scalar};

/// YAML of an object, each line ended.
pub fn to_yaml(value: &Value) -> String {
    let mut out = String::new();
    match value {
        Value::Object(map) if !map.is_empty() => object(map, 0, &mut out),
        Value::Array(items) if !items.is_empty() => array(items, 0, &mut out),
        other => {
            out.push_str(&inline(other));
            out.push('\n');
        }
    }
    out
}

/// Several objects, with lines of `---` between them.
pub fn to_documents(values: &[Value]) -> String {
    values.iter().map(to_yaml).collect::<Vec<_>>().join("---\n")
}

/// YAML of what stands under a key at `indent` blanks, from behind the colon to the end of its last line.
pub fn under_key(value: &Value, indent: usize) -> String {
    let mut out = String::new();
    member(value, indent, &mut out);
    out
}

fn object(map: &serde_json::Map<String, Value>, indent: usize, out: &mut String) {
    for (place, (key, value)) in map.iter().enumerate() {
        if place > 0 || !out.ends_with("- ") {
            out.push_str(&" ".repeat(indent));
        }
        out.push_str(&scalar(key));
        out.push(':');
        member(value, indent, out);
    }
}

fn array(items: &[Value], indent: usize, out: &mut String) {
    for (place, item) in items.iter().enumerate() {
        if place > 0 || !out.ends_with("- ") {
            out.push_str(&" ".repeat(indent));
        }
        out.push_str("- ");
        match item {
            Value::Object(map) if !map.is_empty() => object(map, indent + 2, out),
            Value::Array(items) if !items.is_empty() => array(items, indent + 2, out),
            Value::String(text) => text_value(text, indent, out),
            other => line(&inline(other), out),
        }
    }
}

fn member(value: &Value, indent: usize, out: &mut String) {
    match value {
        Value::Object(map) if !map.is_empty() => {
            out.push('\n');
            object(map, indent + 2, out);
        }
        Value::Array(items) if !items.is_empty() => {
            out.push('\n');
            array(items, indent, out);
        }
        Value::String(text) => {
            out.push(' ');
            text_value(text, indent, out);
        }
        other => {
            out.push(' ');
            line(&inline(other), out);
        }
    }
}

fn line(text: &str, out: &mut String) {
    out.push_str(text);
    out.push('\n');
}

/// A text of several lines as a literal block, if that reads back the same; any other on its line.
fn text_value(text: &str, indent: usize, out: &mut String) {
    let body = text.strip_suffix('\n').unwrap_or(text);
    let blank = |line: &str| line.chars().all(|char| matches!(char, ' ' | '\t'));
    let can_be_block = body.contains('\n')
        && body.split('\n').all(|line| line.is_empty() || !blank(line))
        && !body.starts_with([' ', '\t', '\n'])
        && !body.ends_with('\n')
        && body.chars().all(|char| matches!(char, '\n' | '\t') || is_printable(char));
    if !can_be_block {
        return line(&scalar(text), out);
    }
    line(if body.len() < text.len() { "|" } else { "|-" }, out);
    for part in body.split('\n') {
        if !part.is_empty() {
            out.push_str(&" ".repeat(indent + 2));
        }
        line(part, out);
    }
}

fn inline(value: &Value) -> String {
    match value {
        Value::String(text) => scalar(text),
        // Empty ones; numbers, booleans and null are written as in JSON.
        other => other.to_string(),
    }
}
