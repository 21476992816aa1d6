//! Instance types among the values of a module, checked by how they are written.

use serde_json::{Map, Value};

/// What holds them, at any depth.
pub const INSTANCE_TYPES: &str = "instance_types";

/// An instance type among the values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstanceTypeAt {
    pub variable: String,
    /// `node_groups.a.instance_types`.
    pub place: String,
    pub name: String,
    pub is_well_written: bool,
}

/// Wherever `instance_types` stands.
pub fn instance_types(given: &Map<String, Value>) -> Vec<InstanceTypeAt> {
    let mut found = Vec::new();
    for (variable, value) in given {
        let mut at = |place: &str, name: &str| {
            found.push(InstanceTypeAt {
                variable: variable.clone(),
                place: place.to_owned(),
                name: name.to_owned(),
                is_well_written: is_instance_type(name),
            });
        };
        match variable == INSTANCE_TYPES {
            true => of_list(value, variable, &mut at),
            false => walk(value, variable, &mut at),
        }
    }
    found
}

/// What is written like none: the variable, and what is wrong in words.
pub fn wrong_instance_types(given: &Map<String, Value>) -> Vec<(String, String)> {
    let strange = instance_types(given).into_iter().filter(|at| !at.is_well_written);
    strange
        .map(|InstanceTypeAt { variable, place, name, .. }| {
            (variable, format!("{place}: {name:?} is no instance type; one reads like m7i.large"))
        })
        .collect()
}

fn walk(value: &Value, place: &str, at: &mut dyn FnMut(&str, &str)) {
    match value {
        Value::Object(entries) => {
            for (key, value) in entries {
                let place = format!("{place}.{key}");
                match key == INSTANCE_TYPES {
                    true => of_list(value, &place, at),
                    false => walk(value, &place, at),
                }
            }
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(place_in, value)| walk(value, &format!("{place}[{place_in}]"), at));
        }
        _ => {}
    }
}

fn of_list(value: &Value, place: &str, at: &mut dyn FnMut(&str, &str)) {
    let items = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
    items.iter().filter_map(Value::as_str).for_each(|name| at(place, name));
}

/// `m7i.large`, `u-6tb1.56xlarge`.
fn is_instance_type(text: &str) -> bool {
    let is_part = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    text.split_once('.').is_some_and(|(family, size)| is_part(family) && is_part(size))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_place_that_holds_instance_types_is_looked_at() {
        let given = json!({
            "node_groups": {"a": {"instance_types": ["m7i.large", "M7i.large"]}, "b": {"instance_types": ["u-6tb1.56xlarge"]}},
            "pools": [{"instance_types": ["m7i.large; reboot", "m7i", "a.b.c", ".x"]}],
            "instance_types": "m7i large",
            "other": "m7i"
        });
        let found = wrong_instance_types(given.as_object().unwrap());
        let mut told: Vec<String> =
            found.into_iter().map(|(variable, words)| format!("{variable} | {words}")).collect();
        told.sort();
        let says = |variable: &str, place: &str, text: &str| {
            format!("{variable} | {place}: {text:?} is no instance type; one reads like m7i.large")
        };
        let place = "pools[0].instance_types";
        assert_eq!(
            told,
            [
                says("instance_types", "instance_types", "m7i large"),
                says("node_groups", "node_groups.a.instance_types", "M7i.large"),
                says("pools", place, ".x"),
                says("pools", place, "a.b.c"),
                says("pools", place, "m7i"),
                says("pools", place, "m7i.large; reboot"),
            ]
        );
    }
}
