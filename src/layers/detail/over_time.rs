//! A cluster as the looks in the background saw it: health over time, figures, namespaces, workloads.

use super::Section;
use super::sections::Sections;
use crate::domain::age::Age;
use crate::domain::quantity::{bytes_words, cpu_words};
use crate::domain::registry::{Snapshot, Status, Summary};
use crate::store::fleet::ClusterState;
use crate::ui::theme::Role;

/// Deployments and namespaces that are listed; more are counted.
const LISTED: usize = 60;

pub fn health(cluster: &ClusterState, now: i64, out: &mut Sections) {
    let (Some(standing), survey) = (&cluster.standing, &cluster.survey) else { return };
    out.section(Section::Health, "Health over time");
    let role = match standing.status {
        Status::Up => Role::Ok,
        Status::Degraded => Role::Warning,
        Status::Down => Role::Broken,
    };
    let since = Age((now - standing.since_ms.div_euclid(1_000)).max(0));
    out.fact("stands", format!("{} for {since}", standing.status.word()), role);
    out.fact("why", standing.why.clone(), role);
    let Some(survey) = survey else { return };
    let age = Age((now - survey.at_ms.div_euclid(1_000)).max(0));
    out.fact("last look", format!("{age} ago, took {} ms", survey.summary.took_ms), Role::Text);
    figures(&survey.summary, out);
}

fn figures(summary: &Summary, out: &mut Sections) {
    match summary.checks_failed.is_empty() {
        true => out.fact("components", "every check of /livez and /readyz passes", Role::Ok),
        false => summary.checks_failed.iter().for_each(|check| {
            out.fact("fails", format!("{} {}", check.name, check.words), Role::Broken);
        }),
    }
    for unseen in &summary.unseen {
        out.fact("not seen", format!("{}: {}", unseen.name, unseen.words), Role::Warning);
    }
    out.fact("nodes", format!("{} of {} ready", summary.nodes_ready, summary.nodes), Role::Text);
    let share = |used: i64, whole: i64| if whole > 0 { format!(" ({} %)", 100 * used / whole) } else { String::new() };
    if summary.cpu_allocatable > 0 {
        let (used, whole) = (summary.cpu_requested, summary.cpu_allocatable);
        let words = format!("{} of {} requested{}", cpu_words(used), cpu_words(whole), share(used, whole));
        out.fact("CPU", words, Role::Text);
        let (used, whole) = (summary.memory_requested, summary.memory_allocatable);
        let words = format!("{} of {} requested{}", bytes_words(used), bytes_words(whole), share(used, whole));
        out.fact("memory", words, Role::Text);
    }
    let counted = |counts: &std::collections::BTreeMap<String, u32>| {
        counts.iter().map(|(name, count)| format!("{count} {name}")).collect::<Vec<_>>().join(" · ")
    };
    out.fact("pods", counted(&summary.pods.phases), Role::Text);
    out.fact("not well", counted(&summary.pods.reasons), Role::Warning);
    if let Some(warnings) = summary.warnings {
        let role = if warnings > 0 { Role::Warning } else { Role::Text };
        out.fact("warnings", format!("{warnings} within the last hour"), role);
    }
}

pub fn inside(cluster: &ClusterState, out: &mut Sections) {
    if let Some(survey) = &cluster.survey {
        namespaces(survey, out);
        workloads(survey, out);
    }
}

fn namespaces(survey: &Snapshot, out: &mut Sections) {
    let all = &survey.space.namespaces;
    if all.is_empty() {
        return;
    }
    out.section(Section::Namespaces, &format!("Namespaces ({})", all.len()));
    let dash = |text: &Option<String>| text.clone().unwrap_or_else(|| "—".to_owned());
    let mut rows = vec![headings(&["NAME", "TEAM", "COST CENTER"])];
    rows.extend(all.iter().take(LISTED).map(|(name, team, center)| {
        vec![(name.clone(), Role::Text), (dash(team), Role::Dim), (dash(center), Role::Dim)]
    }));
    out.table(&rows);
    more(all.len(), out);
}

fn workloads(survey: &Snapshot, out: &mut Sections) {
    let mut all: Vec<_> = survey.space.deployments.iter().collect();
    if all.is_empty() {
        return;
    }
    all.sort_by_key(|one| (one.ready >= one.wanted, &one.namespace, &one.name));
    out.section(Section::Workloads, &format!("Deployments ({})", all.len()));
    let mut rows = vec![headings(&["NAMESPACE", "NAME", "READY"])];
    rows.extend(all.iter().take(LISTED).map(|one| {
        let role = if one.ready < one.wanted { Role::Broken } else { Role::Ok };
        vec![
            (one.namespace.clone(), Role::Dim),
            (one.name.clone(), Role::Text),
            (format!("{}/{}", one.ready, one.wanted), role),
        ]
    }));
    out.table(&rows);
    more(all.len(), out);
}

fn more(all: usize, out: &mut Sections) {
    if all > LISTED {
        out.words(&format!("and {} more", all - LISTED), Role::Dim);
    }
}

/// A row of column names.
pub fn headings(names: &[&str]) -> Vec<(String, Role)> {
    names.iter().map(|name| ((*name).to_owned(), Role::Dim)).collect()
}
