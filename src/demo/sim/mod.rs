//! What controllers, schedulers and kubelets do in a real cluster. Everything is done from a queue of due objects, so
//! that a quiet fleet costs nothing; the same code makes the past up before anybody looks.

mod churn;
pub mod cron;
mod cronjobs;
mod events;
mod garbage;
mod job_status;
mod jobs;
mod namespaces;
pub mod nodes;
mod pod_status;
mod pods;
mod replicas;
mod scheduler;

use std::cmp::Reverse;
use std::collections::hash_map::Entry;
use std::collections::{BinaryHeap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use self::churn::Churn;
use super::cluster::Cluster;
use super::kinds::{KindIndex, Kinds, Known};
use super::random::Random;
use super::store::{Body, Change, Happened, Key, Store};
use super::write::admission::quota;

/// Something to look at when its time has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Due {
    /// An object of a kind that has a controller.
    Object(KindIndex, Key),
    /// A new pod in place of one that went; the key is the old one's.
    Replace(Box<replicas::Gap>),
    /// A bulk pod that is being created has started.
    Started(Key),
    /// A node changes between Ready and NotReady.
    Flap(Key),
}

struct Timer {
    at: i64,
    order: u64,
    due: Due,
}

impl PartialEq for Timer {
    fn eq(&self, other: &Self) -> bool {
        (self.at, self.order) == (other.at, other.order)
    }
}

impl Eq for Timer {}

impl PartialOrd for Timer {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Timer {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.at, self.order).cmp(&(other.at, other.order))
    }
}

/// The controllers of one cluster. Times are Unix milliseconds.
pub struct Sim {
    cluster: Arc<Cluster>,
    random: Random,
    timers: BinaryHeap<Reverse<Timer>>,
    order: u64,
    /// When each object will be looked at next: only that timer counts.
    looks: HashMap<(KindIndex, Key), i64>,
    /// What a pod waits for, and until when, by uid.
    steps: HashMap<String, (pods::Stage, i64)>,
    /// When a Job's last pod failed, by the Job's uid.
    failures: HashMap<String, i64>,
    /// How often in a row a Job's pods were refused, by the Job's uid.
    refused: HashMap<String, u32>,
    /// Events that may be counted up, by what they say of whom.
    told: HashMap<u64, Key>,
    /// The history of each kind was read up to here.
    read: u64,
    churn: Churn,
    /// Nodes that flap: for how many seconds they are away and back.
    flapping: HashMap<Key, (i64, i64)>,
}

impl Sim {
    pub fn new(cluster: Arc<Cluster>, churn_per_second: u32) -> Self {
        let random = Random::new(cluster.identity.seed ^ 0x51);
        let read = cluster.store().rv();
        Self {
            cluster,
            random,
            timers: BinaryHeap::new(),
            order: 0,
            looks: HashMap::new(),
            steps: HashMap::new(),
            failures: HashMap::new(),
            refused: HashMap::new(),
            told: HashMap::new(),
            read,
            churn: Churn::new(churn_per_second),
            flapping: HashMap::new(),
        }
    }

    /// Lets something be looked at in `delay` milliseconds. An object that is looked at earlier anyway says then when
    /// it wants to be looked at again.
    pub fn later(&mut self, now: i64, delay: i64, due: Due) {
        let at = now + delay.max(0);
        if let Due::Object(kind, key) = &due {
            match self.looks.entry((*kind, key.clone())) {
                Entry::Occupied(known) if *known.get() <= at => return,
                Entry::Occupied(mut known) => *known.get_mut() = at,
                Entry::Vacant(free) => drop(free.insert(at)),
            }
        }
        self.order += 1;
        self.timers.push(Reverse(Timer { at, order: self.order, due }));
    }

    /// Makes a node go away and come back for so many seconds each.
    pub fn flap(&mut self, now: i64, node: Key, away: i64, back: i64) {
        self.flapping.insert(node.clone(), (away, back));
        self.later(now, back * 1000, Due::Flap(node));
    }

    /// Lives through the time from what the store's clock says to `until`.
    pub fn live(&mut self, until: i64) {
        let cluster = self.cluster.clone();
        let mut store = cluster.store();
        self.notice(&mut store);
        while let Some(at) = self.timers.peek().map(|Reverse(timer)| timer.at).filter(|at| *at <= until) {
            let now = store.now().max(at);
            store.set_past(Some(now));
            self.work(&mut store, now);
        }
        store.set_past(Some(until));
    }

    /// Works until the fleet is shut down.
    pub async fn run(mut self, stop: CancellationToken) {
        let mut changed = self.cluster.subscribe();
        loop {
            changed.borrow_and_update();
            let cluster = self.cluster.clone();
            let now = cluster.write(|store| {
                let now = store.now();
                self.notice(store);
                self.work(store, now);
                self.churn(store, now);
                now
            });
            let next = self.timers.peek().map(|Reverse(timer)| timer.at);
            let next = [next, self.churn.next()].into_iter().flatten().min();
            let pause = next.map_or(Duration::from_secs(3600), |at| Duration::from_millis((at - now).max(5) as u64));
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(pause) => {}
                changed = changed.changed() => if changed.is_err() { return },
            }
        }
    }

    /// Reads what happened and marks the objects that a controller must look at.
    fn notice(&mut self, store: &mut Store) {
        if self.read == store.rv() {
            return;
        }
        let known = Known::get();
        let now = store.now();
        for kind in 0..Kinds::get().all.len() {
            if kind == known.event || !Kinds::get().all[kind].stored() {
                continue;
            }
            // A history that is too short is read from its beginning: controllers look at objects, not at changes.
            let changes = match store.changes(kind, self.read, usize::MAX) {
                Ok(changes) => changes,
                Err(gone) => store.changes(kind, gone.oldest, usize::MAX).unwrap_or_default(),
            };
            for change in changes {
                self.notice_one(store, kind, &change, now);
            }
        }
        self.read = store.rv();
    }

    fn notice_one(&mut self, store: &mut Store, kind: KindIndex, change: &Change, now: i64) {
        let known = Known::get();
        let key = change.entry.key.clone();
        if change.happened == Happened::Deleted {
            self.steps.remove(&*change.entry.uid());
            self.failures.remove(&*change.entry.uid());
            self.refused.remove(&*change.entry.uid());
            self.cluster.runs().forget(&change.entry.uid());
            self.deleted(store, kind, change, now);
        }
        if let Body::Bulk(_) = change.entry.body {
            return;
        }
        if change.before.as_ref().is_some_and(|before| before.deleting()) && !key.namespace.is_empty() {
            let namespace = Key::new("", key.namespace.clone());
            if store.get(known.namespace, &namespace).is_some_and(|entry| entry.deleting()) {
                self.later(now, 0, Due::Object(known.namespace, namespace));
            }
        }
        self.free_quota(store, kind, change, now);
        if kind == known.pod {
            if let Some(owner) = change.entry.owners().find(|owner| owner["kind"] == "Job") {
                let job = Key::new(key.namespace.clone(), owner["name"].as_str().unwrap_or_default());
                self.later(now, 0, Due::Object(known.job, job));
            }
            self.later(now, 0, Due::Object(kind, key));
        } else if kind == known.job {
            if let Some(owner) = change.entry.owners().find(|owner| owner["kind"] == "CronJob") {
                let cron = Key::new(key.namespace.clone(), owner["name"].as_str().unwrap_or_default());
                self.later(now, 0, Due::Object(known.cron_job, cron));
            }
            self.later(now, 0, Due::Object(kind, key));
        } else if change.happened != Happened::Deleted
            && (kind == known.namespace || kind == known.cron_job || change.entry.deleting())
        {
            self.later(now, 0, Due::Object(kind, key));
        }
    }

    /// Lets the quotas of a namespace be counted anew when something in it has gone or ended, or they themselves changed.
    fn free_quota(&mut self, store: &Store, kind: KindIndex, change: &Change, now: i64) {
        let quotas = Known::get().resource_quota;
        if kind == quotas {
            if change.happened != Happened::Deleted {
                self.later(now, 0, Due::Object(quotas, change.entry.key.clone()));
            }
            return;
        }
        let phase = |entry: &Arc<super::store::Entry>| entry.field("status.phase").into_owned();
        let over = |phase: &str| matches!(phase, "Succeeded" | "Failed");
        let ended = kind == Known::get().pod
            && over(&phase(&change.entry))
            && change.before.as_ref().is_some_and(|before| !over(&phase(before)));
        if change.happened != Happened::Deleted && !ended {
            return;
        }
        let keys: Vec<Key> =
            store.range(quotas, Some(&change.entry.key.namespace)).map(|entry| entry.key.clone()).collect();
        for key in keys {
            self.later(now, 0, Due::Object(quotas, key));
        }
    }

    /// Does what is due, and what becomes due by it.
    fn work(&mut self, store: &mut Store, now: i64) {
        let known = Known::get();
        while let Some(Reverse(timer)) = self.timers.peek() {
            if timer.at > now {
                break;
            }
            let Some(Reverse(Timer { at, due, .. })) = self.timers.pop() else { break };
            match due {
                Due::Object(kind, key) => {
                    let look = (kind, key);
                    if self.looks.get(&look) != Some(&at) {
                        continue;
                    }
                    self.looks.remove(&look);
                    let (kind, key) = look;
                    if self.collect(store, kind, &key) {
                        // It goes, or waits for what it owns.
                    } else if kind == known.pod {
                        self.pod(store, &key, now);
                    } else if kind == known.job {
                        self.job(store, &key, now);
                    } else if kind == known.cron_job {
                        self.cron_job(store, &key, now);
                    } else if kind == known.namespace {
                        self.namespace(store, &key, now);
                    } else if kind == known.resource_quota {
                        quota::recount(store, &key);
                    } else if kind == known.event {
                        store.remove(kind, &key);
                    }
                }
                Due::Replace(gap) => self.replace(store, &gap, now),
                Due::Started(key) => self.started(store, &key, now),
                Due::Flap(node) => self.flapped(store, &node, now),
            }
            self.notice(store);
        }
    }
}
