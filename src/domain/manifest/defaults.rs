//! What a server fills into the spec of a Job and of its pods, taken out again where it is the default.

use serde_json::{Map, Value, json};

/// Takes the defaults out of a Job's spec.
pub fn drop_job_defaults(spec: &mut Map<String, Value>) {
    let backoff_limit = if spec.contains_key("backoffLimitPerIndex") { i32::MAX } else { 6 };
    let replacement = if spec.contains_key("podFailurePolicy") { "Failed" } else { "TerminatingOrFailed" };
    drop_equal(spec, "backoffLimit", &json!(backoff_limit));
    drop_equal(spec, "podReplacementPolicy", &json!(replacement));
    drop_equal(spec, "completionMode", &json!("NonIndexed"));
    drop_equal(spec, "manualSelector", &json!(false));
    drop_equal(spec, "suspend", &json!(false));
    // Without completions one is the default of both; a work queue has parallelism alone, an indexed Job needs both.
    let one = |key: &str| spec.get(key) == Some(&json!(1));
    if one("parallelism") && one("completions") && !spec.contains_key("completionMode") {
        spec.shift_remove("parallelism");
        spec.shift_remove("completions");
    }
    if let Some(policy) = spec.get_mut("podFailurePolicy") {
        drop_within(policy, "podFailurePolicy");
    }
    let Some(template) = spec.get_mut("template").and_then(Value::as_object_mut) else { return };
    if let Some(metadata) = template.get_mut("metadata").and_then(Value::as_object_mut) {
        drop_equal(metadata, "creationTimestamp", &Value::Null);
        if metadata.is_empty() {
            template.shift_remove("metadata");
        }
    }
    if let Some(pod) = template.get_mut("spec") {
        drop_pod_defaults(pod);
    }
}

fn drop_pod_defaults(pod: &mut Value) {
    if let Some(spec) = pod.as_object_mut() {
        drop_equal(spec, "dnsPolicy", &json!("ClusterFirst"));
        drop_equal(spec, "schedulerName", &json!("default-scheduler"));
        drop_equal(spec, "securityContext", &json!({}));
        drop_equal(spec, "terminationGracePeriodSeconds", &json!(30));
        drop_equal(spec, "enableServiceLinks", &json!(true));
        // The old name of serviceAccountName, which the server keeps in step with it.
        if spec.get("serviceAccount") == spec.get("serviceAccountName") {
            spec.shift_remove("serviceAccount");
        }
    }
    drop_within(pod, "");
}

/// Takes the defaults out of everything beneath `key`, whose value this is. Items of a list stand under its key.
fn drop_within(value: &mut Value, key: &str) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| drop_within(item, key)),
        Value::Object(map) => {
            for (field, default) in defaults_of(key, map) {
                drop_equal(map, field, &default);
            }
            for (key, value) in map.iter_mut() {
                drop_within(value, key);
            }
        }
        _ => {}
    }
}

/// Fields and their defaults in an object of a pod's spec that stands under this key (`k8s.io/kubernetes`,
/// `pkg/apis/core/v1/defaults.go`).
fn defaults_of(key: &str, object: &Map<String, Value>) -> Vec<(&'static str, Value)> {
    match key {
        "containers" | "initContainers" => {
            let image = object.get("image").and_then(Value::as_str).unwrap_or_default();
            let pull = if is_latest(image) { "Always" } else { "IfNotPresent" };
            vec![
                ("imagePullPolicy", json!(pull)),
                ("resources", json!({})),
                ("securityContext", json!({})),
                ("terminationMessagePath", json!("/dev/termination-log")),
                ("terminationMessagePolicy", json!("File")),
            ]
        }
        "livenessProbe" | "readinessProbe" | "startupProbe" => vec![
            ("timeoutSeconds", json!(1)),
            ("periodSeconds", json!(10)),
            ("successThreshold", json!(1)),
            ("failureThreshold", json!(3)),
        ],
        "ports" => vec![("protocol", json!("TCP"))],
        "httpGet" => vec![("scheme", json!("HTTP"))],
        "grpc" => vec![("service", json!(""))],
        "fieldRef" => vec![("apiVersion", json!("v1"))],
        "resourceFieldRef" => vec![("divisor", json!("0"))],
        "configMap" | "secret" | "projected" | "downwardAPI" => vec![("defaultMode", json!(420))],
        "serviceAccountToken" => vec![("expirationSeconds", json!(3_600))],
        "hostPath" => vec![("type", json!(""))],
        "volumeClaimTemplate" => vec![("metadata", json!({})), ("metadata", json!({ "creationTimestamp": null }))],
        // Of an ephemeral volume's claim: no other part of a pod has a spec.
        "spec" => vec![("volumeMode", json!("Filesystem"))],
        // Of a Job's podFailurePolicy.
        "onPodConditions" => vec![("status", json!("True"))],
        _ => Vec::new(),
    }
}

/// Whether the server pulls an image always unless told otherwise: the tag is `latest`, or there is neither tag nor
/// digest.
fn is_latest(image: &str) -> bool {
    let last = image.rsplit_once('/').map_or(image, |(_, last)| last);
    !last.contains('@') && last.rsplit_once(':').is_none_or(|(_, tag)| tag == "latest")
}

fn drop_equal(map: &mut Map<String, Value>, key: &str, default: &Value) {
    if map.get(key) == Some(default) {
        map.shift_remove(key);
    }
}
