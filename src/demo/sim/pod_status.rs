//! The statuses that a kubelet reports.

use serde_json::{Value, json};

use crate::demo::wire::time;
use crate::demo::write::child;

/// A container's status before it ran.
pub fn waiting(container: &Value, reason: &str, message: &str) -> Value {
    let mut state = json!({"reason": reason});
    if !message.is_empty() {
        state["message"] = message.into();
    }
    json!({
        "name": container["name"],
        "state": {"waiting": state},
        "lastState": {},
        "ready": false,
        "restartCount": 0,
        "image": container["image"],
        "imageID": "",
        "started": false,
    })
}

/// The pod has a node and waits for its containers.
pub fn bound(pod: &mut Value, node: &str, ip: &str, now: i64) {
    child(pod, "spec").insert("nodeName".into(), node.into());
    let containers = pod["spec"]["containers"].as_array().cloned().unwrap_or_default();
    let statuses: Vec<Value> = containers.iter().map(|container| waiting(container, "ContainerCreating", "")).collect();
    let status = child(pod, "status");
    status.shift_remove("conditions");
    status.insert("phase".into(), "Pending".into());
    status.insert("hostIP".into(), ip.into());
    status.insert("hostIPs".into(), json!([{"ip": ip}]));
    status.insert("startTime".into(), time::rfc3339(now).into());
    status.insert("containerStatuses".into(), statuses.into());
    conditions(pod, now);
}

/// Says why no node was found.
pub fn unschedulable(pod: &mut Value, message: &str, now: i64) {
    let condition = json!({"type": "PodScheduled", "status": "False", "lastProbeTime": null,
        "observedGeneration": pod["metadata"]["generation"],
        "lastTransitionTime": time::rfc3339(now), "reason": "Unschedulable", "message": message});
    child(pod, "status").insert("conditions".into(), json!([condition]));
}

/// Sets phase and conditions to what the container statuses make of them.
pub fn settle(pod: &mut Value, now: i64) {
    let statuses = pod["status"]["containerStatuses"].as_array().cloned().unwrap_or_default();
    let ended: Vec<&Value> = statuses.iter().filter_map(|status| status["state"].get("terminated")).collect();
    let started = statuses
        .iter()
        .any(|status| status["state"].get("waiting").is_none() || status["restartCount"].as_i64().unwrap_or(0) > 0);
    let over = !statuses.is_empty() && ended.len() == statuses.len();
    let phase = if over {
        if ended.iter().all(|state| state["exitCode"] == 0) { "Succeeded" } else { "Failed" }
    } else if started {
        "Running"
    } else {
        "Pending"
    };
    child(pod, "status").insert("phase".into(), phase.into());
    conditions(pod, now);
}

fn conditions(pod: &mut Value, now: i64) {
    let status = &pod["status"];
    let statuses = status["containerStatuses"].as_array().cloned().unwrap_or_default();
    let unready: Vec<&str> =
        statuses.iter().filter(|status| status["ready"] != true).filter_map(|status| status["name"].as_str()).collect();
    let phase = status["phase"].as_str().unwrap_or_default();
    let (why, words) = match phase {
        "Succeeded" => ("PodCompleted", String::new()),
        "Failed" => ("PodFailed", String::new()),
        _ => ("ContainersNotReady", format!("containers with unready status: [{}]", unready.join(" "))),
    };
    let alive = status["podIP"].is_string() && !matches!(phase, "Succeeded" | "Failed");
    let ready = unready.is_empty() && alive;
    let old = status["conditions"].as_array().cloned().unwrap_or_default();
    let condition = |kind: &str, good: bool, reason: &str, message: &str| {
        let is = if good { "True" } else { "False" };
        let same = old.iter().find(|known| known["type"] == kind && known["status"] == is);
        let since = same.map_or_else(|| time::rfc3339(now).into(), |same| same["lastTransitionTime"].clone());
        let mut condition = json!({"type": kind, "status": is, "lastProbeTime": null, "lastTransitionTime": since});
        if !reason.is_empty() {
            condition["reason"] = reason.into();
        }
        if !message.is_empty() {
            condition["message"] = message.into();
        }
        condition
    };
    let completed = if phase == "Succeeded" { "PodCompleted" } else { "" };
    let (why, words) = if ready { ("", String::new()) } else { (why, words) };
    let all = json!([
        condition("PodReadyToStartContainers", alive, "", ""),
        condition("Initialized", true, completed, ""),
        condition("Ready", ready, why, &words),
        condition("ContainersReady", ready, why, &words),
        condition("PodScheduled", true, "", ""),
    ]);
    child(pod, "status").insert("conditions".into(), all);
}

/// A container runs.
pub fn running(status: &mut Value, now: i64) {
    status["state"] = json!({"running": {"startedAt": time::rfc3339(now)}});
    status["ready"] = true.into();
    status["started"] = true.into();
}

/// A container ended; times are Unix seconds.
pub fn terminated(status: &mut Value, exit_code: i32, reason: &str, now: i64) {
    let started = status["state"]["running"]["startedAt"].as_str().map_or_else(|| time::rfc3339(now), str::to_owned);
    status["state"] = json!({"terminated": {"exitCode": exit_code, "reason": reason, "startedAt": started,
        "finishedAt": time::rfc3339(now)}});
    status["ready"] = false.into();
    status["started"] = false.into();
}

/// How long a container that crashed waits for its next run, in seconds.
pub fn backoff(restarts: i64) -> i64 {
    if restarts == 0 { 0 } else { (10 << (restarts - 1).clamp(0, 5)).min(300) }
}
