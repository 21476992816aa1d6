//! The way from a cluster's watches to the loop.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::domain::delta::Delta;
use crate::domain::health::SessionEvent;
use crate::domain::ids::ClusterId;
use crate::runtime::ports::SessionSink;

/// Numbers of lists, one sequence for the whole program: a session that is opened again still counts on, so that rows of
/// its predecessor are older than its first list.
#[derive(Debug, Clone, Default)]
pub struct Epochs(Arc<AtomicU32>);

impl Epochs {
    pub fn next(&self) -> u32 {
        self.0.fetch_add(1, Ordering::Relaxed).wrapping_add(1)
    }
}

/// Where one cluster's watches put their rows. Clones feed the same cluster.
#[derive(Clone)]
pub struct Feed {
    cluster: ClusterId,
    sink: Arc<dyn SessionSink>,
    epochs: Epochs,
    heard: Arc<Heard>,
}

/// When the server last said something, and how often it has.
#[derive(Debug)]
struct Heard {
    at_ms: AtomicI64,
    times: AtomicU64,
}

impl Feed {
    pub fn new(cluster: ClusterId, sink: Arc<dyn SessionSink>, epochs: Epochs) -> Self {
        let heard = Heard { at_ms: AtomicI64::new(now_ms()), times: AtomicU64::new(0) };
        Self { cluster, sink, epochs, heard: Arc::new(heard) }
    }

    pub fn next_epoch(&self) -> u32 {
        self.epochs.next()
    }

    pub fn deltas(&self, deltas: Vec<Delta>) {
        if !deltas.is_empty() {
            self.sink.deltas(self.cluster, deltas);
        }
    }

    pub fn event(&self, event: SessionEvent) {
        self.sink.event(self.cluster, event);
    }

    /// The server said something just now.
    pub fn hear(&self) {
        self.heard.at_ms.store(now_ms(), Ordering::Relaxed);
        self.heard.times.fetch_add(1, Ordering::Relaxed);
    }

    /// When the server was last heard, Unix milliseconds.
    pub fn last_heard(&self) -> i64 {
        self.heard.at_ms.load(Ordering::Relaxed)
    }

    /// How often the server was heard: unchanged means silence.
    pub fn times_heard(&self) -> u64 {
        self.heard.times.load(Ordering::Relaxed)
    }
}

/// Unix milliseconds.
pub fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
