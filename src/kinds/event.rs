//! core/v1 Events. They are fetched for one object, so they are no [`Row`](crate::domain::delta::Row).

use prost::Message;
use serde::Deserialize;

use super::meta::{LeanMeta, nullable};
use super::table::DecodeError;
use super::time::{Time, seconds};
use crate::domain::event::EventRow;
use crate::domain::ids::Uid;
use crate::domain::pool::Pool;

#[derive(Clone, PartialEq, Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Event {
    #[prost(message, optional, tag = "1")]
    metadata: Option<LeanMeta>,
    #[prost(message, optional, tag = "2")]
    involved_object: Option<ObjectReference>,
    #[prost(string, tag = "3")]
    #[serde(deserialize_with = "nullable")]
    reason: String,
    #[prost(string, tag = "4")]
    #[serde(deserialize_with = "nullable")]
    message: String,
    #[prost(message, optional, tag = "5")]
    source: Option<EventSource>,
    #[prost(message, optional, tag = "6")]
    first_timestamp: Option<Time>,
    #[prost(message, optional, tag = "7")]
    last_timestamp: Option<Time>,
    #[prost(int32, tag = "8")]
    #[serde(deserialize_with = "nullable")]
    count: i32,
    #[prost(string, tag = "9")]
    #[serde(rename = "type", deserialize_with = "nullable")]
    kind: String,
    #[prost(message, optional, tag = "10")]
    event_time: Option<Time>,
    #[prost(message, optional, tag = "11")]
    series: Option<EventSeries>,
    #[prost(string, tag = "14")]
    #[serde(deserialize_with = "nullable")]
    reporting_component: String,
}

#[derive(Clone, PartialEq, Message, Deserialize)]
#[serde(default)]
struct ObjectReference {
    #[prost(string, tag = "1")]
    #[serde(deserialize_with = "nullable")]
    kind: String,
    #[prost(string, tag = "3")]
    #[serde(deserialize_with = "nullable")]
    name: String,
    #[prost(string, tag = "4")]
    #[serde(deserialize_with = "nullable")]
    uid: String,
}

#[derive(Clone, PartialEq, Message, Deserialize)]
#[serde(default)]
struct EventSource {
    #[prost(string, tag = "1")]
    #[serde(deserialize_with = "nullable")]
    component: String,
}

#[derive(Clone, PartialEq, Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct EventSeries {
    #[prost(int32, tag = "1")]
    #[serde(deserialize_with = "nullable")]
    count: i32,
    #[prost(message, optional, tag = "2")]
    last_observed_time: Option<Time>,
}

impl Event {
    fn into_row(self, pool: &mut Pool) -> EventRow {
        let object = self.involved_object.unwrap_or_default();
        let series = self.series.unwrap_or_default();
        let created = seconds(self.metadata.and_then(|meta| meta.creation_timestamp));
        let first_of = |times: [i64; 4]| times.into_iter().find(|time| *time != 0).unwrap_or_default();
        let (event_time, last) = (seconds(self.event_time), seconds(self.last_timestamp));
        let component = self.source.unwrap_or_default().component;
        EventRow {
            object_kind: pool.text(&object.kind),
            object_name: pool.text(&object.name),
            object_uid: Uid::parse(&object.uid),
            warning: self.kind == "Warning",
            reason: pool.text(&self.reason),
            message: self.message.into(),
            // A series counts in itself; an event that happened once may carry no count at all.
            count: self.count.max(series.count).max(1),
            first_seen: first_of([seconds(self.first_timestamp), event_time, created, 0]),
            last_seen: first_of([seconds(series.last_observed_time), last, event_time, created]),
            source: pool.text(if component.is_empty() { &self.reporting_component } else { &component }),
        }
    }
}

pub fn from_protobuf(bytes: &[u8], pool: &mut Pool) -> Result<EventRow, DecodeError> {
    Ok(Event::decode(bytes)?.into_row(pool))
}

pub fn from_json(bytes: &[u8], pool: &mut Pool) -> Result<EventRow, DecodeError> {
    Ok(serde_json::from_slice::<Event>(bytes)?.into_row(pool))
}
