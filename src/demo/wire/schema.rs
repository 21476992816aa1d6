//! The messages of the Kubernetes API: which fields they have, under which tag, of which type.

use std::collections::HashMap;
use std::sync::OnceLock;

/// Position of a message in [`Schema::messages`].
pub type MessageId = usize;

/// The type of one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    String,
    Bool,
    Int32,
    Int64,
    Bytes,
    Time,
    MicroTime,
    Quantity,
    IntOrString,
    Fields,
    Raw,
    Duration,
    StringList,
    Message(MessageId),
}

/// How many values a field holds, and what its absence means on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arity {
    /// Always on the wire, be it empty.
    One,
    /// On the wire only when set.
    Pointer,
    Many,
    /// Keys are strings.
    Map,
}

#[derive(Debug, Clone)]
pub struct Field {
    pub name: &'static str,
    pub tag: u32,
    pub kind: Type,
    pub arity: Arity,
    /// Left out of JSON when empty; otherwise its zero value is written.
    pub omit: bool,
    /// Its message's fields stand in the parent's JSON object.
    pub inline: bool,
}

#[derive(Debug, Clone)]
pub struct Message {
    pub name: &'static str,
    /// In the order in which the API server writes JSON.
    pub fields: Vec<Field>,
    /// Positions in `fields`, by ascending tag: the order on the wire.
    pub by_tag: Vec<usize>,
}

#[derive(Debug, Default)]
pub struct Schema {
    pub messages: Vec<Message>,
    names: HashMap<&'static str, MessageId>,
}

impl Schema {
    /// The table that is built into the program.
    pub fn get() -> &'static Schema {
        static SCHEMA: OnceLock<Schema> = OnceLock::new();
        SCHEMA.get_or_init(|| Schema::parse(include_str!("../../../assets/demo/wire.txt")))
    }

    /// The message of a kind, such as `Pod`.
    pub fn find(&self, name: &str) -> Option<MessageId> {
        self.names.get(name).copied()
    }

    pub fn message(&self, id: MessageId) -> &Message {
        &self.messages[id]
    }

    fn parse(text: &'static str) -> Schema {
        let lines = || text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
        let mut schema = Schema::default();
        for name in lines().filter(|line| !line.starts_with(' ')) {
            schema.names.insert(name, schema.messages.len());
            schema.messages.push(Message { name, fields: Vec::new(), by_tag: Vec::new() });
        }
        let mut current = 0;
        for line in lines() {
            let Some(line) = line.strip_prefix(' ') else {
                current = schema.find(line).unwrap_or_default();
                continue;
            };
            if let Some(field) = schema.field(line) {
                schema.messages[current].fields.push(field);
            }
        }
        for message in &mut schema.messages {
            message.by_tag = (0..message.fields.len()).collect();
            message.by_tag.sort_by_key(|&at| message.fields[at].tag);
        }
        schema
    }

    fn field(&self, line: &'static str) -> Option<Field> {
        let mut words = line.split(' ');
        let (name, tag, written) = (words.next()?, words.next()?.parse().ok()?, words.next()?);
        let omit = written.ends_with('~');
        let written = written.trim_end_matches('~');
        let pointer = written.ends_with('?');
        let written = written.trim_end_matches('?');
        let (arity, written) = if let Some(item) = written.strip_prefix("map:") {
            (Arity::Map, item)
        } else if let Some(item) = written.strip_prefix("[]") {
            (Arity::Many, item)
        } else {
            (if pointer { Arity::Pointer } else { Arity::One }, written)
        };
        let kind = match written {
            "string" => Type::String,
            "bool" => Type::Bool,
            "int32" => Type::Int32,
            "int64" => Type::Int64,
            "bytes" => Type::Bytes,
            "time" => Type::Time,
            "microtime" => Type::MicroTime,
            "quantity" => Type::Quantity,
            "intorstring" => Type::IntOrString,
            "fields" => Type::Fields,
            "raw" => Type::Raw,
            "duration" => Type::Duration,
            "[]string" => Type::StringList,
            message => Type::Message(self.find(message)?),
        };
        Some(Field { name, tag, kind, arity, omit, inline: name == "<" })
    }
}
