//! A JSON line unfolded to indented `key: value` lines.

use serde_json::Value;

/// Most lines that one object unfolds to; what is left out is counted in a last line.
const MOST_LINES: usize = 200;

/// The object of a line as indented `key: value` lines, or nothing when the line is not one JSON object or array.
/// Strings that hold line breaks, such as stack traces, take a line each.
pub fn unfold(text: &str) -> Vec<String> {
    if !text.starts_with(['{', '[']) {
        return Vec::new();
    }
    let Ok(value) = serde_json::from_str::<Value>(text) else { return Vec::new() };
    let mut lines = Vec::new();
    let mut left_out = 0usize;
    walk(&value, 0, &mut |line| if lines.len() < MOST_LINES { lines.push(line) } else { left_out += 1 });
    if left_out > 0 {
        lines.push(format!("… {left_out} more"));
    }
    lines
}

fn walk(value: &Value, depth: usize, push: &mut impl FnMut(String)) {
    match value {
        Value::Object(fields) => fields.iter().for_each(|(key, value)| field(key, value, depth, push)),
        Value::Array(items) => items.iter().for_each(|value| field("-", value, depth, push)),
        scalar => push(format!("{:indent$}{scalar}", "", indent = depth * 2)),
    }
}

fn field(key: &str, value: &Value, depth: usize, push: &mut impl FnMut(String)) {
    let indent = depth * 2;
    let mark = if key == "-" { "-".to_owned() } else { format!("{key}:") };
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            push(format!("{:indent$}{mark}", ""));
            walk(value, depth + 1, push);
        }
        Value::Array(items) if !items.is_empty() => {
            push(format!("{:indent$}{mark}", ""));
            walk(value, depth + 1, push);
        }
        Value::String(text) if text.trim_end().contains('\n') => {
            push(format!("{:indent$}{mark}", ""));
            text.trim_end().lines().for_each(|line| push(format!("{:inner$}{line}", "", inner = indent + 2)));
        }
        Value::String(text) => push(format!("{:indent$}{mark} {}", "", text.trim_end())),
        scalar => push(format!("{:indent$}{mark} {scalar}", "")),
    }
}
