//! Pods of Deployments: one that goes is replaced.

use std::sync::Arc;

use super::{Due, Sim};
use crate::demo::bulk::{Bulk, Kind, PodState};
use crate::demo::kinds::{Kinds, Known};
use crate::demo::random;
use crate::demo::store::{Body, Key, Store};

/// Where a pod is missing.
#[derive(Debug, Clone)]
pub struct Gap {
    pub namespace: Arc<str>,
    pub bulk: Bulk,
}

impl PartialEq for Gap {
    fn eq(&self, other: &Self) -> bool {
        self.namespace == other.namespace && self.bulk.ordinal == other.bulk.ordinal
    }
}

impl Eq for Gap {}

impl Sim {
    /// Whether the ReplicaSet of a pod is still there (or was never kept, as in fleets made for load).
    pub(super) fn deployment_wants(&self, store: &Store, pod: &Key, bulk: &Bulk) -> bool {
        let Kind::Pod(shape) = bulk.shape.kind() else { return false };
        let namespace = store.get(Known::get().namespace, &Key::new("", pod.namespace.clone()));
        let set = Key::new(pod.namespace.clone(), shape.replica_set.as_str());
        namespace.is_some_and(|namespace| !namespace.deleting())
            && store.get(Kinds::get().named("ReplicaSet"), &set).is_some_and(|set| !set.deleting())
    }

    pub(super) fn replace(&mut self, store: &mut Store, gap: &Gap, now: i64) {
        let Kind::Pod(shape) = gap.bulk.shape.kind() else { return };
        if !self.deployment_wants(store, &Key::new(gap.namespace.clone(), ""), &gap.bulk) {
            return;
        }
        let pods = Known::get().pod;
        let ordinal = gap.bulk.ordinal.wrapping_add(0x0100_0000);
        let mut salt = random::hash(self.cluster.identity.seed, store.rv());
        let key = loop {
            let key = Key::new(gap.namespace.clone(), format!("{}-{}", shape.replica_set, random::suffix(salt, 5)));
            if store.get(pods, &key).is_none() {
                break key;
            }
            salt = random::hash(salt, 1);
        };
        let seconds = (now / 1000) as u32;
        let bulk = Bulk {
            ordinal,
            created: seconds,
            changed: seconds,
            state: PodState::Creating as u8,
            restarts: 0,
            ..gap.bulk.clone()
        };
        store.put_bulk(pods, key.clone(), bulk);
        self.churn.add(key.clone());
        self.later(now, 2500, Due::Started(key));
    }

    pub(super) fn started(&mut self, store: &mut Store, key: &Key, now: i64) {
        let pods = Known::get().pod;
        let Some(Body::Bulk(bulk)) = store.get(pods, key).map(|entry| &entry.body) else { return };
        let bulk = Bulk { state: PodState::Running as u8, changed: (now / 1000) as u32, ..bulk.clone() };
        store.put_bulk(pods, key.clone(), bulk);
    }
}
