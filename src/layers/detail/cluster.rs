//! A cluster: how its session stands, what it runs, which nodes are not well.

use super::sections::Sections;
use super::{Section, eks, over_time};
use crate::domain::age::Age;
use crate::domain::cluster::Source;
use crate::domain::health::{Connections, Health, Trouble, WatchState};
use crate::domain::ids::KindId;
use crate::screens::deck::words::health_words;
use crate::store::fleet::{ClusterState, WATCHED};
use crate::ui::spark::sparkline;
use crate::ui::theme::Role;

pub fn describe(cluster: &ClusterState, now: i64, out: &mut Sections) {
    out.section(Section::Summary, &format!("Cluster {}", cluster.info.name));
    let role = if cluster.health == Health::Live { Role::Ok } else { Role::Warning };
    out.fact("health", health_words(cluster), role);
    if let Some(trouble) = trouble(cluster) {
        out.fact("", trouble.words.clone(), Role::Warning);
        if let Some(remedy) = &trouble.remedy {
            out.fact("mend it by", remedy.clone(), Role::Accent);
        }
    }
    if cluster.insecure {
        out.fact("TLS", "certificates are not checked: read-only", Role::BadgeDanger);
    }
    out.fact("server", cluster.info.server.clone(), Role::Text);
    let source = match &cluster.info.source {
        Source::Context { context, file } => format!("context {context} of {file}"),
        Source::InCluster => "the service account of this pod".to_owned(),
        Source::Registry { .. } => "the registry".to_owned(),
        Source::Embedded => "the embedded fleet".to_owned(),
        Source::Iam { login, .. } => format!("IAM, {}", login.words()),
    };
    let used = cluster.info.ways.first().filter(|_| cluster.info.ways.len() > 1);
    out.fact("known by", source, Role::Text);
    if let Some(used) = used {
        let others: Vec<&str> = cluster.info.ways.iter().skip(1).map(|way| way.word()).collect();
        let words = format!("{} · {} too: w changes it on the fleet's screen", used.word(), others.join(", "));
        out.fact("way in", words, Role::Text);
    }
    registered(cluster, out);
    out.fact("identity", cluster.identity.clone().unwrap_or_default(), Role::Text);
    out.fact("version", cluster.git_version.clone().unwrap_or_default(), Role::Text);
    if cluster.git_version.is_some() {
        out.fact("provider", cluster.provider().name(), Role::Text);
    }
    out.fact("region", cluster.info.region.clone().unwrap_or_default(), Role::Text);
    eks::summary(cluster, now, out);
    if let Some(latency) = cluster.latency {
        out.fact("probe", format!("{} ms  {}", latency.as_millis(), sparkline(&cluster.latencies, 30)), Role::Text);
    }
    if let Some(Connections { open, limit, open_in_all, limit_in_all }) = cluster.connections {
        let words = format!("{open} of at most {limit} · to all clusters {open_in_all} of at most {limit_in_all}");
        out.fact("connections", words, Role::Text);
    }
    if let Some(namespaces) = &cluster.scope {
        out.fact("sees only", namespaces.join(", "), Role::Text);
    }
    over_time::health(cluster, now, out);
    watches(cluster, now, out);
    nodes(cluster, now, out);
    eks::parts(cluster, out);
    over_time::inside(cluster, out);
    for note in &cluster.notes {
        out.words(note, Role::Dim);
    }
}

/// What the registry holds of it.
fn registered(cluster: &ClusterState, out: &mut Sections) {
    let Some(record) = &cluster.info.record else { return };
    let marks = [(record.protected, "protected"), (record.read_only, "read-only")];
    let marks = marks.into_iter().filter(|(is_set, _)| *is_set).map(|(_, word)| word.to_owned());
    let team = record.team.iter().map(|team| format!("team {team}"));
    let words: Vec<String> = [record.name.clone(), record.environment.to_string()].into_iter().chain(team).collect();
    out.fact("registered", words.into_iter().chain(marks).collect::<Vec<_>>().join(" · "), Role::Text);
    let labels: Vec<String> = record.labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
    out.fact("labels", labels.join(" · "), Role::Dim);
}

fn trouble(cluster: &ClusterState) -> Option<&Trouble> {
    match &cluster.health {
        Health::Stale { trouble, .. }
        | Health::Unauthorised { trouble, .. }
        | Health::Unreachable { trouble, .. }
        | Health::Broken { trouble } => Some(trouble),
        _ => None,
    }
}

fn watches(cluster: &ClusterState, now: i64, out: &mut Sections) {
    out.section(Section::Conditions, "Watches");
    let tables = &cluster.tables;
    let rows: Vec<Vec<(String, Role)>> = WATCHED
        .iter()
        .map(|kind| {
            let (name, rows) = match kind {
                KindId::Namespace => ("namespaces", tables.namespaces.len()),
                KindId::Job => ("jobs", tables.jobs.len()),
                KindId::CronJob => ("cronjobs", tables.cronjobs.len()),
                KindId::Pod => ("pods", tables.pods.len()),
                KindId::Node => ("nodes", tables.nodes.len()),
                KindId::Event => ("events", 0),
            };
            let (words, role) = match cluster.watch(*kind) {
                WatchState::Idle => ("not watched".to_owned(), Role::Dim),
                WatchState::Loading => ("loading".to_owned(), Role::Dim),
                WatchState::Live => ("live".to_owned(), Role::Ok),
                WatchState::Stale { since_ms, trouble } => {
                    (format!("stale {}: {}", Age(now - since_ms / 1_000), trouble.words), Role::Stale)
                }
                WatchState::Forbidden { trouble } => (trouble.words.clone(), Role::Warning),
                WatchState::Absent => ("not served".to_owned(), Role::Dim),
            };
            vec![(name.to_owned(), Role::Text), (rows.to_string(), Role::Dim), (words, role)]
        })
        .collect();
    out.table(&rows);
}

fn nodes(cluster: &ClusterState, now: i64, out: &mut Sections) {
    out.section(
        Section::Nodes,
        &format!("Nodes ({} of {} ready)", cluster.tables.nodes_ready(), cluster.tables.nodes.len()),
    );
    let mut nodes: Vec<_> = cluster.tables.nodes.iter().map(|(_, node)| node).collect();
    nodes.sort_by(|left, right| (left.ready, &left.meta.key.name).cmp(&(right.ready, &right.meta.key.name)));
    let mut rows = Vec::new();
    for node in nodes {
        let label = |key: &str| node.meta.label(key).unwrap_or_default().to_owned();
        let (state, role) = match (node.ready, node.unschedulable) {
            (false, _) => ("NotReady", Role::Broken),
            (true, true) => ("cordoned", Role::Warning),
            (true, false) => ("Ready", Role::Ok),
        };
        rows.push(vec![
            (node.meta.key.name.to_string(), Role::Text),
            (state.to_owned(), role),
            (label("node.kubernetes.io/instance-type"), Role::Dim),
            (label("topology.kubernetes.io/zone"), Role::Dim),
            (node.kubelet_version.to_string(), Role::Dim),
            (Age(now - node.meta.created).to_string(), Role::Dim),
            (
                node.troubles
                    .iter()
                    .map(|trouble| format!("{}: {}", trouble.kind, trouble.reason))
                    .collect::<Vec<_>>()
                    .join(", "),
                Role::Warning,
            ),
        ]);
    }
    out.table(&rows);
}
