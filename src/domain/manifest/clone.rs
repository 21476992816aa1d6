//! Manifests of new Jobs from objects that a server gave.

use serde_json::{Map, Value, json};

use super::defaults::drop_job_defaults;
use super::edit::drop_last_applied;
use super::{in_order, object_at};
use crate::domain::field::JOB_MOST;
use crate::domain::names::LABEL;

/// Labels that the server gives to a Job's pods, and by older servers to the Job itself.
const SERVER_LABELS: [&str; 4] =
    ["controller-uid", "job-name", "batch.kubernetes.io/controller-uid", "batch.kubernetes.io/job-name"];
/// What only the server sets in metadata.
const SERVER_METADATA: [&str; 10] = [
    "uid",
    "resourceVersion",
    "creationTimestamp",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
    "generation",
    "managedFields",
    "selfLink",
    "ownerReferences",
    "generateName",
];
/// Annotations that tell of how an object came about, not of what it is.
const SERVER_ANNOTATIONS: [&str; 3] =
    ["batch.kubernetes.io/job-tracking", "batch.kubernetes.io/cronjob-scheduled-timestamp", INSTANTIATE];
const INSTANTIATE: &str = "cronjob.kubernetes.io/instantiate";

/// The manifest of a new Job like this one, named after it with `suffix` (lower-case letters and digits) at the end.
pub fn clone(job: &Value, suffix: &str) -> Value {
    let name = with_suffix(name_of(job), suffix, JOB_MOST);
    cleaned(job, &name)
}

/// The manifest that runs a Job again: `settle` becomes `settle-r1`, that `settle-r2`, and so on past every name that
/// `is_taken`.
pub fn rerun(job: &Value, is_taken: impl Fn(&str) -> bool) -> Value {
    let name = name_of(job);
    let (base, number) = split_run(name);
    let names = (number.saturating_add(1)..=number.saturating_add(10_000))
        .map(|number| with_suffix(base, &format!("r{number}"), LABEL));
    let mut names = names;
    let name = names.find(|name| !is_taken(name)).unwrap_or_else(|| name.to_owned());
    cleaned(job, &name)
}

/// The Job that a CronJob makes now, as `kubectl create job --from=cronjob/…` does. `None` if it has no template or no
/// uid.
pub fn from_cronjob(cronjob: &Value, name: &str) -> Option<Value> {
    let metadata = cronjob.get("metadata")?;
    let template = cronjob.pointer("/spec/jobTemplate")?;
    let mut spec = template.get("spec")?.clone();
    if let Some(spec) = spec.as_object_mut() {
        drop_job_defaults(spec);
    }
    let mut annotations = Map::from_iter([(INSTANTIATE.to_owned(), Value::from("manual"))]);
    let of_template = template.pointer("/metadata/annotations").and_then(Value::as_object);
    annotations.extend(of_template.into_iter().flatten().map(|(key, value)| (key.clone(), value.clone())));
    let mut job_metadata = Map::from_iter([("name".to_owned(), Value::from(name))]);
    if let Some(namespace) = metadata.get("namespace") {
        job_metadata.insert("namespace".to_owned(), namespace.clone());
    }
    if let Some(labels) = template.pointer("/metadata/labels").filter(|labels| !is_empty(labels)) {
        job_metadata.insert("labels".to_owned(), labels.clone());
    }
    job_metadata.insert("annotations".to_owned(), annotations.into());
    let owner = json!([{
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "name": metadata.get("name")?,
        "uid": metadata.get("uid")?,
        "controller": true,
    }]);
    job_metadata.insert("ownerReferences".to_owned(), owner);
    Some(json!({ "apiVersion": "batch/v1", "kind": "Job", "metadata": job_metadata, "spec": spec }))
}

fn name_of(object: &Value) -> &str {
    object.pointer("/metadata/name").and_then(Value::as_str).unwrap_or_default()
}

/// `head-suffix` in at most `most` characters; the head is cut.
fn with_suffix(head: &str, suffix: &str, most: usize) -> String {
    let room = most.saturating_sub(suffix.len() + 1);
    // Names are ASCII; one that is not is cut where a character ends.
    let end = (0..=room.min(head.len())).rev().find(|end| head.is_char_boundary(*end)).unwrap_or(0);
    format!("{}-{suffix}", head[..end].trim_end_matches(['-', '.']))
}

/// `settle-r2` → `settle` and 2; without a number 0.
fn split_run(name: &str) -> (&str, u32) {
    let run = name.rsplit_once("-r").and_then(|(base, number)| Some((base, number.parse::<u32>().ok()?)));
    run.filter(|(base, number)| !base.is_empty() && *number < u32::MAX).unwrap_or((name, 0))
}

/// The Job as a person would have written it, under another name.
fn cleaned(job: &Value, name: &str) -> Value {
    let mut job = job.clone();
    if let Some(map) = job.as_object_mut() {
        map.shift_remove("status");
        // Items of a list come without them.
        map.entry("apiVersion").or_insert_with(|| "batch/v1".into());
        map.entry("kind").or_insert_with(|| "Job".into());
    }
    drop_last_applied(&mut job);
    if let Some(metadata) = object_at(&mut job, &["metadata"]) {
        for key in SERVER_METADATA {
            metadata.shift_remove(key);
        }
        // A finalizer that some controller put there is that controller's; it puts its own on the new Job.
        metadata.shift_remove("finalizers");
        metadata.insert("name".to_owned(), name.into());
        drop_keys(metadata, "labels", &SERVER_LABELS);
        drop_keys(metadata, "annotations", &SERVER_ANNOTATIONS);
    }
    if let Some(template) = object_at(&mut job, &["spec", "template", "metadata"]) {
        drop_keys(template, "labels", &SERVER_LABELS);
    }
    if let Some(spec) = object_at(&mut job, &["spec"]) {
        if spec.get("manualSelector") != Some(&Value::Bool(true)) {
            spec.shift_remove("selector");
        }
        // It runs when it is made: that the other was stopped says nothing of this one.
        spec.shift_remove("suspend");
        drop_job_defaults(spec);
    }
    in_order(job)
}

/// Takes keys out of a map of texts, and the map itself once nothing is left in it.
fn drop_keys(map: &mut Map<String, Value>, name: &str, keys: &[&str]) {
    if let Some(inner) = map.get_mut(name).and_then(Value::as_object_mut) {
        for key in keys {
            inner.shift_remove(*key);
        }
        if inner.is_empty() {
            map.shift_remove(name);
        }
    }
}

fn is_empty(value: &Value) -> bool {
    value.as_object().is_some_and(Map::is_empty)
}
