//! A Job's state as scripts read it.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::domain::age::Age;
use crate::domain::job::JobRow;
use crate::domain::job_state::{JobState, Severity};
use crate::domain::object::Owner;
use crate::screens::deck::jobs::took;
use crate::store::fleet::ClusterState;

/// The fields of a Job that `job list` and `job status` share. `now` is Unix seconds.
pub fn job(cluster: &ClusterState, row: &JobRow, state: Option<&JobState>, now: i64) -> Value {
    let severity = |state: &JobState| match state.severity {
        Severity::Fine => "fine",
        Severity::Warning => "warning",
        Severity::Broken => "broken",
    };
    json!({
        "cluster": cluster.info.name,
        "namespace": &*row.meta.key.namespace,
        "name": &*row.meta.key.name,
        "state": state.map(|state| &*state.words),
        "phase": state.map(|state| state.phase.word()),
        "reason": state.and_then(|state| state.reason.as_deref()),
        "severity": state.map(severity),
        "completions": row.completions,
        "succeeded": row.succeeded,
        "parallelism": row.parallelism,
        "active": row.active,
        "failed": row.failed,
        "backoff_limit": row.backoff_limit,
        "duration_seconds": took(row, now),
        "age_seconds": Age::between(row.meta.created, now).map(|age| age.0),
        "created": time(row.meta.created),
        "owner": row.meta.owner.as_deref().map(owner),
        "labels": row.meta.labels.iter().map(|(key, value)| (key.to_string(), Value::from(&**value))).collect::<Value>(),
    })
}

fn owner(owner: &Owner) -> String {
    format!("{}/{}", owner.kind, owner.name)
}

/// RFC 3339 of Unix seconds; `null` where 0 says that it is not set.
pub fn time(seconds: i64) -> Option<String> {
    (seconds != 0).then(|| Timestamp::from_second(seconds).ok()).flatten().map(|time| time.to_string())
}
