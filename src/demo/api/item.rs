//! One object of a list or watch in the form that was asked for.

use serde_json::{Map, Value, json};

use super::media::{Media, Shown};
use crate::demo::bulk::Format;
use crate::demo::kinds::Kind;
use crate::demo::store::{Body, Entry};
use crate::demo::table::{self, Include};
use crate::demo::wire::encode;
use crate::demo::wire::schema::Schema;

/// How the objects of a list or watch are written.
#[derive(Debug, Clone, Copy)]
pub struct Form {
    pub kind: &'static Kind,
    pub media: Media,
    /// What of the object stands in a table's row.
    pub include: Include,
}

impl Form {
    /// Kind and apiVersion of a list in this form.
    pub fn list_names(&self) -> (String, String) {
        match self.media.shown {
            Shown::Whole => (format!("{}List", self.kind.kind), self.kind.group_version()),
            Shown::Table => ("Table".into(), "meta.k8s.io/v1".into()),
            Shown::Metadata => ("PartialObjectMetadataList".into(), "meta.k8s.io/v1".into()),
        }
    }

    /// Kind and apiVersion of one object in this form.
    pub fn names(&self) -> (&'static str, String) {
        match self.media.shown {
            Shown::Whole => (self.kind.kind, self.kind.group_version()),
            Shown::Table => ("Table", "meta.k8s.io/v1".into()),
            Shown::Metadata => ("PartialObjectMetadata", "meta.k8s.io/v1".into()),
        }
    }

    /// A list's item.
    pub fn item(&self, entry: &Entry, now: i64, out: &mut Vec<u8>) {
        match (self.media.shown, self.media.format) {
            (Shown::Whole, format) => whole(self.kind, entry, format, out),
            (Shown::Table, _) => append(&table::row(self.kind, entry, self.include, now), out),
            (Shown::Metadata, Format::Json) => append(&table::metadata(&entry.value()), out),
            (Shown::Metadata, Format::Protobuf) => {
                let partial = partial(&entry.value());
                if let Some(id) = Schema::get().find("PartialObjectMetadata") {
                    encode::encode(id, &partial, out);
                }
            }
        }
    }

    /// How long [`Form::item`] will be, if that is cheaper than making it.
    pub fn item_len(&self, entry: &Entry) -> Option<usize> {
        match (&entry.body, self.media.shown) {
            (Body::Bulk(bulk), Shown::Whole) => Some(bulk.len(&entry.key, entry.rv, self.media.format)),
            _ => None,
        }
    }

    /// A watch event's object in JSON: with `kind` and `apiVersion`. `head` asks for a table's columns.
    pub fn event_json(&self, entry: &Entry, now: i64, head: bool, out: &mut Vec<u8>) {
        match self.media.shown {
            Shown::Whole => {
                out.extend_from_slice(
                    format!("{{\"kind\":\"{}\",\"apiVersion\":\"{}\",", self.kind.kind, self.kind.group_version())
                        .as_bytes(),
                );
                let at = out.len();
                whole(self.kind, entry, Format::Json, out);
                out.remove(at);
            }
            Shown::Metadata => append(&table::metadata(&entry.value()), out),
            Shown::Table => {
                let columns = if head { table::columns(self.kind) } else { Value::Null };
                let row = table::row(self.kind, entry, self.include, now);
                let table = json!({
                    "kind": "Table",
                    "apiVersion": "meta.k8s.io/v1",
                    "metadata": {"resourceVersion": entry.rv.to_string()},
                    "columnDefinitions": columns,
                    "rows": [row],
                });
                append(&table, out);
            }
        }
    }
}

fn whole(kind: &Kind, entry: &Entry, format: Format, out: &mut Vec<u8>) {
    match (&entry.body, format) {
        (Body::Bulk(bulk), _) => bulk.write(&entry.key, entry.rv, format, out),
        (Body::Full(value), Format::Json) => append(value, out),
        (Body::Full(value), Format::Protobuf) => encode::encode(kind.message, value, out),
    }
}

fn partial(object: &Value) -> Value {
    Value::Object(Map::from_iter([("metadata".to_owned(), object["metadata"].clone())]))
}

/// Appends a value's JSON.
pub fn append(value: &Value, out: &mut Vec<u8>) {
    // Writing JSON into memory fails for no value.
    let _ = serde_json::to_writer(out, value);
}
