//! How a collector does, for monitoring: `/healthz` and Prometheus' `/metrics`.

mod server;
mod text;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;

pub use server::serve;

use crate::domain::ids::ClusterId;
use crate::domain::registry::{Snapshot, Status};
use crate::domain::sync::{PULSE, Pulse, SyncFigures, SyncNews, Target};
use crate::runtime::ports::SyncSink;

/// A sink that remembers the last look at each cluster, and hands all news on.
pub struct Board {
    clusters: Mutex<BTreeMap<ClusterId, Last>>,
    next: Arc<dyn SyncSink>,
}

/// What is known of a cluster that this process looks after.
#[derive(Debug, Clone)]
struct Last {
    target: Arc<Target>,
    status: Status,
    at_ms: i64,
    snapshot: Option<Arc<Snapshot>>,
}

impl Board {
    pub fn new(next: Arc<dyn SyncSink>) -> Self {
        Self { clusters: Mutex::default(), next }
    }

    /// What is looked after from now on; the rest is forgotten.
    pub fn retain(&self, targets: &[Target]) {
        self.locked().retain(|id, _| targets.iter().any(|target| target.id == *id));
    }

    /// Prometheus' text format, version 0.0.4.
    fn metrics(&self, figures: &SyncFigures) -> String {
        text::metrics(figures, self.locked().values())
    }

    fn locked(&self) -> std::sync::MutexGuard<'_, BTreeMap<ClusterId, Last>> {
        // Entries are put and taken whole.
        self.clusters.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SyncSink for Board {
    fn news(&self, news: SyncNews) {
        match &news {
            SyncNews::Looked { target, snapshot, judgement, at_ms } => {
                let status = judgement.status;
                let last = Last { target: target.clone(), status, at_ms: *at_ms, snapshot: snapshot.clone() };
                self.locked().insert(target.id, last);
            }
            // Whoever looks after it tells of it.
            SyncNews::Theirs { target } => {
                self.locked().remove(&target.id);
            }
            SyncNews::Standing { .. } | SyncNews::Finished { .. } | SyncNews::NotKept { .. } => {}
        }
        self.next.news(news);
    }
}

/// What tells whether a worker does its work.
#[derive(Clone)]
pub struct Vitals {
    pub figures: watch::Receiver<SyncFigures>,
    pub pulse: Pulse,
    /// A worker that is further behind is not healthy.
    pub most_lag_ms: i64,
    /// Unix milliseconds.
    pub now_ms: fn() -> i64,
}

/// A worker that misses so many beats hangs.
const BEATS: i64 = 4;

/// Whether a worker does its work: it turns, and nobody waits for much longer than a look should be away.
fn health(vitals: &Vitals) -> Result<(), String> {
    let Vitals { figures, pulse, most_lag_ms, now_ms } = vitals;
    if figures.has_changed().is_err() {
        return Err("the worker has ended".to_owned());
    }
    let still_ms = now_ms().saturating_sub(pulse.last_ms());
    if still_ms > BEATS * i64::try_from(PULSE.as_millis()).unwrap_or(i64::MAX) {
        return Err(format!("the worker has not stirred for {} s", still_ms / 1_000));
    }
    let lag_ms = figures.borrow().lag_ms;
    if lag_ms > *most_lag_ms {
        return Err(format!("looks are {} s behind", lag_ms / 1_000));
    }
    Ok(())
}
