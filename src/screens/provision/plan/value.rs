//! Values: two of them cut so that their difference is seen, and one told in full, line by line.

use serde_json::Value;

use crate::domain::terraform::plan::{Attribute, Shown};
use crate::domain::text::{clean, clean_multiline, fit, width};
use crate::ui::text::split_at_width;

/// Columns of a line of a value that is told in full.
const COLUMNS: usize = 60;
/// Lines of a value that is told in full.
const LINES: usize = 400;
/// Columns of both sides from which on a value is worth being told in full.
const LONG: usize = 40;
/// Columns of what is the same that stay before a difference.
const CONTEXT: usize = 6;

/// Which side of a change a line is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Both,
    Before,
    After,
}

/// A line of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    pub side: Side,
    pub text: String,
}

/// Whether there is more to a value than fits on a row.
pub fn is_long(attribute: &Attribute) -> bool {
    let columns = |shown: &Shown| match shown {
        Shown::Value(text) => text.len(),
        Shown::Absent | Shown::Unknown | Shown::Sensitive => 0,
    };
    columns(&attribute.before) + columns(&attribute.after) > LONG
}

/// The value line by line; of one that changes, what is the same at both ends is told once.
pub fn parts(attribute: &Attribute) -> Vec<Part> {
    let (before, after) = (lines(&attribute.before), lines(&attribute.after));
    let same = |pairs: &mut dyn Iterator<Item = (&String, &String)>| pairs.take_while(|(a, b)| a == b).count();
    let head = same(&mut before.iter().zip(&after));
    let tail = same(&mut before[head..].iter().rev().zip(after[head..].iter().rev()));
    let of = |lines: &[String], side: Side| -> Vec<Part> {
        lines.iter().map(|text| Part { side, text: text.clone() }).collect()
    };
    let mut out = of(&before[..head], Side::Both);
    out.extend(of(&before[head..before.len() - tail], Side::Before));
    out.extend(of(&after[head..after.len() - tail], Side::After));
    out.extend(of(&before[before.len() - tail..], Side::Both));
    if out.len() > LINES {
        let more = out.len() - LINES;
        out.truncate(LINES);
        out.push(Part { side: Side::Both, text: format!("and {more} more lines") });
    }
    out
}

/// Lines and documents that stand in strings are told as what they are.
fn lines(shown: &Shown) -> Vec<String> {
    let Shown::Value(text) = shown else {
        return match shown {
            Shown::Absent => Vec::new(),
            other => vec![other.words().to_owned()],
        };
    };
    let pretty = |value: &Value| serde_json::to_string_pretty(value).unwrap_or_default();
    let text = match serde_json::from_str::<Value>(text) {
        Ok(Value::String(inner)) => match serde_json::from_str::<Value>(&inner) {
            Ok(document @ (Value::Object(_) | Value::Array(_))) => pretty(&document),
            _ => inner,
        },
        Ok(value) => pretty(&value),
        Err(_) => text.clone(),
    };
    clean_multiline(&text).lines().flat_map(|line| pieces(&clean(line))).collect()
}

fn pieces(line: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut rest = line;
    while width(rest) > COLUMNS {
        let cut = split_at_width(rest, COLUMNS);
        out.push(rest[..cut].to_owned());
        rest = &rest[cut..];
    }
    out.push(rest.to_owned());
    out
}

/// Two values in `columns`. Where both are cut, they begin shortly before they differ.
pub fn pair(before: &str, after: &str, columns: usize) -> (String, String) {
    let (wide_before, wide_after) = (width(before), width(after));
    if wide_before + wide_after <= columns {
        return (before.to_owned(), after.to_owned());
    }
    let half = columns / 2;
    let room = match () {
        () if wide_before <= half => (wide_before, columns - wide_before),
        () if wide_after <= columns - half => (columns - wide_after, wide_after),
        () => (half, columns - half),
    };
    let (before, after) = differing(before, after, room);
    (fit(&before, room.0).into_owned(), fit(&after, room.1).into_owned())
}

/// Without what is the same at the beginning, where the difference would not be seen otherwise.
fn differing(before: &str, after: &str, room: (usize, usize)) -> (String, String) {
    let same: usize =
        before.chars().zip(after.chars()).take_while(|(a, b)| a == b).map(|(char, _)| char.len_utf8()).sum();
    let shown = width(&before[..same]);
    if shown + CONTEXT < room.0.min(room.1) || shown <= 2 * CONTEXT {
        return (before.to_owned(), after.to_owned());
    }
    let from = before[..same].char_indices().rev().nth(CONTEXT - 1).map_or(0, |(place, _)| place);
    (format!("…{}", &before[from..]), format!("…{}", &after[from..]))
}
