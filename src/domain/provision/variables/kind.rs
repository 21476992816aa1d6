//! The types of Terraform's variables.

use serde_json::Value;

/// What a variable takes.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Type {
    #[default]
    Any,
    Text,
    Number,
    Truth,
    List(Box<Type>),
    Set(Box<Type>),
    Map(Box<Type>),
    Tuple(Vec<Type>),
    Object(Vec<Attribute>),
}

/// Of an object.
#[derive(Debug, Clone, PartialEq)]
pub struct Attribute {
    pub name: String,
    pub kind: Type,
    pub optional: bool,
    /// What an optional attribute is when it is missing or null; without it, null.
    pub default: Option<Value>,
}

impl Type {
    /// As Terraform writes it: `map(object({ size = optional(number, 2) }))`.
    pub fn words(&self) -> String {
        match self {
            Self::Any => "any".to_owned(),
            Self::Text => "string".to_owned(),
            Self::Number => "number".to_owned(),
            Self::Truth => "bool".to_owned(),
            Self::List(of) => format!("list({})", of.words()),
            Self::Set(of) => format!("set({})", of.words()),
            Self::Map(of) => format!("map({})", of.words()),
            Self::Tuple(of) => format!("tuple([{}])", joined(of.iter().map(Self::words))),
            Self::Object(of) if of.is_empty() => "object({})".to_owned(),
            Self::Object(of) => format!("object({{ {} }})", joined(of.iter().map(Attribute::words))),
        }
    }

    /// Whether a value of it is one word: text, a number or a truth.
    pub fn is_plain(&self) -> bool {
        matches!(self, Self::Text | Self::Number | Self::Truth)
    }

    /// What a person is asked for: `a number`.
    pub(super) fn wanted(&self) -> &'static str {
        match self {
            Self::Any => "a value",
            Self::Text => "text",
            Self::Number => "a number",
            Self::Truth => "true or false",
            Self::List(_) | Self::Set(_) | Self::Tuple(_) => "a list",
            Self::Map(_) => "a map",
            Self::Object(_) => "an object",
        }
    }
}

impl Attribute {
    fn words(&self) -> String {
        let kind = self.kind.words();
        match (&self.default, self.optional) {
            (Some(default), _) => {
                format!("{} = optional({kind}, {})", self.name, super::write::inline(default))
            }
            (None, true) => format!("{} = optional({kind})", self.name),
            (None, false) => format!("{} = {kind}", self.name),
        }
    }
}

fn joined(words: impl Iterator<Item = String>) -> String {
    words.collect::<Vec<_>>().join(", ")
}
