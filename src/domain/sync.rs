//! What the worker tells that keeps the fleet's health in step.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use super::gate::Environment;
use super::health::Trouble;
use super::ids::ClusterId;
use super::registry::{FinishedJob, Snapshot, Status, Transition};
use super::standing::Judgement;

/// A cluster to be looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    pub id: ClusterId,
    pub name: String,
    pub environment: Environment,
    /// The registry's id; without one nothing of the cluster is kept.
    pub registered: Option<String>,
}

/// One piece of news.
#[derive(Debug, Clone, PartialEq)]
pub enum SyncNews {
    /// A look was taken (`snapshot`) or failed, and what it says by itself.
    Looked { target: Arc<Target>, snapshot: Option<Arc<Snapshot>>, judgement: Judgement, at_ms: i64 },
    /// How the cluster stands from now on; `was` is how it stood before, if that is known.
    Standing { target: Arc<Target>, transition: Transition, was: Option<Status> },
    /// A Job that ended is kept.
    Finished { target: Arc<Target>, job: Arc<FinishedJob> },
    /// Another worker looks after the cluster for now.
    Theirs { target: Arc<Target> },
    /// A result could not be kept.
    NotKept { target: Arc<Target>, trouble: Trouble },
}

/// How the worker does.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SyncFigures {
    pub clusters: usize,
    /// Looks since the start, and those that failed.
    pub runs: u64,
    pub failures: u64,
    /// Looks that another worker took over meanwhile: their results were dropped.
    pub stale: u64,
    /// Clusters that are being looked at now.
    pub busy: usize,
    /// Clusters that others look after.
    pub theirs: usize,
    /// How far the cluster that waits longest is behind its time, in milliseconds.
    pub lag_ms: i64,
    /// What failed last, cleaned; empty while nothing did.
    pub last_error: String,
    /// Why results wait in memory; empty while all are kept.
    pub kept: String,
}

/// The worker turns at least this often, so that one that hangs is seen to.
pub const PULSE: Duration = Duration::from_secs(5);

/// When the worker last turned, in Unix milliseconds of its clock.
#[derive(Debug, Clone, Default)]
pub struct Pulse(Arc<AtomicI64>);

impl Pulse {
    pub fn last_ms(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }

    pub fn beat(&self, now_ms: i64) {
        self.0.store(now_ms, Ordering::Relaxed);
    }
}
