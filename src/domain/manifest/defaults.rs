//! What a server fills into the spec of a Job and of its pods, taken out again where it is the default.

use serde_json::{Map, Value, json};

/// Takes the defaults out of a Job's spec.
pub fn drop_job_defaults(spec: &mut Map<String, Value>) {
    let backoff_limit = if spec.contains_key("backoffLimitPerIndex") { i32::MAX } else { 6 };
    let replacement = if spec.contains_key("podFailurePolicy") { "Failed" } else { "TerminatingOrFailed" };
    let defaults = [
        ("backoffLimit", json!(backoff_limit)),
        ("completionMode", json!("NonIndexed")),
        ("manualSelector", json!(false)),
        ("suspend", json!(false)),
        ("podReplacementPolicy", json!(replacement)),
    ];
    drop_equal(spec, &defaults);
    // Without completions one is the default of both; a work queue has parallelism alone, an indexed Job needs both.
    let one = |key: &str| spec.get(key) == Some(&json!(1));
    if one("parallelism") && one("completions") && !spec.contains_key("completionMode") {
        spec.shift_remove("parallelism");
        spec.shift_remove("completions");
    }
    if let Some(rules) = spec.get_mut("podFailurePolicy").and_then(|policy| policy.get_mut("rules")) {
        for rule in objects(rules) {
            for pattern in rule.get_mut("onPodConditions").into_iter().flat_map(objects) {
                drop_equal(pattern, &[("status", json!("True"))]);
            }
        }
    }
    if let Some(template) = spec.get_mut("template").and_then(Value::as_object_mut) {
        if let Some(metadata) = template.get_mut("metadata").and_then(Value::as_object_mut) {
            drop_equal(metadata, &[("creationTimestamp", Value::Null)]);
            if metadata.is_empty() {
                template.shift_remove("metadata");
            }
        }
        if let Some(pod) = template.get_mut("spec").and_then(Value::as_object_mut) {
            drop_pod_defaults(pod);
        }
    }
}

fn drop_pod_defaults(spec: &mut Map<String, Value>) {
    let defaults = [
        ("dnsPolicy", json!("ClusterFirst")),
        ("schedulerName", json!("default-scheduler")),
        ("securityContext", json!({})),
        ("terminationGracePeriodSeconds", json!(30)),
        ("enableServiceLinks", json!(true)),
    ];
    drop_equal(spec, &defaults);
    // The old name of serviceAccountName, which the server keeps in step with it.
    if spec.get("serviceAccount") == spec.get("serviceAccountName") {
        spec.shift_remove("serviceAccount");
    }
    for list in ["initContainers", "containers"] {
        for container in spec.get_mut(list).into_iter().flat_map(objects) {
            drop_container_defaults(container);
        }
    }
    for volume in spec.get_mut("volumes").into_iter().flat_map(objects) {
        for source in ["configMap", "secret", "projected", "downwardAPI"] {
            if let Some(source) = volume.get_mut(source).and_then(Value::as_object_mut) {
                drop_equal(source, &[("defaultMode", json!(420))]);
            }
        }
        if let Some(source) = volume.get_mut("hostPath").and_then(Value::as_object_mut) {
            drop_equal(source, &[("type", json!(""))]);
        }
    }
}

fn drop_container_defaults(container: &mut Map<String, Value>) {
    let image = container.get("image").and_then(Value::as_str).unwrap_or_default();
    let pull = if is_latest(image) { "Always" } else { "IfNotPresent" };
    let defaults = [
        ("imagePullPolicy", json!(pull)),
        ("resources", json!({})),
        ("securityContext", json!({})),
        ("terminationMessagePath", json!("/dev/termination-log")),
        ("terminationMessagePolicy", json!("File")),
    ];
    drop_equal(container, &defaults);
    for port in container.get_mut("ports").into_iter().flat_map(objects) {
        drop_equal(port, &[("protocol", json!("TCP"))]);
    }
    for variable in container.get_mut("env").into_iter().flat_map(objects) {
        if let Some(field) = variable.get_mut("valueFrom").and_then(|from| from.get_mut("fieldRef"))
            && let Some(field) = field.as_object_mut()
        {
            drop_equal(field, &[("apiVersion", json!("v1"))]);
        }
    }
    for probe in ["livenessProbe", "readinessProbe", "startupProbe"] {
        let Some(probe) = container.get_mut(probe).and_then(Value::as_object_mut) else { continue };
        let defaults = [
            ("timeoutSeconds", json!(1)),
            ("periodSeconds", json!(10)),
            ("successThreshold", json!(1)),
            ("failureThreshold", json!(3)),
        ];
        drop_equal(probe, &defaults);
        if let Some(get) = probe.get_mut("httpGet").and_then(Value::as_object_mut) {
            drop_equal(get, &[("scheme", json!("HTTP"))]);
        }
    }
}

/// Whether the server pulls an image always unless told otherwise: the tag is `latest`, or there is neither tag nor
/// digest.
fn is_latest(image: &str) -> bool {
    let last = image.rsplit_once('/').map_or(image, |(_, last)| last);
    !last.contains('@') && last.rsplit_once(':').is_none_or(|(_, tag)| tag == "latest")
}

fn objects(list: &mut Value) -> impl Iterator<Item = &mut Map<String, Value>> {
    list.as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut)
}

fn drop_equal(map: &mut Map<String, Value>, defaults: &[(&str, Value)]) {
    for (key, default) in defaults {
        if map.get(*key) == Some(default) {
            map.shift_remove(*key);
        }
    }
}
