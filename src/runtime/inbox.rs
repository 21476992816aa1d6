//! What sessions report, coalesced before it reaches the loop.
//!
//! A map from object to its newest delta, with one wake-up: memory is bounded by objects, whoever reads a socket never
//! waits, and a slow screen skips versions. Marks (`Listed`, `Dropped`) keep their place: a mark is handed out only when
//! everything that came before it has been.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::ports::SessionSink;
use crate::domain::delta::{ClusterDelta, Delta};
use crate::domain::health::SessionEvent;
use crate::domain::ids::{ClusterId, KindId, ObjectKey};

/// The most deltas that one `take` hands out.
pub const BATCH: usize = 512;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Slot {
    cluster: ClusterId,
    kind: KindId,
    key: ObjectKey,
}

#[derive(Debug, Default)]
struct State {
    /// Newest delta per object, in segments split by marks: a mark stands between two segments.
    segments: VecDeque<Segment>,
    events: VecDeque<(ClusterId, SessionEvent)>,
}

/// Rows in the order in which their objects first changed, and where each object's newest delta stands.
#[derive(Debug, Default)]
struct Segment {
    rows: VecDeque<(Slot, Delta)>,
    /// How many rows were taken from the front: `places` counts from the segment's beginning.
    taken: usize,
    places: HashMap<Slot, usize>,
    /// Ends the segment.
    mark: Option<ClusterDelta>,
}

impl Segment {
    fn put(&mut self, slot: Slot, delta: Delta) {
        if let Some(place) = self.places.get(&slot) {
            if let Some(found) = self.rows.get_mut(place - self.taken) {
                found.1 = delta;
            }
            return;
        }
        self.places.insert(slot.clone(), self.taken + self.rows.len());
        self.rows.push_back((slot, delta));
    }

    fn take(&mut self) -> Option<ClusterDelta> {
        let (slot, delta) = self.rows.pop_front()?;
        self.taken += 1;
        self.places.remove(&slot);
        Some(ClusterDelta { cluster: slot.cluster, delta })
    }
}

/// The loop's side of every session.
#[derive(Debug, Default)]
pub struct Inbox {
    state: Mutex<State>,
    wake: Notify,
}

/// What one turn of the loop takes in.
#[derive(Debug, Default, PartialEq)]
pub struct Batch {
    pub deltas: Vec<ClusterDelta>,
    pub events: Vec<(ClusterId, SessionEvent)>,
    /// More is waiting.
    pub more: bool,
}

impl Inbox {
    pub fn new() -> Arc<Self> {
        Arc::default()
    }

    /// Resolves when something is there to take.
    pub async fn ready(&self) {
        self.wake.notified().await;
    }

    /// At most [`BATCH`] deltas and all events, oldest first.
    pub fn take(&self) -> Batch {
        let mut state = self.lock();
        let mut batch = Batch { events: state.events.drain(..).collect(), ..Batch::default() };
        while batch.deltas.len() < BATCH {
            let Some(segment) = state.segments.front_mut() else { break };
            match segment.take() {
                Some(delta) => batch.deltas.push(delta),
                None => {
                    batch.deltas.extend(segment.mark.take());
                    state.segments.pop_front();
                }
            }
        }
        batch.more = !state.segments.is_empty();
        if batch.more {
            self.wake.notify_one();
        }
        batch
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // A panic of another thread while it held the lock leaves the maps whole: each change is one call.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn open_segment(&mut self) -> Option<&mut Segment> {
        if self.segments.back().is_none_or(|segment| segment.mark.is_some()) {
            self.segments.push_back(Segment::default());
        }
        self.segments.back_mut()
    }

    fn put(&mut self, cluster: ClusterId, delta: Delta) {
        let slot = match &delta {
            Delta::Upsert { row, .. } => Slot { cluster, kind: row.kind(), key: row.meta().key.clone() },
            Delta::Delete { kind, key } => Slot { cluster, kind: *kind, key: key.clone() },
            Delta::Listed { .. } | Delta::Dropped { .. } => {
                if let Some(segment) = self.open_segment() {
                    segment.mark = Some(ClusterDelta { cluster, delta });
                }
                return;
            }
        };
        if let Some(segment) = self.open_segment() {
            segment.put(slot, delta);
        }
    }
}

impl SessionSink for Inbox {
    fn deltas(&self, cluster: ClusterId, deltas: Vec<Delta>) {
        let mut state = self.lock();
        for delta in deltas {
            state.put(cluster, delta);
        }
        drop(state);
        self.wake.notify_one();
    }

    fn event(&self, cluster: ClusterId, event: SessionEvent) {
        self.lock().events.push_back((cluster, event));
        self.wake.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::delta::Scope;

    fn gone(name: &str) -> Delta {
        Delta::Delete { kind: KindId::Pod, key: ObjectKey::new("a", name) }
    }

    #[test]
    fn a_second_change_of_an_object_replaces_the_first() {
        let inbox = Inbox::new();
        inbox.deltas(ClusterId(0), vec![gone("x"), gone("y"), gone("x")]);
        assert_eq!(inbox.take().deltas.len(), 2);
    }

    #[test]
    fn a_mark_comes_after_all_that_stood_before_it_and_before_what_follows() {
        let inbox = Inbox::new();
        let mark = Delta::Listed { kind: KindId::Pod, scope: Scope::Cluster, epoch: 1 };
        inbox
            .deltas(ClusterId(0), (0..700).map(|n| gone(&n.to_string())).chain([mark.clone(), gone("late")]).collect());
        let first = inbox.take();
        assert!(first.more && first.deltas.len() == BATCH && first.deltas.iter().all(|found| found.delta != mark));
        let second = inbox.take();
        assert_eq!(second.deltas.iter().position(|found| found.delta == mark), Some(700 - BATCH));
        assert_eq!(second.deltas.last().map(|found| found.delta.clone()), Some(gone("late")));
    }
}
