//! What the fleet begins with: three clusters that have lived for six hours, or as many and as large ones as are asked
//! for.

pub mod behaviour;
mod jobs;
mod load;
mod nodes;
pub mod plot;
mod shell;
mod workloads;

use std::sync::Arc;

use serde_json::{Value, json};

use self::plot::{ClusterPlot, Plot};
use super::cluster::{Cluster, Identity};
use super::fleet::{DemoError, FleetOptions};
use super::kinds::{KindIndex, Kinds, Known};
use super::random;
use super::runs::story::Past;
use super::sim::Sim;
use super::store::{Key, Store};
use super::wire::time;
use super::write::{How, create, meta, tidy};

/// How long the clusters have lived when they are first looked at.
const PAST: i64 = 6 * 3_600_000;

/// The clusters and their controllers, up to date.
///
/// # Errors
/// [`DemoError::Data`] when the story's file is broken.
pub fn make(options: &FleetOptions, token: &str) -> Result<Vec<(Arc<Cluster>, Sim)>, DemoError> {
    let plot = Plot::read()?;
    let clusters = plot.clusters(options.clusters);
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let mut made = Vec::with_capacity(clusters.len());
    for (round, some) in clusters.chunks(threads).enumerate() {
        let make = |(at, cluster)| one(&plot, cluster, options, token, round * threads + at);
        let make = &make;
        let parts: Vec<_> = std::thread::scope(|scope| {
            let running: Vec<_> = some.iter().enumerate().map(|part| scope.spawn(move || make(part))).collect();
            running.into_iter().map(std::thread::ScopedJoinHandle::join).collect()
        });
        for part in parts {
            made.push(
                part.map_err(|_| DemoError::Data { file: "fleet.toml", words: "its story cannot be told".into() })?,
            );
        }
    }
    Ok(made)
}

/// The place of the cluster where Terraform runs: not the first, which is a production one, if there is another.
pub fn management(clusters: usize) -> usize {
    usize::from(clusters > 1)
}

fn one(plot: &Plot, of: &ClusterPlot, options: &FleetOptions, token: &str, at: usize) -> (Arc<Cluster>, Sim) {
    let seed = random::hash(options.seed, at as u64 + 1);
    let identity = Identity {
        name: of.name.clone(),
        git_version: of.git_version.clone(),
        token: token.to_owned(),
        seed,
        access: of.access,
    };
    let cluster = Arc::new(Cluster::new(identity, Store::new(options.history)));
    let now = time::now_millis();
    let mut sim = Sim::new(cluster.clone(), options.churn_per_second);
    let mut teller = Teller { cluster: cluster.clone(), seed, now, created: now - PAST };
    cluster.store().set_past(Some(now - PAST));
    teller.namespaces(plot, of);
    let places = nodes::nodes(&mut teller, &mut sim, of, options.nodes.unwrap_or(of.nodes));
    workloads::workloads(&mut teller, plot, of, places.clone(), options.pods);
    let story = options.runs.as_ref().filter(|_| at == management(options.clusters));
    let past = story.map(|story| Past::new(story, &mut teller, of.days.min(90)));
    jobs::live_through(&mut teller, &mut sim, plot, of, past);
    if at == 0 && options.jobs > 0 {
        load::jobs(&mut teller, options.jobs, places);
    }
    let mut store = cluster.store();
    store.set_past(None);
    store.loaded();
    drop(store);
    (cluster, sim)
}

/// Puts the story's objects in.
pub struct Teller {
    pub cluster: Arc<Cluster>,
    pub seed: u64,
    /// Unix milliseconds.
    pub now: i64,
    /// When the story begins.
    pub created: i64,
}

impl Teller {
    /// Creates an object that is `days` old.
    pub fn tell(&mut self, kind: KindIndex, namespace: Option<&str>, object: &Value, days: i64) -> Option<Value> {
        let cluster = self.cluster.clone();
        let mut store = cluster.store();
        let object = tidy(&Kinds::get().all[kind], object);
        let entry = create::insert(&cluster, &mut store, kind, namespace, object.clone(), &How::default()).ok()?;
        let mut value = entry.value().into_owned();
        if days > 0 {
            let created =
                self.now / 1000 - days * 86_400 - (random::hash_text(self.seed, &entry.key.name) % 80_000) as i64;
            meta(&mut value).insert("creationTimestamp".into(), time::rfc3339(created).into());
        }
        if let Some(status) =
            object.get("status").filter(|status| status.as_object().is_some_and(|map| !map.is_empty()))
        {
            value["status"] = status.clone();
        }
        store.put(kind, entry.key.clone(), value.clone());
        Some(value)
    }

    fn namespaces(&mut self, plot: &Plot, of: &ClusterPlot) {
        let kind = Known::get().namespace;
        for name in ["default", "kube-node-lease", "kube-public", "kube-system"] {
            self.tell(kind, None, &json!({"metadata": {"name": name}}), of.days);
        }
        for namespace in plot.namespaces_of(of) {
            let mut labels = serde_json::Map::new();
            for (key, value) in [("team", &namespace.team), ("cost-center", &namespace.cost_center), ("env", &of.env)] {
                if !value.is_empty() {
                    labels.insert(key.into(), value.as_str().into());
                }
            }
            let object = json!({"metadata": {"name": namespace.name, "labels": labels}});
            self.tell(kind, None, &object, namespace.days.min(of.days));
            if let Some(quota) = &namespace.quota {
                let object = json!({"metadata": {"name": "compute"}, "spec": {"hard": quota}});
                self.tell(Known::get().resource_quota, Some(&namespace.name), &object, 30);
            }
            if let Some(limits) = &namespace.limits {
                let mut limit = limits.clone();
                limit["type"] = "Container".into();
                let object = json!({"metadata": {"name": "defaults"}, "spec": {"limits": [limit]}});
                self.tell(Known::get().limit_range, Some(&namespace.name), &object, 30);
            }
            if !namespace.held_by.is_empty() {
                self.hold(&namespace.name, &namespace.held_by);
            }
        }
    }

    /// A namespace that cannot go, since a finalizer holds something in it.
    fn hold(&mut self, name: &str, finalizer: &str) {
        let object =
            json!({"metadata": {"name": "nightly-snapshot", "finalizers": [finalizer]}, "data": {"state": "pending"}});
        self.tell(Known::get().config_map, Some(name), &object, 20);
        let cluster = self.cluster.clone();
        let mut store = cluster.store();
        // It was put in a line above.
        let _ = super::write::delete::delete(
            &mut store,
            Known::get().namespace,
            &Key::new("", name),
            &super::write::delete::Options::default(),
        );
    }
}
