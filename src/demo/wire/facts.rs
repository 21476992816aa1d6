//! What is known of fields beside their types: which lists are merged by which keys, what is required, which words are
//! allowed.

use std::collections::HashMap;
use std::sync::OnceLock;

use serde_json::Value;

use super::schema::{Arity, Field, MessageId, Schema, Type};

/// How a list's items are told from each other.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Listed {
    /// Not at all: the list is one value.
    #[default]
    Atomic,
    Set,
    /// By the values of these fields.
    Map(Vec<&'static str>),
}

/// What is known of one field.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    pub required: bool,
    pub listed: Listed,
    /// The document says how its items are told apart.
    pub listed_openly: bool,
    pub atomic_map: bool,
    /// Strategies of a strategic merge patch: `merge`, `retainKeys`.
    pub patch: &'static str,
    /// The field by which a strategic merge patch knows items of a list.
    pub patch_key: &'static str,
    pub default: Option<Value>,
    pub words: Vec<&'static str>,
}

/// What is known of a message.
#[derive(Debug, Default)]
pub struct About {
    /// What the name of its schema begins with, such as `io.k8s.api.batch.v1`; empty when it has none of its own.
    pub package: &'static str,
    /// It is set and owned as a whole.
    pub atomic: bool,
    fields: HashMap<&'static str, Facts>,
}

#[derive(Debug, Default)]
pub struct Table {
    messages: Vec<About>,
    nothing: Facts,
}

impl Table {
    /// The table that is built into the program.
    pub fn get() -> &'static Table {
        static TABLE: OnceLock<Table> = OnceLock::new();
        TABLE.get_or_init(|| Table::parse(include_str!("../../../assets/demo/facts.txt")))
    }

    pub fn about(&self, id: MessageId) -> &About {
        &self.messages[id]
    }

    /// What is known of a message's field, also of one that stands in an inlined message.
    pub fn field(&self, id: MessageId, name: &str) -> &Facts {
        self.messages[id].fields.get(name).unwrap_or(&self.nothing)
    }

    fn parse(text: &'static str) -> Table {
        let schema = Schema::get();
        let mut table = Table { messages: Vec::new(), nothing: Facts::default() };
        table.messages.resize_with(schema.messages.len(), About::default);
        let mut current = None;
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let mut words = line.trim_start().split(' ');
            let Some(name) = words.next() else { continue };
            if !line.starts_with(' ') {
                current = schema.find(name);
                if let Some(id) = current {
                    let about = &mut table.messages[id];
                    about.package = words.next().unwrap_or_default();
                    about.atomic = words.next() == Some("atomic");
                }
            } else if let Some(id) = current {
                table.messages[id].fields.insert(name, facts(words));
            }
        }
        table
    }
}

fn facts(words: impl Iterator<Item = &'static str>) -> Facts {
    let mut facts = Facts::default();
    for word in words {
        let (name, value) = word.split_once('=').unwrap_or((word, ""));
        match name {
            "required" => facts.required = true,
            "list" => {
                facts.listed_openly = true;
                facts.listed = match value.split_once(':') {
                    Some((_, keys)) => Listed::Map(keys.split(',').collect()),
                    None if value == "set" => Listed::Set,
                    None => Listed::Atomic,
                };
            }
            "map" => facts.atomic_map = value == "atomic",
            "patch" => (facts.patch, facts.patch_key) = value.split_once(':').unwrap_or((value, "")),
            "default" => facts.default = serde_json::from_str(value).ok(),
            "enum" => facts.words = value.split(',').collect(),
            _ => {}
        }
    }
    facts
}

/// The field of a message, also when it stands in an inlined one.
pub fn find(id: MessageId, name: &str) -> Option<&'static Field> {
    Schema::get().message(id).fields.iter().find_map(|field| match (field.inline, field.kind) {
        (true, Type::Message(inner)) => find(inner, name),
        (true, _) => None,
        (false, _) => (field.name == name).then_some(field),
    })
}

/// What a field is taken to be when it is not set: of those that are always on the wire their zero value.
pub fn default_of(id: MessageId, field: &Field) -> Option<Value> {
    if let Some(default) = &Table::get().field(id, field.name).default {
        return Some(default.clone());
    }
    if field.omit {
        return None;
    }
    match (field.arity, field.kind) {
        (Arity::One, Type::String) => Some("".into()),
        (Arity::One, Type::Bool) => Some(false.into()),
        (Arity::One, Type::Int32 | Type::Int64) => Some(0.into()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Listed, Table, default_of, find};
    use crate::demo::wire::schema::Schema;

    #[test]
    fn every_fact_is_about_a_field_that_there_is() {
        let mut message = 0;
        for line in include_str!("../../../assets/demo/facts.txt").lines().filter(|line| !line.starts_with('#')) {
            match line.strip_prefix(' ') {
                None => message = Schema::get().find(line.split(' ').next().unwrap()).unwrap(),
                Some(field) => assert!(find(message, field.split(' ').next().unwrap()).is_some(), "{line}"),
            }
        }
    }

    #[test]
    fn lists_have_keys_and_keys_have_defaults() {
        let container = Schema::get().find("Container").unwrap();
        let keys = vec!["containerPort", "protocol"];
        assert_eq!(Table::get().field(container, "ports").listed, Listed::Map(keys));
        assert_eq!(Table::get().field(container, "ports").patch_key, "containerPort");
        let port = Schema::get().find("ContainerPort").unwrap();
        assert_eq!(default_of(port, find(port, "protocol").unwrap()).unwrap(), "TCP");
        assert_eq!(default_of(port, find(port, "containerPort").unwrap()).unwrap(), 0);
        assert_eq!(default_of(port, find(port, "hostIP").unwrap()), None);
    }
}
