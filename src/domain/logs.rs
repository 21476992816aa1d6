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

impl LogTarget {
    /// What else could be read beside it: of a pod, all pods of its namespace.
    pub fn widened(self) -> Self {
        match self.what {
            LogScope::Pod { .. } => Self { what: LogScope::Namespace, ..self },
            _ => self,
        }
    }
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

/// A container and what its pod's row tells about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogSourceSpec {
    pub source: LogSource,
    pub running: bool,
    /// The container's restart count: a larger one is another run.
    pub restarts: u32,
    /// When its last run ended (Unix seconds), and how in words: `OOMKilled (exit 137) after 41s, limit 20Mi`.
    pub ended: Option<(i64, String)>,
}
