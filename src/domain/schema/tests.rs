use rstest::rstest;
use serde_json::{Value, json};

use super::*;
use crate::domain::field_path::field_path;

/// A part of what a server says of Jobs.
pub fn batch() -> Schema {
    let reference = |name: &str| json!({"allOf": [{"$ref": format!("#/components/schemas/{name}")}], "default": {}});
    let described = |name: &str, words: &str| {
        let mut field = reference(name);
        field["description"] = json!(words);
        field
    };
    let document = json!({"info": {"version": "v1.34.4"}, "components": {"schemas": {
        "Job": {"type": "object", "description": "A Job.", "properties": {
            "apiVersion": {"type": "string"}, "kind": {"type": "string"},
            "metadata": described("Meta", "Standard metadata."), "spec": described("JobSpec", "What is wanted."),
            "status": {"type": "object"}},
            "x-kubernetes-group-version-kind": [{"group": "batch", "version": "v1", "kind": "Job"}]},
        "Meta": {"type": "object", "properties": {"name": {"type": "string", "description": "Its name."},
            "labels": {"type": "object", "additionalProperties": {"type": "string", "default": ""}}}},
        "JobSpec": {"type": "object", "required": ["template"], "properties": {
            "parallelism": {"type": "integer", "format": "int32", "description": "How many at once."},
            "suspend": {"type": "boolean"}, "template": reference("Template")}},
        "Template": {"type": "object", "properties": {"spec": reference("PodSpec")}},
        "PodSpec": {"type": "object", "required": ["containers"], "properties": {
            "restartPolicy": {"type": "string", "enum": ["Always", "Never", "OnFailure"],
                "description": "Restart policy.\n\nPossible enum values:\n - `\"Always\"`"},
            "containers": {"type": "array", "description": "The containers.", "items": reference("Container")}}},
        "Container": {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"},
            "port": reference("IntOrString"), "limits": {"type": "object", "additionalProperties": reference("Quantity")},
            "raw": {"type": "object"}, "env": {"type": "array", "items": {"type": "object", "properties": {"name": {"type": "string"}}}}}},
        "IntOrString": {"oneOf": [{"type": "integer"}, {"type": "string"}], "format": "int-or-string"},
        "Quantity": {"oneOf": [{"type": "string"}, {"type": "number"}]},
        "Open": {"type": "object", "properties": {"spec": {"type": "object", "x-kubernetes-preserve-unknown-fields": true,
            "properties": {"a": {"type": "string"}}}},
            "x-kubernetes-group-version-kind": [{"group": "batch", "version": "v1", "kind": "Open"}]},
    }}});
    Schema::read("batch/v1", document.to_string().as_bytes()).unwrap()
}

fn job(pod: Value) -> Value {
    json!({"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "x"}, "spec": {"template": {"spec": pod}}})
}

fn good() -> Value {
    json!({"restartPolicy": "Never", "containers": [{"name": "a", "port": "http", "limits": {"cpu": 1, "memory": "1Gi"}, "raw": {"x": [1]}}]})
}

#[test]
fn a_good_object_has_no_faults() {
    assert_eq!(batch().check(&job(good()), "Job"), []);
    assert_eq!(batch().check(&json!({"spec": {"a": "x", "b": 1}}), "Open"), []);
    assert_eq!(batch().check(&json!({"x": 1}), "Unknown"), []);
}

#[rstest]
#[case("/spec/template/spec/restartPolicy", json!("Nevr"), "spec.template.spec.restartPolicy", "`Nevr` is not allowed: Never, OnFailure")]
#[case("/spec/template/spec/containers", json!({"name": "a"}), "spec.template.spec.containers", "a list is wanted, not a map: begin each element with `- `")]
#[case("/spec/template/spec/containers/0/name", json!(7), "spec.template.spec.containers[0].name", "a text is wanted, not a number: put it in quotes")]
#[case("/spec/template/spec/containers/0", json!({"nme": "a"}), "spec.template.spec.containers[0]", "name is missing")]
#[case("/metadata", json!({"lables": {}}), "metadata.lables", "no field `lables` here; did you mean `labels`?")]
#[case("/metadata", json!({"labels": {"a": 1}}), "metadata.labels.a", "a text is wanted, not a number: put it in quotes")]
#[case("/spec", json!({"template": {}, "parallelism": "2"}), "spec.parallelism", "a whole number is wanted, not a text: take the quotes away")]
#[case("/spec", json!({"template": {}, "parallelism": 1.5}), "spec.parallelism", "a whole number is wanted, not a number")]
#[case("/spec", json!({"template": null}), "spec", "template is missing")]
fn tells_faults(#[case] pointer: &str, #[case] value: Value, #[case] path: &str, #[case] words: &str) {
    let mut object = job(good());
    *object.pointer_mut(pointer).unwrap() = value;
    let faults = batch().check(&object, "Job");
    assert_eq!((faults[0].path.clone(), faults[0].words.as_str()), (field_path(path), words), "{faults:?}");
}

#[test]
fn completes_fields_and_values() {
    let schema = batch();
    let names = |path: &str, prefix: &str| {
        let found = schema.complete("Job", &field_path(path), prefix);
        found.into_iter().map(|completion| completion.text).collect::<Vec<_>>()
    };
    assert_eq!(names("", ""), ["apiVersion", "kind", "metadata", "spec"]);
    assert_eq!(names("spec", ""), ["template", "parallelism", "suspend"]);
    assert_eq!(names("spec.template.spec.containers[0]", "n"), ["name"]);
    assert_eq!(names("spec.template.spec.containers[0].env[3]", "NA"), ["name"]);
    assert!(names("spec.nothing", "").is_empty() && names("spec.parallelism", "").is_empty());
    let values = |path: &str, prefix: &str| {
        let found = schema.values("Job", &field_path(path), prefix);
        found.into_iter().map(|completion| completion.text).collect::<Vec<_>>()
    };
    assert_eq!(values("spec.template.spec.restartPolicy", ""), ["Never", "OnFailure"]);
    assert_eq!(values("spec.suspend", "t"), ["true"]);
}

#[test]
fn describes_with_the_words_nearest_to_the_field() {
    let described = batch().describe("Job", &field_path("spec.template.spec.restartPolicy")).unwrap();
    assert_eq!((described.words.as_str(), described.kind), ("Restart policy.", FieldType::Text));
    assert_eq!(batch().describe("Job", &field_path("spec")).unwrap().words, "What is wanted.");
    assert_eq!(batch().describe("Job", &field_path("spec.none")), None);
}
