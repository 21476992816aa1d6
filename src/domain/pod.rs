//! What is kept of a pod: enough for counts, for telling a Job's state, and for choosing log streams.

use std::sync::Arc;

use super::object::{Condition, Meta};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum PodPhase {
    Pending,
    Running,
    Succeeded,
    Failed,
    #[default]
    Unknown,
}

/// A watched pod. Labels are not kept (`meta.labels` is empty): no column, status or rule of the deck reads them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PodRow {
    pub meta: Meta,
    pub phase: PodPhase,
    /// `status.reason` (Evicted, NodeLost, …), empty if none.
    pub reason: Arc<str>,
    /// Empty until it is scheduled.
    pub node: Arc<str>,
    /// PodScheduled with status False: why it cannot be placed. Other conditions are not kept.
    pub unscheduled: Option<Box<Condition>>,
    /// Init containers first, in their order, then containers; ephemeral containers last.
    pub containers: Box<[ContainerRow]>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContainerRow {
    pub name: Arc<str>,
    pub image: Arc<str>,
    pub role: ContainerRole,
    pub ready: bool,
    pub restarts: u32,
    pub state: ContainerState,
    /// How the run before this one ended.
    pub last: Option<Box<Ended>>,
    /// `resources.limits.memory` as written in the spec (`20Mi`), for explaining an OOM kill.
    pub memory_limit: Option<Arc<str>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ContainerRole {
    Init,
    #[default]
    Main,
    Ephemeral,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ContainerState {
    /// No status yet, or none of the three states set.
    Unknown,
    Waiting {
        reason: Arc<str>,
        message: Box<str>,
    },
    Running {
        started: i64,
    },
    Ended(Box<Ended>),
}

/// A terminated container. Times are Unix seconds, 0 if not told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    pub reason: Arc<str>,
    pub message: Box<str>,
    pub exit_code: i32,
    pub signal: i32,
    pub started: i64,
    pub finished: i64,
}
