use std::borrow::Cow;

use serde_json::Value;

use super::Key;
use crate::demo::bulk::Bulk;

/// How an object is held.
#[derive(Debug, Clone)]
pub enum Body {
    /// Without `kind` and `apiVersion`, in the canonical form of [`crate::demo::wire::canonical`].
    Full(Box<Value>),
    /// One of many that differ little from each other.
    Bulk(Bulk),
}

/// One version of one object.
#[derive(Debug)]
pub struct Entry {
    pub key: Key,
    pub rv: u64,
    pub body: Body,
}

impl Entry {
    pub(super) fn new(key: Key, rv: u64, mut body: Body) -> Self {
        if let Body::Full(value) = &mut body
            && let Some(meta) = value.get_mut("metadata").and_then(Value::as_object_mut)
        {
            set_version(meta, rv);
        }
        Self { key, rv, body }
    }

    /// The same object as of another version.
    pub fn at(&self, rv: u64) -> Self {
        Self::new(self.key.clone(), rv, self.body.clone())
    }

    /// The whole object; a bulk one is put together.
    pub fn value(&self) -> Cow<'_, Value> {
        match &self.body {
            Body::Full(value) => Cow::Borrowed(value),
            Body::Bulk(bulk) => Cow::Owned(bulk.value(&self.key, self.rv)),
        }
    }

    /// A full object's field, `None` for a bulk one.
    pub fn full(&self) -> Option<&Value> {
        match &self.body {
            Body::Full(value) => Some(value),
            Body::Bulk(_) => None,
        }
    }

    pub fn uid(&self) -> Cow<'_, str> {
        match &self.body {
            Body::Full(value) => Cow::Borrowed(value["metadata"]["uid"].as_str().unwrap_or_default()),
            Body::Bulk(bulk) => Cow::Owned(bulk.uid()),
        }
    }

    pub fn label(&self, name: &str) -> Option<Cow<'_, str>> {
        match &self.body {
            Body::Full(value) => value["metadata"]["labels"][name].as_str().map(Cow::Borrowed),
            Body::Bulk(bulk) => bulk.label(&self.key, name),
        }
    }

    /// The text of a field that field selectors may name, such as `status.phase`; empty when it is not set.
    pub fn field(&self, path: &str) -> Cow<'_, str> {
        match path {
            "metadata.name" => return Cow::Borrowed(&self.key.name),
            "metadata.namespace" => return Cow::Borrowed(&self.key.namespace),
            _ => {}
        }
        match &self.body {
            Body::Bulk(bulk) => bulk.field(&self.key, self.rv, path),
            Body::Full(value) => {
                let found = path.split('.').try_fold(&**value, |value, step| value.get(step));
                match found {
                    Some(Value::String(text)) => Cow::Borrowed(text.as_str()),
                    Some(Value::Null) | None => Cow::Borrowed(""),
                    Some(other) => Cow::Owned(other.to_string()),
                }
            }
        }
    }

    /// Whether this object names `uid` as its controller.
    pub fn controlled_by(&self, uid: &str) -> bool {
        self.owners().any(|owner| owner["uid"] == uid && owner["controller"] == true)
    }

    /// Owner references; none for bulk objects, whose owners the fleet never deletes.
    pub fn owners(&self) -> impl Iterator<Item = &Value> {
        self.full().and_then(|value| value["metadata"]["ownerReferences"].as_array()).into_iter().flatten()
    }

    pub fn deleting(&self) -> bool {
        self.full().is_some_and(|value| value["metadata"].get("deletionTimestamp").is_some())
    }
}

/// Sets `resourceVersion` where the API server writes it: after the uid.
fn set_version(meta: &mut serde_json::Map<String, Value>, rv: u64) {
    let version = Value::String(rv.to_string());
    if let Some(slot) = meta.get_mut("resourceVersion") {
        *slot = version;
        return;
    }
    let at = meta.keys().position(|key| key == "uid").map_or(meta.len(), |at| at + 1);
    meta.shift_insert(at, "resourceVersion".into(), version);
}
