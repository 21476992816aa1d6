//! Who holds which field: server-side apply, and what patches and updates make of it; dry runs; strict validation.

use serde_json::{Value, json};

use super::case::{Case, delete, get, patch, post, put};
use super::objects::{PATH, job};

const JOBS: &str = "/apis/batch/v1/namespaces/{ns}/jobs";
const APPLY: &str = "application/apply-patch+yaml";
const STRATEGIC: &str = "application/strategic-merge-patch+json";
const OPERATIONS: &str = "application/json-patch+json";

pub fn cases() -> Vec<Case> {
    [applied(), applied_jobs(), refused(), dry_runs(), strict(), operations()].into_iter().flatten().collect()
}

fn map(name: &str, data: &Value) -> Value {
    json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data})
}

fn apply(path: &str, manager: &str, body: &Value) -> Case {
    patch("apply", &format!("{path}?fieldManager={manager}"), body).typed(APPLY).part(managers)
}

/// The answer with its managed fields under a name that is compared, less those of controllers. In the order of their
/// names: a server's own order is that of their times, which stand within one second here and apart there.
fn managers(mut answer: Value) -> Value {
    if let Some(all) = answer["metadata"]["managedFields"].as_array() {
        let mut held: Vec<Value> =
            all.iter().filter(|entry| entry["manager"] != "kube-controller-manager").cloned().collect();
        held.sort_by_key(|entry| (entry["manager"].to_string(), entry["operation"].to_string()));
        answer["metadata"]["managers"] = held.into();
    }
    answer
}

fn applied() -> Vec<Case> {
    let one = format!("{PATH}/held");
    let mut labelled = map("held", &json!({"x": "1", "y": "2"}));
    labelled["metadata"]["labels"] = json!({"l": "1"});
    vec![
        apply(&one, "one", &labelled).refused(201).keep("applied", "/metadata/resourceVersion"),
        apply(&one, "one", &labelled),
        apply(&one, "two", &map("held", &json!({"x": "9"}))).refused(409),
        apply(&one, "two", &map("held", &json!({"x": "9", "y": "8"}))).refused(409),
        apply(&one, "two", &map("held", &json!({"x": "1"}))),
        apply(&format!("{PATH}/held"), "two&force=true", &map("held", &json!({"x": "9", "z": "3"}))),
        apply(&one, "one", &map("held", &json!({"y": "2"}))),
        patch("apply", &format!("{one}?fieldManager=three"), &json!({"data": {"x": "0", "n": "1"}})).part(managers),
        apply(&one, "two", &map("held", &json!({"x": "9", "z": "3"}))).refused(409),
        put("apply", &format!("{one}?fieldManager=four"), &map("held", &json!({"x": "5"}))).part(managers),
        get("apply", &one).part(managers),
    ]
}

fn applied_jobs() -> Vec<Case> {
    let one = format!("{JOBS}/applied");
    let mut changed = job("applied", &json!({"parallelism": 2}));
    changed["spec"]["template"]["spec"]["nodeSelector"] = json!({"a": "b"});
    vec![
        apply(&one, "one", &job("applied", &json!({"parallelism": 1, "completions": 3}))).refused(201),
        get("apply", &one).until(|job| job["status"]["conditions"].is_array()),
        apply(&one, "two", &changed).refused(409),
        apply(&one, "two&force=true", &changed),
        apply(&one, "one", &job("applied", &json!({"completions": 3}))),
        post("apply", &format!("{JOBS}?fieldManager=maker"), &job("made", &json!({}))).part(managers),
        get("apply", &format!("{JOBS}/made")).until(|job| job["status"]["conditions"].is_array()),
        patch("apply", &format!("{JOBS}/made?fieldManager=label"), &json!({"metadata": {"labels": {"a": "b"}}}))
            .typed(STRATEGIC)
            .part(managers),
    ]
}

fn refused() -> Vec<Case> {
    let one = format!("{PATH}/held");
    let with = |name: &str, value: Value| {
        let mut object = map("held", &json!({"x": "5"}));
        object["metadata"][name] = value;
        object
    };
    let mut unknown = map("held", &json!({}));
    unknown["foo"] = 1.into();
    let mut twice = job("twice", &json!({}));
    let container = twice["spec"]["template"]["spec"]["containers"][0].clone();
    twice["spec"]["template"]["spec"]["containers"].as_array_mut().unwrap().push(container);
    vec![
        patch("apply", &one, &map("held", &json!({}))).typed(APPLY).refused(422),
        apply(&one, "one", &with("resourceVersion", "{applied}".into())).refused(409),
        apply(&one, "one", &with("managedFields", json!([{}]))).refused(400),
        apply(&one, "one", &with("namespace", "elsewhere".into())).refused(400),
        apply(&one, "one", &map("other", &json!({}))).refused(400),
        apply(&one, "one", &json!({"apiVersion": "v1", "kind": "Secret"})).refused(400),
        apply(&one, "one", &json!([])).refused(400),
        apply(&one, "one", &unknown).refused(500),
        apply(&one, "one", &map("held", &json!({"x": 2}))).refused(500),
        apply(&format!("{JOBS}/twice"), "one", &twice).refused(500),
        patch("apply", &format!("{one}?force=true"), &json!({})).refused(422),
        apply(
            &format!("{PATH}/gone"),
            "one",
            &json!({"apiVersion": "v1", "kind": "ConfigMap",
            "metadata": {"name": "gone", "uid": "12345678-0000-4000-8000-000000000000"}}),
        )
        .refused(409),
        patch("apply", &format!("{one}?fieldManager={}", "m".repeat(129)), &json!({})).refused(422),
    ]
}

fn dry_runs() -> Vec<Case> {
    let one = format!("{PATH}/held");
    let dry = format!("{one}?dryRun=All");
    vec![
        post("dry run", &format!("{JOBS}?dryRun=All"), &job("never", &json!({}))),
        get("dry run", &format!("{JOBS}/never")).refused(404),
        put("dry run", &dry, &map("held", &json!({"x": "7"}))),
        patch("dry run", &dry, &json!({"data": {"x": "7"}})),
        patch("dry run", &dry, &json!({"data": {"x": "7"}})).typed(STRATEGIC),
        patch("dry run", &dry, &json!([{"op": "replace", "path": "/data/x", "value": "7"}])).typed(OPERATIONS),
        patch("dry run", &format!("{dry}&fieldManager=dry&force=true"), &map("held", &json!({"x": "7"}))).typed(APPLY),
        patch("dry run", &format!("{PATH}/never?dryRun=All&fieldManager=dry"), &map("never", &json!({})))
            .typed(APPLY)
            .refused(201),
        patch("dry run", &format!("{JOBS}/made?dryRun=All"), &json!({"spec": {"suspend": false}})),
        delete("dry run", &format!("{JOBS}/made?dryRun=All"), &Value::Null),
        delete("dry run", &format!("{JOBS}/made"), &json!({"dryRun": ["All"], "propagationPolicy": "Foreground"})),
        delete("dry run", &format!("{JOBS}/made?propagationPolicy=Foreground&dryRun=All"), &Value::Null),
        delete("dry run", "/api/v1/namespaces/{ns}?dryRun=All", &Value::Null),
        post("dry run", &format!("{PATH}?dryRun=Some"), &map("never", &json!({}))).refused(422),
        patch("dry run", &format!("{one}?dryRun=Some"), &json!({})).refused(422),
        delete("dry run", &one, &json!({"dryRun": ["Some"]})).refused(422),
        get("dry run", &one),
        get("dry run", &format!("{JOBS}/made")),
        // What the query says of a deletion with a body is not read: this one is none that only tries.
        delete("dry run", &format!("{JOBS}/made?dryRun=All"), &json!({"propagationPolicy": "Background"})),
        get("dry run", &format!("{JOBS}/made")).refused(404),
        delete("dry run", &one, &json!({"propagationPolicy": "Orphan", "orphanDependents": true})).refused(422),
    ]
}

/// A Job's text in which fields stand twice and others are unknown.
const TWICE: &str = r#"{"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"odd","labels":{"a":"1","a":"2"}},"zip":1,
    "spec":{"foo":1,"suspend":true,"suspend":true,"template":{"bar":1,"spec":{"restartPolicy":"Never","containers":
    [{"name":"a","image":"b","image":"c","zap":{},"env":[{"name":"x","valu":1},{"name":"x","name":"y"}]}]}}}}"#;

const TWICE_YAML: &str = "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: odd\nspec:\n  foo: 1\n  suspend: true\n  \
                          suspend: true\n  template:\n    bar: 1\n    spec:\n      restartPolicy: Never\n      \
                          containers:\n      - name: a\n        image: b\n        image: c\n        zap: {}\n";

fn strict() -> Vec<Case> {
    let make = |validation: &str| {
        post("strict validation", &format!("{JOBS}?dryRun=All&fieldValidation={validation}"), &Value::Null).raw(TWICE)
    };
    let one = format!("{PATH}/held");
    vec![
        make("Strict").refused(400),
        make("Warn"),
        make("Ignore"),
        make("Often").refused(422),
        make("Strict").raw(TWICE_YAML).typed("application/yaml").refused(400),
        make("Warn").raw(TWICE_YAML).typed("application/yaml"),
        patch("strict validation", &format!("{one}?fieldValidation=Strict"), &json!({"foo": 1})).refused(422),
        patch("strict validation", &format!("{one}?fieldValidation=Strict"), &Value::Null)
            .raw(r#"{"data":{"a":"1"},"data":{"b":"1"}}"#)
            .refused(422),
        patch("strict validation", &format!("{one}?fieldValidation=Warn&dryRun=All"), &json!({"foo": 1})),
        patch("strict validation", &format!("{one}?fieldValidation=Strict"), &json!({"foo": 1}))
            .typed(STRATEGIC)
            .refused(422),
        patch(
            "strict validation",
            &format!("{one}?fieldValidation=Strict"),
            &json!([{"op": "add", "path": "/foo", "value": 1}]),
        )
        .typed(OPERATIONS)
        .refused(422),
        put("strict validation", &format!("{JOBS}/applied?fieldValidation=Strict"), &Value::Null)
            .raw(TWICE)
            .refused(400),
        patch("strict validation", &format!("{one}?fieldManager=one&fieldValidation=Strict"), &Value::Null)
            .raw("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: held\n  name: held\n")
            .typed(APPLY)
            .refused(400),
    ]
}

fn operations() -> Vec<Case> {
    let one = format!("{PATH}/held");
    let operate = |body: Value| patch("JSON patch", &one, &body).typed(OPERATIONS);
    vec![
        operate(json!([{"op": "test", "path": "/data/x", "value": "other"}])).refused(422),
        operate(json!([{"op": "remove", "path": "/data/none"}])).refused(422),
        operate(json!([{"op": "zap", "path": "/data/x"}])).refused(422),
        operate(json!([{"op": "add", "value": "x"}])).refused(422),
        operate(json!({"op": "add"})).refused(400),
        operate(json!([{"op": "replace", "path": "/metadata/name", "value": "zz"}])).refused(400),
        operate(json!([{"op": "replace", "path": "/data/none", "value": "set"}])),
        operate(json!([{"op": "replace", "path": "/data", "value": 5}])).refused(422),
        operate(json!([{"op": "add", "path": "/metadata/resourceVersion", "value": "1"}])).refused(409),
        patch("patch", &one, &json!({"data": 5})).refused(422),
        patch("patch", &one, &json!([])).refused(400),
        patch("patch", &one, &json!({"metadata": {"resourceVersion": "abc"}})).refused(500),
        patch("patch", &one, &json!({"metadata": {"namespace": "elsewhere"}})).refused(400),
        patch("patch", &one, &json!({"metadata": {"uid": "zz"}})).refused(422),
        patch("patch", &one, &json!([])).typed(STRATEGIC).refused(400),
        patch("patch", &one, &Value::Null).raw("xx").typed(STRATEGIC).refused(400),
    ]
}
