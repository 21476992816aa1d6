//! How a collector does, for monitoring: `/healthz` and Prometheus' `/metrics`.

mod server;
mod text;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;

pub use server::serve;

use crate::domain::ids::ClusterId;
use crate::domain::registry::{Snapshot, Status};
use crate::domain::sync::{SyncFigures, SyncNews, Target};
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

/// Whether a worker does its work: it runs, and nobody waits for much longer than a look should be away.
fn health(figures: &watch::Receiver<SyncFigures>, most_lag_ms: i64) -> Result<(), String> {
    if figures.has_changed().is_err() {
        return Err("the worker has ended".to_owned());
    }
    let lag_ms = figures.borrow().lag_ms;
    if lag_ms > most_lag_ms {
        return Err(format!("looks are {} s behind", lag_ms / 1_000));
    }
    Ok(())
}
