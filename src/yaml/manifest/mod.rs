//! Text to the objects that it describes, with every problem at its place and in words.

mod bytes;
mod check;
mod server;
mod split;
#[cfg(test)]
mod tests;
mod words;

use serde_json::Value;

use super::field_path::{Step, field_path};
use super::parse::{INPUT_BYTES, parse};
pub use super::places::{Place, Places};
pub use bytes::{NotText, read_bytes};
pub use server::{Told, told, told_fields};
use split::{Part, split};

/// One object that the text describes.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// First and last line, from 0, in the whole text.
    pub first_line: usize,
    pub last_line: usize,
    pub value: Value,
    /// Empty where the text does not say.
    pub api_version: String,
    pub kind: String,
    pub name: Option<String>,
    pub namespace: Option<String>,
    pub generate_name: Option<String>,
    /// Where the YAML document begins and ends that the object stands in, and its path there: not empty for an object
    /// of a List.
    part: (usize, usize),
    within: Vec<Step>,
}

/// How bad a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The text cannot be submitted.
    Error,
    /// It can, but it is likely not what was meant.
    Warning,
}

/// What is wrong, where, and what helps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// From 0, column in characters.
    pub place: Place,
    pub severity: Severity,
    /// Cleaned, one line, without values of the text.
    pub words: String,
    /// What to do about it; empty where the words say it.
    pub remedy: &'static str,
}

impl Problem {
    pub fn error(place: Place, words: impl Into<String>, remedy: &'static str) -> Self {
        Self { place, severity: Severity::Error, words: words.into(), remedy }
    }
}

/// As an editor counts: lines and columns from 1.
impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}, column {}: {}", self.place.line + 1, self.place.column + 1, self.words)?;
        if self.remedy.is_empty() { Ok(()) } else { write!(f, "; {}", self.remedy) }
    }
}

/// What a text holds: the objects in order, and every problem in the order of the text.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Documents {
    pub documents: Vec<Document>,
    pub problems: Vec<Problem>,
}

impl Documents {
    /// The first problem that keeps the text from being submitted.
    pub fn first_error(&self) -> Option<&Problem> {
        self.problems.iter().find(|problem| problem.severity == Severity::Error)
    }
}

/// Larger objects are refused by the API server's storage (etcd's `--max-request-bytes`, 1.5 MiB).
const OBJECT_BYTES: usize = 3 << 19;

/// Reads a whole text. A document that does not parse does not hide what is wrong with the others.
pub fn documents(text: &str) -> Documents {
    let mut found = Documents::default();
    if text.len() > INPUT_BYTES {
        let words = format!("{} MiB are too many: at most {} MiB are read", text.len() >> 20, INPUT_BYTES >> 20);
        found.problems.push(Problem::error(Place::default(), words, "apply a file of that size with kubectl"));
        return found;
    }
    for part in split(text) {
        read_part(&part, &mut found);
    }
    found.problems.sort_by_key(|problem| (problem.place, problem.severity));
    found
}

fn read_part(part: &Part<'_>, found: &mut Documents) {
    let values = match parse(part.text) {
        Ok(values) => values,
        Err(error) => {
            found.problems.push(words::told(part, &error));
            return;
        }
    };
    for value in values {
        let places = Places::of(part.text.lines(), part.first_line);
        read_value(part, &places, value, found);
    }
}

fn read_value(part: &Part<'_>, places: &Places, value: Value, found: &mut Documents) {
    let items = match value.get("kind").and_then(Value::as_str) {
        Some(kind) if kind.ends_with("List") => value.get("items").and_then(Value::as_array),
        _ => None,
    };
    let Some(items) = items else {
        let document = document(part, places, value, Vec::new());
        check::check(&document, places, &mut found.problems);
        found.documents.push(document);
        return;
    };
    for (index, item) in items.iter().enumerate() {
        let within = vec![Step::Key("items".into()), Step::Index(index)];
        let document = document(part, places, item.clone(), within);
        check::check(&document, places, &mut found.problems);
        found.documents.push(document);
    }
}

fn document(part: &Part<'_>, places: &Places, value: Value, within: Vec<Step>) -> Document {
    let text = |pointer: &str| value.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    let first_line = match places.find(&within) {
        Some((node, true)) => node.place.line,
        _ => part.content_line,
    };
    let last_line = places.last_line_below(&within).unwrap_or(part.last_line).max(first_line);
    Document {
        first_line,
        last_line: if within.is_empty() { part.last_line } else { last_line },
        api_version: text("/apiVersion").unwrap_or_default(),
        kind: text("/kind").unwrap_or_default(),
        name: text("/metadata/name"),
        namespace: text("/metadata/namespace"),
        generate_name: text("/metadata/generateName"),
        part: (part.first_line, part.last_line),
        within,
        value,
    }
}

/// Where a field of `document` stands, by its path as the API server writes it (`spec.containers[0].image`): line and
/// column from 0. The nearest parent that exists where the field does not; `None` when nothing of the path exists.
pub fn place_of(text: &str, document: &Document, path: &str) -> Option<(usize, usize)> {
    let place = document.place_in(&document.places(text), &field_path(path))?;
    Some((place.line, place.column))
}

impl Document {
    /// The index of the YAML document that the object stands in: for many look-ups in one text.
    pub fn places(&self, text: &str) -> Places {
        let (first, last) = self.part;
        Places::of(text.lines().skip(first).take(last + 1 - first), first)
    }

    /// First and last line of the YAML document that the object stands in.
    pub fn part(&self) -> (usize, usize) {
        self.part
    }

    /// As [`place_of`], with an index at hand.
    pub fn place_in(&self, places: &Places, path: &[Step]) -> Option<Place> {
        self.node_in(places, path).map(|(place, _)| place)
    }

    /// The place, and whether the field itself is there.
    pub fn node_in(&self, places: &Places, path: &[Step]) -> Option<(Place, bool)> {
        let whole: Vec<Step> = self.within.iter().chain(path).cloned().collect();
        places.find(&whole).map(|(node, exact)| (node.place, exact))
    }
}
