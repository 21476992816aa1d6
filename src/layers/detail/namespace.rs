//! A namespace: what is in it, its quotas, and what holds it while it is Terminating.

use serde_json::Value;

use super::sections::Sections;
use super::{Detail, Fetched, Section};
use crate::domain::age::Age;
use crate::domain::ids::ObjectKey;
use crate::domain::namespace_state::namespace_trouble;
use crate::store::fleet::ClusterState;
use crate::ui::theme::Role;

pub fn describe(detail: &Detail, cluster: &ClusterState, name: &str, now: i64, out: &mut Sections) {
    out.section(Section::Summary, &format!("Namespace {name} · {}", cluster.info.name));
    let counts = cluster.tables.counts.of(name);
    match cluster.tables.namespaces.by_key(&ObjectKey::new("", name)) {
        None => out.words("It is not there any more.", Role::Warning),
        Some(row) => {
            match namespace_trouble(row) {
                Some(words) => out.fact("state", words, Role::Warning),
                None => out.fact("state", "Active", Role::Ok),
            }
            out.fact("pods", format!("{} of {} running", counts.pods_running, counts.pods), Role::Text);
            let failed_role = if counts.jobs_failed > 0 { Role::Broken } else { Role::Text };
            out.fact(
                "jobs",
                format!("{} active, {} failing, {} in all", counts.jobs_active, counts.jobs_failed, counts.jobs),
                failed_role,
            );
            if row.meta.created > 0 {
                out.fact("age", Age(now - row.meta.created).to_string(), Role::Text);
            }
            let labels: Vec<String> = row.meta.labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
            out.fact("labels", labels.join("  "), Role::Dim);
            out.conditions(&row.conditions, now);
        }
    }
    out.section(Section::Quotas, "Quotas");
    match &detail.quotas {
        Fetched::Waiting => out.words("asking …", Role::Dim),
        Fetched::Failed(trouble) => out.words(&trouble.words, Role::Warning),
        Fetched::Got(list) => quotas(list, out),
    }
    out.manifest(detail);
}

/// The fields `status.used` and `status.hard` of each ResourceQuota in a list.
fn quotas(list: &Value, out: &mut Sections) {
    let items = list.get("items").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    if items.is_empty() {
        out.words("none", Role::Dim);
    }
    for quota in items {
        let name = quota.pointer("/metadata/name").and_then(Value::as_str).unwrap_or_default();
        out.words(name, Role::Text);
        let Some(hard) = quota.pointer("/status/hard").and_then(Value::as_object) else { continue };
        let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or("0").to_owned();
        let rows: Vec<Vec<(String, Role)>> = hard
            .iter()
            .map(|(resource, limit)| {
                let used = text(quota.pointer("/status/used").and_then(|used| used.get(resource)));
                let full = used == text(Some(limit));
                let role = if full { Role::Warning } else { Role::Text };
                vec![(format!("  {resource}"), Role::Dim), (format!("{used} of {}", text(Some(limit))), role)]
            })
            .collect();
        out.table(&rows);
    }
}
