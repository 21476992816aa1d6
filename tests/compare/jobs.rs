//! What controllers make of Jobs, pods and namespaces.

use serde_json::{Value, json};

use super::case::{Case, PROTOBUF, PROTOBUF_WATCH, TABLE, delete, get, patch, post, put};
use super::objects::job;

const JOBS: &str = "/apis/batch/v1/namespaces/{ns}/jobs";
const PODS: &str = "/api/v1/namespaces/{ns}/pods";

pub fn cases() -> Vec<Case> {
    [suspended(), completed(), failed(), pods(), going()].into_iter().flatten().collect()
}

fn condition(job: &Value, kind: &str) -> bool {
    let all = job["status"]["conditions"].as_array();
    all.is_some_and(|all| all.iter().any(|condition| condition["type"] == kind && condition["status"] == "True"))
}

fn suspended() -> Vec<Case> {
    let one = format!("{JOBS}/waits");
    vec![
        post("create", JOBS, &job("waits", &json!({"completions": 3, "parallelism": 2, "completionMode": "Indexed"})))
            .keep("uid", "/metadata/uid"),
        get("job controller", &one).until(|job| condition(job, "Suspended")).keep("rv", "/metadata/resourceVersion"),
        get("protobuf", &one).accept(PROTOBUF),
        get("table", JOBS).accept(TABLE),
        get("status", &format!("{one}/status")),
        patch("patch", &one, &json!({"spec": {"completions": 5}})).refused(422),
        patch("patch", &one, &json!({"spec": {"parallelism": 1}})).typed("application/strategic-merge-patch+json"),
        patch("update", &one, &json!({"metadata": {"annotations": {"note": "kept"}}})),
        delete("preconditions", &one, &json!({"preconditions": {"uid": "{uid}", "resourceVersion": "1"}})).refused(409),
        delete("preconditions", &one, &json!({"preconditions": {"uid": "{uid}"}, "propagationPolicy": "Background"})),
        get("delete", &one).refused(404),
    ]
}

fn completed() -> Vec<Case> {
    let run = json!({"suspend": false});
    let indexed = json!({"suspend": false, "completions": 3, "parallelism": 3, "completionMode": "Indexed"});
    vec![
        post("create", JOBS, &job("runs", &run)),
        get("job controller", &format!("{JOBS}/runs")).until(|job| condition(job, "Complete")),
        get("protobuf", &format!("{JOBS}/runs")).accept(PROTOBUF),
        get("table", &format!("{JOBS}?fieldSelector=metadata.name%3Druns&includeObject=None")).accept(TABLE),
        post("create", JOBS, &job("indexed", &indexed)),
        get("job controller", &format!("{JOBS}/indexed")).until(|job| condition(job, "Complete")),
        delete("delete", &format!("{JOBS}/indexed"), &json!({"propagationPolicy": "Foreground"})),
        get("job controller", &format!("{PODS}?labelSelector=job-name%3Dindexed"))
            .until(|pods| pods["items"].as_array().is_some_and(Vec::is_empty)),
        delete("delete", &format!("{JOBS}/runs"), &json!({"propagationPolicy": "Orphan"})),
        get("job controller", &format!("{JOBS}/runs")).until(|job| job["kind"] == "Status").refused(404),
    ]
}

/// Pods that no node takes: what becomes of their Jobs is the controller's alone.
fn failed() -> Vec<Case> {
    let stuck = |name: &str, more: &Value| {
        let mut spec = json!({"suspend": false, "backoffLimit": 0});
        for (key, value) in more.as_object().unwrap() {
            spec[key] = value.clone();
        }
        let mut job = job(name, &spec);
        job["spec"]["template"]["spec"]["nodeSelector"] = json!({"none": "such"});
        job
    };
    let find = |name: &str| format!("{PODS}?labelSelector=job-name%3D{name}");
    vec![
        post("create", JOBS, &stuck("late", &json!({"activeDeadlineSeconds": 2}))),
        get("job controller", &format!("{JOBS}/late")).until(|job| condition(job, "Failed")),
        post("create", JOBS, &stuck("fails", &json!({}))),
        get("job controller", &find("fails"))
            .until(|pods| pods["items"][0]["status"]["conditions"][0]["reason"] == "Unschedulable")
            .keep("pod", "/items/0/metadata/name"),
        patch("status", &format!("{PODS}/{{pod}}/status"), &json!({"status": {"phase": "Failed"}})),
        get("job controller", &format!("{JOBS}/fails")).until(|job| condition(job, "Failed")),
        get("table", &format!("{JOBS}?fieldSelector=metadata.name%3Dfails&includeObject=None")).accept(TABLE),
    ]
}

fn pods() -> Vec<Case> {
    let pod = |name: &str| {
        json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "labels": {"app": "pod"}}, "spec": {
            "nodeSelector": {"none": "such"},
            "containers": [{"name": "a", "image": "busybox"}, {"name": "b", "image": "busybox:1.36",
                "resources": {"limits": {"cpu": "0.5", "memory": "1024Mi"}}}]}})
    };
    vec![
        post("create", PODS, &pod("still")),
        get("protobuf", &format!("{PODS}/still"))
            .until(|pod| pod["status"]["conditions"][0]["reason"] == "Unschedulable")
            .accept(PROTOBUF),
        get("log", &format!("{PODS}/none/log")).refused(404),
        get("log", &format!("{PODS}/still/log?container=zz")).refused(400),
        get("log", &format!("{PODS}/still/log?container=a&tailLines=-1")).refused(422),
        get("log", &format!("{PODS}/still/log?container=a&sinceSeconds=0")).refused(422),
        patch("patch", &format!("{PODS}/still"), &json!({"spec": {"hostname": "other"}})).refused(422),
        patch("status", &format!("{PODS}/still/status"), &json!({"status": {"message": "said"}})),
        put("status", &format!("{PODS}/none/status"), &pod("none")).refused(404),
        delete("delete", &format!("{PODS}/still"), &Value::Null),
        get("delete", &format!("{PODS}/still")).refused(404),
    ]
}

fn going() -> Vec<Case> {
    vec![
        get("watch", "/api/v1/namespaces?fieldSelector=metadata.name%3D{ns}").keep("rv", "/metadata/resourceVersion"),
        delete("namespace controller", "/api/v1/namespaces/{other}", &Value::Null),
        get("namespace controller", "/api/v1/namespaces/{other}").until(|value| value["kind"] == "Status").refused(404),
        get("namespace controller", "/api/v1/namespaces/{other}/configmaps"),
        get(
            "watch",
            "/api/v1/namespaces?watch=1&resourceVersion={rv}&timeoutSeconds=1&fieldSelector=metadata.name%3D{other}",
        )
        .accept(PROTOBUF_WATCH)
        .until(|events| events.as_array().is_some_and(|all| all.last().is_some_and(|last| last["type"] == "DELETED"))),
        post(
            "namespace controller",
            "/api/v1/namespaces/{other}/configmaps",
            &json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "late"}}),
        )
        .refused(404),
    ]
}
