//! CronJobs.

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::meta::{ObjectMeta, nullable};
use super::table::WireKind;
use super::time::{Time, seconds};
use crate::domain::cronjob::CronJobRow;
use crate::domain::delta::Row;
use crate::domain::pool::Pool;

#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(default)]
pub struct CronJob {
    #[prost(message, optional, tag = "1")]
    metadata: Option<ObjectMeta>,
    #[prost(message, optional, tag = "2")]
    spec: Option<CronJobSpec>,
    #[prost(message, optional, tag = "3")]
    status: Option<CronJobStatus>,
}

#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct CronJobSpec {
    #[prost(string, tag = "1")]
    #[serde(deserialize_with = "nullable")]
    schedule: String,
    #[prost(bool, optional, tag = "4")]
    suspend: Option<bool>,
    #[prost(string, tag = "8")]
    #[serde(deserialize_with = "nullable")]
    time_zone: String,
}

#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct CronJobStatus {
    #[prost(message, repeated, tag = "1")]
    #[serde(deserialize_with = "nullable")]
    active: Vec<ActiveJob>,
    #[prost(message, optional, tag = "4")]
    last_schedule_time: Option<Time>,
    #[prost(message, optional, tag = "5")]
    last_successful_time: Option<Time>,
}

/// A reference to a running Job, which is only counted.
#[derive(Clone, PartialEq, prost::Message)]
struct ActiveJob {}

impl<'de> Deserialize<'de> for ActiveJob {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        IgnoredAny::deserialize(deserializer).map(|_| Self {})
    }
}

impl WireKind for CronJob {
    fn into_row(self, pool: &mut Pool) -> Row {
        let spec = self.spec.unwrap_or_default();
        let status = self.status.unwrap_or_default();
        Row::CronJob(CronJobRow {
            meta: self.metadata.unwrap_or_default().into_meta(pool),
            schedule: spec.schedule.into(),
            time_zone: spec.time_zone.into(),
            suspended: spec.suspend.unwrap_or_default(),
            active: u32::try_from(status.active.len()).unwrap_or(u32::MAX),
            last_scheduled: seconds(status.last_schedule_time),
            last_succeeded: seconds(status.last_successful_time),
        })
    }
}
