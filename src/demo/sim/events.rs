//! Events, counted up when the same thing happens again and forgotten after an hour.

use serde_json::{Value, json};

use super::{Due, Sim};
use crate::demo::kinds::{Kinds, Known};
use crate::demo::random;
use crate::demo::store::{Entry, Key, Store};
use crate::demo::wire::time;
use crate::demo::write::tidy;

const LIFE: i64 = 3_600_000;

/// What an event says.
#[derive(Debug, Clone, Copy)]
pub struct Said<'a> {
    pub warning: bool,
    pub reason: &'a str,
    pub message: &'a str,
    /// `kubelet`, `job-controller`, …
    pub by: &'a str,
    /// The container that it is about.
    pub container: Option<&'a str>,
}

impl<'a> Said<'a> {
    pub fn normal(by: &'a str, reason: &'a str, message: &'a str) -> Self {
        Self { warning: false, reason, message, by, container: None }
    }

    pub fn warning(by: &'a str, reason: &'a str, message: &'a str) -> Self {
        Self { warning: true, ..Self::normal(by, reason, message) }
    }

    pub fn of(self, container: &'a str) -> Self {
        Self { container: Some(container), ..self }
    }
}

impl Sim {
    /// Records an event about an object.
    pub(super) fn say(&mut self, store: &mut Store, kind: usize, about: &Entry, said: Said) {
        let known = Known::get();
        let now = store.now();
        let uid = about.uid().into_owned();
        let stamp = time::rfc3339(now / 1000);
        let identity = random::hash_text(random::hash_text(random::hash_text(1, &uid), said.reason), said.message);
        if let Some(key) = self.told.get(&identity)
            && let Some(entry) = store.get(known.event, key)
        {
            let mut event = entry.value().into_owned();
            event["count"] = (event["count"].as_i64().unwrap_or(1) + 1).into();
            event["lastTimestamp"] = stamp.into();
            let key = key.clone();
            store.put(known.event, key, event);
            return;
        }
        let about_kind = &Kinds::get().all[kind];
        let namespace = if about.key.namespace.is_empty() { "default" } else { &about.key.namespace };
        let name = format!("{}.{:016x}", about.key.name, identity);
        let key = Key::new(namespace, name.as_str());
        let mut involved = json!({"kind": about_kind.kind, "namespace": &*about.key.namespace, "name": &*about.key.name,
            "uid": uid, "apiVersion": about_kind.group_version(), "resourceVersion": about.rv.to_string()});
        if let Some(container) = said.container {
            involved["fieldPath"] = format!("spec.containers{{{container}}}").into();
        }
        let host = match (said.by, about.full().and_then(|pod| pod["spec"]["nodeName"].as_str())) {
            ("kubelet", Some(node)) => Value::from(node),
            _ => Value::Null,
        };
        let event = json!({
            "metadata": {"name": name, "namespace": namespace, "uid": self.cluster.uid(store.rv() + 1),
                "creationTimestamp": stamp},
            "involvedObject": involved,
            "reason": said.reason,
            "message": said.message,
            "source": {"component": said.by, "host": host},
            "firstTimestamp": stamp,
            "lastTimestamp": stamp,
            "count": 1,
            "type": if said.warning { "Warning" } else { "Normal" },
            "reportingComponent": said.by,
            "reportingInstance": host,
        });
        store.put(known.event, key.clone(), tidy(&Kinds::get().all[known.event], &event));
        if self.told.len() > 10_000 {
            self.told.clear();
        }
        self.told.insert(identity, key.clone());
        self.later(now, LIFE, Due::Object(known.event, key));
    }
}
