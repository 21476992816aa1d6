//! Discovery, and one object at a time.

use serde_json::{Value, json};

use super::case::{Case, METADATA, PROTOBUF, TABLE, delete, get, patch, post, put};

pub const PATH: &str = "/api/v1/namespaces/{ns}/configmaps";
const JOBS: &str = "/apis/batch/v1/namespaces/{ns}/jobs";

pub fn job(name: &str, spec: &Value) -> Value {
    let mut whole = json!({"suspend": true, "template": {"spec": {"restartPolicy": "Never",
        "containers": [{"name": "main", "image": "busybox:1.36", "resources": {"limits": {"memory": "20Mi"}}}]}}});
    for (key, value) in spec.as_object().unwrap() {
        whole[key] = value.clone();
    }
    json!({"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": name}, "spec": whole})
}

fn map(name: &str, data: &Value) -> Value {
    json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "labels": {"app": name}}, "data": data})
}

pub fn cases() -> Vec<Case> {
    [discovery(), namespaces(), writes(), validation(), changes(), removals()].into_iter().flatten().collect()
}

fn discovery() -> Vec<Case> {
    let aggregated = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";
    vec![
        get("discovery", "/version"),
        get("discovery", "/healthz").accept("*/*"),
        get("discovery", "/livez").accept("*/*"),
        get("discovery", "/readyz").accept("*/*"),
        get("discovery", "/api"),
        get("discovery", "/apis/batch"),
        get("discovery", "/apis/batch/v1"),
        get("discovery", "/apis/nope/v1").refused(404),
        get("aggregated discovery", "/api").accept(aggregated).part(|value| only(value, "", "configmaps")),
        get("aggregated discovery", "/apis").accept(aggregated).part(|value| only(value, "batch", "")),
        post(
            "discovery",
            "/apis/authentication.k8s.io/v1/selfsubjectreviews",
            &json!({"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}),
        ),
        post(
            "discovery",
            "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
            &json!({"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview",
                "spec": {"resourceAttributes": {"verb": "list", "resource": "pods", "namespace": "x"}}}),
        ),
        get("discovery", "/apis/batch/v1/nonesuch").refused(404),
        get("discovery", "/apis/nope/v1/things").refused(404),
        get("discovery", "/nothing-here").refused(404),
        put("update", "/api/v1/nodes", &Value::Null).refused(405),
    ]
}

/// An aggregated discovery document with one group alone, and of that one resource if it is named: the fleet serves
/// fewer than a whole API server.
fn only(mut document: Value, group: &str, resource: &str) -> Value {
    let items = document["items"].as_array_mut().unwrap();
    items.retain(|item| item["metadata"]["name"].as_str().unwrap_or_default() == group);
    if !resource.is_empty() {
        items[0]["versions"][0]["resources"].as_array_mut().unwrap().retain(|one| one["resource"] == resource);
    }
    document
}

pub fn namespaces() -> Vec<Case> {
    let namespace = |word: &str| json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": word}});
    vec![
        post("create", "/api/v1/namespaces", &namespace("{ns}")),
        post("create", "/api/v1/namespaces", &namespace("{other}")).accept(PROTOBUF),
        post("create", "/api/v1/namespaces", &namespace("{ns}")).refused(409),
        post("create", "/api/v1/namespaces", &namespace("-x")).refused(422),
        get("namespace controller", "/api/v1/namespaces/{ns}/serviceaccounts/default")
            .until(|value| value["kind"] != "Status"),
        get("namespace controller", "/api/v1/namespaces/{ns}/configmaps/kube-root-ca.crt")
            .until(|value| value["kind"] != "Status"),
        get("namespace controller", "/api/v1/namespaces/{ns}"),
        get("protobuf", "/api/v1/namespaces/{ns}").accept(PROTOBUF),
        get("table", "/api/v1/namespaces/{ns}").accept(TABLE),
        get("namespace controller", "/api/v1/namespaces/nonesuch-at-all").refused(404),
    ]
}

fn writes() -> Vec<Case> {
    vec![
        post("create", PATH, &map("first", &json!({"b": "2", "a": "1"}))).keep("start", "/metadata/resourceVersion"),
        post("create", PATH, &map("first", &json!({}))).refused(409),
        post("create", PATH, &json!({"kind": "ConfigMap", "apiVersion": "v1", "metadata": {"generateName": "made-"}})),
        post("create", &format!("{PATH}?dryRun=All"), &map("never", &json!({"a": "1"}))),
        get("create", &format!("{PATH}/never")).refused(404),
        post(
            "create",
            &format!("{PATH}?fieldValidation=Strict"),
            &json!({"kind": "ConfigMap", "apiVersion": "v1",
            "metadata": {"name": "strict"}, "extra": 1}),
        )
        .refused(400),
        post("create", "/api/v1/namespaces/nonesuch-at-all/configmaps", &map("first", &json!({}))).refused(404),
        get("create", &format!("{PATH}/first")).accept(METADATA),
        get("create", &format!("{PATH}/first")).accept("text/html").refused(406),
    ]
}

fn validation() -> Vec<Case> {
    let without = |field: &str| {
        let mut job = job("broken", &json!({}));
        job["spec"]["template"]["spec"].as_object_mut().unwrap().remove(field);
        job
    };
    let mut several = job("broken", &json!({"backoffLimit": -1, "parallelism": -2}));
    several["spec"]["template"]["spec"]["containers"][0].as_object_mut().unwrap().remove("name");
    let mut policy = job("broken", &json!({}));
    policy["spec"]["template"]["spec"]["restartPolicy"] = "Always".into();
    let cron = json!({"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "nightly"},
        "spec": {"schedule": "0 3 * * *", "suspend": true, "jobTemplate": {"spec": job("x", &json!({}))["spec"]}}});
    vec![
        post(
            "create",
            JOBS,
            &json!({"kind": "Job", "apiVersion": "batch/v1", "metadata": {}, "spec": job("x", &json!({}))["spec"]}),
        )
        .refused(422),
        post("create", JOBS, &job("Bad_Name", &json!({}))).refused(422),
        post("create", JOBS, &without("restartPolicy")).refused(422),
        post("create", JOBS, &policy).refused(422),
        post("create", JOBS, &without("containers")).refused(422),
        post("create", JOBS, &several).refused(422),
        post("create", JOBS, &json!({"kind": "CronJob", "apiVersion": "batch/v1"})).refused(400),
        post("create", JOBS, &job("typed", &json!({"parallelism": "many"}))).refused(400),
        post("create", JOBS, &Value::Null).raw("{nope").refused(400),
        post("create", &format!("{JOBS}?fieldValidation=Strict"), &job("strict", &json!({"foo": 1}))).refused(400),
        post(
            "create",
            JOBS,
            &json!({"kind": "Job", "apiVersion": "batch/v1", "metadata": {"name": "x", "namespace": "elsewhere"},
            "spec": job("x", &json!({}))["spec"]}),
        )
        .refused(400),
        post("create", JOBS, &json!({"kind": "Job", "apiVersion": "v1", "metadata": {"name": "x"}})).refused(400),
        post("create", "/apis/batch/v1/namespaces/{ns}/cronjobs", &cron),
        get("protobuf", "/apis/batch/v1/namespaces/{ns}/cronjobs/nightly").accept(PROTOBUF),
        get("table", "/apis/batch/v1/namespaces/{ns}/cronjobs").accept(TABLE),
        get("protobuf", &format!("{JOBS}/none")).accept(PROTOBUF).refused(404),
    ]
}

fn changes() -> Vec<Case> {
    let first = format!("{PATH}/first");
    let strategic = "application/strategic-merge-patch+json";
    let operations = "application/json-patch+json";
    vec![
        put("update", &first, &map("first", &json!({"a": "9"}))).keep("seen", "/metadata/resourceVersion"),
        put("update", &first, &map("other", &json!({}))).refused(400),
        put("update", &format!("{PATH}/none"), &map("none", &json!({}))).refused(404),
        put(
            "update",
            &first,
            &json!({"kind": "ConfigMap", "apiVersion": "v1",
            "metadata": {"name": "first", "resourceVersion": "{start}"}}),
        )
        .refused(409),
        patch("patch", &first, &json!({"data": {"c": "3", "a": null}})),
        patch("patch", &first, &json!({"metadata": {"resourceVersion": "{seen}", "labels": {"x": "y"}}})).refused(409),
        patch("patch", &first, &json!({"metadata": {"labels": {"x": "y z"}}})).refused(422),
        patch("patch", &first, &json!({"metadata": {"labels": {"tier": "two"}}})).typed(strategic),
        patch(
            "patch",
            &first,
            &json!([{"op": "add", "path": "/data/d", "value": "4"}, {"op": "test", "path": "/data/c", "value": "3"}]),
        )
        .typed(operations),
        patch("patch", &first, &json!([{"op": "test", "path": "/data/c", "value": "no"}]))
            .typed(operations)
            .refused(422),
        patch("patch", &first, &json!([{"op": "remove", "path": "/data/none"}])).typed(operations).refused(422),
        patch("patch", &first, &json!({})).typed("application/json").refused(415),
        patch("patch", &first, &Value::Null).raw("xx").refused(400),
        patch("patch", &format!("{PATH}/none"), &json!({})).refused(404),
        get("patch", &first),
    ]
}

fn removals() -> Vec<Case> {
    let first = format!("{PATH}/first");
    vec![
        delete("preconditions", &first, &json!({"preconditions": {"uid": "12345678-0000-4000-8000-000000000000"}}))
            .refused(409),
        delete("preconditions", &first, &json!({"preconditions": {"resourceVersion": "{start}"}})).refused(409),
        delete("delete", &first, &json!({"propagationPolicy": "Silly"})).refused(422),
        delete("delete", &format!("{first}?dryRun=All"), &Value::Null),
        delete("delete", &first, &json!({"propagationPolicy": "Background"})),
        delete("delete", &first, &Value::Null).refused(404),
        get("delete", &first).refused(404),
    ]
}
