//! The body of a template: lines with places, and what comes out when they are filled in.

use serde_json::{Map, Value};

use super::{Field, Values};
use crate::domain::field::{FieldKind, argv, labels, seconds};
use crate::domain::manifest::clone::from_cronjob;
use crate::domain::manifest::scalar::{quoted, scalar};
use crate::domain::manifest::yaml::{to_yaml, under_key};

/// One line of a template's body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// As it stands.
    Raw(String),
    /// A line with at least one place.
    Filled {
        pieces: Vec<Piece>,
        /// Nothing but a key or a dash stands before the one text of the line: without a value the line goes.
        is_alone: bool,
        /// A comment behind the value, with the blanks before it.
        comment: String,
    },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    Raw(String),
    /// A text in double quotes with places in it.
    Text(Vec<Part>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    Text(String),
    /// The field of this name.
    Place(String),
}

/// The text with every value in its place.
pub fn fill(body: &[Line], fields: &[Field], values: &Values, cronjob: Option<&Value>) -> String {
    let mut lines: Vec<String> = Vec::new();
    // A line went: the key above it may have nothing left beneath.
    let mut went = false;
    for line in body {
        let text = match line {
            Line::Raw(text) => format!("{text}\n"),
            Line::Filled { pieces, is_alone, comment } => {
                let filling = Filling { fields, values, cronjob };
                match filling.line(pieces, *is_alone, comment) {
                    Some(text) => text,
                    None => {
                        went = true;
                        continue;
                    }
                }
            }
        };
        if went {
            drop_empty_keys(&mut lines, &text);
            went = false;
        }
        lines.push(text);
    }
    if went {
        drop_empty_keys(&mut lines, "");
    }
    lines.concat()
}

/// Takes away keys at the end that have nothing beneath them, given the line that comes next.
fn drop_empty_keys(lines: &mut Vec<String>, next: &str) {
    let indent = |line: &str| line.len() - line.trim_start_matches(' ').len();
    while let Some(last) = lines.last() {
        let is_key = last.ends_with(":\n") && !last.trim_start().starts_with(['-', '#']);
        let has_more =
            indent(next) > indent(last) || indent(next) == indent(last) && next.trim_start().starts_with("- ");
        if !is_key || has_more {
            break;
        }
        lines.pop();
    }
}

/// A pattern with `{{id}}` replaced.
pub fn replaced(pattern: &str, value: impl Fn(&str) -> String) -> String {
    parts(pattern)
        .into_iter()
        .map(|part| match part {
            Part::Text(text) => text,
            Part::Place(id) => value(&id),
        })
        .collect()
}

/// A text in pieces: `{{id}}` is a place, any other pair of braces is text.
pub fn parts(text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let (mut begin, mut from) = (0, 0);
    while let Some(open) = text[from..].find("{{").map(|place| place + from) {
        let Some(close) = text[open..].find("}}").map(|place| place + open) else { break };
        let id = text[open + 2..close].trim();
        if super::header::is_id(id) {
            if begin < open {
                parts.push(Part::Text(text[begin..open].to_owned()));
            }
            parts.push(Part::Place(id.to_owned()));
            (begin, from) = (close + 2, close + 2);
        } else {
            from = open + 2;
        }
    }
    if begin < text.len() {
        parts.push(Part::Text(text[begin..].to_owned()));
    }
    parts
}

struct Filling<'a> {
    fields: &'a [Field],
    values: &'a Values,
    cronjob: Option<&'a Value>,
}

impl Filling<'_> {
    fn value(&self, id: &str) -> &str {
        self.values.get(id).map(String::as_str).unwrap_or_default()
    }

    fn kind(&self, id: &str) -> &FieldKind {
        self.fields.iter().find(|field| field.id == id).map_or(&FieldKind::Text, |field| &field.kind)
    }

    /// The finished line or lines, each ended; `None` where the line goes.
    fn line(&self, pieces: &[Piece], is_alone: bool, comment: &str) -> Option<String> {
        let mut out = String::new();
        for piece in pieces {
            let parts = match piece {
                Piece::Raw(text) => {
                    out.push_str(text);
                    continue;
                }
                Piece::Text(parts) => parts,
            };
            let [Part::Place(id)] = parts.as_slice() else {
                let text = parts.iter().map(|part| match part {
                    Part::Text(text) => text.as_str(),
                    Part::Place(id) => self.value(id),
                });
                out.push_str(&scalar(&text.collect::<String>()));
                continue;
            };
            let (kind, text) = (self.kind(id), self.value(id));
            if out.is_empty() && is_alone && *kind == FieldKind::CronJob {
                return Some(self.whole_job(text));
            }
            if is_alone && text.trim().is_empty() {
                return None;
            }
            let value = value_of(kind, text);
            let indent = out.len() - out.trim_start_matches([' ', '-']).len();
            let in_block = is_alone && out.ends_with(": ") && is_long(&value);
            if in_block {
                out.truncate(out.trim_end().len());
                let rest = under_key(&value, indent);
                let (first, rest) = rest.split_once('\n').unwrap_or((&rest, ""));
                return Some(format!("{out}{first}{comment}\n{rest}"));
            }
            out.push_str(&inline(&value));
        }
        Some(format!("{out}{comment}\n"))
    }

    fn whole_job(&self, cronjob: &str) -> String {
        let name = self.value("name");
        match self.cronjob.and_then(|cronjob| from_cronjob(cronjob, name)) {
            Some(job) => to_yaml(&job),
            None => format!("# the Job {} that CronJob {} makes\n", scalar(name), scalar(cronjob)),
        }
    }
}

/// A text as a value of its kind; what cannot be read so stays text.
fn value_of(kind: &FieldKind, text: &str) -> Value {
    let as_text = || Value::from(text);
    let trimmed = text.trim();
    match kind {
        FieldKind::Integer { .. } => trimmed.parse::<i64>().map_or_else(|_| as_text(), Value::from),
        FieldKind::Boolean => trimmed.parse::<bool>().map_or_else(|_| as_text(), Value::from),
        FieldKind::Duration => seconds(trimmed).map_or_else(|_| as_text(), Value::from),
        FieldKind::Command => argv(text).map_or_else(|_| as_text(), Value::from),
        FieldKind::Labels => match labels(text) {
            Ok(labels) => {
                labels.into_iter().map(|(key, value)| (key, Value::from(value))).collect::<Map<_, _>>().into()
            }
            Err(_) => as_text(),
        },
        FieldKind::Quantity | FieldKind::Schedule => Value::from(trimmed),
        _ => as_text(),
    }
}

/// Whether a value reads better over several lines.
fn is_long(value: &Value) -> bool {
    match value {
        Value::Object(map) => !map.is_empty(),
        Value::Array(items) => items.iter().any(|item| item.as_str().is_some_and(|text| text.contains('\n'))),
        _ => false,
    }
}

/// A value on its line.
fn inline(value: &Value) -> String {
    let joined = |items: Vec<String>| items.join(", ");
    match value {
        Value::String(text) => scalar(text),
        Value::Array(items) => {
            format!(
                "[{}]",
                joined(items.iter().map(|item| item.as_str().map_or_else(|| item.to_string(), quoted)).collect())
            )
        }
        Value::Object(map) => {
            format!(
                "{{{}}}",
                joined(map.iter().map(|(key, value)| format!("{}: {}", scalar(key), inline(value))).collect())
            )
        }
        other => other.to_string(),
    }
}
