use serde_json::Value;

use super::{age, containers, name, number, selector};

/// Deployments, ReplicaSets, StatefulSets and DaemonSets.
pub fn cells(kind: &str, object: &Value, now: i64) -> Vec<Value> {
    let (spec, status) = (&object["spec"], &object["status"]);
    let count = |key: &str| Value::from(number(&status[key]));
    let of = |ready: &str| Value::from(format!("{}/{}", number(&status[ready]), number(&spec["replicas"])));
    let (names, images) = containers(&spec["template"]["spec"]);
    let mut cells = vec![name(object)];
    match kind {
        "Deployment" => {
            let text = |key: &str| Value::from(number(&status[key]).to_string());
            cells.extend([of("readyReplicas"), text("updatedReplicas"), text("availableReplicas"), age(object, now)]);
        }
        "ReplicaSet" => {
            let desired = Value::from(number(&spec["replicas"]));
            cells.extend([desired, count("replicas"), count("readyReplicas"), age(object, now)]);
        }
        "StatefulSet" => cells.extend([of("readyReplicas"), age(object, now)]),
        _ => {
            let all = [
                "desiredNumberScheduled",
                "currentNumberScheduled",
                "numberReady",
                "updatedNumberScheduled",
                "numberAvailable",
            ];
            cells.extend(all.map(count));
            cells.extend(["<none>".into(), age(object, now)]);
        }
    }
    cells.extend([names, images]);
    if kind != "StatefulSet" {
        cells.push(selector(&spec["selector"]));
    }
    cells
}
