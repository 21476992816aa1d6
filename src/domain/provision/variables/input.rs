//! What a person types into a field of a form, for each type, and back.

use hcl_edit::expr::Expression;
use serde_json::{Map, Value};

use super::convert::Misfit;
use super::evaluate::constant;
use super::{Type, number, write};

impl Type {
    /// Text, a number or a truth stand as they are; plain lists as `a, b`, plain maps as `a=1, b=2`; everything else,
    /// and these as well, in HCL or JSON. An empty field is the caller's: it means that nothing is given.
    ///
    /// # Errors
    /// What is wrong, in words.
    pub fn parse_input(&self, text: &str) -> Result<Value, String> {
        let trimmed = text.trim();
        let value = match self {
            Self::Text => return Ok(Value::from(text)),
            Self::Number => return number::from_text(trimmed).ok_or_else(|| "wants a number".to_owned()),
            Self::Truth => return truth(trimmed),
            Self::Any => return any(text),
            Self::List(of) | Self::Set(of) if of.is_plain() && !trimmed.starts_with('[') => list(of, trimmed)?,
            Self::Map(of) if of.is_plain() && !trimmed.starts_with('{') => map(of, trimmed)?,
            _ => expression(trimmed)?,
        };
        match self.convert(&value) {
            Ok(_) => Ok(value),
            Err(misfits) => Err(misfits.first().map(Misfit::to_string).unwrap_or_default()),
        }
    }

    /// What [`Type::parse_input`] takes for this value; nothing for null.
    pub fn show_input(&self, value: &Value) -> String {
        match (self, value) {
            (_, Value::Null) => String::new(),
            (Self::Any, Value::String(text)) if any(text).as_ref() == Ok(value) => text.clone(),
            (Self::Text, Value::String(text)) => text.clone(),
            (Self::List(of) | Self::Set(of), Value::Array(items)) if of.is_plain() && !items.is_empty() => {
                joined(items.iter().map(|item| plain(of, item, "")), value)
            }
            (Self::Map(of), Value::Object(entries)) if of.is_plain() && !entries.is_empty() => {
                let entry = |(key, item): (&String, &Value)| {
                    Some(format!("{}={}", plain(&Self::Text, &Value::from(key.as_str()), "=")?, plain(of, item, "")?))
                };
                joined(entries.iter().map(entry), value)
            }
            (Self::Number | Self::Truth, Value::String(text)) => text.clone(),
            _ => write::inline(value),
        }
    }
}

impl std::fmt::Display for Misfit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { place, words } = self;
        let place = place.trim_start_matches('.');
        if place.is_empty() { f.write_str(words) } else { write!(f, "{place}: {words}") }
    }
}

fn truth(text: &str) -> Result<Value, String> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" => Ok(Value::from(true)),
        "false" | "no" => Ok(Value::from(false)),
        _ => Err("wants true or false".to_owned()),
    }
}

/// What is neither HCL nor JSON is text, unless it begins as if it were.
fn any(text: &str) -> Result<Value, String> {
    match expression(text.trim()) {
        Err(_) if !text.trim_start().starts_with(['[', '{', '"']) => Ok(Value::from(text)),
        read => read,
    }
}

/// HCL goes first: a template in it is none in JSON.
fn expression(text: &str) -> Result<Value, String> {
    let hcl = text.parse::<Expression>().map_err(|error| {
        let place = error.location();
        format!("line {}, column {}: {}", place.line(), place.column(), error.message())
    });
    let hcl = hcl.and_then(|expression| constant(&expression));
    hcl.or_else(|words| serde_json::from_str(text).map_err(|_| words))
}

fn list(of: &Type, text: &str) -> Result<Value, String> {
    if text.contains('"') {
        return expression(&format!("[{text}]"));
    }
    parts(text).map(|part| item(of, part)).collect::<Result<_, _>>().map(Value::Array)
}

fn map(of: &Type, text: &str) -> Result<Value, String> {
    if text.contains('"') {
        return expression(&format!("{{{text}}}"));
    }
    let entry = |part: &str| {
        let Some((key, value)) = part.split_once('=') else { return Err(format!("{part}: wants a key=value")) };
        match key.trim() {
            "" => Err(format!("{part}: wants a key=value")),
            key => Ok((key.to_owned(), item(of, value)?)),
        }
    };
    parts(text).map(entry).collect::<Result<Map<_, _>, _>>().map(Value::Object)
}

/// Between commas; nothing has to stand behind the last one.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.strip_suffix(',').unwrap_or(text).split(',').map(str::trim)
}

fn item(of: &Type, text: &str) -> Result<Value, String> {
    match text.trim() {
        "" => Err("there is nothing between two commas; write \"\" for empty text".to_owned()),
        text => of.parse_input(text).map_err(|words| format!("{text}: {words}")),
    }
}

/// Without quotes, if it is read back as the same.
fn plain(of: &Type, value: &Value, forbidden: &str) -> Option<String> {
    let text = match (of, value) {
        (Type::Text, Value::String(text)) => text.clone(),
        (Type::Number, Value::Number(_)) | (Type::Truth, Value::Bool(_)) => write::inline(value),
        _ => return None,
    };
    let is_plain = |char: char| !char.is_control() && !",\"[]{}\\".contains(char) && !forbidden.contains(char);
    (!text.is_empty() && text.trim() == text && text.chars().all(is_plain)).then_some(text)
}

fn joined(parts: impl Iterator<Item = Option<String>>, value: &Value) -> String {
    match parts.collect::<Option<Vec<_>>>() {
        Some(parts) => parts.join(", "),
        None => write::inline(value),
    }
}
