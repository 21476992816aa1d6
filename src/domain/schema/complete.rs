//! What can stand at a place, and what it means.

use super::{FieldType, Schema};
use crate::domain::field_path::Step;
use crate::domain::text::clean;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CompletionKind {
    /// A field's name; what its value is.
    Field(FieldType),
    Value,
}

/// One thing that can stand at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    pub text: String,
    pub kind: CompletionKind,
    pub required: bool,
}

/// What a field is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Described {
    pub kind: FieldType,
    pub values: Vec<String>,
    /// Cleaned, one line.
    pub words: String,
}

impl Schema {
    /// Field names of the object at a path that begin with `prefix`: required ones first.
    pub fn complete(&self, kind: &str, path: &[Step], prefix: &str) -> Vec<Completion> {
        let Some((field, _)) = self.at(kind, path) else { return Vec::new() };
        let is_status = |name: &str| path.is_empty() && name == "status";
        let mut found: Vec<Completion> = field
            .properties
            .iter()
            .filter(|(name, _)| starts(name, prefix) && !is_status(name))
            .map(|(name, property)| Completion {
                text: name.to_string(),
                kind: CompletionKind::Field(self.resolve(property).kind),
                required: field.required.contains(name),
            })
            .collect();
        found.sort_by_key(|completion| (!completion.required, !completion.text.starts_with(prefix)));
        found
    }

    /// Values of the field at a path that begin with `prefix`.
    pub fn values(&self, kind: &str, path: &[Step], prefix: &str) -> Vec<Completion> {
        let Some(described) = self.describe(kind, path) else { return Vec::new() };
        let boolean = ["true", "false"].map(str::to_owned).to_vec();
        let values = if described.kind == FieldType::Bool { boolean } else { described.values };
        let completion = |text| Completion { text, kind: CompletionKind::Value, required: false };
        values.into_iter().filter(|value| starts(value, prefix)).map(completion).collect()
    }

    /// What the field at a path is; `None` where the schema knows none.
    pub fn describe(&self, kind: &str, path: &[Step]) -> Option<Described> {
        let (field, words) = self.at(kind, path)?;
        let values = match super::known_values(kind, path) {
            Some(values) => values.iter().map(|value| (*value).to_owned()).collect(),
            None => field.values.iter().map(|value| clean(value).into_owned()).collect(),
        };
        // The values stand there already.
        let words = words.split("\n\nPossible enum values").next().unwrap_or(words);
        Some(Described { kind: field.kind, values, words: clean(words).into_owned() })
    }
}

fn starts(name: &str, prefix: &str) -> bool {
    name.len() >= prefix.len()
        && name.is_char_boundary(prefix.len())
        && name[..prefix.len()].eq_ignore_ascii_case(prefix)
}
