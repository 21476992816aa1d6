//! The namespace controller: a new namespace gets its service account and CA bundle, a Terminating one is emptied.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Due, Sim};
use crate::demo::kinds::{Kinds, Known};
use crate::demo::store::{Key, Store};
use crate::demo::wire::time;
use crate::demo::write::create;
use crate::demo::write::delete::{self, Options};
use crate::demo::write::{How, tidy};

const DESCRIPTION: &str = "Contains a CA bundle that can be used to verify the kube-apiserver when using internal \
                           endpoints such as the internal service IP or kubernetes.default.svc. No other usage is \
                           guaranteed across distributions of Kubernetes clusters.";

impl Sim {
    pub(super) fn namespace(&mut self, store: &mut Store, key: &Key, now: i64) {
        let known = Known::get();
        let Some(entry) = store.get(known.namespace, key).cloned() else { return };
        let name = &*key.name;
        if !entry.deleting() {
            self.furnish(store, name);
            return;
        }
        let mut holding: BTreeMap<String, usize> = BTreeMap::new();
        let mut left: BTreeMap<String, usize> = BTreeMap::new();
        let stored = (0..Kinds::get().all.len()).filter(|kind| {
            let kind = &Kinds::get().all[*kind];
            kind.stored() && kind.namespaced
        });
        for kind in stored.collect::<Vec<_>>() {
            let keys: Vec<Key> = store.range(kind, Some(name)).map(|entry| entry.key.clone()).collect();
            for key in keys {
                // What is gone already needs no deletion.
                let _ = delete::delete(store, kind, &key, &Options::default());
                let Some(entry) = store.get(kind, &key) else { continue };
                *left.entry(Kinds::get().all[kind].qualified_dot()).or_default() += 1;
                let finalizers = entry.full().and_then(|value| value["metadata"]["finalizers"].as_array());
                for finalizer in finalizers.into_iter().flatten().filter_map(Value::as_str) {
                    *holding.entry(finalizer.to_owned()).or_default() += 1;
                }
            }
        }
        self.tell_what_holds(store, key, &left, &holding, now);
        if left.is_empty() {
            store.remove(known.namespace, key);
            return;
        }
        // What a finalizer holds is looked at again when it changes; see `Sim::notice`.
        let pause = if holding.is_empty() { 500 } else { 600_000 };
        self.later(now, pause, Due::Object(known.namespace, key.clone()));
    }

    fn furnish(&mut self, store: &mut Store, name: &str) {
        let known = Known::get();
        let cluster = self.cluster.clone();
        let account = json!({"metadata": {"name": "default"}});
        let bundle = json!({
            "metadata": {"name": "kube-root-ca.crt", "annotations": {"kubernetes.io/description": DESCRIPTION}},
            "data": {"ca.crt": "-----BEGIN CERTIFICATE-----\nnone: this fleet speaks plain HTTP\n-----END CERTIFICATE-----\n"},
        });
        for (kind, name_of, object) in
            [(known.service_account, "default", account), (known.config_map, "kube-root-ca.crt", bundle)]
        {
            if store.get(kind, &Key::new(name, name_of)).is_none() {
                // The namespace was there a moment ago, and the object is sound.
                let _ = create::insert(&cluster, store, kind, Some(name), object, &How::default());
            }
        }
    }

    fn tell_what_holds(
        &mut self,
        store: &mut Store,
        key: &Key,
        left: &BTreeMap<String, usize>,
        holding: &BTreeMap<String, usize>,
        now: i64,
    ) {
        let known = Known::get();
        let Some(entry) = store.get(known.namespace, key) else { return };
        let mut value = entry.value().into_owned();
        let stamp = time::rfc3339(now / 1000);
        let old = value["status"]["conditions"].as_array().cloned().unwrap_or_default();
        let condition = |kind: &str, is: bool, reason: &str, message: String| {
            let is = if is { "True" } else { "False" };
            let same = old.iter().find(|known| known["type"] == kind && known["status"] == is);
            let since = same.map_or_else(
                || stamp.clone(),
                |same| same["lastTransitionTime"].as_str().unwrap_or_default().to_owned(),
            );
            json!({"type": kind, "status": is, "lastTransitionTime": since, "reason": reason, "message": message})
        };
        let list = |what: &BTreeMap<String, usize>, words: &str| {
            let parts: Vec<String> =
                what.iter().map(|(name, count)| format!("{name} {words} {count} resource instances")).collect();
            parts.join(", ")
        };
        let content = format!("Some resources are remaining: {}", list(left, "has"));
        let finalizers = format!("Some content in the namespace has finalizers remaining: {}", list(holding, "in"));
        value["status"]["conditions"] = json!([
            condition(
                "NamespaceDeletionDiscoveryFailure",
                false,
                "ResourcesDiscovered",
                "All resources successfully discovered".into()
            ),
            condition(
                "NamespaceDeletionGroupVersionParsingFailure",
                false,
                "ParsedGroupVersions",
                "All legacy kube types successfully parsed".into()
            ),
            condition(
                "NamespaceDeletionContentFailure",
                false,
                "ContentDeleted",
                "All content successfully deleted, may be waiting on finalization".into()
            ),
            condition(
                "NamespaceContentRemaining",
                !left.is_empty(),
                if left.is_empty() { "ContentRemoved" } else { "SomeResourcesRemain" },
                if left.is_empty() { "All content successfully removed".into() } else { content }
            ),
            condition(
                "NamespaceFinalizersRemaining",
                !holding.is_empty(),
                if holding.is_empty() { "ContentHasNoFinalizers" } else { "SomeFinalizersRemain" },
                if holding.is_empty() { "All content-preserving finalizers finished".into() } else { finalizers }
            ),
        ]);
        if value != *entry.value() {
            store.put(known.namespace, key.clone(), tidy(&Kinds::get().all[known.namespace], &value));
        }
    }
}
