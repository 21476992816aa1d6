//! What the API server refuses, for the kinds that people write to the fleet.

mod job;
mod pod;

use serde_json::Value;

use crate::demo::api::Cause;
use crate::demo::kinds::Kind;

const LABEL: &str = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must \
                     start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for \
                     validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const SUBDOMAIN: &str = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', \
                         and must start and end with an alphanumeric character (e.g. 'example.com', regex used for \
                         validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const LABEL_VALUE: &str = "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', \
                           and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or \
                           '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

const NAME_PART: &str = "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an \
                         alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is \
                         '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

/// What is wrong with a new object.
pub fn create(kind: &Kind, object: &Value) -> Vec<Cause> {
    let mut causes = Vec::new();
    name(kind, object, &mut causes);
    finalizers(&object["metadata"], &mut causes);
    labels(object, &mut causes);
    match kind.kind {
        "Pod" => pod::spec(&object["spec"], "spec", &mut causes),
        "Job" => job::create(object, &mut causes),
        "CronJob" => {
            job::cron(&object["spec"], &mut causes);
            let name = object["metadata"]["name"].as_str().unwrap_or_default();
            if name.len() > 52 {
                causes.push(Cause::invalid("metadata.name", &format!("{name:?}"), &too_long(52)));
            }
        }
        _ => {}
    }
    causes
}

/// What is wrong with a change of an object.
pub fn update(kind: &Kind, old: &Value, new: &Value) -> Vec<Cause> {
    let mut causes = Vec::new();
    labels(new, &mut causes);
    match kind.kind {
        "Job" => {
            job::spec(&new["spec"], "spec", &mut causes);
            job::frozen(old, new, &mut causes);
        }
        "Pod" => {
            let frozen = |spec: &Value| {
                let mut spec = spec.clone();
                for list in ["containers", "initContainers"] {
                    for container in spec[list].as_array_mut().into_iter().flatten() {
                        container["image"] = Value::Null;
                    }
                }
                for free in ["activeDeadlineSeconds", "tolerations", "terminationGracePeriodSeconds"] {
                    spec[free] = Value::Null;
                }
                spec
            };
            if frozen(&old["spec"]) != frozen(&new["spec"]) {
                causes.push(Cause::forbidden(
                    "spec",
                    "pod updates may not change fields other than `spec.containers[*].image`,\
                     `spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to \
                     existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was \
                     previously negative)",
                ));
            }
        }
        "CronJob" => job::cron(&new["spec"], &mut causes),
        _ => {}
    }
    causes
}

/// What is wrong with a change of an object's metadata. `new` is as it was sent.
pub fn metadata_update(old: &Value, new: &Value) -> Vec<Cause> {
    let mut causes = Vec::new();
    let (was, is) = (&old["metadata"], &new["metadata"]);
    finalizers(is, &mut causes);
    if let Some(uid) = is["uid"].as_str().filter(|uid| !uid.is_empty() && was["uid"] != *uid) {
        causes.push(Cause::invalid("metadata.uid", &format!("{uid:?}"), "field is immutable"));
    }
    if was.get("deletionTimestamp").is_some() {
        let held = was["finalizers"].as_array().cloned().unwrap_or_default();
        let more = is["finalizers"].as_array().into_iter().flatten().filter(|name| !held.contains(name));
        let more: Vec<String> = more.map(Value::to_string).collect();
        if !more.is_empty() {
            let words = "no new finalizers can be added if the object is being deleted, found new finalizers";
            let words = format!("{words} []string{{{}}}", more.join(", "));
            causes.push(Cause::forbidden("metadata.finalizers", &words));
        }
    }
    causes
}

fn finalizers(meta: &Value, causes: &mut Vec<Cause>) {
    for (at, name) in meta["finalizers"].as_array().into_iter().flatten().enumerate() {
        let name = name.as_str().unwrap_or_default();
        if !name.contains('/') && !matches!(name, "kubernetes" | "orphan" | "foregroundDeletion") {
            let words = "name is neither a standard finalizer name nor is it fully qualified";
            causes.push(Cause::invalid(format!("metadata.finalizers[{at}]"), &format!("{name:?}"), words));
        }
    }
}

fn name(kind: &Kind, object: &Value, causes: &mut Vec<Cause>) {
    let meta = &object["metadata"];
    let name = meta["name"].as_str().unwrap_or_default();
    if name.is_empty() {
        causes.push(Cause::required("metadata.name", "name or generateName is required"));
        return;
    }
    let mut wrong = |words: &str| causes.push(Cause::invalid("metadata.name", &format!("{name:?}"), words));
    let label_only = matches!(kind.kind, "Namespace" | "Service");
    if label_only && name.contains('.') {
        wrong("must not contain dots");
    } else if label_only && !is_label(name) {
        wrong(LABEL);
    } else if !label_only && !is_subdomain(name) {
        wrong(SUBDOMAIN);
    }
    let limit = if label_only { 63 } else { 253 };
    if name.len() > limit {
        wrong(&too_long(limit));
    }
}

fn labels(object: &Value, causes: &mut Vec<Cause>) {
    let meta = &object["metadata"];
    for (key, value) in meta["labels"].as_object().into_iter().flatten() {
        if let Some(words) = wrong_key(key) {
            causes.push(Cause::invalid("metadata.labels", &format!("{key:?}"), &words));
        }
        // Of a label that the server made of a Job's name it is told at the Job's template.
        let made = matches!(&**key, "job-name" | "batch.kubernetes.io/job-name") && *value == meta["name"];
        if let Some(words) = wrong_label(value.as_str().unwrap_or_default()).filter(|_| !made) {
            causes.push(Cause::invalid("metadata.labels", &value.to_string(), &words));
        }
    }
    for key in meta["annotations"].as_object().into_iter().flatten().map(|(key, _)| key) {
        // Of annotations the letters' case is no matter.
        if let Some(words) = wrong_key(&key.to_lowercase()) {
            causes.push(Cause::invalid("metadata.annotations", &format!("{key:?}"), &words));
        }
    }
}

/// What is wrong with the value of a label.
pub(super) fn wrong_label(text: &str) -> Option<String> {
    if text.len() > 63 {
        return Some(too_long(63));
    }
    (!text.is_empty() && !is_name_part(text)).then(|| LABEL_VALUE.to_owned())
}

/// What is wrong with the key of a label or annotation: an optional domain, a slash, a name.
fn wrong_key(key: &str) -> Option<String> {
    let (prefix, name) = key.split_once('/').map_or((None, key), |(prefix, name)| (Some(prefix), name));
    if prefix.is_some_and(str::is_empty) {
        return Some("prefix part must be non-empty".into());
    }
    if prefix.is_some_and(|prefix| !is_subdomain(prefix)) {
        return Some(format!("prefix part {SUBDOMAIN}"));
    }
    if name.is_empty() {
        return Some("name part must be non-empty".into());
    }
    if name.len() > 63 {
        return Some(format!("name part {}", too_long(63)));
    }
    (!is_name_part(name)).then(|| format!("name part {NAME_PART}"))
}

fn is_name_part(text: &str) -> bool {
    let ends = |at: Option<char>| at.is_some_and(|c| c.is_ascii_alphanumeric());
    let inner = text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
    inner && ends(text.chars().next()) && ends(text.chars().last())
}

fn too_long(most: usize) -> String {
    format!("must be no more than {most} characters")
}

pub(super) fn is_label(text: &str) -> bool {
    let inner = text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    inner && !text.is_empty() && !text.starts_with('-') && !text.ends_with('-')
}

fn is_subdomain(text: &str) -> bool {
    text.split('.').all(is_label)
}

pub(super) fn at_least_zero(spec: &Value, path: &str, fields: &[&str], causes: &mut Vec<Cause>) {
    for field in fields {
        if let Some(number) = spec[*field].as_i64().filter(|number| *number < 0) {
            causes.push(Cause::invalid(
                format!("{path}.{field}"),
                &number.to_string(),
                "must be greater than or equal to 0",
            ));
        }
    }
}

pub(super) fn one_of(spec: &Value, field: &str, known: &[&str], causes: &mut Vec<Cause>) {
    let found = spec[field.rsplit('.').next().unwrap_or_default()].as_str();
    if let Some(found) = found.filter(|found| !known.contains(found)) {
        causes.push(Cause::unsupported(field, found, known));
    }
}
