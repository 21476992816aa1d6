use serde_json::{Value, json};

use super::{Managed, Set, Writer, applied, created, updated};
use crate::demo::kinds::{Kind, Kinds};
use crate::demo::write::tidy;

fn kind(name: &str) -> &'static Kind {
    &Kinds::get().all[Kinds::get().named(name)]
}

fn who(manager: &str) -> Writer {
    Writer { manager: manager.into(), now: 1_700_000_000, ..Writer::default() }
}

fn map(data: Value) -> Value {
    json!({"metadata": {"name": "a"}, "data": data})
}

/// `[manager, operation, fieldsV1]` of every entry.
fn held(object: &Value) -> Value {
    let entries = object["metadata"]["managedFields"].as_array().cloned().unwrap_or_default();
    let entry = |entry: &Value| json!([entry["manager"], entry["operation"], entry["fieldsV1"]]);
    entries.iter().map(entry).collect::<Vec<_>>().into()
}

fn apply(live: Option<&Value>, config: &Value, manager: &str, force: bool) -> Result<Value, String> {
    let kind = kind("ConfigMap");
    let made = applied(kind, live, config, &who(manager), force).map_err(|error| error.message)?;
    Ok(tidy(kind, &made))
}

#[test]
fn another_manager_s_field_is_a_conflict_until_it_is_forced() {
    let live = apply(None, &map(json!({"x": "1", "y": "2"})), "one", false).unwrap();
    assert_eq!(held(&live), json!([["one", "Apply", {"f:data": {"f:x": {}, "f:y": {}}}]]));
    let words = apply(Some(&live), &map(json!({"x": "9"})), "two", false).unwrap_err();
    assert_eq!(words, "Apply failed with 1 conflict: conflict with \"one\": .data.x");
    let both = apply(Some(&live), &map(json!({"x": "9", "y": "8"})), "two", false).unwrap_err();
    assert_eq!(both, "Apply failed with 2 conflicts: conflicts with \"one\":\n- .data.x\n- .data.y");
    let shared = apply(Some(&live), &map(json!({"x": "1"})), "two", false).unwrap();
    assert_eq!(shared["data"], live["data"]);
    let forced = apply(Some(&live), &map(json!({"x": "9"})), "two", true).unwrap();
    assert_eq!(forced["data"], json!({"x": "9", "y": "2"}));
    assert_eq!(
        held(&forced),
        json!([["one", "Apply", {"f:data": {"f:y": {}}}], ["two", "Apply", {"f:data": {"f:x": {}}}]])
    );
}

#[test]
fn what_is_applied_no_longer_goes_unless_somebody_else_holds_it() {
    let live = apply(None, &map(json!({"x": "1", "y": "2", "z": "3"})), "one", false).unwrap();
    let live = apply(Some(&live), &map(json!({"y": "2"})), "two", false).unwrap();
    let live = apply(Some(&live), &map(json!({"x": "1"})), "one", false).unwrap();
    assert_eq!(live["data"], json!({"x": "1", "y": "2"}));
    let live = apply(Some(&live), &json!({"metadata": {"name": "a"}}), "two", false).unwrap();
    assert_eq!(live["data"], json!({"x": "1"}));
}

#[test]
fn applying_the_same_again_changes_nothing() {
    let live = apply(None, &map(json!({"x": "1"})), "one", false).unwrap();
    let later = Writer { now: 1_800_000_000, ..who("one") };
    let again = applied(kind("ConfigMap"), Some(&live), &map(json!({"x": "1"})), &later, false).unwrap();
    assert_eq!(tidy(kind("ConfigMap"), &again), live);
}

#[test]
fn an_update_takes_fields_from_who_held_them() {
    let kind = kind("ConfigMap");
    let mut live = tidy(kind, &map(json!({"x": "1", "y": "2"})));
    created(kind, &mut live, &who("maker"));
    assert_eq!(held(&live), json!([["maker", "Update", {"f:data": {".": {}, "f:x": {}, "f:y": {}}}]]));
    let mut new = tidy(kind, &map(json!({"x": "9"})));
    updated(kind, &live, &mut new, &who("other"));
    assert_eq!(held(&new), json!([["maker", "Update", {"f:data": {}}], ["other", "Update", {"f:data": {"f:x": {}}}]]));
    let words = apply(Some(&new), &map(json!({"x": "0"})), "third", false).unwrap_err();
    assert_eq!(words, "Apply failed with 1 conflict: conflict with \"other\" using v1: .data.x");
}

#[test]
fn an_object_without_managers_gets_none_by_an_update_and_a_first_one_by_applying() {
    let kind = kind("ConfigMap");
    let live = tidy(kind, &map(json!({"x": "1"})));
    let mut new = tidy(kind, &map(json!({"x": "2"})));
    updated(kind, &live, &mut new, &who("other"));
    assert_eq!(held(&new), json!([]));
    let words = apply(Some(&live), &map(json!({"x": "0"})), "one", false).unwrap_err();
    assert_eq!(words, "Apply failed with 1 conflict: conflict with \"before-first-apply\" using v1: .data.x");
}

#[test]
fn items_of_lists_are_known_by_their_keys() {
    let job = |containers: Value| json!({"metadata": {"name": "j"}, "spec": {"template": {"spec": {"containers": containers}}}});
    let kind = kind("Job");
    let one = job(json!([{"name": "a", "image": "1", "ports": [{"containerPort": 80}]}, {"name": "b", "image": "1"}]));
    let live = tidy(kind, &applied(kind, None, &one, &who("one"), false).unwrap());
    let text = held(&live).to_string();
    assert!(text.contains(r#"k:{\"containerPort\":80,\"protocol\":\"TCP\"}"#), "{text}");
    let two = job(json!([{"name": "a", "image": "2"}]));
    let error = applied(kind, Some(&live), &two, &who("two"), false).unwrap_err();
    let details = error.details.unwrap();
    assert_eq!(details["causes"][0]["field"], r#".spec.template.spec.containers[name="a"].image"#);
    let fewer = job(json!([{"name": "c", "image": "1"}, {"name": "a", "image": "1"}]));
    let after = tidy(kind, &applied(kind, Some(&live), &fewer, &who("one"), false).unwrap());
    let names: Vec<&Value> =
        after["spec"]["template"]["spec"]["containers"].as_array().unwrap().iter().map(|one| &one["name"]).collect();
    assert_eq!(names, ["c", "a"]);
    let twice = job(json!([{"name": "a"}, {"name": "a"}]));
    let error = applied(kind, None, &twice, &who("one"), false).unwrap_err();
    assert_eq!(
        error.message,
        "failed to create typed patch object (/j; batch/v1, Kind=Job): .spec.template.spec.containers: duplicate \
         entries for key [name=\"a\"]"
    );
}

#[test]
fn managed_fields_are_written_as_they_were_read() {
    let fields = json!({"f:metadata": {"f:labels": {".": {}, "f:a.b/c": {}}, "f:finalizers": {"v:\"x\"": {}}},
        "f:spec": {"f:containers": {"k:{\"name\":\"a\"}": {".": {}, "f:image": {}}}, "f:l": {"i:0": {}}}});
    let read = Set::read(&fields).json();
    assert_eq!(read, fields);
    let entries = json!([{"manager": "m", "operation": "Update", "apiVersion": "v1", "time": "2026-11-21T03:01:16Z",
        "fieldsType": "FieldsV1", "fieldsV1": fields, "subresource": "status"}]);
    assert_eq!(Managed::read(&entries).json(), entries);
}
