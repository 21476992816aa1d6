//! What a cluster says its objects look like: a lean copy of its OpenAPI document.

mod check;
mod complete;
#[cfg(test)]
pub mod tests;
mod wire;

use std::collections::HashMap;

use indexmap::IndexMap;

pub use check::{Fault, FaultKind};
pub use complete::{Completion, CompletionKind, Described};

use super::field_path::Step;

/// The objects of one apiVersion.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Schema {
    pub api_version: String,
    /// The server's version as it says it: `v1.34.4`; empty where it does not.
    pub server_version: String,
    definitions: HashMap<Box<str>, Field>,
    /// Definition of each kind.
    kinds: HashMap<Box<str>, Box<str>>,
}

/// What a field's value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FieldType {
    Object,
    List,
    Text,
    Integer,
    Number,
    Bool,
    /// `80` and `http`, `1` and `100m`.
    NumberOrText,
    #[default]
    Any,
}

/// One field of the tree.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Field {
    pub kind: FieldType,
    /// The definition that says the rest.
    reference: Option<Box<str>>,
    pub description: Box<str>,
    pub values: Box<[Box<str>]>,
    pub required: Box<[Box<str>]>,
    pub properties: IndexMap<Box<str>, Field>,
    items: Option<Box<Field>>,
    /// What any other key of an object holds.
    additional: Option<Box<Field>>,
    /// Keys that are not named here are kept.
    open: bool,
}

/// Definitions that refer to one another end here.
const REFERENCES: usize = 8;

impl Schema {
    /// Whether the schema knows this kind.
    pub fn knows(&self, kind: &str) -> bool {
        self.kinds.contains_key(kind)
    }

    /// Its kinds, in the order of the alphabet.
    pub fn kind_names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.kinds.keys().map(AsRef::as_ref).collect();
        names.sort_unstable();
        names
    }

    fn kind(&self, kind: &str) -> Option<&Field> {
        self.definitions.get(self.kinds.get(kind)?)
    }

    /// The field itself, behind references.
    fn resolve<'a>(&'a self, field: &'a Field) -> &'a Field {
        let mut field = field;
        for _ in 0..REFERENCES {
            match field.reference.as_ref().and_then(|name| self.definitions.get(name)) {
                Some(next) => field = next,
                None => break,
            }
        }
        field
    }

    /// The field at a path below a kind, with the description that stands nearest to it.
    fn at<'a>(&'a self, kind: &str, path: &[Step]) -> Option<(&'a Field, &'a str)> {
        let top = self.kind(kind)?;
        let (mut field, mut words) = (top, &*top.description);
        for step in path {
            let here = self.resolve(field);
            let next = match step {
                Step::Key(key) => here.properties.get(key).or(here.additional.as_deref())?,
                Step::Index(_) | Step::Element(_) => here.items.as_deref()?,
            };
            let behind = self.resolve(next);
            words = if next.description.is_empty() { &behind.description } else { &next.description };
            field = next;
        }
        Some((self.resolve(field), words))
    }
}

/// Values that everybody wants at a place and the document does not tell, or tells too widely: kind, path from the top,
/// values.
const VALUES: &[(&str, &str, &[&str])] = &[
    ("Job", "spec.template.spec.restartPolicy", &["Never", "OnFailure"]),
    ("CronJob", "spec.jobTemplate.spec.template.spec.restartPolicy", &["Never", "OnFailure"]),
    ("CronJob", "spec.concurrencyPolicy", &["Allow", "Forbid", "Replace"]),
    ("Job", "spec.completionMode", &["NonIndexed", "Indexed"]),
];

/// The values of [`VALUES`] at a path.
fn known_values(kind: &str, path: &[Step]) -> Option<&'static [&'static str]> {
    let is_here = |wanted: &str| super::field_path::field_path(wanted) == path;
    VALUES.iter().find(|(of, wanted, _)| *of == kind && is_here(wanted)).map(|(.., values)| *values)
}
