//! What is kept of an Event. Events are fetched for one object, never watched over a cluster.

use std::sync::Arc;

use super::ids::Uid;

/// One core/v1 Event. `last_seen` is Unix seconds (lastTimestamp, else eventTime, else creation).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventRow {
    pub object_kind: Arc<str>,
    pub object_name: Arc<str>,
    pub object_uid: Uid,
    pub warning: bool,
    pub reason: Arc<str>,
    pub message: Box<str>,
    pub count: i32,
    pub first_seen: i64,
    pub last_seen: i64,
    pub source: Arc<str>,
}
