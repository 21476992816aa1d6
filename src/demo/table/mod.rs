//! Server-side printing: the Table form of lists and objects.

mod batch;
mod core;
mod pods;
mod workloads;

use serde_json::{Map, Value, json};

use super::kinds::Kind;
use super::store::Entry;
use super::wire::time;

/// What of the object stands in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Include {
    None,
    Metadata,
    Object,
}

impl Include {
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "" | "Metadata" => Some(Self::Metadata),
            "None" => Some(Self::None),
            "Object" => Some(Self::Object),
            _ => None,
        }
    }
}

/// The `columnDefinitions` of a kind.
pub fn columns(kind: &Kind) -> Value {
    kind.columns
        .iter()
        .map(|column| {
            json!({"name": column.name, "type": column.kind, "format": column.format,
                "description": format!("{} of the {}.", column.name, kind.singular), "priority": column.priority})
        })
        .collect::<Vec<_>>()
        .into()
}

/// One object's row. `now` is Unix seconds, for ages.
pub fn row(kind: &Kind, entry: &Entry, include: Include, now: i64) -> Value {
    let object = entry.value();
    let mut row = Map::new();
    row.insert("cells".into(), cells(kind, &object, now).into());
    if let Some(condition) = (kind.kind == "Pod").then(|| pods::condition(&object)).flatten() {
        row.insert("conditions".into(), json!([condition]));
    }
    let shown = match include {
        Include::None => Value::Null,
        Include::Metadata => metadata(&object),
        Include::Object => super::api::with_kind(&kind.group_version(), kind.kind, &object),
    };
    row.insert("object".into(), shown);
    Value::Object(row)
}

/// The object's PartialObjectMetadata.
pub fn metadata(object: &Value) -> Value {
    json!({"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": object["metadata"]})
}

/// A list of no kind's: one object as a table.
pub fn single(kind: &Kind, entry: &Entry, include: Include, now: i64) -> Value {
    json!({
        "kind": "Table",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": {"resourceVersion": entry.rv.to_string()},
        "columnDefinitions": columns(kind),
        "rows": [row(kind, entry, include, now)],
    })
}

fn cells(kind: &Kind, object: &Value, now: i64) -> Vec<Value> {
    match kind.kind {
        "Pod" => pods::cells(object, now),
        "Job" => batch::job(object, now),
        "CronJob" => batch::cron_job(object, now),
        "Node" => core::node(object, now),
        "Event" => core::event(object, now),
        "Service" => core::service(object, now),
        "Deployment" | "ReplicaSet" | "StatefulSet" | "DaemonSet" => workloads::cells(kind.kind, object, now),
        _ => core::simple(kind, object, now),
    }
}

fn name(object: &Value) -> Value {
    object["metadata"]["name"].clone()
}

fn age(object: &Value, now: i64) -> Value {
    since(&object["metadata"]["creationTimestamp"], now)
}

/// How long ago a time was, `<unknown>` when it is not set.
fn since(at: &Value, now: i64) -> Value {
    at.as_str().and_then(time::parse).map_or_else(|| "<unknown>".to_owned(), |at| span(now - at)).into()
}

/// A number, 0 when it is not set.
fn number(value: &Value) -> i64 {
    value.as_i64().unwrap_or(0)
}

/// A text, or `other` when it is not set or empty.
fn text<'a>(value: &'a Value, other: &'a str) -> &'a str {
    value.as_str().filter(|text| !text.is_empty()).unwrap_or(other)
}

/// A span in the short form of kubectl's tables: `45s`, `5m10s`, `3h`, `2d4h`, `40d`, `2y30d`.
pub fn span(seconds: i64) -> String {
    let two = |large: i64, unit: char, small: i64, small_unit: char| {
        if small == 0 { format!("{large}{unit}") } else { format!("{large}{unit}{small}{small_unit}") }
    };
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400);
    match seconds {
        ..-1 => "<invalid>".into(),
        -1 => "0s".into(),
        _ if seconds < 120 => format!("{seconds}s"),
        _ if minutes < 10 => two(minutes, 'm', seconds % 60, 's'),
        _ if minutes < 180 => format!("{minutes}m"),
        _ if hours < 8 => two(hours, 'h', minutes % 60, 'm'),
        _ if hours < 48 => format!("{hours}h"),
        _ if hours < 192 => two(days, 'd', hours % 24, 'h'),
        _ if days < 730 => format!("{days}d"),
        _ if days < 2920 => two(days / 365, 'y', days % 365, 'd'),
        _ => format!("{}y", days / 365),
    }
}

/// Names and images of a pod template's containers.
fn containers(spec: &Value) -> (Value, Value) {
    let of = |key: &str| {
        let items: Vec<&str> =
            spec["containers"].as_array().into_iter().flatten().filter_map(|one| one[key].as_str()).collect();
        Value::from(items.join(","))
    };
    (of("name"), of("image"))
}

/// A label selector as text.
fn selector(selector: &Value) -> Value {
    let labels = selector.get("matchLabels").and_then(Value::as_object);
    let parts: Vec<String> = labels
        .into_iter()
        .flatten()
        .map(|(key, value)| format!("{key}={}", value.as_str().unwrap_or_default()))
        .collect();
    if parts.is_empty() { "<none>".into() } else { parts.join(",").into() }
}
