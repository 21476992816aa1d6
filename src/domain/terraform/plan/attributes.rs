//! What is different between two values, attribute by attribute. What Terraform calls sensitive is never shown: the file
//! has it in clear.

use indexmap::IndexSet;
use serde_json::Value;
use serde_json::value::RawValue;

use super::Values;
use crate::domain::text::clean;

/// One attribute that changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// `scaling_config[0].max_size`, `tags["team"]`; empty for a value without parts.
    pub path: String,
    pub before: Shown,
    pub after: Shown,
    /// It is why the resource is made anew.
    pub forces_replacement: bool,
}

/// A value as it may be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    /// There is none.
    Absent,
    /// As JSON, cleaned.
    Value(String),
    /// Known after the apply.
    Unknown,
    Sensitive,
}

impl Shown {
    pub fn words(&self) -> &str {
        match self {
            Self::Absent => "",
            Self::Value(text) => text,
            Self::Unknown => "(known after apply)",
            Self::Sensitive => "(sensitive)",
        }
    }
}

/// One side of a comparison: a value, and the marks that lie over it.
#[derive(Clone, Copy)]
struct Side<'a> {
    value: &'a Value,
    sensitive: &'a Value,
    unknown: &'a Value,
}

const NOTHING: Value = Value::Null;

impl<'a> Side<'a> {
    fn is_absent(&self) -> bool {
        self.value.is_null() && *self.unknown != Value::Bool(true)
    }

    fn is_unknown(&self) -> bool {
        *self.unknown == Value::Bool(true)
    }

    fn is_sensitive(&self) -> bool {
        *self.sensitive == Value::Bool(true)
    }

    fn key(&self, key: &str) -> Side<'a> {
        let part = |value: &'a Value| value.get(key).unwrap_or(&NOTHING);
        Side { value: part(self.value), sensitive: part(self.sensitive), unknown: part(self.unknown) }
    }

    fn item(&self, at: usize) -> Side<'a> {
        let part = |value: &'a Value| value.get(at).unwrap_or(&NOTHING);
        Side { value: part(self.value), sensitive: part(self.sensitive), unknown: part(self.unknown) }
    }

    fn nothing() -> Side<'a> {
        Side { value: &NOTHING, sensitive: &NOTHING, unknown: &NOTHING }
    }

    /// Whether any mark lies somewhere within.
    fn is_marked(&self) -> bool {
        has_mark(self.sensitive) || has_mark(self.unknown)
    }

    fn shown(&self) -> Shown {
        match () {
            () if self.is_sensitive() || has_mark(self.sensitive) => Shown::Sensitive,
            () if self.is_unknown() => Shown::Unknown,
            () if self.value.is_null() => Shown::Absent,
            () => Shown::Value(clean(&self.value.to_string()).into_owned()),
        }
    }
}

fn has_mark(marks: &Value) -> bool {
    match marks {
        Value::Bool(is_marked) => *is_marked,
        Value::Array(items) => items.iter().any(has_mark),
        Value::Object(map) => map.values().any(has_mark),
        _ => false,
    }
}

/// The attributes of a change that differ.
pub fn of(values: &Values) -> Vec<Attribute> {
    let parse = |raw: &Option<Box<RawValue>>| {
        raw.as_ref().and_then(|raw| serde_json::from_str::<Value>(raw.get()).ok()).unwrap_or(Value::Null)
    };
    let (before, after) = (parse(&values.before), parse(&values.after));
    let (unknown, forced) = (parse(&values.after_unknown), parse(&values.replace_paths));
    let (before_sensitive, after_sensitive) = (parse(&values.before_sensitive), parse(&values.after_sensitive));
    let mut walk = Walk { out: Vec::new(), forced: forced.as_array().map(Vec::as_slice).unwrap_or_default() };
    let before = Side { value: &before, sensitive: &before_sensitive, unknown: &NOTHING };
    let after = Side { value: &after, sensitive: &after_sensitive, unknown: &unknown };
    walk.compare(&mut Vec::new(), before, after);
    walk.out
}

struct Walk<'a> {
    out: Vec<Attribute>,
    /// `replace_paths`: lists of keys and indices.
    forced: &'a [Value],
}

impl Walk<'_> {
    fn compare(&mut self, path: &mut Vec<Value>, before: Side<'_>, after: Side<'_>) {
        if before.is_sensitive() || after.is_sensitive() || after.is_unknown() {
            if before.value != after.value || after.is_unknown() {
                self.push(path, before, after);
            }
            return;
        }
        let is_parted = |side: &Side<'_>| side.value.is_object() || side.unknown.is_object();
        let is_listed = |side: &Side<'_>| side.value.is_array() || side.unknown.is_array();
        match () {
            () if (is_parted(&before) || before.is_absent()) && is_parted(&after)
                || is_parted(&before) && after.is_absent() =>
            {
                self.objects(path, before, after);
            }
            () if (is_listed(&before) || before.is_absent()) && is_listed(&after)
                || is_listed(&before) && after.is_absent() =>
            {
                self.lists(path, before, after);
            }
            () if before.value != after.value => self.push(path, before, after),
            () => {}
        }
    }

    fn objects(&mut self, path: &mut Vec<Value>, before: Side<'_>, after: Side<'_>) {
        let keys =
            |value: &Value| value.as_object().into_iter().flat_map(|map| map.keys().cloned()).collect::<Vec<_>>();
        let all = [before.value, after.value, after.unknown].map(keys);
        let keys: IndexSet<String> = all.into_iter().flatten().collect();
        for key in keys {
            path.push(Value::String(key.clone()));
            self.compare(path, before.key(&key), after.key(&key));
            path.pop();
        }
    }

    /// Blocks that stand in both, wherever, are left out; the others are compared in their order. Lists of plain values
    /// are told whole.
    fn lists(&mut self, path: &mut Vec<Value>, before: Side<'_>, after: Side<'_>) {
        let items = |side: &Side<'_>| -> Vec<usize> {
            let length = |value: &Value| value.as_array().map_or(0, Vec::len);
            (0..length(side.value).max(length(side.unknown))).collect()
        };
        let is_plain = |value: &Value| {
            value.as_array().is_none_or(|items| items.iter().all(|item| !item.is_object() && !item.is_array()))
        };
        if is_plain(before.value) && is_plain(after.value) && is_plain(after.unknown) {
            if before.value != after.value || has_mark(after.unknown) {
                self.push(path, before, after);
            }
            return;
        }
        let (mut old, mut new) = (items(&before), items(&after));
        old.retain(|at| {
            let item = before.item(*at);
            let same = new.iter().position(|other| {
                let other = after.item(*other);
                other.value == item.value && !has_mark(other.unknown) && !item.is_marked()
            });
            same.map(|place| new.remove(place)).is_none()
        });
        for place in 0..old.len().max(new.len()) {
            let (was, is) = (old.get(place), new.get(place));
            let from = was.map_or(Side::nothing(), |at| before.item(*at));
            let to = is.map_or(Side::nothing(), |at| after.item(*at));
            path.push(Value::from(is.or(was).copied().unwrap_or_default()));
            self.compare(path, from, to);
            path.pop();
        }
    }

    fn push(&mut self, path: &[Value], before: Side<'_>, after: Side<'_>) {
        let (mut from, mut to) = (before.shown(), after.shown());
        // Where one side is secret, so is the other.
        if from == Shown::Sensitive && to != Shown::Absent || to == Shown::Sensitive && from != Shown::Absent {
            (from, to) = (Shown::Sensitive, Shown::Sensitive);
        }
        let forces_replacement = self
            .forced
            .iter()
            .any(|forced| forced.as_array().is_some_and(|forced| path.starts_with(forced) || forced.starts_with(path)));
        self.out.push(Attribute { path: words(path), before: from, after: to, forces_replacement });
    }
}

fn words(path: &[Value]) -> String {
    let mut out = String::new();
    for step in path {
        match step {
            Value::String(key) if key.chars().all(|char| char.is_ascii_alphanumeric() || "_-".contains(char)) => {
                if !out.is_empty() {
                    out.push('.');
                }
                out.push_str(key);
            }
            Value::String(key) => out.push_str(&format!("[{:?}]", clean(key))),
            other => out.push_str(&format!("[{other}]")),
        }
    }
    out
}
