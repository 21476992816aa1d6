//! Log sources, lines and what the log pane asks for.

use std::sync::Arc;

use super::ids::ClusterId;

/// What a person wants to read the logs of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogTarget {
    pub cluster: ClusterId,
    pub namespace: Arc<str>,
    pub what: LogScope,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogScope {
    Job { name: Arc<str>, uid: super::ids::Uid },
    Pod { name: Arc<str> },
    Namespace,
}

/// How far back, and what is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogOptions {
    /// Seconds back; `None` is from the container's start.
    pub since_seconds: Option<i64>,
    /// Lines per container, `None` is all.
    pub tail_lines: Option<i64>,
    /// The run before the last restart.
    pub previous: bool,
}

impl Default for LogOptions {
    fn default() -> Self {
        Self { since_seconds: None, tail_lines: Some(1_000), previous: false }
    }
}

/// One container whose log is read.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LogSource {
    pub cluster: ClusterId,
    pub namespace: Arc<str>,
    pub pod: Arc<str>,
    pub container: Arc<str>,
}

/// How a container's run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunEnd {
    /// `finishedAt`, Unix nanoseconds in whole seconds as the server tells it.
    pub at: i64,
    /// What stands behind the source's name in the log: "ended: OOMKilled (exit 137) after 41s, limit 20Mi".
    pub words: String,
    /// It counts as an error for `Seek::NextError`.
    pub failed: bool,
}

/// One container to read, and what its pod tells of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogSourceSpec {
    pub source: LogSource,
    /// Its state is running.
    pub running: bool,
    /// End of its newest run that is over: of the state when that is terminated, else of the last state.
    pub ended: Option<RunEnd>,
}
