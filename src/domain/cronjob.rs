//! What is kept of a CronJob.

use super::object::Meta;

/// A watched CronJob. Times are Unix seconds, 0 if not set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CronJobRow {
    pub meta: Meta,
    pub schedule: Box<str>,
    pub time_zone: Box<str>,
    pub suspended: bool,
    pub active: u32,
    pub last_scheduled: i64,
    pub last_succeeded: i64,
}
