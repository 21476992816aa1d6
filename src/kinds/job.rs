//! Jobs.

use serde::Deserialize;

use super::meta::{ObjectMeta, WireCondition, nullable};
use super::table::WireKind;
use super::time::{Time, seconds};
use crate::domain::delta::Row;
use crate::domain::job::JobRow;
use crate::domain::pool::Pool;

#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(default)]
pub struct Job {
    #[prost(message, optional, tag = "1")]
    metadata: Option<ObjectMeta>,
    #[prost(message, optional, tag = "2")]
    spec: Option<JobSpec>,
    #[prost(message, optional, tag = "3")]
    status: Option<JobStatus>,
}

#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct JobSpec {
    #[prost(int32, optional, tag = "1")]
    parallelism: Option<i32>,
    #[prost(int32, optional, tag = "2")]
    completions: Option<i32>,
    #[prost(int64, optional, tag = "3")]
    active_deadline_seconds: Option<i64>,
    #[prost(int32, optional, tag = "7")]
    backoff_limit: Option<i32>,
    #[prost(int32, optional, tag = "8")]
    ttl_seconds_after_finished: Option<i32>,
    #[prost(string, tag = "9")]
    #[serde(deserialize_with = "nullable")]
    completion_mode: String,
    #[prost(bool, optional, tag = "10")]
    suspend: Option<bool>,
}

#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct JobStatus {
    #[prost(message, repeated, tag = "1")]
    #[serde(deserialize_with = "nullable")]
    conditions: Vec<WireCondition>,
    #[prost(message, optional, tag = "2")]
    start_time: Option<Time>,
    #[prost(message, optional, tag = "3")]
    completion_time: Option<Time>,
    #[prost(int32, tag = "4")]
    #[serde(deserialize_with = "nullable")]
    active: i32,
    #[prost(int32, tag = "5")]
    #[serde(deserialize_with = "nullable")]
    succeeded: i32,
    #[prost(int32, tag = "6")]
    #[serde(deserialize_with = "nullable")]
    failed: i32,
    #[prost(int32, optional, tag = "9")]
    ready: Option<i32>,
}

impl WireKind for Job {
    fn into_row(self, pool: &mut Pool) -> Row {
        let spec = self.spec.unwrap_or_default();
        let status = self.status.unwrap_or_default();
        Row::Job(JobRow {
            meta: self.metadata.unwrap_or_default().into_meta(pool),
            parallelism: spec.parallelism.unwrap_or(1),
            completions: spec.completions,
            // The API server's default, for servers that answer before they set it.
            backoff_limit: spec.backoff_limit.unwrap_or(6),
            deadline: spec.active_deadline_seconds,
            ttl: spec.ttl_seconds_after_finished,
            suspended: spec.suspend.unwrap_or_default(),
            indexed: spec.completion_mode == "Indexed",
            active: status.active,
            ready: status.ready.unwrap_or_default(),
            succeeded: status.succeeded,
            failed: status.failed,
            started: seconds(status.start_time),
            completed: seconds(status.completion_time),
            conditions: status.conditions.into_iter().map(|condition| condition.into_condition(pool)).collect(),
        })
    }
}
