//! Objects seen with their types: what lies at a path, and how the items of its lists are told apart.

use serde_json::{Map, Value};

use super::set::{Set, Step};
use crate::demo::wire::facts::{Listed, Table, default_of, find};
use crate::demo::wire::schema::{Arity, Field, MessageId, Type};

/// What stands at a place of an object.
#[derive(Debug, Clone, Copy)]
pub enum Place {
    /// One value, whatever is in it.
    Leaf(Type),
    Message(MessageId),
    /// A map whose keys are data.
    Map(Type),
    List(Type, &'static Listed),
}

impl Place {
    /// What a field of a message is.
    pub fn of(id: MessageId, field: &Field) -> Place {
        let facts = Table::get().field(id, field.name);
        match field.arity {
            Arity::Many if facts.listed == Listed::Atomic => Place::Leaf(field.kind),
            Arity::Many => Place::List(field.kind, &facts.listed),
            _ if facts.atomic_map => Place::Leaf(field.kind),
            Arity::Map => Place::Map(field.kind),
            Arity::One | Arity::Pointer => Place::item(field.kind),
        }
    }

    /// What an item of a list or a value of a map is.
    pub fn item(kind: Type) -> Place {
        match kind {
            Type::Message(id) if !Table::get().about(id).atomic => Place::Message(id),
            other => Place::Leaf(other),
        }
    }

    /// What lies under a key of an object, and whether the key is the name of a field.
    pub fn child(self, name: &str) -> Option<(Place, bool)> {
        match self {
            Place::Message(id) => find(id, name).map(|field| (Place::of(id, field), true)),
            Place::Map(kind) => Some((Place::item(kind), false)),
            Place::Leaf(_) | Place::List(..) => None,
        }
    }
}

/// An object's or a map's fields; none for null.
pub fn fields(value: Option<&Value>) -> impl Iterator<Item = (&String, &Value)> {
    value.and_then(Value::as_object).into_iter().flatten()
}

pub fn items(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// What an item of a list is known by.
pub fn step(kind: Type, listed: &Listed, item: &Value, at: usize) -> Step {
    match (listed, kind) {
        (Listed::Set, _) => Step::Value(item.to_string()),
        (Listed::Map(keys), Type::Message(id)) => {
            let mut sorted = keys.clone();
            sorted.sort_unstable();
            let mut found = Map::new();
            for key in sorted {
                let set = item.get(key).filter(|value| !value.is_null()).cloned();
                let value = set.or_else(|| find(id, key).and_then(|field| default_of(id, field)));
                found.insert(key.to_owned(), value.unwrap_or(Value::Null));
            }
            Step::Key(Value::Object(found).to_string())
        }
        _ => Step::Index(at),
    }
}

/// Every path of an object: what is applied is owned by who applied it.
pub fn owned(place: Place, value: &Value) -> Set {
    let mut set = Set::default();
    own(place, value, &mut Vec::new(), &mut set);
    set
}

fn own(place: Place, value: &Value, path: &mut Vec<Step>, set: &mut Set) {
    match place {
        Place::Leaf(_) => set.insert(path),
        Place::Message(_) | Place::Map(_) => {
            for (name, inner) in fields(Some(value)) {
                let Some((child, named)) = place.child(name) else { continue };
                path.push(Step::Field(name.clone()));
                own(child, inner, path, set);
                let empty = inner.is_null() || inner.as_object().is_some_and(Map::is_empty);
                if empty || !named {
                    set.insert(path);
                }
                path.pop();
            }
        }
        Place::List(kind, listed) => {
            for (at, item) in items(Some(value)).iter().enumerate() {
                path.push(step(kind, listed, item, at));
                own(Place::item(kind), item, path, set);
                set.insert(path);
                path.pop();
            }
        }
    }
}

/// The set in which also those fields are members that only lead to members.
pub fn with_named(root: MessageId, set: &Set) -> Set {
    set.with_members(&mut |path| {
        let mut place = Place::Message(root);
        for (at, step) in path.iter().enumerate() {
            let last = at + 1 == path.len();
            match (step, place) {
                (Step::Field(name), _) => match place.child(name) {
                    Some((_, named)) if last => return named,
                    Some((child, _)) => place = child,
                    None => return false,
                },
                (_, Place::List(kind, _)) if !last => place = Place::item(kind),
                _ => return false,
            }
        }
        false
    })
}

/// What is wrong with an object that somebody wants to apply.
pub fn check(place: Place, value: &Value, path: &mut Vec<Step>) -> Result<(), String> {
    let at = |path: &[Step]| path.iter().map(Step::to_string).collect::<String>();
    let expected = |path: &[Step], what: &str| {
        let found = match value {
            Value::Object(_) | Value::Array(_) => format!("&{{{value}}}"),
            Value::String(text) => format!("&{{{text}}}"),
            other => format!("&value.valueUnstructured{{Value:{other}}}"),
        };
        Err(format!("{}: expected {what}, got {found}", at(path)))
    };
    if value.is_null() {
        return Ok(());
    }
    match place {
        Place::Leaf(Type::String | Type::Bytes | Type::Time | Type::MicroTime) => match value {
            Value::String(_) | Value::Array(_) | Value::Object(_) => Ok(()),
            _ => expected(path, "string"),
        },
        Place::Leaf(_) => Ok(()),
        Place::Message(_) | Place::Map(_) => {
            let Some(map) = value.as_object() else { return expected(path, "map") };
            let mut names: Vec<&String> = map.keys().collect();
            names.sort();
            for name in names {
                path.push(Step::Field(name.clone()));
                match place.child(name) {
                    Some((child, _)) => check(child, &map[name], path)?,
                    None if path.len() == 1 && matches!(name.as_str(), "kind" | "apiVersion") => {}
                    None => return Err(format!("{}: field not declared in schema", at(path))),
                }
                path.pop();
            }
            Ok(())
        }
        Place::List(kind, listed) => {
            let Some(list) = value.as_array() else { return expected(path, "list") };
            let mut seen = Vec::new();
            for (number, item) in list.iter().enumerate() {
                let step = step(kind, listed, item, number);
                if seen.contains(&step) {
                    return Err(format!("{}: duplicate entries for key {step}", at(path)));
                }
                path.push(step.clone());
                check(Place::item(kind), item, path)?;
                path.pop();
                seen.push(step);
            }
            Ok(())
        }
    }
}
