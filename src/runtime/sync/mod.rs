//! Keeps the fleet's health in step: looks at every cluster again and again, keeps what was seen, tells what is news.
//!
//! [`start`] spawns the worker. [`schedule`] says who is due (pure, by the clock that it is given), [`round`] takes one
//! look, [`worker`] holds both together, [`notify`] stands between the worker and the screen and posts what rules ask
//! for. Each cluster's look is a task of its own: one that fails, hangs or panics is one that failed.
//!
//! Several workers share a fleet by the claims of the registry: whoever's claim runs takes the looks, and a result
//! under an old claim is dropped where it is stored. Every cluster has a place within the interval that all workers
//! agree on, so that there is one look, and one stored result, in each interval.

mod notify;
mod round;
mod schedule;
mod worker;

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

pub use notify::{Bound, Notifier};
pub use worker::{Handle, start};

use super::ports::{FleetPort, KeepPort, SyncSink, WatchedPort};
use crate::domain::survey::SpaceLabels;

/// How the worker works.
#[derive(Debug, Clone)]
pub struct Options {
    /// Between two looks at one cluster.
    pub interval: Duration,
    /// Clusters that are looked at at once.
    pub at_once: usize,
    /// One look may take so long.
    pub limit: Duration,
    /// What is under way at the end is waited for so long.
    pub patience: Duration,
    /// Work is claimed before it is done, so that several workers can share it.
    pub claims: bool,
    /// Every cluster is looked at once, then the worker ends.
    pub once: bool,
    pub labels: Arc<SpaceLabels>,
    /// Unix milliseconds.
    pub now_ms: fn() -> i64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            interval: Duration::from_secs(30),
            at_once: 8,
            limit: Duration::from_secs(20),
            patience: Duration::from_secs(5),
            claims: true,
            once: false,
            labels: Arc::default(),
            now_ms: || jiff::Timestamp::now().as_millisecond(),
        }
    }
}

/// What the worker reaches.
#[derive(Clone)]
pub struct Parts {
    pub fleet: Arc<dyn FleetPort>,
    /// Where results are kept; without one they are told alone.
    pub keep: Option<Arc<dyn KeepPort>>,
    /// Sessions of this program.
    pub watched: Option<Arc<dyn WatchedPort>>,
    pub sink: Arc<dyn SyncSink>,
}
