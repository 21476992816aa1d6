//! Lists: pages, selectors, versions, tables, encodings.

use std::time::Duration;

use serde_json::{Value, json};

use super::case::{Case, METADATA_LIST, PROTOBUF, TABLE, delete, get, post};
use super::objects::PATH;

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (name, tier) in [("page-a", "one"), ("page-b", "two"), ("page-c", "one")] {
        let labels = json!({"set": "pages", "tier": tier});
        cases.push(post(
            "create",
            PATH,
            &json!({"apiVersion": "v1", "kind": "ConfigMap",
            "metadata": {"name": name, "labels": labels}, "data": {"text": name}}),
        ));
    }
    let list = format!("{PATH}?labelSelector=set%3Dpages");
    cases.extend([
        get("limit and continue", &list),
        get("limit and continue", &format!("{list}&limit=2")).keep("token", "/metadata/continue"),
        get("limit and continue", &format!("{list}&limit=2&continue={{token}}")),
        get("limit and continue", &format!("{PATH}?limit=1")).keep("next", "/metadata/continue"),
        get("limit and continue", &format!("{PATH}?limit=1&continue={{next}}")),
        get("limit and continue", &format!("{PATH}?limit=abc")).refused(400),
        get("limit and continue", &format!("{PATH}?labelSelector=tier%20in%20(two,three),set")),
        get("limit and continue", &format!("{PATH}?labelSelector=tier%20notin%20(two),set!%3Dx,!none,set")),
        get("limit and continue", &format!("{PATH}?labelSelector=%3D%3D")).refused(400),
        get("limit and continue", &format!("{PATH}?fieldSelector=metadata.name%3Dpage-b")),
        get("limit and continue", "/api/v1/namespaces/{ns}/pods?fieldSelector=spec.nope%3Dx").refused(400),
        get("limit and continue", "/apis/batch/v1/namespaces/{ns}/jobs?fieldSelector=spec.nope%3Dx").refused(400),
        get("limit and continue", &format!("{PATH}?resourceVersion=abc")).refused(400),
        get("limit and continue", &format!("{PATH}?resourceVersionMatch=Exact")).refused(422),
        get("table", &list).accept(TABLE),
        get("table", &format!("{list}&includeObject=None")).accept(TABLE),
        get("table", &format!("{list}&includeObject=Object&limit=1")).accept(TABLE),
        get("table", "/api/v1/namespaces?fieldSelector=metadata.name%3D{ns}").accept(TABLE),
        get("protobuf", &list).accept(METADATA_LIST),
        get("protobuf", "/api/v1/namespaces?fieldSelector=metadata.name%3D{ns}").accept(PROTOBUF),
        get("protobuf", "/apis/batch/v1/namespaces/{ns}/cronjobs").accept(PROTOBUF),
        get("limit and continue", "/api/v1/namespaces/nonesuch-at-all/pods"),
    ]);
    let long = "x".repeat(100_000);
    for name in ["large-a", "large-b"] {
        cases.push(post(
            "create",
            PATH,
            &json!({"apiVersion": "v1", "kind": "ConfigMap",
            "metadata": {"name": name, "labels": {"set": "large"}}, "data": {"text": long}}),
        ));
    }
    cases.extend([
        get("protobuf", &format!("{PATH}?labelSelector=set%3Dlarge")).gzip(),
        get("protobuf", &list).gzip(),
        delete("delete", &format!("{PATH}?labelSelector=set%3Dlarge"), &Value::Null),
        get("delete", &format!("{PATH}?labelSelector=set%3Dlarge")),
    ]);
    cases
}

/// `{"v":"meta.k8s.io/v1","rv":1,"start":"page-a\u0000"}`
const OLD: &str = "eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MSwic3RhcnQiOiJwYWdlLWFcdTAwMDAifQ";

/// Lists of a version that is gone. A real server forgets its first versions five minutes after its start or later,
/// whenever its etcd is compacted, so these stand last and are waited for.
pub fn expired() -> Vec<Case> {
    let gone = |answer: &Value| answer["code"] == 410;
    ["resourceVersion=1&resourceVersionMatch=Exact".to_owned(), format!("continue={OLD}")]
        .map(|query| {
            let path = format!("{PATH}?limit=1&{query}");
            get("410", &path).refused(410).until(gone).within(Duration::from_secs(720))
        })
        .to_vec()
}
