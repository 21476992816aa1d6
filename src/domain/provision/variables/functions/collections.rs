//! Maps, and what lists and maps have in common.

use serde_json::{Map, Value};
use unicode_segmentation::UnicodeSegmentation;

use super::Called;
use super::coerce::{list_of, map_of, sorted, text_of, texts_of, truth_of};
use crate::domain::provision::variables::evaluate::{Stop, failed, is_equal};

pub(super) fn call(name: &str, arguments: &[Value]) -> Called {
    Ok(Some(match (name, arguments) {
        ("length", [of]) => Value::from(length(of)?),
        ("keys", [map]) => Value::from(sorted(map_of(map)?).into_iter().map(|(key, _)| key).collect::<Vec<_>>()),
        ("values", [map]) => Value::Array(sorted(map_of(map)?).into_iter().map(|(_, value)| value.clone()).collect()),
        ("lookup", [map, key]) => match map_of(map)?.get(&text_of(key)?) {
            Some(value) => value.clone(),
            None => return failed("there is no such key"),
        },
        ("lookup", [map, key, otherwise]) => map_of(map)?.get(&text_of(key)?).unwrap_or(otherwise).clone(),
        ("merge", maps) => Value::Object(merged(maps)?),
        ("zipmap", [keys, values]) => {
            let (keys, values) = (texts_of(keys)?, list_of(values)?);
            match keys.len() == values.len() {
                true => Value::Object(keys.into_iter().zip(values.iter().cloned()).collect()),
                false => return failed("there are not as many keys as values"),
            }
        }
        ("contains", [list, wanted]) => Value::from(contains(list_of(list)?, wanted)?),
        ("alltrue", [list]) => Value::from(truths(list)?.into_iter().all(|truth| truth)),
        ("anytrue", [list]) => Value::from(truths(list)?.into_iter().any(|truth| truth)),
        ("coalesce", [first, rest @ ..]) => {
            let is_something = |value: &&Value| !value.is_null() && value.as_str() != Some("");
            match std::iter::once(first).chain(rest).find(is_something) {
                Some(value) => value.clone(),
                None => return failed("there is nothing among them"),
            }
        }
        ("sensitive" | "nonsensitive" | "tomap", [value]) => value.clone(),
        _ => return Ok(None),
    }))
}

fn length(of: &Value) -> Result<usize, Stop> {
    match of {
        Value::String(text) => Ok(text.graphemes(true).count()),
        Value::Array(items) => Ok(items.len()),
        Value::Object(entries) => Ok(entries.len()),
        _ => failed("only lists, maps and texts have a length"),
    }
}

fn merged(maps: &[Value]) -> Result<Map<String, Value>, Stop> {
    let mut all = Map::new();
    for map in maps.iter().filter(|map| !map.is_null()) {
        all.extend(map_of(map)?.clone());
    }
    Ok(all)
}

fn contains(items: &[Value], wanted: &Value) -> Result<bool, Stop> {
    for item in items {
        if is_equal(item, wanted)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A null is not true.
fn truths(list: &Value) -> Result<Vec<bool>, Stop> {
    list_of(list)?.iter().map(|item| if item.is_null() { Ok(false) } else { truth_of(item) }).collect()
}
