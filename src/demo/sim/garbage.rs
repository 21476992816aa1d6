//! The garbage collector: what is owned goes with its owner, before it (Foreground), after it (Background) or not at
//! all (Orphan).

use serde_json::Value;

use super::jobs::TRACKING;
use super::replicas::Gap;
use super::{Due, Sim};
use crate::demo::bulk::Kind;
use crate::demo::kinds::{KindIndex, Kinds, Known};
use crate::demo::store::{Body, Change, Key, Store};
use crate::demo::write::delete::{self, Options};
use crate::demo::write::update::held;
use crate::demo::write::{meta, tidy};

impl Sim {
    /// Deals with the finalizers of deletion; true when the object is gone or waits for what it owns.
    pub(super) fn collect(&mut self, store: &mut Store, kind: KindIndex, key: &Key) -> bool {
        let Some(entry) = store.get(kind, key).cloned() else { return true };
        if !entry.deleting() {
            return false;
        }
        let has = |name: &str| {
            entry
                .full()
                .and_then(|value| value["metadata"]["finalizers"].as_array())
                .is_some_and(|all| all.iter().any(|one| one == name))
        };
        let (foreground, orphan) = (has("foregroundDeletion"), has("orphan"));
        if !foreground && !orphan {
            return false;
        }
        let uid = entry.uid().into_owned();
        let owned = dependents(store, key, &uid);
        if orphan {
            for (kind, key) in &owned {
                disown(store, *kind, key, &uid);
                drop_finalizers(store, *kind, key, &[TRACKING]);
            }
        } else if !owned.is_empty() {
            for (kind, key) in &owned {
                if store.get(*kind, key).is_some_and(|entry| !entry.deleting()) {
                    // What is gone already needs no deletion.
                    let _ = delete::delete(store, *kind, key, &Options::default());
                }
                // Of a Job that goes no pod needs to be counted.
                drop_finalizers(store, *kind, key, &[TRACKING]);
            }
            let now = store.now();
            self.later(now, 500, Due::Object(kind, key.clone()));
            return true;
        }
        drop_finalizers(store, kind, key, &["foregroundDeletion", "orphan"]);
        true
    }

    /// After an object has gone: its dependents go too, and a Deployment's pod is replaced.
    pub(super) fn deleted(&mut self, store: &mut Store, kind: KindIndex, change: &Change, now: i64) {
        let known = Known::get();
        if let (Body::Bulk(bulk), true) = (&change.entry.body, kind == known.pod) {
            if self.deployment_wants(store, &change.entry.key, bulk) {
                let delay = self.random.between(300, 1500);
                let gap = Gap { namespace: change.entry.key.namespace.clone(), bulk: bulk.clone() };
                self.later(now, delay, Due::Replace(Box::new(gap)));
            }
            return;
        }
        if !matches!(Kinds::get().all[kind].kind, "Job" | "CronJob" | "Deployment" | "ReplicaSet") {
            return;
        }
        let uid = change.entry.uid().into_owned();
        for (kind, key) in dependents(store, &change.entry.key, &uid) {
            // What is gone already needs no deletion.
            let _ = delete::delete(store, kind, &key, &Options::default());
            // Nobody counts the pods of a Job that has gone.
            drop_finalizers(store, kind, &key, &[TRACKING]);
        }
        if Kinds::get().all[kind].kind == "ReplicaSet" {
            let pods: Vec<Key> = store
                .range(known.pod, Some(&change.entry.key.namespace))
                .filter(|entry| match &entry.body {
                    Body::Bulk(bulk) => matches!(bulk.shape.kind(), Kind::Pod(pod) if pod.replica_set_uid == uid),
                    Body::Full(_) => false,
                })
                .map(|entry| entry.key.clone())
                .collect();
            for key in pods {
                store.remove(known.pod, &key);
            }
        }
    }
}

/// Objects of the same namespace that name this owner.
fn dependents(store: &Store, owner: &Key, uid: &str) -> Vec<(KindIndex, Key)> {
    let namespace = Some(&*owner.namespace).filter(|namespace| !namespace.is_empty());
    let Some(namespace) = namespace else { return Vec::new() };
    let mut found = Vec::new();
    for kind in owned_kinds() {
        for entry in store.range(kind, Some(namespace)) {
            if entry.owners().any(|owner| owner["uid"] == uid) {
                found.push((kind, entry.key.clone()));
            }
        }
    }
    found
}

/// Kinds whose objects have owners here.
fn owned_kinds() -> impl Iterator<Item = KindIndex> {
    let known = Known::get();
    let kinds = Kinds::get();
    [known.pod, known.job, kinds.named("ReplicaSet"), known.config_map, kinds.named("Secret")].into_iter()
}

fn disown(store: &mut Store, kind: KindIndex, key: &Key, uid: &str) {
    let Some(entry) = store.get(kind, key) else { return };
    let mut value = entry.value().into_owned();
    if let Some(owners) = value["metadata"]["ownerReferences"].as_array_mut() {
        owners.retain(|owner| owner["uid"] != uid);
    }
    store.put(kind, key.clone(), tidy(&Kinds::get().all[kind], &value));
}

/// Takes finalizers off, and the object out when nothing holds it any more.
pub(super) fn drop_finalizers(store: &mut Store, kind: KindIndex, key: &Key, names: &[&str]) {
    let Some(entry) = store.get(kind, key) else { return };
    let mut value = entry.value().into_owned();
    let Some(finalizers) = value["metadata"]["finalizers"].as_array_mut() else { return };
    let before = finalizers.len();
    finalizers.retain(|held| !names.iter().any(|name| held == name));
    if finalizers.len() == before {
        return;
    }
    if finalizers.is_empty() {
        meta(&mut value).shift_remove("finalizers");
    }
    let deleting = entry.deleting();
    let ended = matches!(value["status"]["phase"].as_str(), Some("Succeeded" | "Failed"));
    let entry = store.put(kind, key.clone(), value);
    let is_pod = kind == Known::get().pod;
    if deleting && !held(&entry) && (!is_pod || ended || grace_is_over(entry.full())) {
        store.remove(kind, key);
    }
}

fn grace_is_over(pod: Option<&Value>) -> bool {
    pod.is_some_and(|pod| pod["metadata"]["deletionGracePeriodSeconds"].as_i64() == Some(0))
}
