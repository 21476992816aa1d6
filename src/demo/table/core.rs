use serde_json::Value;

use super::{age, name, number, since, text};
use crate::demo::kinds::Kind;

pub fn node(node: &Value, now: i64) -> Vec<Value> {
    let ready = node["status"]["conditions"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|condition| condition["type"] == "Ready")
        .map_or("Unknown", |condition| if condition["status"] == "True" { "Ready" } else { "NotReady" });
    let state =
        if node["spec"]["unschedulable"] == true { format!("{ready},SchedulingDisabled") } else { ready.to_owned() };
    let mut roles: Vec<&str> = node["metadata"]["labels"]
        .as_object()
        .into_iter()
        .flatten()
        .filter_map(|(key, _)| key.strip_prefix("node-role.kubernetes.io/"))
        .collect();
    roles.sort_unstable();
    let address = |kind: &str| {
        node["status"]["addresses"]
            .as_array()
            .into_iter()
            .flatten()
            .find(|address| address["type"] == kind)
            .map_or("<none>", |address| text(&address["address"], "<none>"))
    };
    let info = &node["status"]["nodeInfo"];
    vec![
        name(node),
        state.into(),
        if roles.is_empty() { "<none>".into() } else { roles.join(",").into() },
        age(node, now),
        text(&info["kubeletVersion"], "").into(),
        address("InternalIP").into(),
        address("ExternalIP").into(),
        text(&info["osImage"], "<unknown>").into(),
        text(&info["kernelVersion"], "<unknown>").into(),
        text(&info["containerRuntimeVersion"], "<unknown>").into(),
    ]
}

pub fn event(event: &Value, now: i64) -> Vec<Value> {
    let object = &event["involvedObject"];
    let first = if event["firstTimestamp"].is_string() { &event["firstTimestamp"] } else { &event["eventTime"] };
    let last = if event["lastTimestamp"].is_string() { &event["lastTimestamp"] } else { first };
    let component = text(&event["source"]["component"], text(&event["reportingComponent"], ""));
    let instance = text(&event["source"]["host"], text(&event["reportingInstance"], ""));
    let source = if instance.is_empty() { component.to_owned() } else { format!("{component}, {instance}") };
    let target = format!("{}/{}", text(&object["kind"], "").to_lowercase(), text(&object["name"], ""));
    vec![
        since(last, now),
        event["type"].clone(),
        event["reason"].clone(),
        target.into(),
        text(&object["fieldPath"], "").into(),
        source.into(),
        text(&event["message"], "").trim().into(),
        since(first, now),
        number(&event["count"]).max(1).into(),
        name(event),
    ]
}

pub fn service(service: &Value, now: i64) -> Vec<Value> {
    let spec = &service["spec"];
    let ports: Vec<String> = spec["ports"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|port| format!("{}/{}", number(&port["port"]), text(&port["protocol"], "TCP")))
        .collect();
    let labels: Vec<String> = spec["selector"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(key, value)| format!("{key}={}", text(value, "")))
        .collect();
    let or_none = |text: String| Value::from(if text.is_empty() { "<none>".into() } else { text });
    vec![
        name(service),
        spec["type"].clone(),
        text(&spec["clusterIP"], "<none>").into(),
        "<none>".into(),
        or_none(ports.join(",")),
        age(service, now),
        or_none(labels.join(",")),
    ]
}

/// Kinds whose columns are fields, and those that show little.
pub fn simple(kind: &Kind, object: &Value, now: i64) -> Vec<Value> {
    kind.columns.iter().map(|column| cell(kind, column.name, object, now)).collect()
}

fn cell(kind: &Kind, column: &str, object: &Value, now: i64) -> Value {
    let (spec, status) = (&object["spec"], &object["status"]);
    match (kind.kind, column) {
        (_, "Name") => name(object),
        (_, "Age") => age(object, now),
        (_, "Created At") => object["metadata"]["creationTimestamp"].clone(),
        (_, "Status") => text(&status["phase"], "").into(),
        ("ConfigMap", "Data") => {
            let count = |key: &str| object[key].as_object().map_or(0, serde_json::Map::len);
            (count("data") + count("binaryData")).into()
        }
        ("Secret", "Data") => object["data"].as_object().map_or(0, serde_json::Map::len).into(),
        ("Secret", "Type") => object["type"].clone(),
        ("ServiceAccount", "Secrets") => object["secrets"].as_array().map_or(0, Vec::len).into(),
        ("ResourceQuota", "Request") => quota(object, false).into(),
        ("ResourceQuota", "Limit") => quota(object, true).into(),
        ("Lease", "Holder") => text(&spec["holderIdentity"], "").into(),
        (_, "StorageClass") => text(&spec["storageClassName"], "").into(),
        (_, "Provisioner") => object["provisioner"].clone(),
        (_, "ReclaimPolicy") => text(&object["reclaimPolicy"], "Delete").into(),
        (_, "VolumeBindingMode") => text(&object["volumeBindingMode"], "Immediate").into(),
        (_, "AllowVolumeExpansion") => (object["allowVolumeExpansion"] == true).to_string().into(),
        (_, "Value") => number(&object["value"]).into(),
        _ if column == "Global-Default" => (object["globalDefault"] == true).into(),
        _ if kind.columns.iter().any(|known| known.name == column && known.kind == "integer") => 0.into(),
        _ => "<none>".into(),
    }
}

fn quota(quota: &Value, limits: bool) -> String {
    let (hard, used) = (&quota["status"]["hard"], &quota["status"]["used"]);
    let mut parts: Vec<String> = hard
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(key, _)| key.starts_with("limits.") == limits)
        .map(|(key, value)| format!("{key}: {}/{}", text(&used[key.as_str()], "0"), text(value, "0")))
        .collect();
    parts.sort();
    parts.join(", ")
}
