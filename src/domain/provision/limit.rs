//! What an environment allows of a module's variables.

use serde_json::{Map, Value};

use crate::domain::gate::matches_any;

/// What may stand at one place of the variables.
#[derive(Debug, Clone, PartialEq)]
pub struct Limit {
    /// `kubernetes_version`, `node_groups.*.instance_types`: `*` stands for every key and every item.
    pub path: String,
    pub allowed: Allowed,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Allowed {
    /// One of these texts, numbers or truths; in texts `*` stands for anything.
    OneOf(Vec<Value>),
    Range {
        least: Option<f64>,
        most: Option<f64>,
    },
}

impl Allowed {
    fn takes(&self, value: &Value) -> bool {
        match self {
            Self::OneOf(allowed) => allowed.iter().any(|allowed| match (allowed, value) {
                (Value::String(pattern), Value::String(text)) => matches_any(std::slice::from_ref(pattern), text),
                (allowed, value) => allowed == value,
            }),
            Self::Range { least, most } => value.as_f64().is_some_and(|number| {
                least.is_none_or(|least| number >= least) && most.is_none_or(|most| number <= most)
            }),
        }
    }

    fn words(&self) -> String {
        let shown = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        match self {
            Self::OneOf(allowed) => allowed.iter().map(shown).collect::<Vec<_>>().join(", "),
            Self::Range { least: Some(least), most: Some(most) } => format!("{least} to {most}"),
            Self::Range { least: Some(least), most: None } => format!("at least {least}"),
            Self::Range { least: None, most: Some(most) } => format!("at most {most}"),
            Self::Range { least: None, most: None } => "any number".to_owned(),
        }
    }
}

/// What is not allowed: the variable, and why in words.
pub fn exceeded(limits: &[Limit], given: &Map<String, Value>) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for limit in limits {
        let mut steps = limit.path.split('.');
        let Some(variable) = steps.next() else { continue };
        let Some(value) = given.get(variable) else { continue };
        let rest: Vec<&str> = steps.collect();
        let mut wrong = Vec::new();
        walk(value, &rest, variable.to_owned(), &limit.allowed, &mut wrong);
        found.extend(wrong.into_iter().map(|(place, value)| {
            let words = format!("the environment allows {}, not {value}", limit.allowed.words());
            // The variable's own name stands beside the words already.
            let words = if place == variable { words } else { format!("{place}: {words}") };
            (variable.to_owned(), words)
        }));
    }
    found
}

fn walk(value: &Value, steps: &[&str], place: String, allowed: &Allowed, wrong: &mut Vec<(String, String)>) {
    match (steps.split_first(), value) {
        (None, Value::Array(items)) => items.iter().for_each(|item| walk(item, &[], place.clone(), allowed, wrong)),
        (None, value) if value.is_null() || allowed.takes(value) => {}
        (None, value) => wrong.push((place, value.to_string())),
        (Some((&"*", rest)), Value::Object(fields)) => {
            fields.iter().for_each(|(key, value)| walk(value, rest, format!("{place}.{key}"), allowed, wrong));
        }
        (Some((&"*", rest)), Value::Array(items)) => {
            let mut each = items.iter().enumerate();
            each.by_ref().for_each(|(at, value)| walk(value, rest, format!("{place}[{at}]"), allowed, wrong));
        }
        (Some((step, rest)), Value::Object(fields)) => {
            if let Some(value) = fields.get(*step) {
                walk(value, rest, format!("{place}.{step}"), allowed, wrong);
            }
        }
        (Some(_), _) => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_limit_reaches_into_every_node_group_and_says_where() {
        let limits = [
            Limit {
                path: "kubernetes_version".to_owned(),
                allowed: Allowed::OneOf(vec![json!("1.33"), json!("1.34")]),
            },
            Limit { path: "node_groups.*.instance_types".to_owned(), allowed: Allowed::OneOf(vec![json!("m7i.*")]) },
            Limit {
                path: "node_groups.*.max_size".to_owned(),
                allowed: Allowed::Range { least: None, most: Some(10.0) },
            },
        ];
        let given = json!({"kubernetes_version": "1.32", "node_groups": {
            "a": {"instance_types": ["m7i.large", "p5.48xlarge"], "max_size": 10}, "b": {"max_size": 11}}});
        let found = exceeded(&limits, given.as_object().unwrap());
        let words: Vec<&str> = found.iter().map(|(_, words)| words.as_str()).collect();
        assert_eq!(
            words,
            [
                "the environment allows 1.33, 1.34, not \"1.32\"",
                "node_groups.a.instance_types: the environment allows m7i.*, not \"p5.48xlarge\"",
                "node_groups.b.max_size: the environment allows at most 10, not 11",
            ]
        );
        assert!(exceeded(&limits, &Map::new()).is_empty());
    }
}
