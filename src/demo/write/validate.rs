//! What the API server refuses, for the kinds that people write to the fleet.

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

/// What is wrong with a new object.
pub fn create(kind: &Kind, object: &Value) -> Vec<Cause> {
    let mut causes = Vec::new();
    name(kind, object, &mut causes);
    finalizers(&object["metadata"], &mut causes);
    labels(object, &mut causes);
    match kind.kind {
        "Pod" => pod_spec(&object["spec"], "spec", &mut causes),
        "Job" => job_spec(&object["spec"], "spec", &mut causes),
        "CronJob" => {
            cron_job(&object["spec"], &mut causes);
            let name = object["metadata"]["name"].as_str().unwrap_or_default();
            if name.len() > 52 {
                let words = "must be no more than 52 characters";
                causes.push(Cause::invalid("metadata.name", &format!("{name:?}"), words));
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
            job_spec(&new["spec"], "spec", &mut causes);
            job_frozen(old, new, &mut causes);
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
        "CronJob" => cron_job(&new["spec"], &mut causes),
        _ => {}
    }
    causes
}

/// What of a Job cannot be changed: completions but together with parallelism, its template but while it waits.
fn job_frozen(old: &Value, new: &Value, causes: &mut Vec<Cause>) {
    let (was, is) = (&old["spec"], &new["spec"]);
    let differs = |field: &str| was[field] != is[field];
    let indexed = is["completionMode"] == "Indexed" && is["completions"] == is["parallelism"];
    if differs("completions") && !indexed {
        let words = if is["completionMode"] == "Indexed" {
            "can only be modified in tandem with spec.parallelism"
        } else {
            "field is immutable"
        };
        causes.push(Cause::invalid("spec.completions", &is["completions"].to_string(), words));
    }
    if differs("selector") {
        if is["manualSelector"] != true {
            causes.push(Cause::invalid("spec.selector", &is["selector"].to_string(), "`selector` not auto-generated"));
        }
        let labels = &is["template"]["metadata"]["labels"];
        let wanted = is["selector"]["matchLabels"].as_object().into_iter().flatten();
        if wanted.clone().any(|(key, value)| labels[key] != *value) {
            let words = "`selector` does not match template `labels`";
            causes.push(Cause::invalid("spec.template.metadata.labels", &labels.to_string(), words));
        }
        causes.push(Cause::invalid("spec.selector", &is["selector"].to_string(), "field is immutable"));
    }
    let never_ran = was["suspend"] == true && old["status"]["startTime"].is_null();
    let template = |spec: &Value| {
        let mut template = spec["template"].clone();
        if never_ran {
            // Where the pods will run may be said until the first of them is made.
            for field in ["nodeSelector", "tolerations", "affinity", "schedulingGates"] {
                template["spec"][field] = Value::Null;
            }
            template["metadata"] = Value::Null;
        }
        template
    };
    if template(was) != template(is) {
        causes.push(Cause::invalid("spec.template", "…", "field is immutable"));
    }
    if differs("completionMode") {
        causes.push(Cause::invalid("spec.completionMode", &is["completionMode"].to_string(), "field is immutable"));
    }
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
    let label_only = matches!(kind.kind, "Namespace" | "Service");
    let (fits, words) = if label_only { (is_label(name), LABEL) } else { (is_subdomain(name), SUBDOMAIN) };
    if !fits {
        causes.push(Cause::invalid("metadata.name", &format!("{name:?}"), words));
    }
    let limit = if label_only || kind.kind == "Job" { 63 } else { 253 };
    if name.len() > limit {
        causes.push(Cause::invalid(
            "metadata.name",
            &format!("{name:?}"),
            &format!("must be no more than {limit} characters"),
        ));
    }
}

fn labels(object: &Value, causes: &mut Vec<Cause>) {
    for value in object["metadata"]["labels"].as_object().into_iter().flatten().map(|(_, value)| value) {
        let text = value.as_str().unwrap_or_default();
        let ends = |at: Option<char>| at.is_some_and(|c| c.is_ascii_alphanumeric());
        let inner = text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
        if !(text.is_empty() || inner && ends(text.chars().next()) && ends(text.chars().last())) {
            causes.push(Cause::invalid("metadata.labels", &format!("{text:?}"), LABEL_VALUE));
        }
    }
}

fn is_label(text: &str) -> bool {
    let inner = text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    inner && !text.is_empty() && !text.starts_with('-') && !text.ends_with('-')
}

fn is_subdomain(text: &str) -> bool {
    text.split('.').all(is_label)
}

fn at_least_zero(spec: &Value, path: &str, fields: &[&str], causes: &mut Vec<Cause>) {
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

fn job_spec(spec: &Value, path: &str, causes: &mut Vec<Cause>) {
    let fields = ["parallelism", "completions", "activeDeadlineSeconds", "backoffLimit", "ttlSecondsAfterFinished"];
    at_least_zero(spec, path, &fields, causes);
    one_of(spec, &format!("{path}.completionMode"), &["NonIndexed", "Indexed"], causes);
    if spec["completionMode"] == "Indexed" && spec["completions"].is_null() {
        let words = "when completion mode is Indexed";
        causes.push(Cause::required(format!("{path}.completions"), words));
    }
    let template = format!("{path}.template.spec");
    let pod = &spec["template"]["spec"];
    pod_spec(pod, &template, causes);
    let field = format!("{template}.restartPolicy");
    match pod["restartPolicy"].as_str() {
        Some("OnFailure" | "Never") => {}
        _ => causes.push(Cause::required(field, "valid values: \"OnFailure\", \"Never\"")),
    }
}

fn one_of(spec: &Value, field: &str, known: &[&str], causes: &mut Vec<Cause>) {
    let found = spec[field.rsplit('.').next().unwrap_or_default()].as_str();
    if let Some(found) = found.filter(|found| !known.contains(found)) {
        causes.push(Cause::unsupported(field, found, known));
    }
}

fn cron_job(spec: &Value, causes: &mut Vec<Cause>) {
    let schedule = spec["schedule"].as_str().unwrap_or_default();
    if schedule.is_empty() {
        causes.push(Cause::required("spec.schedule", ""));
    } else if schedule.contains("TZ=") {
        let words = "cannot use TZ or CRON_TZ in schedule, use timeZone field instead";
        causes.push(Cause::invalid("spec.schedule", &format!("{schedule:?}"), words));
    } else if let Err(words) = crate::demo::sim::cron::Schedule::read(schedule) {
        causes.push(Cause::invalid("spec.schedule", &format!("{schedule:?}"), &words));
    }
    at_least_zero(spec, "spec", &["startingDeadlineSeconds"], causes);
    if let Some(zone) = spec["timeZone"].as_str().filter(|zone| jiff::tz::TimeZone::get(zone).is_err()) {
        causes.push(Cause::invalid("spec.timeZone", &format!("{zone:?}"), &format!("unknown time zone {zone}")));
    }
    one_of(spec, "spec.concurrencyPolicy", &["Allow", "Forbid", "Replace"], causes);
    at_least_zero(spec, "spec", &["successfulJobsHistoryLimit", "failedJobsHistoryLimit"], causes);
    job_spec(&spec["jobTemplate"]["spec"], "spec.jobTemplate.spec", causes);
}

fn pod_spec(spec: &Value, path: &str, causes: &mut Vec<Cause>) {
    let containers = spec["containers"].as_array().map_or(&[][..], Vec::as_slice);
    if containers.is_empty() {
        causes.push(Cause::required(format!("{path}.containers"), ""));
    }
    let mut names: Vec<&str> = Vec::new();
    for (at, container) in containers.iter().enumerate() {
        let field = format!("{path}.containers[{at}]");
        match container["name"].as_str() {
            None | Some("") => causes.push(Cause::required(format!("{field}.name"), "")),
            Some(name) if !is_label(name) => {
                causes.push(Cause::invalid(format!("{field}.name"), &format!("{name:?}"), LABEL));
            }
            Some(name) if names.contains(&name) => causes.push(Cause {
                reason: "FieldValueDuplicate",
                field: format!("{field}.name"),
                message: format!("Duplicate value: {name:?}"),
            }),
            Some(name) => names.push(name),
        }
        if container["image"].as_str().unwrap_or_default().is_empty() {
            causes.push(Cause::required(format!("{field}.image"), ""));
        }
    }
}
