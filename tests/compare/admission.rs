//! What refuses, holds and completes objects: quotas, limit ranges, finalizers, namespaces that go, fields that cannot
//! change; and what Jobs and CronJobs make of it.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Value, json};

use super::case::{Case, delete, get, patch, post, put};
use super::objects::{PATH, job};

const JOBS: &str = "/apis/batch/v1/namespaces/{ns}/jobs";
const CRON: &str = "/apis/batch/v1/namespaces/{ns}/cronjobs";
const TIGHT: &str = "/api/v1/namespaces/{tight}";
const TIGHT_JOBS: &str = "/apis/batch/v1/namespaces/{tight}/jobs";
const HELD: &str = "/api/v1/namespaces/{held}";

pub fn cases() -> Vec<Case> {
    [odd(), quotas(), limits(), finalizers(), cron_jobs(), suspended(), immutable(), reviews(), held()]
        .into_iter()
        .flatten()
        .collect()
}

fn namespace(word: &str) -> Case {
    let object = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": word}});
    post("create", "/api/v1/namespaces", &object)
}

/// A pod that no node takes.
fn pod(name: &str, resources: &Value) -> Value {
    json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": {"nodeSelector": {"none": "such"},
        "containers": [{"name": "main", "image": "busybox:1.36", "resources": resources}]}})
}

/// A Job that runs pods which no node takes and which ask for nothing.
fn plain(name: &str, spec: &Value) -> Value {
    let mut job = job(name, spec);
    let pod = &mut job["spec"]["template"]["spec"];
    pod["nodeSelector"] = json!({"none": "such"});
    pod["containers"][0].as_object_mut().unwrap().remove("resources");
    job
}

fn used(quota: &Value, name: &str, amount: &str) -> bool {
    quota["status"]["used"][name] == amount
}

/// The first event's words, without the name of the pod that was refused.
fn said(events: Value) -> Value {
    static POD: LazyLock<Regex> = LazyLock::new(|| Regex::new("\"full-[a-z0-9]{5}\"").unwrap());
    let event = &events["items"][0];
    let message = event["message"].as_str().unwrap_or_default();
    json!({"reason": event["reason"], "type": event["type"], "message": POD.replace_all(message, "<pod>")})
}

/// Objects with something wrong in them.
fn odd() -> Vec<Case> {
    let with = |change: fn(&mut Value)| {
        let mut job = plain("odd", &json!({}));
        change(&mut job["spec"]["template"]["spec"]);
        post("create", JOBS, &job).refused(422)
    };
    let named = |name: &str| {
        let object = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}});
        post("create", "/api/v1/namespaces", &object).refused(422)
    };
    let label = |labels: Value| {
        patch("patch", "/api/v1/namespaces/{ns}", &json!({"metadata": {"labels": labels}})).refused(422)
    };
    vec![
        named("Big"),
        named("a.b"),
        named(&"a".repeat(64)),
        named(""),
        label(json!({"team": "x y"})),
        label(json!({"-team": "x"})),
        label(json!({"a b/team": "x"})),
        label(json!({"team": "x".repeat(64)})),
        patch("patch", "/api/v1/namespaces/{ns}", &json!({"metadata": {"annotations": {"Bad Key": "x"}}})).refused(422),
        patch(
            "patch",
            "/api/v1/namespaces/{ns}",
            &json!({"metadata": {"labels": {"kubernetes.io/metadata.name": null}}}),
        ),
        post("create", JOBS, &plain(&"a".repeat(64), &json!({}))).refused(422),
        post("create", JOBS, &plain("odd", &json!({"podReplacementPolicy": "Foo"}))).refused(422),
        post("create", JOBS, &plain("odd", &json!({"selector": {"matchLabels": {"a": "b"}}}))).refused(422),
        with(|spec| spec["containers"][0]["resources"] = json!({"limits": {"memory": "lots"}})).refused(400),
        with(|spec| spec["containers"][0]["resources"] = json!({"limits": {"cpu": "1"}, "requests": {"cpu": "2"}})),
        with(|spec| spec["containers"][0]["env"] = json!([{"name": ""}])),
        with(|spec| spec["containers"][0]["volumeMounts"] = json!([{"name": "v", "mountPath": "/a"}])),
        with(|spec| spec["containers"][0]["imagePullPolicy"] = "Sometimes".into()),
        with(|spec| spec["volumes"] = json!([{"name": "v", "emptyDir": {}}, {"name": "v", "emptyDir": {}}])),
        with(|spec| spec["restartPolicy"] = "Foo".into()),
        post("create", JOBS, &json!({"apiVersion": "v1", "kind": "List", "items": []})).refused(400),
    ]
}

fn quotas() -> Vec<Case> {
    let quota = json!({"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "q"}, "spec": {"hard":
        {"count/jobs.batch": "2", "pods": "1", "requests.cpu": "1", "limits.memory": "1Gi"}}});
    let small = json!({"requests": {"cpu": "100m"}, "limits": {"memory": "20Mi"}});
    let pods = format!("{TIGHT}/pods");
    let one = format!("{TIGHT}/resourcequotas/q");
    vec![
        namespace("{tight}"),
        get("quota", &format!("{TIGHT}/serviceaccounts/default")).until(|value| value["kind"] != "Status"),
        post("quota", &format!("{TIGHT}/resourcequotas"), &quota),
        get("quota", &one).until(|quota| used(quota, "pods", "0")),
        post("quota", &pods, &pod("none", &json!({}))).refused(403),
        post("quota", &pods, &pod("huge", &json!({"requests": {"cpu": "2"}, "limits": {"memory": "2Gi"}})))
            .refused(403),
        post("quota", &format!("{pods}?dryRun=All"), &pod("small", &small)),
        post("quota", &pods, &pod("small", &small)),
        get("quota", &one),
        post("quota", &pods, &pod("second", &small)).refused(403),
        post("quota", &pods, &pod("small", &small)).refused(403),
        get("quota", &format!("{pods}/small")).until(|pod| pod["status"]["conditions"][0]["reason"] == "Unschedulable"),
        delete("quota", &format!("{pods}/small"), &Value::Null),
        get("quota", &one).until(|quota| used(quota, "pods", "0")),
        post("quota", TIGHT_JOBS, &plain("waits", &json!({}))),
        post("quota", TIGHT_JOBS, &plain("full", &json!({"suspend": false}))),
        // A count that was under way as they came may have missed them, and nothing makes it right for minutes. Whoever
        // starts Jobs sees them as whoever counts does: from then on a new count is whole.
        get("quota", &format!("{TIGHT_JOBS}/full")).until(|job| job["status"]["startTime"].is_string()),
        patch("quota", &one, &json!({"spec": {"hard": {"requests.cpu": "2"}}})).part(|quota| quota["spec"].clone()),
        get("quota", &one)
            .until(|quota| quota["status"]["hard"]["requests.cpu"] == "2" && used(quota, "count/jobs.batch", "2")),
        post("quota", TIGHT_JOBS, &plain("third", &json!({}))).refused(403),
        get("quota", &format!("{TIGHT}/events?fieldSelector=involvedObject.name%3Dfull"))
            .until(|events| events["items"][0]["reason"] == "FailedCreate")
            .part(said),
        delete("quota", &format!("{TIGHT_JOBS}/full"), &json!({"propagationPolicy": "Background"})),
        get("quota", &one).until(|quota| used(quota, "count/jobs.batch", "1")),
        delete("quota", &one, &Value::Null),
    ]
}

fn limits() -> Vec<Case> {
    let range = json!({"apiVersion": "v1", "kind": "LimitRange", "metadata": {"name": "l"}, "spec": {"limits": [
        {"type": "Container", "default": {"cpu": "500m", "memory": "64Mi"}, "defaultRequest": {"cpu": "100m"},
            "max": {"memory": "128Mi"}, "min": {"memory": "8Mi"}}]}});
    let pods = format!("{TIGHT}/pods");
    vec![
        post("limit range", &format!("{TIGHT}/limitranges"), &range),
        get("limit range", &format!("{TIGHT}/limitranges/l")),
        post("limit range", &pods, &pod("plain", &json!({}))),
        post("limit range", &pods, &pod("asks", &json!({"requests": {"memory": "16Mi"}}))),
        post("limit range", &pods, &pod("large", &json!({"limits": {"memory": "256Mi"}}))).refused(403),
        post("limit range", &pods, &pod("tiny", &json!({"requests": {"memory": "1Mi"}}))).refused(403),
        post("limit range", TIGHT_JOBS, &plain("runs", &json!({"suspend": false}))),
        get("limit range", &format!("{pods}?labelSelector=job-name%3Druns"))
            .until(|pods| pods["items"].as_array().is_some_and(|pods| pods.len() == 1))
            .part(|pods| pods["items"][0]["spec"]["containers"][0]["resources"].clone()),
    ]
}

fn finalizers() -> Vec<Case> {
    let one = format!("{PATH}/final");
    let held = |names: &[&str]| json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "final", "finalizers": names}});
    vec![
        post("finalizer", PATH, &held(&["nope"])).refused(422),
        post("finalizer", PATH, &held(&["example.com/hold"])),
        delete("finalizer", &format!("{one}?dryRun=All"), &Value::Null),
        delete("finalizer", &one, &Value::Null),
        delete("finalizer", &one, &Value::Null),
        post("finalizer", PATH, &held(&["example.com/hold"])).refused(409),
        patch("finalizer", &one, &json!({"metadata": {"finalizers": ["example.com/hold", "example.com/b"]}}))
            .refused(422),
        patch("finalizer", &one, &json!({"data": {"a": "1"}})),
        patch("finalizer", &format!("{one}?dryRun=All"), &json!({"metadata": {"finalizers": null}})),
        patch("finalizer", &one, &json!({"metadata": {"finalizers": null}})),
        get("finalizer", &one).refused(404),
        post("finalizer", JOBS, &plain("front", &json!({"suspend": false}))).keep("front", "/metadata/uid"),
        get("finalizer", &format!("{JOBS}/front")).until(|job| job["status"]["active"] == 1),
        delete("finalizer", &format!("{JOBS}/front"), &json!({"propagationPolicy": "Foreground"}))
            .part(|job| json!([job["metadata"]["finalizers"], job["metadata"]["deletionGracePeriodSeconds"]])),
        get("finalizer", &format!("{JOBS}/front")).until(|job| job["kind"] == "Status").refused(404),
        get("finalizer", "/api/v1/namespaces/{ns}/pods?labelSelector=job-name%3Dfront")
            .until(|pods| pods["items"].as_array().is_some_and(Vec::is_empty)),
    ]
}

fn cron_jobs() -> Vec<Case> {
    let cron = |name: &str, spec: Value| {
        let mut whole = json!({"schedule": "0 3 1 1 *", "jobTemplate": {"spec": plain("x", &json!({}))["spec"]}});
        for (key, value) in spec.as_object().unwrap() {
            whole[key] = value.clone();
        }
        json!({"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": name}, "spec": whole})
    };
    let mut manual = plain("by-hand", &json!({}));
    manual["metadata"]["annotations"] = json!({"cronjob.kubernetes.io/instantiate": "manual"});
    manual["metadata"]["ownerReferences"] =
        json!([{"apiVersion": "batch/v1", "kind": "CronJob", "name": "yearly", "uid": "{cron}", "controller": true}]);
    let one = format!("{CRON}/yearly");
    vec![
        post("cronjob", CRON, &cron("yearly", json!({"concurrencyPolicy": "Forbid"}))).keep("cron", "/metadata/uid"),
        post("cronjob", CRON, &cron("odd", json!({"schedule": "61 * * * *", "concurrencyPolicy": "Foo"}))).refused(422),
        post("cronjob", CRON, &cron(&"c".repeat(60), json!({"schedule": "* * *", "timeZone": "Nope/Zone"})))
            .refused(422),
        post("cronjob", CRON, &cron("odd", json!({"schedule": "TZ=UTC * * * * *", "startingDeadlineSeconds": -1})))
            .refused(422),
        post("cronjob", CRON, &cron("odd", json!({"schedule": "a * * * *", "failedJobsHistoryLimit": -1})))
            .refused(422),
        post("cronjob", CRON, &cron("odd", json!({"schedule": "5-1 * * * MON-FRI"}))).refused(422),
        patch("cronjob", &one, &json!({"spec": {"suspend": true}})),
        patch("cronjob", &one, &json!({"spec": {"schedule": "@often"}})).refused(422),
        post("cronjob", JOBS, &manual),
        get("cronjob", &format!("{JOBS}/by-hand")).until(|job| job["status"]["conditions"].is_array()),
        // A Job that somebody made by hand is none that the CronJob counts as its own run.
        get("cronjob", &one),
        delete("cronjob", &one, &json!({"propagationPolicy": "Background"})),
        get("cronjob", &format!("{JOBS}/by-hand")).until(|job| job["kind"] == "Status").refused(404),
    ]
}

fn suspended() -> Vec<Case> {
    let one = format!("{JOBS}/pauses");
    vec![
        post("suspended Job", JOBS, &plain("pauses", &json!({"suspend": false, "parallelism": 2, "completions": 2}))),
        get("suspended Job", &one).until(|job| job["status"]["active"] == 2),
        patch("suspended Job", &one, &json!({"spec": {"suspend": true}})).part(|job| job["spec"]["suspend"].clone()),
        get("suspended Job", &one)
            .until(|job| job["status"]["conditions"][0]["status"] == "True" && job["status"]["terminating"] == 0),
        get("suspended Job", "/api/v1/namespaces/{ns}/pods?labelSelector=job-name%3Dpauses")
            .until(|pods| pods["items"].as_array().is_some_and(Vec::is_empty)),
        patch("suspended Job", &one, &json!({"spec": {"suspend": false}})).part(|job| job["spec"]["suspend"].clone()),
        get("suspended Job", &one)
            .until(|job| job["status"]["conditions"][0]["status"] == "False" && job["status"]["active"] == 2),
        patch("suspended Job", &one, &json!({"spec": {"parallelism": 1}}))
            .part(|job| job["spec"]["parallelism"].clone()),
        get("suspended Job", &one).until(|job| job["status"]["active"] == 1 && job["status"]["terminating"] == 0),
        delete("suspended Job", &one, &json!({"propagationPolicy": "Background"})),
    ]
}

/// What is said of a refusal, without the object that was refused.
fn causes(status: Value) -> Value {
    let causes = status["details"]["causes"].as_array().cloned().unwrap_or_default();
    let words = |cause: &Value| {
        let message = cause["message"].as_str().unwrap_or_default();
        json!([cause["field"], cause["reason"], message.rsplit(": ").next()])
    };
    json!({"reason": status["reason"], "causes": causes.iter().map(words).collect::<Vec<_>>()})
}

fn immutable() -> Vec<Case> {
    let one = format!("{JOBS}/fixed");
    let change = |body: Value| patch("immutable", &one, &body);
    vec![
        post("immutable", JOBS, &plain("fixed", &json!({}))),
        get("immutable", &one).until(|job| job["status"]["conditions"].is_array()),
        post("immutable", JOBS, &plain("odd", &json!({"completionMode": "Foo"}))).refused(422),
        change(json!({"spec": {"completionMode": "Indexed", "completions": 3}})).refused(422),
        change(json!({"spec": {"completions": 3}})).refused(422),
        change(json!({"spec": {"template": {"spec": {"dnsPolicy": "Default"}}}})).refused(422).part(causes),
        change(json!({"spec": {"backoffLimit": 1}})),
        change(json!({"metadata": {"name": "other"}})).refused(400),
        put("immutable", "/api/v1/namespaces/{ns}", &json!({"metadata": {"name": "other"}})).refused(400),
        patch("immutable", "/api/v1/namespaces/{ns}", &json!({"metadata": {"name": "other"}})).refused(400),
        delete("immutable", &one, &json!({"propagationPolicy": "Background"})),
    ]
}

fn reviews() -> Vec<Case> {
    let access = |spec: Value| {
        post(
            "access review",
            "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
            &json!({"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview", "spec": spec}),
        )
    };
    let rules = |spec: Value| {
        post(
            "access review",
            "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews",
            &json!({"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectRulesReview", "spec": spec}),
        )
    };
    vec![
        access(
            json!({"resourceAttributes": {"verb": "create", "group": "batch", "resource": "jobs", "namespace": "{ns}"}}),
        ),
        access(json!({"nonResourceAttributes": {"verb": "get", "path": "/version"}})),
        access(json!({})).refused(422),
        rules(json!({})).refused(400),
        rules(json!({"namespace": "{ns}"})).part(|review| {
            let rules = review["status"]["resourceRules"].as_array().cloned().unwrap_or_default();
            let whole = json!({"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]});
            json!([review["spec"], review["status"]["incomplete"], rules.contains(&whole)])
        }),
    ]
}

/// A namespace that something holds.
fn held() -> Vec<Case> {
    let maps = format!("{HELD}/configmaps");
    let map = |name: &str, finalizers: &[&str]| json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "finalizers": finalizers}});
    vec![
        namespace("{held}"),
        get("namespace content", &format!("{HELD}/configmaps/kube-root-ca.crt"))
            .until(|value| value["kind"] != "Status"),
        post("namespace content", &maps, &map("a", &["example.com/hold"])),
        post("namespace content", &maps, &map("b", &["example.com/hold", "example.com/other"])),
        delete("namespace content", HELD, &Value::Null),
        post("namespace content", &maps, &map("late", &[])).refused(403),
        post("namespace content", "/apis/batch/v1/namespaces/{held}/jobs", &plain("late", &json!({}))).refused(403),
        patch("namespace content", &format!("{maps}/late?fieldManager=x"), &map("late", &[]))
            .typed("application/apply-patch+yaml")
            .refused(403),
        patch("namespace content", &format!("{maps}/a"), &json!({"data": {"x": "1"}})).part(|map| map["data"].clone()),
        get("namespace content", HELD).until(|value| value["status"]["conditions"][3]["status"] == "True"),
        delete("namespace content", HELD, &Value::Null).part(|value| value["status"]["phase"].clone()),
        patch("namespace content", &format!("{maps}/a"), &json!({"metadata": {"finalizers": null}})),
        patch("namespace content", &format!("{maps}/b"), &json!({"metadata": {"finalizers": null}})),
        get("namespace content", HELD)
            .until(|value| value["kind"] == "Status")
            .within(std::time::Duration::from_secs(60))
            .refused(404),
    ]
}
