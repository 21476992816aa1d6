//! Deployments, their ReplicaSets and pods.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::Teller;
use super::plot::{ClusterPlot, DeploymentPlot, Plot};
use crate::demo::bulk::{Bulk, Kind, Place, PodShape, PodState, Shape};
use crate::demo::kinds::{Kinds, Known};
use crate::demo::random::{hash, hash_text, suffix};
use crate::demo::store::{Body, Key};

/// Above this many pods, namespaces are added so that none grows beyond measure.
const STORY_PODS: usize = 1000;
const PODS_A_NAMESPACE: usize = 1000;

/// Puts the workloads in; `pods` is how many there shall be, when it is not the story's own number.
pub fn workloads(teller: &mut Teller, plot: &Plot, of: &ClusterPlot, places: Arc<[Place]>, pods: Option<usize>) {
    let deployments: Vec<&DeploymentPlot> = plot.deployments_of(of).collect();
    let told: usize = deployments.iter().filter(|one| one.behaviour.is_empty()).map(|one| one.replicas).sum();
    let simulated: usize = deployments.iter().filter(|one| !one.behaviour.is_empty()).map(|one| one.replicas).sum();
    let wanted = pods.map_or(told, |pods| pods.saturating_sub(simulated));
    let in_story = wanted.min(STORY_PODS.max(told));
    let mut left = in_story;
    let mut crowd = Crowd { places, next: 0 };
    let bulk: Vec<&&DeploymentPlot> = deployments.iter().filter(|one| one.behaviour.is_empty()).collect();
    for (at, deployment) in bulk.iter().enumerate() {
        let replicas =
            if at + 1 == bulk.len() { left } else { (in_story * deployment.replicas / told.max(1)).min(left) };
        left -= replicas;
        crowd.deployment(teller, of, deployment, replicas);
    }
    for deployment in deployments.iter().filter(|one| !one.behaviour.is_empty()) {
        crowd.deployment(teller, of, deployment, deployment.replicas);
    }
    more(teller, of, &mut crowd, wanted - in_story);
}

/// Namespaces of services that nobody named.
fn more(teller: &mut Teller, of: &ClusterPlot, crowd: &mut Crowd, pods: usize) {
    const TEAMS: [&str; 6] = ["orders", "ledger", "media", "identity", "catalog", "risk"];
    const PARTS: [&str; 4] = ["api", "worker", "cache", "gateway"];
    let namespaces = pods.div_ceil(PODS_A_NAMESPACE);
    for at in 0..namespaces {
        let team = TEAMS[at % TEAMS.len()];
        let name = format!("{team}-{at:03}");
        let labels = json!({"team": team, "cost-center": format!("cc-{}", 4000 + at % TEAMS.len()), "env": of.env});
        teller.tell(Known::get().namespace, None, &json!({"metadata": {"name": name, "labels": labels}}), 90);
        let here = if at + 1 == namespaces { pods - at * PODS_A_NAMESPACE } else { PODS_A_NAMESPACE };
        for (number, part) in PARTS.iter().enumerate() {
            let replicas = here / PARTS.len() + usize::from(number < here % PARTS.len());
            let plot = DeploymentPlot {
                name: format!("{team}-{part}"),
                namespace: name.clone(),
                clusters: Vec::new(),
                replicas,
                image: format!("registry.example.com/{team}/{part}:{}.{}.0", 1 + at % 7, number),
                cpu: "100m".into(),
                memory: "256Mi".into(),
                behaviour: String::new(),
            };
            crowd.deployment(teller, of, &plot, replicas);
        }
    }
}

struct Crowd {
    places: Arc<[Place]>,
    next: u32,
}

impl Crowd {
    fn deployment(&mut self, teller: &mut Teller, of: &ClusterPlot, plot: &DeploymentPlot, replicas: usize) {
        let days = 2 + (hash_text(teller.seed, &plot.name) % 60) as i64;
        let app = if plot.behaviour.is_empty() { &plot.name } else { &plot.behaviour };
        let labels = json!({"app": plot.name, "app.kubernetes.io/name": app});
        let container = json!({
            "name": "app",
            "image": plot.image,
            "ports": [{"name": "http", "containerPort": 8080}],
            "resources": {"limits": {"memory": plot.memory}, "requests": {"cpu": plot.cpu, "memory": plot.memory}},
        });
        let template = json!({"metadata": {"labels": labels}, "spec": {"containers": [container]}});
        let broken = !plot.behaviour.is_empty();
        let ready = if broken { 0 } else { replicas };
        let status = json!({"observedGeneration": 1, "replicas": replicas, "updatedReplicas": replicas,
            "readyReplicas": ready, "availableReplicas": ready});
        let object = json!({"metadata": {"name": plot.name, "labels": labels},
            "spec": {"replicas": replicas, "selector": {"matchLabels": {"app": plot.name}}, "template": template},
            "status": status});
        let namespace = Some(plot.namespace.as_str());
        let Some(deployment) = teller.tell(Kinds::get().named("Deployment"), namespace, &object, days) else { return };
        let hash_label = suffix(hash_text(teller.seed, &format!("{}/{}", plot.namespace, plot.image)), 10);
        let set_name = format!("{}-{hash_label}", plot.name);
        let mut pod_labels = Map::new();
        for (key, value) in [("app", &plot.name), ("app.kubernetes.io/name", app), ("pod-template-hash", &hash_label)] {
            pod_labels.insert(key.into(), value.as_str().into());
        }
        let mut template = template;
        template["metadata"]["labels"] = Value::Object(pod_labels.clone());
        let set = json!({"metadata": {"name": set_name, "labels": pod_labels, "ownerReferences": [owner("Deployment", &deployment)]},
            "spec": {"replicas": replicas, "selector": {"matchLabels": {"app": plot.name, "pod-template-hash": hash_label}},
                "template": template},
            "status": {"replicas": replicas, "fullyLabeledReplicas": replicas, "readyReplicas": ready,
                "availableReplicas": ready, "observedGeneration": 1}});
        let Some(set) = teller.tell(Kinds::get().named("ReplicaSet"), namespace, &set, days) else { return };
        if broken {
            self.simulated(teller, plot, &set, &template, replicas);
        } else {
            self.bulk(teller, of, plot, &set, &pod_labels, replicas, days);
        }
    }

    /// Pods that live through the story one by one.
    fn simulated(
        &mut self,
        teller: &mut Teller,
        plot: &DeploymentPlot,
        set: &Value,
        template: &Value,
        replicas: usize,
    ) {
        let set_name = set["metadata"]["name"].as_str().unwrap_or_default();
        for _ in 0..replicas {
            let pod = json!({"metadata": {"generateName": format!("{set_name}-"), "labels": template["metadata"]["labels"],
                "ownerReferences": [owner("ReplicaSet", set)]}, "spec": template["spec"]});
            teller.tell(Known::get().pod, Some(&plot.namespace), &pod, 0);
        }
    }

    #[expect(clippy::too_many_arguments, reason = "each names a part of one ReplicaSet")]
    fn bulk(
        &mut self,
        teller: &mut Teller,
        of: &ClusterPlot,
        plot: &DeploymentPlot,
        set: &Value,
        labels: &Map<String, Value>,
        replicas: usize,
        days: i64,
    ) {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let set_name = text(&set["metadata"]["name"]);
        let shape = Arc::new(Shape::new(
            Kind::Pod(PodShape {
                namespace: plot.namespace.clone(),
                replica_set: set_name.clone(),
                replica_set_uid: text(&set["metadata"]["uid"]),
                labels: labels.iter().map(|(key, value)| (key.clone(), text(value))).collect(),
                container: "app".into(),
                image: plot.image.clone(),
                cpu: plot.cpu.clone(),
                memory: plot.memory.clone(),
            }),
            teller.seed,
            self.places.clone(),
        ));
        let pods = Known::get().pod;
        let namespace: Arc<str> = plot.namespace.as_str().into();
        let mut store = teller.cluster.store();
        for _ in 0..replicas {
            let ordinal = self.next;
            self.next += 1;
            let mut salt = hash(teller.seed, u64::from(ordinal));
            let key = loop {
                let key = Key::new(namespace.clone(), format!("{set_name}-{}", suffix(salt, 5)));
                if store.get(pods, &key).is_none() {
                    break key;
                }
                salt = hash(salt, 1);
            };
            let created = teller.now / 1000 - (salt % (days as u64 * 80_000)) as i64 - 600;
            // A cluster of any size has some restarts and a few pods that are not ready.
            let restarts = if salt >> 40 & 31 == 0 { 1 + (salt >> 45 & 3) as u8 } else { 0 };
            let place = salt as usize % self.places.len().max(1);
            let lost = (1..=of.lost_nodes).contains(&place);
            let state = if lost { PodState::NotReady } else { PodState::Running };
            let bulk = Bulk {
                shape: shape.clone(),
                ordinal,
                created: created as u32,
                changed: (created + (teller.now / 1000 - created) / 2) as u32,
                place: place as u32,
                state: state as u8,
                restarts,
            };
            store.load(pods, key, Body::Bulk(bulk));
        }
    }
}

fn owner(kind: &str, owner: &Value) -> Value {
    json!({"apiVersion": "apps/v1", "kind": kind, "name": owner["metadata"]["name"], "uid": owner["metadata"]["uid"],
        "controller": true, "blockOwnerDeletion": true})
}
