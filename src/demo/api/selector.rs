//! Label and field selectors.

use super::error::ApiError;
use crate::demo::kinds::Kind;
use crate::demo::store::Entry;

#[derive(Debug, Clone, PartialEq, Eq)]
enum Test {
    In(String, Vec<String>),
    NotIn(String, Vec<String>),
    Exists(String),
    Missing(String),
    Greater(String, i64),
    Less(String, i64),
}

/// Which objects a list or watch is about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selector {
    labels: Vec<Test>,
    /// Path, value, and whether they shall be equal.
    fields: Vec<(String, String, bool)>,
}

impl Selector {
    /// # Errors
    /// 400 for what cannot be read, and for fields that the kind does not offer.
    pub fn parse(kind: &Kind, labels: &str, fields: &str) -> Result<Self, ApiError> {
        let mut selector = Selector { labels: parse_labels(labels)?, fields: Vec::new() };
        for part in fields.split(',').filter(|part| !part.is_empty()) {
            let (path, value, equal) = if let Some((path, value)) = part.split_once("!=") {
                (path, value, false)
            } else if let Some((path, value)) = part.split_once("==") {
                (path, value, true)
            } else if let Some((path, value)) = part.split_once('=') {
                (path, value, true)
            } else {
                return Err(ApiError::bad_request(format!(
                    "invalid field selector {fields:?}; can't understand {part:?}"
                )));
            };
            check_field(kind, path)?;
            selector.fields.push((path.to_owned(), value.to_owned(), equal));
        }
        Ok(selector)
    }

    pub fn is_empty(&self) -> bool {
        self.labels.is_empty() && self.fields.is_empty()
    }

    pub fn matches(&self, entry: &Entry) -> bool {
        self.labels.iter().all(|test| test.holds(entry))
            && self.fields.iter().all(|(path, value, equal)| (entry.field(path) == *value) == *equal)
    }
}

impl Test {
    fn holds(&self, entry: &Entry) -> bool {
        let one_of = |key: &String, values: &Vec<String>| {
            entry.label(key).is_some_and(|found| values.iter().any(|value| *value == found))
        };
        let number = |key: &String| entry.label(key).and_then(|found| found.parse::<i64>().ok());
        match self {
            Test::In(key, values) => one_of(key, values),
            Test::NotIn(key, values) => !one_of(key, values),
            Test::Exists(key) => entry.label(key).is_some(),
            Test::Missing(key) => entry.label(key).is_none(),
            Test::Greater(key, bound) => number(key).is_some_and(|number| number > *bound),
            Test::Less(key, bound) => number(key).is_some_and(|number| number < *bound),
        }
    }
}

fn parse_labels(text: &str) -> Result<Vec<Test>, ApiError> {
    let mut tests = Vec::new();
    for part in split_outside_parentheses(text) {
        let part = part.trim();
        if part.is_empty() {
            continue;
        }
        tests.push(parse_label(part)?);
    }
    Ok(tests)
}

fn split_outside_parentheses(text: &str) -> Vec<&str> {
    let (mut parts, mut depth, mut from) = (Vec::new(), 0, 0);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' => depth -= 1,
            b',' if depth == 0 => {
                parts.push(&text[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[from..]);
    parts
}

fn parse_label(part: &str) -> Result<Test, ApiError> {
    let word = |text: &str| text.trim().to_owned();
    if part.starts_with('=') {
        let found = if part.starts_with("==") { "==" } else { "=" };
        return Err(ApiError::bad_request(format!("found '{found}', expected: !, identifier, or 'end of string'")));
    }
    if let Some(key) = part.strip_prefix('!') {
        return Ok(Test::Missing(word(key)));
    }
    let set = |values: &str| -> Option<Vec<String>> {
        Some(values.trim().strip_prefix('(')?.strip_suffix(')')?.split(',').map(word).collect())
    };
    if let Some((key, values)) = part.split_once(" notin ")
        && let Some(values) = set(values)
    {
        return Ok(Test::NotIn(word(key), values));
    }
    if let Some((key, values)) = part.split_once(" in ")
        && let Some(values) = set(values)
    {
        return Ok(Test::In(word(key), values));
    }
    for (sign, equal) in [("!=", false), ("==", true), ("=", true)] {
        if let Some((key, value)) = part.split_once(sign) {
            let values = vec![word(value)];
            return Ok(if equal { Test::In(word(key), values) } else { Test::NotIn(word(key), values) });
        }
    }
    for sign in ['>', '<'] {
        if let Some((key, bound)) = part.split_once(sign) {
            let bound = bound.trim().parse().map_err(|_| {
                ApiError::bad_request(format!(
                    "values[0][{}]: Invalid value: {:?}: for 'Gt', 'Lt' operators, the value must be an integer",
                    key.trim(),
                    bound.trim()
                ))
            })?;
            return Ok(if sign == '>' { Test::Greater(word(key), bound) } else { Test::Less(word(key), bound) });
        }
    }
    if let Some((_, unexpected)) = part.split_once(char::is_whitespace) {
        return Err(ApiError::bad_request(format!(
            "unable to parse requirement: found '{}', expected: in, notin, =, ==, !=, gt, lt",
            unexpected.trim()
        )));
    }
    Ok(Test::Exists(part.to_owned()))
}

fn check_field(kind: &Kind, path: &str) -> Result<(), ApiError> {
    let more: &[&str] = match kind.kind {
        "Pod" => &[
            "spec.nodeName",
            "spec.restartPolicy",
            "spec.schedulerName",
            "spec.serviceAccountName",
            "spec.hostNetwork",
            "status.phase",
            "status.podIP",
            "status.podIPs",
            "status.nominatedNodeName",
        ],
        "Node" => &["spec.unschedulable"],
        "Namespace" => &["status.phase"],
        "Job" => &["status.successful"],
        "Secret" => &["type"],
        "ReplicaSet" => &["status.replicas"],
        "Event" => &[
            "involvedObject.kind",
            "involvedObject.namespace",
            "involvedObject.name",
            "involvedObject.uid",
            "involvedObject.apiVersion",
            "involvedObject.resourceVersion",
            "involvedObject.fieldPath",
            "reason",
            "reportingComponent",
            "source",
            "type",
        ],
        _ => &[],
    };
    if matches!(path, "metadata.name" | "metadata.namespace") || more.contains(&path) {
        return Ok(());
    }
    Err(ApiError::bad_request(if matches!(kind.kind, "Pod" | "Node" | "Namespace" | "Event" | "Secret") {
        format!("field label not supported: {path}")
    } else if kind.kind == "Job" || kind.group.is_empty() {
        format!("field label {path:?} not supported for {}", kind.kind)
    } else {
        format!("{path:?} is not a known field selector: only \"metadata.name\", \"metadata.namespace\"")
    }))
}
