//! What the API server fills into new objects.

use serde_json::{Map, Value, json};

use super::pod_defaults::{pod, pod_spec, request_what_is_limited};
use super::{child, default, meta};
use crate::demo::kinds::Kind;
use crate::demo::random;

/// Defaults that hold for new and changed objects alike.
pub fn spec(kind: &Kind, object: &mut Value) {
    match kind.kind {
        "Pod" => {
            if let Some(spec) = object.get_mut("spec") {
                pod_spec(spec, Some("Always"));
                default(super::as_map(spec), "enableServiceLinks", true);
                request_what_is_limited(spec);
            }
        }
        "Job" => job(child(object, "spec")),
        "CronJob" => {
            let spec = child(object, "spec");
            default(spec, "concurrencyPolicy", "Allow");
            default(spec, "suspend", false);
            default(spec, "successfulJobsHistoryLimit", 3);
            default(spec, "failedJobsHistoryLimit", 1);
            if let Some(spec) = spec["jobTemplate"]["spec"].as_object_mut() {
                template(spec, None);
            }
        }
        "Deployment" => {
            let spec = child(object, "spec");
            default(spec, "replicas", 1);
            default(
                spec,
                "strategy",
                json!({"type": "RollingUpdate",
                "rollingUpdate": {"maxUnavailable": "25%", "maxSurge": "25%"}}),
            );
            default(spec, "revisionHistoryLimit", 10);
            default(spec, "progressDeadlineSeconds", 600);
            template(spec, Some("Always"));
        }
        "ReplicaSet" | "StatefulSet" => {
            let spec = child(object, "spec");
            default(spec, "replicas", 1);
            template(spec, Some("Always"));
        }
        "DaemonSet" => template(child(object, "spec"), Some("Always")),
        "Secret" => {
            if let Some(map) = object.as_object_mut() {
                if let Some(Value::Object(plain)) = map.remove("stringData") {
                    encode_secret(child(object, "data"), plain);
                }
                if let Some(map) = object.as_object_mut() {
                    default(map, "type", "Opaque");
                }
            }
        }
        "LimitRange" => limit_range(object),
        "Service" => {
            let spec = child(object, "spec");
            default(spec, "type", "ClusterIP");
            default(spec, "sessionAffinity", "None");
        }
        _ => {}
    }
}

/// Of what is limited at most, that is the default; of what has a default, that is what is requested.
fn limit_range(object: &mut Value) {
    for limit in object["spec"]["limits"].as_array_mut().into_iter().flatten() {
        if limit["type"] != "Container" {
            continue;
        }
        for (from, to) in [("max", "default"), ("default", "defaultRequest"), ("min", "defaultRequest")] {
            let from = limit[from].as_object().cloned().unwrap_or_default();
            let to = child(limit, to);
            for (name, value) in from {
                default(to, &name, value);
            }
        }
    }
}

fn encode_secret(data: &mut Map<String, Value>, plain: Map<String, Value>) {
    use base64::Engine as _;
    for (key, value) in plain {
        let text = value.as_str().unwrap_or_default();
        data.insert(key, base64::engine::general_purpose::STANDARD.encode(text).into());
    }
}

fn template(spec: &mut Map<String, Value>, restart: Option<&str>) {
    if let Some(spec) = spec.get_mut("template").and_then(|template| template.get_mut("spec")) {
        pod_spec(spec, restart);
    }
}

fn job(spec: &mut Map<String, Value>) {
    if spec.get("completions").is_none_or(Value::is_null) && spec.get("parallelism").is_none_or(Value::is_null) {
        spec.insert("completions".into(), 1.into());
    }
    default(spec, "parallelism", 1);
    if spec.contains_key("backoffLimitPerIndex") {
        default(spec, "backoffLimit", i32::MAX);
    }
    default(spec, "backoffLimit", 6);
    default(spec, "manualSelector", false);
    default(spec, "completionMode", "NonIndexed");
    default(spec, "suspend", false);
    let replacement = if spec.contains_key("podFailurePolicy") { "Failed" } else { "TerminatingOrFailed" };
    default(spec, "podReplacementPolicy", replacement);
    template(spec, None);
}

/// What a new object gets beside its spec's defaults. `uid` is its own.
pub fn create(kind: &Kind, object: &mut Value, uid: &str, seed: u64) {
    match kind.kind {
        "Namespace" => {
            object["spec"] = json!({"finalizers": ["kubernetes"]});
            object["status"] = json!({"phase": "Active"});
        }
        "Pod" => pod(object, random::hash_text(seed, uid)),
        "Job" => select_pods(object, uid),
        _ => {}
    }
    let generation = matches!(kind.group, "apps" | "batch" | "policy" | "networking.k8s.io") || kind.kind == "Pod";
    if generation {
        meta(object).insert("generation".into(), 1.into());
    }
}

/// A namespace has its name as a label.
pub fn label(kind: &Kind, object: &mut Value) {
    if kind.kind == "Namespace" {
        let name = object["metadata"]["name"].clone();
        child_of(meta(object), "labels").insert("kubernetes.io/metadata.name".into(), name);
    }
}

fn child_of<'a>(map: &'a mut Map<String, Value>, name: &str) -> &'a mut Map<String, Value> {
    super::as_map(map.entry(name).or_insert(Value::Null))
}

/// A Job's selector and the labels that it selects by.
fn select_pods(job: &mut Value, uid: &str) {
    if job["spec"]["manualSelector"] == true {
        return;
    }
    let name = job["metadata"]["name"].clone();
    let template = child_of(child(job, "spec"), "template");
    let metadata = child_of(template, "metadata");
    let labels = child_of(metadata, "labels");
    for (key, value) in [
        ("batch.kubernetes.io/controller-uid", Value::from(uid)),
        ("batch.kubernetes.io/job-name", name.clone()),
        ("controller-uid", uid.into()),
        ("job-name", name),
    ] {
        labels.insert(key.into(), value);
    }
    let labels = labels.clone();
    let own = meta(job).entry("labels").or_insert(Value::Null);
    if own.as_object().is_none_or(Map::is_empty) {
        *own = Value::Object(labels);
    }
    // What somebody wrote there as well stays, and is refused.
    let selector = child_of(child(job, "spec"), "selector");
    child_of(selector, "matchLabels").insert("batch.kubernetes.io/controller-uid".into(), uid.into());
}
