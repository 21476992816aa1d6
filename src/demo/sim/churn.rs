//! Steady change for load: pods lose and gain readiness, restart and are replaced; Jobs made in bulk change state.

use super::Sim;
use crate::demo::bulk::{Bulk, JobState, PodState};
use crate::demo::kinds::Known;
use crate::demo::random::Random;
use crate::demo::store::{Body, Key, Store};

/// Milliseconds between two rounds.
const ROUND: i64 = 100;

#[derive(Debug)]
pub struct Churn {
    per_second: u32,
    /// What may be changed; keys of objects that have gone are dropped when they are drawn.
    pods: Vec<Key>,
    jobs: Vec<Key>,
    last: i64,
}

impl Churn {
    pub fn new(per_second: u32) -> Self {
        Self { per_second, pods: Vec::new(), jobs: Vec::new(), last: 0 }
    }

    pub fn add(&mut self, pod: Key) {
        if self.per_second > 0 {
            self.pods.push(pod);
        }
    }

    /// When the next round is due.
    pub fn next(&self) -> Option<i64> {
        (self.per_second > 0).then_some(self.last + ROUND)
    }
}

impl Sim {
    /// One round, if it is due.
    pub(super) fn churn(&mut self, store: &mut Store, now: i64) {
        let Some(due) = self.churn.next().filter(|due| *due <= now) else { return };
        if self.churn.last == 0 {
            let keys = |kind| {
                let bulk = store.range(kind, None).filter(|entry| matches!(entry.body, Body::Bulk(_)));
                bulk.map(|entry| entry.key.clone()).collect()
            };
            self.churn.pods = keys(Known::get().pod);
            self.churn.jobs = keys(Known::get().job);
            self.churn.last = now;
            return;
        }
        let elapsed = (now - due + ROUND).min(1000);
        self.churn.last = now;
        for _ in 0..i64::from(self.churn.per_second) * elapsed / 1000 {
            let jobs = !self.churn.jobs.is_empty() && (self.churn.pods.is_empty() || self.random.chance(50));
            if jobs {
                self.churn_job(store, now);
            } else {
                self.churn_pod(store, now);
            }
        }
    }

    fn churn_pod(&mut self, store: &mut Store, now: i64) {
        let pods = Known::get().pod;
        let Some(key) = draw(&mut self.churn.pods, &mut self.random, store, pods) else { return };
        let Some(Body::Bulk(bulk)) = store.get(pods, &key).map(|entry| entry.body.clone()) else { return };
        let seconds = (now / 1000) as u32;
        let (state, restarts) = match (PodState::from(bulk.state), self.random.below(100)) {
            (PodState::Running, 0..10) => {
                store.remove(pods, &key);
                return;
            }
            (PodState::Running, 10..40) => (PodState::CrashLoop, bulk.restarts.saturating_add(1).min(90)),
            (PodState::Running, _) => (PodState::NotReady, bulk.restarts),
            _ => (PodState::Running, bulk.restarts),
        };
        store.put_bulk(pods, key, Bulk { state: state as u8, restarts, changed: seconds, ..bulk });
    }

    fn churn_job(&mut self, store: &mut Store, now: i64) {
        let jobs = Known::get().job;
        let Some(key) = draw(&mut self.churn.jobs, &mut self.random, store, jobs) else { return };
        let Some(Body::Bulk(bulk)) = store.get(jobs, &key).map(|entry| entry.body.clone()) else { return };
        let state = match (JobState::from(bulk.state), self.random.below(10)) {
            (JobState::Running, 0..7) => JobState::Complete,
            (JobState::Running, _) => JobState::BackoffLimit,
            _ => JobState::Running,
        };
        let seconds = (now / 1000) as u32;
        store.put_bulk(jobs, key, Bulk { state: state as u8, changed: seconds, ..bulk });
    }
}

fn draw(keys: &mut Vec<Key>, random: &mut Random, store: &Store, kind: usize) -> Option<Key> {
    for _ in 0..8 {
        if keys.is_empty() {
            return None;
        }
        let at = random.below(keys.len() as u64) as usize;
        if store.get(kind, &keys[at]).is_some() {
            return Some(keys[at].clone());
        }
        keys.swap_remove(at);
    }
    None
}
