//! The entries of `managedFields`.

use serde_json::{Value, json};

use super::Writer;
use super::set::Set;
use crate::demo::kinds::Kind;
use crate::demo::wire::time;

#[derive(Debug, Clone)]
struct Entry {
    manager: String,
    applies: bool,
    api_version: String,
    subresource: String,
    time: Option<String>,
    set: Set,
}

impl Entry {
    fn is(&self, writer: &Writer, applies: bool) -> bool {
        self.applies == applies && self.manager == writer.manager && self.subresource == writer.subresource
    }

    /// As a conflict names it: `"kubectl" with subresource "status" using v1`.
    fn named(&self) -> String {
        let mut words = format!("{:?}", self.manager);
        if !self.subresource.is_empty() {
            words.push_str(&format!(" with subresource {:?}", self.subresource));
        }
        if !self.applies {
            words.push_str(&format!(" using {}", self.api_version));
        }
        words
    }

    fn order(&self) -> impl Ord + '_ {
        let seconds = self.time.as_deref().and_then(time::parse).unwrap_or(i64::MIN);
        (!self.applies, seconds, &self.manager, &self.api_version, &self.subresource)
    }
}

/// Which manager holds which fields of an object.
#[derive(Debug, Clone, Default)]
pub struct Managed(Vec<Entry>);

impl Managed {
    /// Reads an object's `managedFields`; entries of another form are left out.
    pub fn read(value: &Value) -> Self {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let entries = value.as_array().into_iter().flatten().filter(|entry| entry["fieldsType"] == "FieldsV1");
        let entry = |entry: &Value| Entry {
            manager: text(&entry["manager"]),
            applies: entry["operation"] == "Apply",
            api_version: text(&entry["apiVersion"]),
            subresource: text(&entry["subresource"]),
            time: entry["time"].as_str().map(str::to_owned),
            set: Set::read(&entry["fieldsV1"]),
        };
        Self(entries.map(entry).filter(|entry| !entry.set.is_empty()).collect())
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn json(&self) -> Value {
        let mut entries: Vec<&Entry> = self.0.iter().collect();
        entries.sort_by(|a, b| a.order().cmp(&b.order()));
        let entry = |entry: &&Entry| {
            let mut value = json!({"manager": entry.manager,
                "operation": if entry.applies { "Apply" } else { "Update" }, "apiVersion": entry.api_version});
            if let Some(time) = &entry.time {
                value["time"] = time.as_str().into();
            }
            value["fieldsType"] = "FieldsV1".into();
            value["fieldsV1"] = entry.set.json();
            if !entry.subresource.is_empty() {
                value["subresource"] = entry.subresource.as_str().into();
            }
            value
        };
        entries.iter().map(entry).collect::<Vec<_>>().into()
    }

    /// The writer set these fields, among others.
    pub(super) fn update(&mut self, kind: &Kind, writer: &Writer, set: Set) {
        if set.is_empty() {
            return;
        }
        let slot = self.slot(kind, writer, false);
        slot.set = slot.set.union(&set);
        slot.time = Some(time::rfc3339(writer.now));
    }

    /// The writer applies these fields and no others.
    pub(super) fn apply(&mut self, kind: &Kind, writer: &Writer, set: Set) {
        self.slot(kind, writer, true).set = set;
        self.0.retain(|entry| !entry.set.is_empty());
    }

    /// Says that what the writer applies changed the object now.
    pub(super) fn touch(&mut self, writer: &Writer) {
        for entry in self.0.iter_mut().filter(|entry| entry.is(writer, true)) {
            entry.time = Some(time::rfc3339(writer.now));
        }
    }

    fn slot(&mut self, kind: &Kind, writer: &Writer, applies: bool) -> &mut Entry {
        let at = self.0.iter().position(|entry| entry.is(writer, applies)).unwrap_or_else(|| {
            self.0.push(Entry {
                manager: writer.manager.clone(),
                applies,
                api_version: kind.group_version(),
                subresource: writer.subresource.clone(),
                time: None,
                set: Set::default(),
            });
            self.0.len() - 1
        });
        &mut self.0[at]
    }

    /// Takes fields from everybody, but from the one who applies.
    pub(super) fn lose(&mut self, set: &Set, but: Option<&Writer>) {
        for entry in self.0.iter_mut().filter(|entry| but.is_none_or(|writer| !entry.is(writer, true))) {
            entry.set = entry.set.difference(set);
        }
        self.0.retain(|entry| !entry.set.is_empty());
    }

    /// What the writer applied the last time.
    pub(super) fn applied_by(&self, writer: &Writer) -> Set {
        self.0.iter().find(|entry| entry.is(writer, true)).map(|entry| entry.set.clone()).unwrap_or_default()
    }

    /// Everything that somebody holds.
    pub(super) fn all(&self) -> Set {
        self.0.iter().fold(Set::default(), |all, entry| all.union(&entry.set))
    }

    /// Who else holds what would change, and which paths.
    pub(super) fn conflicts(&self, changed: &Set, writer: &Writer) -> Vec<(String, Vec<String>)> {
        let others = self.0.iter().filter(|entry| !entry.is(writer, true));
        others
            .map(|entry| (entry.named(), entry.set.intersection(changed).paths()))
            .filter(|(_, paths)| !paths.is_empty())
            .collect()
    }
}
