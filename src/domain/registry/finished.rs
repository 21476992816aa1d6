//! Jobs that outlive their TTL here.

/// Lines of a Job's log that are kept.
pub const LOG_LINES: usize = 200;
/// The kept log is no longer than this, however long its lines are.
const LOG_BYTES: usize = 64 * 1024;

/// A Job that ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FinishedJob {
    /// The registry's id of the cluster.
    pub cluster: String,
    pub uid: String,
    pub namespace: String,
    pub name: String,
    pub succeeded: bool,
    /// `OOMKilled`, `BackoffLimitExceeded`; empty for one that went well.
    pub reason: String,
    pub exit_code: Option<i64>,
    pub started_ms: Option<i64>,
    pub finished_ms: i64,
    /// Its last lines, cleaned: at most [`LOG_LINES`].
    pub log: String,
}

/// The end of a log that is worth keeping: whole lines, at most [`LOG_LINES`].
pub fn last_lines(log: &str) -> &str {
    let body = log.strip_suffix('\n').unwrap_or(log);
    let mut from = body.rmatch_indices('\n').nth(LOG_LINES - 1).map_or(0, |(at, _)| at + 1);
    if body.len() - from > LOG_BYTES {
        let least = body.len() - LOG_BYTES;
        // The next whole line, or within the last one where a character begins.
        let break_after = body.as_bytes()[least..].iter().position(|byte| *byte == b'\n').map(|at| least + at + 1);
        from =
            break_after.unwrap_or_else(|| (least..body.len()).find(|at| body.is_char_boundary(*at)).unwrap_or(least));
    }
    &body[from..]
}

#[cfg(test)]
impl FinishedJob {
    /// A Job for tests that failed.
    pub fn sample() -> Self {
        Self {
            cluster: "1".to_owned(),
            uid: "u".to_owned(),
            namespace: "n".to_owned(),
            name: "j".to_owned(),
            succeeded: false,
            reason: "OOMKilled".to_owned(),
            exit_code: Some(137),
            started_ms: Some(1),
            finished_ms: 2,
            log: String::new(),
        }
    }
}
