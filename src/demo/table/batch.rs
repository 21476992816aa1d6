use serde_json::Value;

use super::{age, containers, name, number, selector, since, span, text};
use crate::demo::wire::time;

pub fn job(job: &Value, now: i64) -> Vec<Value> {
    let (spec, status) = (&job["spec"], &job["status"]);
    let has = |kind: &str| {
        status["conditions"]
            .as_array()
            .into_iter()
            .flatten()
            .any(|condition| condition["type"] == kind && condition["status"] == "True")
    };
    let state = if has("Complete") {
        "Complete"
    } else if has("Failed") {
        "Failed"
    } else if job["metadata"].get("deletionTimestamp").is_some() {
        "Terminating"
    } else if has("Suspended") {
        "Suspended"
    } else if has("FailureTarget") {
        "FailureTarget"
    } else if has("SuccessCriteriaMet") {
        "SuccessCriteriaMet"
    } else {
        "Running"
    };
    let succeeded = number(&status["succeeded"]);
    let completions = match (spec["completions"].as_i64(), spec["parallelism"].as_i64().unwrap_or(0)) {
        (Some(wanted), _) => format!("{succeeded}/{wanted}"),
        (None, parallelism) if parallelism > 1 => format!("{succeeded}/1 of {parallelism}"),
        (None, _) => format!("{succeeded}/1"),
    };
    let at = |key: &str| status[key].as_str().and_then(time::parse);
    let duration = match (at("startTime"), at("completionTime")) {
        (Some(start), Some(end)) => span(end - start),
        (Some(start), None) => span(now - start),
        _ => String::new(),
    };
    let (names, images) = containers(&spec["template"]["spec"]);
    vec![
        name(job),
        state.into(),
        completions.into(),
        duration.into(),
        age(job, now),
        names,
        images,
        selector(&spec["selector"]),
    ]
}

pub fn cron_job(cron: &Value, now: i64) -> Vec<Value> {
    let (spec, status) = (&cron["spec"], &cron["status"]);
    let last =
        if status["lastScheduleTime"].is_string() { since(&status["lastScheduleTime"], now) } else { "<none>".into() };
    let (names, images) = containers(&spec["jobTemplate"]["spec"]["template"]["spec"]);
    vec![
        name(cron),
        spec["schedule"].clone(),
        text(&spec["timeZone"], "<none>").into(),
        if spec["suspend"] == true { "True" } else { "False" }.into(),
        status["active"].as_array().map_or(0, Vec::len).into(),
        last,
        age(cron, now),
        names,
        images,
        selector(&spec["jobTemplate"]["spec"]["selector"]),
    ]
}
