//! Fields that a kind does not have, and fields that stand twice, in the order of the text.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use crate::demo::wire::facts::find;
use crate::demo::wire::schema::{Arity, Field, MessageId, Type};

/// What is wrong with a JSON text as an object of a kind: `unknown field "spec.foo"`, `duplicate field "spec.suspend"`.
pub fn json(id: MessageId, text: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    let look = Look { what: What::Message(id), path: "", found: &mut found, root: true };
    // A text that is no JSON is told of by those who need its value.
    let _ = look.deserialize(&mut serde_json::Deserializer::from_slice(text));
    found
}

/// Fields that stand twice in a JSON text, whatever it is of: `duplicate field "data"`.
pub fn twice(text: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    // A text that is no JSON is told of by those who need its value.
    let _ = Look { what: What::Tree, path: "", found: &mut found, root: false }
        .deserialize(&mut serde_json::Deserializer::from_slice(text));
    found
}

/// The same of a YAML text: fields that stand twice first, by their lines.
pub fn yaml(id: MessageId, text: &str, value: &Value) -> Vec<String> {
    let mut found = yaml_twice(text);
    found.extend(unknown(id, &sorted(value)));
    found
}

/// Fields of a value that the kind does not have.
pub fn unknown(id: MessageId, value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    // Values can always be walked.
    let _ = Look { what: What::Message(id), path: "", found: &mut found, root: true }.deserialize(value);
    found
}

/// Keys that stand twice in one map of a YAML text: `line 8: key "suspend" already set in map`.
pub fn yaml_twice(text: &str) -> Vec<String> {
    let options = serde_yaml::options! { duplicate_keys: serde_yaml::DuplicateKeyPolicy::LastWins };
    match serde_yaml::from_str_with_options::<Lines>(text, options) {
        Ok(lines) => lines.0.iter().map(|(line, key)| format!("line {line}: key {key:?} already set in map")).collect(),
        Err(_) => Vec::new(),
    }
}

fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let map: BTreeMap<&String, Value> = map.iter().map(|(key, value)| (key, sorted(value))).collect();
            map.into_iter().map(|(key, value)| (key.clone(), value)).collect::<serde_json::Map<_, _>>().into()
        }
        Value::Array(items) => items.iter().map(sorted).collect::<Vec<_>>().into(),
        other => other.clone(),
    }
}

#[derive(Debug, Clone, Copy)]
enum What {
    /// Anything may be in it.
    Any,
    /// A document of which only the form counts.
    Tree,
    Message(MessageId),
    Map(Type),
    List(Type),
}

impl What {
    fn of(field: &Field) -> What {
        match field.arity {
            Arity::Many => What::List(field.kind),
            Arity::Map => What::Map(field.kind),
            Arity::One | Arity::Pointer => What::one(field.kind),
        }
    }

    fn one(kind: Type) -> What {
        match kind {
            Type::Message(id) => What::Message(id),
            _ => What::Any,
        }
    }
}

struct Look<'a> {
    what: What,
    path: &'a str,
    found: &'a mut Vec<String>,
    root: bool,
}

impl<'de> DeserializeSeed<'de> for Look<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        match self.what {
            What::Any => from.deserialize_any(IgnoredAny).map(drop),
            _ => from.deserialize_any(self),
        }
    }
}

impl<'de> Visitor<'de> for Look<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut seen: Vec<String> = Vec::new();
        while let Some(key) = map.next_key::<String>()? {
            let path = if self.path.is_empty() { key.clone() } else { format!("{}.{key}", self.path) };
            let what = match self.what {
                What::Message(id) => match find(id, &key) {
                    Some(field) => What::of(field),
                    None => {
                        if !(self.root && matches!(&*key, "kind" | "apiVersion")) {
                            self.found.push(format!("unknown field {path:?}"));
                        }
                        What::Any
                    }
                },
                What::Map(kind) => What::one(kind),
                What::Tree => What::Tree,
                What::List(_) | What::Any => What::Any,
            };
            if seen.contains(&key) {
                self.found.push(format!("duplicate field {path:?}"));
            }
            map.next_value_seed(Look { what, path: &path, found: self.found, root: false })?;
            seen.push(key);
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let kind = match self.what {
            What::List(kind) => What::one(kind),
            What::Tree => What::Tree,
            _ => What::Any,
        };
        let mut at = 0;
        loop {
            let path = format!("{}[{at}]", self.path);
            if list.next_element_seed(Look { what: kind, path: &path, found: self.found, root: false })?.is_none() {
                return Ok(());
            }
            at += 1;
        }
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }
}

/// The keys of a YAML document that stand twice in their maps.
struct Lines(Vec<(u64, String)>);

impl<'de> serde::Deserialize<'de> for Lines {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(LinesVisitor)
    }
}

struct LinesVisitor;

impl<'de> Visitor<'de> for LinesVisitor {
    type Value = Lines;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a YAML value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Lines, A::Error> {
        let (mut seen, mut found): (Vec<String>, Vec<(u64, String)>) = (Vec::new(), Vec::new());
        while let Some(key) = map.next_key::<serde_yaml::Spanned<String>>()? {
            if seen.contains(&key.value) {
                found.push((key.referenced.line(), key.value.clone()));
            }
            seen.push(key.value);
            found.extend(map.next_value::<Lines>()?.0);
        }
        Ok(Lines(found))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Lines, A::Error> {
        let mut found = Vec::new();
        while let Some(lines) = list.next_element::<Lines>()? {
            found.extend(lines.0);
        }
        Ok(Lines(found))
    }

    fn visit_unit<E>(self) -> Result<Lines, E> {
        Ok(Lines(Vec::new()))
    }

    fn visit_none<E>(self) -> Result<Lines, E> {
        Ok(Lines(Vec::new()))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Lines, E> {
        Ok(Lines(Vec::new()))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Lines, E> {
        Ok(Lines(Vec::new()))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Lines, E> {
        Ok(Lines(Vec::new()))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Lines, E> {
        Ok(Lines(Vec::new()))
    }

    fn visit_str<E>(self, _: &str) -> Result<Lines, E> {
        Ok(Lines(Vec::new()))
    }
}

#[cfg(test)]
mod tests {
    use crate::demo::wire::schema::Schema;

    #[test]
    fn unknown_and_repeated_fields_are_told_in_the_order_of_the_text() {
        let job = Schema::get().find("Job").unwrap();
        let text = br#"{"kind":"Job","metadata":{"labels":{"a":"1","a":"2"}},"zip":{"a":1,"a":1},
            "spec":{"suspend":true,"suspend":true,"template":{"spec":{"containers":[{"env":[{"valu":1}]}]}}}}"#;
        let found = [
            "duplicate field \"metadata.labels.a\"",
            "unknown field \"zip\"",
            "duplicate field \"spec.suspend\"",
            "unknown field \"spec.template.spec.containers[0].env[0].valu\"",
        ];
        assert_eq!(super::json(job, text), found);
        assert_eq!(super::twice(br#"{"data":{"a":1,"a":2},"data":[{"b":1,"b":2}]}"#).len(), 3);
    }

    #[test]
    fn keys_that_stand_twice_in_yaml_are_told_by_their_line() {
        let text = "kind: Job\nspec:\n  suspend: true\n  suspend: false\n  list:\n  - a: 1\n    a: 2\n";
        let lines = ["line 4: key \"suspend\" already set in map", "line 7: key \"a\" already set in map"];
        assert_eq!(super::yaml_twice(text), lines);
    }
}
