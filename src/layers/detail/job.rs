//! A Job as an experienced person would tell it: what state, why, which pods, what was said about it.

use super::sections::Sections;
use super::{Detail, Fetched, Section};
use crate::domain::age::Age;
use crate::domain::event::EventRow;
use crate::domain::ids::ObjectKey;
use crate::domain::job::JobRow;
use crate::domain::job_state::{JobPhase, Severity, evidence};
use crate::domain::pod::{ContainerRow, ContainerState, PodPhase, PodRow};
use crate::screens::deck::jobs::{done, took};
use crate::screens::deck::logs::ended_words;
use crate::store::fleet::ClusterState;
use crate::ui::theme::Role;

pub fn describe(detail: &Detail, cluster: &ClusterState, key: &ObjectKey, now: i64, out: &mut Sections) {
    out.section(Section::Summary, &format!("Job {key} · {}", cluster.info.name));
    let Some(job) = cluster.tables.jobs.by_key(key) else {
        out.words("It is not there any more.", Role::Warning);
        out.manifest(detail);
        return;
    };
    let mut pods: Vec<&PodRow> = cluster.tables.job_pods(job.meta.uid).collect();
    pods.sort_by(|left, right| {
        (left.meta.created, &left.meta.key.name).cmp(&(right.meta.created, &right.meta.key.name))
    });
    let events: &[EventRow] = match &detail.events {
        Fetched::Got(events) => events,
        _ => cluster.tables.events(job.meta.uid),
    };
    summary(cluster, job, &pods, events, now, out);
    out.conditions(&job.conditions, now);
    pods_section(&pods, now, out);
    out.events(&detail.events, now);
    out.manifest(detail);
}

/// Labels that the Job controller sets on every Job: they tell a person nothing.
const MADE_BY_CONTROLLER: [&str; 4] =
    ["batch.kubernetes.io/controller-uid", "batch.kubernetes.io/job-name", "controller-uid", "job-name"];

fn summary(cluster: &ClusterState, job: &JobRow, pods: &[&PodRow], events: &[EventRow], now: i64, out: &mut Sections) {
    let state = cluster.tables.jobs.find(&job.meta.key).and_then(|id| cluster.tables.job_state(id));
    if let Some(state) = state {
        let role = match (state.severity, state.phase) {
            (Severity::Broken, _) => Role::Broken,
            (Severity::Warning, _) => Role::Warning,
            (Severity::Fine, JobPhase::Succeeded) => Role::Ok,
            (Severity::Fine, _) => Role::Text,
        };
        let reason = state.reason.as_deref().filter(|reason| !state.words.contains(reason));
        let reason = reason.map(|reason| format!(" · {reason}")).unwrap_or_default();
        let words = match state.phase.word() {
            word if state.words.starts_with(word) => format!("{}{reason}", state.words),
            word => format!("{word}: {}{reason}", state.words),
        };
        out.fact("state", words, role);
    }
    // Of a Job that is well, a warning that some pod once got explains nothing.
    let unwell = state.is_none_or(|state| state.severity != Severity::Fine || state.phase == JobPhase::Pending);
    for line in evidence(job, pods, events).into_iter().filter(|_| unwell) {
        out.fact("", line.to_string(), Role::Text);
    }
    out.fact(
        "completions",
        format!("{}  parallelism {}  failed {}  active {}", done(job), job.parallelism, job.failed, job.active),
        Role::Text,
    );
    if let Some(took) = took(job, now) {
        out.fact(if job.active > 0 { "running for" } else { "took" }, Age(took).to_string(), Role::Text);
    }
    out.fact("age", Age(now - job.meta.created).to_string(), Role::Text);
    let deadline = job.deadline.map(|seconds| format!("  deadline {}", Age(seconds))).unwrap_or_default();
    out.fact("back-off", format!("limit {}{deadline}", job.backoff_limit), Role::Text);
    if let Some(owner) = &job.meta.owner {
        out.fact("owner", format!("{} {}", owner.kind, owner.name), Role::Text);
    }
    let own = job.meta.labels.iter().filter(|(key, _)| !MADE_BY_CONTROLLER.contains(&&**key));
    let labels: Vec<String> = own.map(|(key, value)| format!("{key}={value}")).collect();
    out.fact("labels", labels.join("  "), Role::Dim);
    if job.meta.deleting > 0 {
        out.fact("deleting", format!("since {}", Age(now - job.meta.deleting)), Role::Warning);
    }
}

fn pods_section(pods: &[&PodRow], now: i64, out: &mut Sections) {
    out.section(Section::Pods, &format!("Pods ({})", pods.len()));
    if pods.is_empty() {
        out.words("none", Role::Dim);
    }
    for pod in pods {
        let (phase, role) = match pod.phase {
            PodPhase::Pending => ("Pending", Role::Warning),
            PodPhase::Running => ("Running", Role::Ok),
            PodPhase::Succeeded => ("Succeeded", Role::Dim),
            PodPhase::Failed => ("Failed", Role::Broken),
            PodPhase::Unknown => ("Unknown", Role::Warning),
        };
        let node = if pod.node.is_empty() { "no node" } else { &*pod.node };
        out.table(&[vec![
            (pod.meta.key.name.to_string(), Role::Text),
            (phase.to_owned(), role),
            (pod.reason.to_string(), Role::Warning),
            (node.to_owned(), Role::Dim),
            (Age(now - pod.meta.created).to_string(), Role::Dim),
        ]]);
        if let Some(condition) = &pod.unscheduled {
            out.words(&format!("  {}", condition.message), Role::Warning);
        }
        let rows: Vec<_> = pod.containers.iter().map(|container| container_row(container, now)).collect();
        out.table(&rows);
    }
}

fn container_row(container: &ContainerRow, now: i64) -> Vec<(String, Role)> {
    let (words, role) = match &container.state {
        ContainerState::Unknown => ("not started".to_owned(), Role::Dim),
        ContainerState::Waiting { reason, message } if message.is_empty() => (reason.to_string(), Role::Warning),
        ContainerState::Waiting { reason, message } => (format!("{reason}: {message}"), Role::Warning),
        ContainerState::Running { started } => (format!("running for {}", Age(now - started)), Role::Ok),
        ContainerState::Ended(ended) if ended.exit_code == 0 => (ended_words(ended, container), Role::Dim),
        ContainerState::Ended(ended) => (ended_words(ended, container), Role::Broken),
    };
    let mut words = words;
    if let Some(last) = &container.last {
        words.push_str(&format!("  before that {}", ended_words(last, container)));
    }
    let restarts = if container.restarts > 0 { format!("{} restarts", container.restarts) } else { String::new() };
    vec![
        (format!("  {}", container.name), Role::Text),
        (container.image.to_string(), Role::Dim),
        (restarts, Role::Warning),
        (words, role),
    ]
}

pub fn describe_cronjob(detail: &Detail, cluster: &ClusterState, key: &ObjectKey, now: i64, out: &mut Sections) {
    out.section(Section::Summary, &format!("CronJob {key} · {}", cluster.info.name));
    match cluster.tables.cronjobs.by_key(key) {
        None => out.words("It is not there any more.", Role::Warning),
        Some(cronjob) => {
            let zone = if cronjob.time_zone.is_empty() { String::new() } else { format!(" ({})", cronjob.time_zone) };
            out.fact("schedule", format!("{}{zone}", cronjob.schedule), Role::Text);
            if cronjob.suspended {
                out.fact("state", "suspended", Role::Warning);
            }
            out.fact("active", cronjob.active.to_string(), Role::Text);
            let ago = |at: i64| if at == 0 { "never".to_owned() } else { format!("{} ago", Age(now - at)) };
            out.fact("last run", ago(cronjob.last_scheduled), Role::Text);
            out.fact("last success", ago(cronjob.last_succeeded), Role::Text);
            out.fact("age", Age(now - cronjob.meta.created).to_string(), Role::Text);
        }
    }
    out.events(&detail.events, now);
    out.manifest(detail);
}
