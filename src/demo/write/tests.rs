use serde_json::json;

use super::json_patch;
use super::merge::{merge, strategic};
use crate::demo::wire::schema::Schema;

#[test]
fn a_merge_patch_removes_and_sets() {
    let mut object = json!({"a": {"b": 1, "c": 2}, "l": [1, 2]});
    merge(&mut object, &json!({"a": {"b": null, "d": 3}, "l": [9]}));
    assert_eq!(object, json!({"a": {"c": 2, "d": 3}, "l": [9]}));
}

#[test]
fn a_strategic_patch_merges_lists_by_key() {
    let mut object =
        json!({"containers": [{"name": "a", "image": "1"}, {"name": "b", "image": "1"}], "dnsPolicy": "x"});
    let patch = json!({"containers": [{"name": "b", "image": "2"}, {"name": "a", "$patch": "delete"}, {"name": "c"}],
        "$setElementOrder/containers": [], "dnsPolicy": "y"});
    strategic(Schema::get().find("PodSpec").unwrap(), &mut object, &patch);
    assert_eq!(object, json!({"containers": [{"name": "b", "image": "2"}, {"name": "c"}], "dnsPolicy": "y"}));
}

#[test]
fn a_json_patch_stops_at_what_does_not_fit() {
    let mut object = json!({"a": [1], "b~/": 1});
    let patch = json!([{"op": "add", "path": "/a/-", "value": 2}, {"op": "remove", "path": "/b~0~1"},
        {"op": "test", "path": "/a/1", "value": 2}, {"op": "move", "from": "/a/0", "path": "/c"}]);
    json_patch::apply(&mut object, &patch).unwrap();
    assert_eq!(object, json!({"a": [2], "c": 1}));
    assert!(json_patch::apply(&mut object, &json!([{"op": "replace", "path": "/x/y", "value": 1}])).is_err());
    assert!(json_patch::apply(&mut object, &json!([{"op": "test", "path": "/c", "value": 2}])).is_err());
}
