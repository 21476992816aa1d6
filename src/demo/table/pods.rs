use serde_json::{Value, json};

use super::{age, name, number, span, text};
use crate::demo::wire::time;

/// The row's condition of a pod that has ended.
pub fn condition(pod: &Value) -> Option<Value> {
    match pod["status"]["phase"].as_str() {
        Some("Succeeded") => Some(json!({"type": "Completed", "status": "True", "reason": "Succeeded",
            "message": "The pod has completed successfully."})),
        Some("Failed") => {
            Some(json!({"type": "Completed", "status": "True", "reason": "Failed", "message": "The pod failed."}))
        }
        _ => None,
    }
}

pub fn cells(pod: &Value, now: i64) -> Vec<Value> {
    let statuses = || pod["status"]["containerStatuses"].as_array().into_iter().flatten();
    let total = pod["spec"]["containers"].as_array().map_or(0, Vec::len);
    let ready = statuses().filter(|status| status["ready"] == true && status["state"].get("running").is_some()).count();
    let restarts: i64 = statuses().map(|status| number(&status["restartCount"])).sum();
    let last_restart = statuses()
        .filter_map(|status| status["lastState"]["terminated"]["finishedAt"].as_str().and_then(time::parse))
        .max();
    let restarts = match last_restart {
        Some(at) if restarts > 0 => format!("{restarts} ({} ago)", span(now - at)),
        _ => restarts.to_string(),
    };
    vec![
        name(pod),
        format!("{ready}/{total}").into(),
        status(pod).into(),
        restarts.into(),
        age(pod, now),
        text(&pod["status"]["podIP"], "<none>").into(),
        text(&pod["spec"]["nodeName"], "<none>").into(),
        text(&pod["status"]["nominatedNodeName"], "<none>").into(),
        "<none>".into(),
    ]
}

/// The STATUS column: what holds the pod, if anything does, else its phase.
fn status(pod: &Value) -> String {
    let status = &pod["status"];
    let mut reason = text(&status["reason"], text(&status["phase"], "Unknown")).to_owned();
    let conditions = || status["conditions"].as_array().into_iter().flatten();
    if conditions().any(|condition| condition["type"] == "PodScheduled" && condition["reason"] == "SchedulingGated") {
        reason = "SchedulingGated".into();
    }
    let mut running = false;
    for container in status["containerStatuses"].as_array().into_iter().flatten().rev() {
        let state = &container["state"];
        if let Some(waiting) = state["waiting"]["reason"].as_str() {
            reason = waiting.to_owned();
        } else if let Some(ended) = state.get("terminated") {
            reason = match (ended["reason"].as_str(), number(&ended["signal"])) {
                (Some(ended), _) if !ended.is_empty() => ended.to_owned(),
                (_, 0) => format!("ExitCode:{}", number(&ended["exitCode"])),
                (_, signal) => format!("Signal:{signal}"),
            };
        } else if container["ready"] == true && state.get("running").is_some() {
            running = true;
        }
    }
    if reason == "Completed" && running {
        let ready = conditions().any(|condition| condition["type"] == "Ready" && condition["status"] == "True");
        reason = if ready { "Running" } else { "NotReady" }.into();
    }
    if pod["metadata"].get("deletionTimestamp").is_some() && !matches!(&*reason, "Succeeded" | "Failed") {
        reason = if status["reason"] == "NodeLost" { "Unknown" } else { "Terminating" }.into();
    }
    reason
}
