//! Instance types among the values of a module, checked by how they are written.

use serde_json::{Map, Value};

/// What holds them, at any depth.
pub const INSTANCE_TYPES: &str = "instance_types";

/// What is written like none, wherever `instance_types` stands: the variable, and what is wrong in words.
pub fn wrong_instance_types(given: &Map<String, Value>) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (variable, value) in given {
        let mut wrong = Vec::new();
        match variable == INSTANCE_TYPES {
            true => of_list(value, variable, &mut wrong),
            false => walk(value, variable, &mut wrong),
        }
        found.extend(wrong.into_iter().map(|words| (variable.clone(), words)));
    }
    found
}

fn walk(value: &Value, place: &str, wrong: &mut Vec<String>) {
    match value {
        Value::Object(entries) => {
            for (key, value) in entries {
                let place = format!("{place}.{key}");
                match key == INSTANCE_TYPES {
                    true => of_list(value, &place, wrong),
                    false => walk(value, &place, wrong),
                }
            }
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(at, value)| walk(value, &format!("{place}[{at}]"), wrong));
        }
        _ => {}
    }
}

fn of_list(value: &Value, place: &str, wrong: &mut Vec<String>) {
    let items = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
    let strange = items.iter().filter_map(Value::as_str).filter(|text| !is_instance_type(text));
    wrong.extend(strange.map(|text| format!("{place}: {text:?} is no instance type; one reads like m7i.large")));
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
