//! Jobs and CronJobs.

use serde_json::{Value, json};

use super::{at_least_zero, one_of, pod, wrong_label};
use crate::demo::api::Cause;
use crate::demo::sim::cron::Schedule;

/// What is wrong with a new Job.
pub fn create(object: &Value, causes: &mut Vec<Cause>) {
    let job = &object["spec"];
    spec(job, "spec", causes);
    let generated = json!({"matchLabels": {"batch.kubernetes.io/controller-uid": object["metadata"]["uid"]}});
    if job["selector"] != generated && job["manualSelector"] != true {
        selector(job, causes);
    }
    let name = &object["metadata"]["name"];
    if let Some(words) = wrong_label(name.as_str().unwrap_or_default()) {
        causes.push(Cause::invalid("spec.template.labels", &name.to_string(), &words));
    }
}

/// A selector that somebody wrote although the server makes it.
fn selector(spec: &Value, causes: &mut Vec<Cause>) {
    if spec["manualSelector"] != true {
        causes.push(Cause::invalid("spec.selector", &spec["selector"].to_string(), "`selector` not auto-generated"));
    }
    let labels = &spec["template"]["metadata"]["labels"];
    let wanted = spec["selector"]["matchLabels"].as_object().into_iter().flatten();
    if wanted.clone().any(|(key, value)| labels[key] != *value) {
        let words = "`selector` does not match template `labels`";
        causes.push(Cause::invalid("spec.template.metadata.labels", &labels.to_string(), words));
    }
}

pub fn spec(spec: &Value, path: &str, causes: &mut Vec<Cause>) {
    let fields = ["parallelism", "completions", "activeDeadlineSeconds", "backoffLimit", "ttlSecondsAfterFinished"];
    at_least_zero(spec, path, &fields, causes);
    one_of(spec, &format!("{path}.completionMode"), &["NonIndexed", "Indexed"], causes);
    one_of(spec, &format!("{path}.podReplacementPolicy"), &["Failed", "TerminatingOrFailed"], causes);
    if spec["completionMode"] == "Indexed" && spec["completions"].is_null() {
        let words = "when completion mode is Indexed";
        causes.push(Cause::required(format!("{path}.completions"), words));
    }
    let template = format!("{path}.template.spec");
    let pod = &spec["template"]["spec"];
    pod::spec(pod, &template, causes);
    let field = format!("{template}.restartPolicy");
    match pod["restartPolicy"].as_str() {
        Some("OnFailure" | "Never") => {}
        Some(other) if other != "Always" => causes.push(Cause::unsupported(field, other, &["OnFailure", "Never"])),
        _ => causes.push(Cause::required(field, "valid values: \"OnFailure\", \"Never\"")),
    }
}

/// What is wrong with a CronJob.
pub fn cron(spec: &Value, causes: &mut Vec<Cause>) {
    let schedule = spec["schedule"].as_str().unwrap_or_default();
    if schedule.is_empty() {
        causes.push(Cause::required("spec.schedule", ""));
    } else if schedule.contains("TZ=") {
        let words = "cannot use TZ or CRON_TZ in schedule, use timeZone field instead";
        causes.push(Cause::invalid("spec.schedule", &format!("{schedule:?}"), words));
    } else if let Err(words) = Schedule::read(schedule) {
        causes.push(Cause::invalid("spec.schedule", &format!("{schedule:?}"), &words));
    }
    at_least_zero(spec, "spec", &["startingDeadlineSeconds"], causes);
    if let Some(zone) = spec["timeZone"].as_str().filter(|zone| jiff::tz::TimeZone::get(zone).is_err()) {
        causes.push(Cause::invalid("spec.timeZone", &format!("{zone:?}"), &format!("unknown time zone {zone}")));
    }
    one_of(spec, "spec.concurrencyPolicy", &["Allow", "Forbid", "Replace"], causes);
    at_least_zero(spec, "spec", &["successfulJobsHistoryLimit", "failedJobsHistoryLimit"], causes);
    self::spec(&spec["jobTemplate"]["spec"], "spec.jobTemplate.spec", causes);
}

/// What of a Job cannot be changed: completions but together with parallelism, its template but while it waits.
pub fn frozen(old: &Value, new: &Value, causes: &mut Vec<Cause>) {
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
        selector(is, causes);
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
