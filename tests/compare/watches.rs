//! Watches: histories that are over, so that both servers tell the same.

use serde_json::{Value, json};

use super::case::{Case, METADATA, PROTOBUF_WATCH, TABLE, delete, get, patch, post};
use super::objects::PATH;

pub fn cases() -> Vec<Case> {
    let map =
        |name: &str| json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "labels": {"w": "1"}}});
    let selected = "labelSelector=w%3D1";
    let initial = "sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&timeoutSeconds=1";
    let mut cases = vec![
        get("watch", &format!("{PATH}?limit=1")).keep("before", "/metadata/resourceVersion"),
        post("create", PATH, &map("watched")),
        post("create", PATH, &map("leaves")),
        patch("patch", &format!("{PATH}/watched"), &json!({"data": {"a": "1"}})),
        patch("patch", &format!("{PATH}/leaves"), &json!({"metadata": {"labels": {"w": null}}})),
        patch("patch", &format!("{PATH}/leaves"), &json!({"metadata": {"labels": {"w": "1"}}})),
        delete("delete", &format!("{PATH}/watched"), &Value::Null),
        get("watch", &format!("{PATH}?watch=1&resourceVersion={{before}}&timeoutSeconds=1")),
        get("watch", &format!("{PATH}?watch=1&resourceVersion={{before}}&timeoutSeconds=1&{selected}")),
        get(
            "watch",
            &format!("{PATH}?watch=1&resourceVersion={{before}}&timeoutSeconds=1&fieldSelector=metadata.name%3Dleaves"),
        ),
        get("watch", &format!("{PATH}?watch=1&resourceVersion={{before}}&timeoutSeconds=1&{selected}"))
            .accept(METADATA),
        get("table", &format!("{PATH}?watch=1&resourceVersion={{before}}&timeoutSeconds=1&{selected}")).accept(TABLE),
        get("watch", &format!("{PATH}?watch=1&timeoutSeconds=1&{selected}")),
        get("410", &format!("{PATH}?watch=1&resourceVersion=1&timeoutSeconds=1")),
        get(
            "410",
            "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases?watch=1&resourceVersion=1&timeoutSeconds=1",
        )
        .accept(PROTOBUF_WATCH),
        get("sendInitialEvents", &format!("{PATH}?watch=1&{initial}&{selected}")),
        get("sendInitialEvents", &format!("{PATH}?watch=1&sendInitialEvents=true")).refused(422),
        get("sendInitialEvents", &format!("{PATH}?sendInitialEvents=true")).refused(422),
        get("sendInitialEvents", &format!("{PATH}?watch=1&resourceVersion=0&resourceVersionMatch=NotOlderThan"))
            .refused(422),
        get("sendInitialEvents", &format!("/api/v1/namespaces?watch=1&{initial}&fieldSelector=metadata.name%3D{{ns}}"))
            .accept(PROTOBUF_WATCH),
    ];
    // The kinds that have bookmarks of their own shape.
    for path in [
        "/api/v1/namespaces/{other}/pods",
        "/api/v1/namespaces/{other}/events",
        "/apis/batch/v1/namespaces/{other}/jobs",
        "/apis/batch/v1/namespaces/{other}/cronjobs",
    ] {
        cases.push(get("bookmarks", &format!("{path}?watch=1&{initial}")));
        cases.push(get("bookmarks", &format!("{path}?watch=1&{initial}")).accept(PROTOBUF_WATCH));
    }
    cases.push(get("bookmarks", &format!("/api/v1/nodes?watch=1&{initial}&labelSelector=none-has-this")));
    cases.push(get("bookmarks", &format!("/api/v1/namespaces/{{other}}/pods?watch=1&{initial}")).accept(METADATA));
    cases
}
