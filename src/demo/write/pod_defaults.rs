//! What the API server and its admission plugins fill into pods.

use serde_json::{Map, Value, json};

use super::{child, default};
use crate::demo::random;

/// Defaults of a pod's or a template's spec. `restart` is not set for Jobs, which must say it.
pub fn pod_spec(spec: &mut Value, restart: Option<&str>) {
    let Some(map) = spec.as_object_mut() else { return };
    if let Some(restart) = restart {
        default(map, "restartPolicy", restart);
    }
    default(map, "terminationGracePeriodSeconds", 30);
    default(map, "dnsPolicy", "ClusterFirst");
    default(map, "securityContext", json!({}));
    default(map, "schedulerName", "default-scheduler");
    if let Some(account) = map.get("serviceAccountName").cloned() {
        default(map, "serviceAccount", account);
    }
    for list in ["initContainers", "containers"] {
        for container in map.get_mut(list).and_then(Value::as_array_mut).into_iter().flatten() {
            container_defaults(container);
        }
    }
    for volume in map.get_mut("volumes").and_then(Value::as_array_mut).into_iter().flatten() {
        for source in ["configMap", "secret", "projected", "downwardAPI"] {
            if let Some(source) = volume.get_mut(source).and_then(Value::as_object_mut) {
                default(source, "defaultMode", 420);
            }
        }
    }
}

fn container_defaults(container: &mut Value) {
    let image = container["image"].as_str().unwrap_or_default().to_owned();
    let name = image.rsplit('/').next().unwrap_or_default();
    let latest = !name.contains(['@', ':']) || name.ends_with(":latest");
    let Some(map) = container.as_object_mut() else { return };
    default(map, "terminationMessagePath", "/dev/termination-log");
    default(map, "terminationMessagePolicy", "File");
    default(map, "imagePullPolicy", if latest { "Always" } else { "IfNotPresent" });
    for port in map.get_mut("ports").and_then(Value::as_array_mut).into_iter().flatten() {
        default(child_map(port), "protocol", "TCP");
    }
    for probe in ["livenessProbe", "readinessProbe", "startupProbe"] {
        if let Some(probe) = map.get_mut(probe).and_then(Value::as_object_mut) {
            for (name, value) in
                [("timeoutSeconds", 1), ("periodSeconds", 10), ("successThreshold", 1), ("failureThreshold", 3)]
            {
                default(probe, name, value);
            }
            if let Some(get) = probe.get_mut("httpGet").and_then(Value::as_object_mut) {
                default(get, "path", "/");
                default(get, "scheme", "HTTP");
            }
        }
    }
}

/// A pod (but no template) requests what it is limited to, where it says nothing else.
pub fn request_what_is_limited(spec: &mut Value) {
    for list in ["initContainers", "containers"] {
        for container in spec[list].as_array_mut().into_iter().flatten() {
            let Some(resources) = container.get_mut("resources") else { continue };
            let Some(limits) = resources.get("limits").and_then(Value::as_object).cloned() else { continue };
            let requests = child(resources, "requests");
            for (name, limit) in limits {
                default(requests, &name, limit);
            }
        }
    }
}

fn child_map(value: &mut Value) -> &mut Map<String, Value> {
    super::as_map(value)
}

/// What is set for a pod alone: its service account with the token's volume, tolerations, priority, QoS class.
/// `seed` chooses the volume's name.
pub fn pod(pod: &mut Value, seed: u64) {
    let qos = qos_class(&pod["spec"]);
    let spec = child(pod, "spec");
    default(spec, "serviceAccountName", "default");
    let account = spec["serviceAccountName"].clone();
    default(spec, "serviceAccount", account);
    default(spec, "priority", 0);
    default(spec, "preemptionPolicy", "PreemptLowerPriority");
    tolerate(spec);
    if spec.get("automountServiceAccountToken") != Some(&Value::Bool(false)) {
        mount_token(spec, &format!("kube-api-access-{}", random::suffix(seed, 5)));
    }
    pod["status"] = json!({"phase": "Pending", "qosClass": qos});
}

fn tolerate(spec: &mut Map<String, Value>) {
    let tolerations = spec.entry("tolerations").or_insert_with(|| json!([]));
    let Some(list) = tolerations.as_array_mut() else { return };
    for key in ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"] {
        let tolerated = list.iter().any(|one| {
            (one["key"] == key || one.get("key").is_none() && one["operator"] == "Exists")
                && (one["effect"] == "NoExecute" || one.get("effect").is_none())
        });
        if !tolerated {
            list.push(json!({"key": key, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300}));
        }
    }
}

fn mount_token(spec: &mut Map<String, Value>, name: &str) {
    const PATH: &str = "/var/run/secrets/kubernetes.io/serviceaccount";
    for list in ["initContainers", "containers"] {
        for container in spec.get_mut(list).and_then(Value::as_array_mut).into_iter().flatten() {
            let mounts = child_map(container).entry("volumeMounts").or_insert_with(|| json!([]));
            if let Some(mounts) = mounts.as_array_mut()
                && !mounts.iter().any(|mount| mount["mountPath"] == PATH)
            {
                mounts.push(json!({"name": name, "readOnly": true, "mountPath": PATH}));
            }
        }
    }
    let volumes = spec.entry("volumes").or_insert_with(|| json!([]));
    if let Some(volumes) = volumes.as_array_mut() {
        let namespace =
            json!({"fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.namespace"}, "path": "namespace"});
        volumes.push(json!({"name": name, "projected": {"defaultMode": 420, "sources": [
            {"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}},
            {"configMap": {"name": "kube-root-ca.crt", "items": [{"key": "ca.crt", "path": "ca.crt"}]}},
            {"downwardAPI": {"items": [namespace]}},
        ]}}));
    }
}

fn qos_class(spec: &Value) -> &'static str {
    let containers =
        || ["initContainers", "containers"].into_iter().flat_map(|list| spec[list].as_array().into_iter().flatten());
    let set =
        |container: &Value, what: &str| container["resources"][what].as_object().is_some_and(|set| !set.is_empty());
    if !containers().any(|container| set(container, "limits") || set(container, "requests")) {
        return "BestEffort";
    }
    let guaranteed = containers().all(|container| {
        let resources = &container["resources"];
        ["cpu", "memory"].iter().all(|name| {
            resources["limits"][name].is_string()
                && (resources["requests"][name].is_null() || resources["requests"][name] == resources["limits"][name])
        })
    });
    if guaranteed { "Guaranteed" } else { "Burstable" }
}
