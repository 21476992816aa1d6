//! A value against the schema.

use serde_json::Value;

use super::{Field, FieldType, Schema};
use crate::domain::field_path::Step;
use crate::domain::settings::nearest;
use crate::domain::text::clean;

/// What kind of fault it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    Unknown,
    WrongType,
    Missing,
    NotAllowed,
}

/// Something that the server will not take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Of the field; of the object that lacks one for [`FaultKind::Missing`].
    pub path: Vec<Step>,
    pub kind: FaultKind,
    /// Cleaned, one line.
    pub words: String,
}

/// More faults than a person reads.
const FAULTS: usize = 200;
/// Deeper values are not looked at: the server's own limit is lower.
const DEPTH: usize = 100;

struct Check<'a> {
    schema: &'a Schema,
    kind: &'a str,
    path: Vec<Step>,
    faults: Vec<Fault>,
}

impl Schema {
    /// What is wrong with an object of this kind; nothing where the kind is not known.
    pub fn check(&self, value: &Value, kind: &str) -> Vec<Fault> {
        let Some(top) = self.kind(kind) else { return Vec::new() };
        let mut check = Check { schema: self, kind, path: Vec::new(), faults: Vec::new() };
        check.value(top, value);
        check.faults
    }
}

impl Check<'_> {
    fn fault(&mut self, kind: FaultKind, words: String) {
        if self.faults.len() < FAULTS {
            self.faults.push(Fault { path: self.path.clone(), kind, words: clean(&words).into_owned() });
        }
    }

    fn value(&mut self, field: &Field, value: &Value) {
        let field = self.schema.resolve(field);
        // The server drops what is null.
        if value.is_null() || self.path.len() > DEPTH {
            return;
        }
        match (field.kind, value) {
            (FieldType::Object, Value::Object(map)) => self.object(field, map),
            (FieldType::List, Value::Array(items)) => {
                let Some(of) = field.items.as_deref() else { return };
                for (index, item) in items.iter().enumerate() {
                    self.path.push(Step::Index(index));
                    self.value(of, item);
                    self.path.pop();
                }
            }
            (FieldType::Text, Value::String(text)) => self.text(field, text),
            (FieldType::Any, _)
            | (FieldType::Bool, Value::Bool(_))
            | (FieldType::Number, Value::Number(_))
            | (FieldType::NumberOrText, Value::Number(_) | Value::String(_)) => {}
            (FieldType::Integer, Value::Number(number)) if number.is_i64() || number.is_u64() => {}
            (wanted, found) => self.fault(FaultKind::WrongType, wrong(wanted, found)),
        }
    }

    fn object(&mut self, field: &Field, map: &serde_json::Map<String, Value>) {
        for name in &field.required {
            if map.get(&**name).is_none_or(Value::is_null) {
                self.fault(FaultKind::Missing, format!("{name} is missing"));
            }
        }
        for (key, value) in map {
            self.path.push(Step::Key(key.as_str().into()));
            match field.properties.get(key.as_str()).or(field.additional.as_deref()) {
                Some(next) => self.value(next, value),
                None if field.open || (self.path.len() == 1 && matches!(key.as_str(), "apiVersion" | "kind")) => {}
                None => {
                    let near = nearest(key, field.properties.keys().map(AsRef::as_ref));
                    let words = match near {
                        Some(near) => format!("no field `{key}` here; did you mean `{near}`?"),
                        None => format!("no field `{key}` here"),
                    };
                    self.fault(FaultKind::Unknown, words);
                }
            }
            self.path.pop();
        }
    }

    fn text(&mut self, field: &Field, text: &str) {
        // Jobs are told by the rules of manifests what restartPolicy they take.
        if !field.values.is_empty() && !field.values.iter().any(|value| &**value == text) && !text.is_empty() {
            let allowed = super::known_values(self.kind, &self.path).map_or_else(
                || field.values.iter().map(AsRef::as_ref).collect::<Vec<&str>>(),
                |values| values.to_vec(),
            );
            self.fault(FaultKind::NotAllowed, format!("`{text}` is not allowed: {}", allowed.join(", ")));
        }
    }
}

fn wrong(wanted: FieldType, found: &Value) -> String {
    let found = match found {
        Value::Null => "nothing",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "a map",
    };
    let remedy = match (wanted, found) {
        (FieldType::Text, "a number" | "true or false") => ": put it in quotes",
        (FieldType::Integer | FieldType::Number | FieldType::Bool, "a text") => ": take the quotes away",
        (FieldType::List, "a map") => ": begin each element with `- `",
        _ => "",
    };
    format!("{} is wanted, not {found}{remedy}", wanted.words())
}

impl FieldType {
    /// As a person says it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Object => "a map",
            Self::List => "a list",
            Self::Text => "a text",
            Self::Integer => "a whole number",
            Self::Number => "a number",
            Self::Bool => "true or false",
            Self::NumberOrText => "a number or text",
            Self::Any => "anything",
        }
    }

    /// As the API's reference writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Object => "object",
            Self::List => "list",
            Self::Text => "string",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Bool => "boolean",
            Self::NumberOrText => "number or string",
            Self::Any => "any",
        }
    }
}
