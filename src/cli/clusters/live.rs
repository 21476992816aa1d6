//! Every cluster that is known, and how those that are asked stand.

use std::process::ExitCode;

use serde_json::{Value, json};

use crate::cli::Global;
use crate::cli::exit::Failure;
use crate::cli::flags::Listed;
use crate::cli::headless::{Headless, consent_words, health_failure};
use crate::cli::list::{self, List};
use crate::cli::print::{Listing, Row, left, right};
use crate::cli::scope::Asked;
use crate::domain::gate::Policy;
use crate::domain::health::{Health, WatchState};
use crate::domain::ids::KindId;
use crate::domain::provider::short_version;
use crate::screens::deck::clusters::region;
use crate::screens::deck::words::health_words;
use crate::store::fleet::ClusterState;

/// # Errors
/// No cluster is known, none has the name that was asked for, or of those asked not one answered.
pub fn run(global: &Global, listed: &Listed) -> Result<ExitCode, Failure> {
    let asked = Asked::read_lenient(global)?;
    list::run(&asked, &ClusterList { policy: asked.setup.policy() }, listed)
}

struct ClusterList {
    policy: Policy,
}

impl List for ClusterList {
    fn kinds(&self) -> &'static [KindId] {
        &[KindId::Pod, KindId::Job, KindId::Node]
    }

    fn listing(&self, headless: &Headless, _now: i64) -> Listing {
        let columns = vec![
            left("NAME"),
            left("PROVIDER"),
            left("VERSION"),
            left("REGION"),
            right("NODES"),
            right("PODS"),
            right("FAILING JOBS"),
            left("HEALTH"),
            right("LATENCY"),
            left("REASON"),
        ];
        let rows = headless.fleet.iter().map(|cluster| row(cluster, &self.policy, &headless.again)).collect();
        Listing { columns, rows, moving: &["latency_ms"] }
    }

    /// A cluster that does not answer is a row; only if none did, nothing was learned.
    fn failures(&self, headless: &Headless) -> Vec<Failure> {
        let failures = headless.failures(&[]);
        if failures.len() == headless.opened().count() { failures } else { Vec::new() }
    }

    fn notes(&self, headless: &Headless) -> Vec<String> {
        let (failed, asked) = (headless.failures(&[]).len(), headless.opened().count());
        let is_told = failed > 0 && failed < asked;
        is_told.then(|| format!("{failed} of {asked} clusters did not answer: see REASON")).into_iter().collect()
    }

    fn empty(&self, _headless: &Headless) -> String {
        "no cluster is known".to_owned()
    }

    fn is_complete(&self, headless: &Headless) -> bool {
        let live = headless.opened().filter(|cluster| cluster.health == Health::Live);
        live.into_iter().all(|cluster| cluster.git_version.is_some() && cluster.latency.is_some())
    }
}

fn row(cluster: &ClusterState, policy: &Policy, again: &str) -> Row {
    // A server that never answered has no rows: zero would be a lie.
    let answered = matches!(cluster.health, Health::Live | Health::Stale { .. });
    let is_seen = |kind: KindId| answered && matches!(cluster.watch(kind), WatchState::Live | WatchState::Stale { .. });
    let counts = cluster.tables.counts.total;
    let nodes = is_seen(KindId::Node).then(|| (cluster.tables.nodes_ready(), cluster.tables.nodes.len()));
    let pods = is_seen(KindId::Pod).then_some((counts.pods_running, counts.pods));
    let failing = is_seen(KindId::Job).then_some(counts.jobs_failed);
    let provider = cluster.git_version.as_ref().map(|_| cluster.provider().name());
    let latency = cluster.latency.map(|latency| u64::try_from(latency.as_millis()).unwrap_or(u64::MAX));
    let (reason, remedy) = reason(cluster, again);
    let region = Some(region(cluster)).filter(|region| !region.is_empty());
    let or_dash = |text: Option<String>| text.unwrap_or_else(|| "—".to_owned());
    let cells = vec![
        cluster.info.name.clone(),
        or_dash(provider.map(str::to_owned)),
        or_dash(cluster.git_version.as_deref().map(|version| short_version(version).to_owned())),
        or_dash(region.clone()),
        or_dash(nodes.map(|(ready, all)| format!("{ready}/{all}"))),
        or_dash(pods.map(|(running, all)| format!("{running}/{all}"))),
        or_dash(failing.map(|failing| failing.to_string())),
        health_words(cluster).to_owned(),
        or_dash(latency.map(|latency| format!("{latency} ms"))),
        [reason.clone(), remedy.clone()].into_iter().flatten().collect::<Vec<_>>().join(" · "),
    ];
    let record = cluster.info.record.as_deref();
    let care = policy.care(&cluster.info, cluster.insecure);
    let value = json!({
        "name": cluster.info.name,
        "context": cluster.info.context(),
        "provider": provider,
        "version": cluster.git_version,
        "region": region,
        "health": health_words(cluster).replace(' ', "_"),
        "reason": reason,
        "remedy": remedy,
        "nodes_ready": nodes.map(|(ready, _)| ready),
        "nodes": nodes.map(|(_, all)| all),
        "pods_running": pods.map(|(running, _)| running),
        "pods": pods.map(|(_, all)| all),
        "jobs_failing": failing,
        "latency_ms": latency,
        "server": cluster.info.server,
        "insecure": cluster.insecure,
        "environment": care.environment.to_string(),
        "protected": care.protected,
        "read_only": care.read_only,
        "ways": cluster.info.ways.iter().map(|way| way.word()).collect::<Vec<_>>(),
        "registered": record.map(|record| &record.name),
        "team": record.and_then(|record| record.team.as_ref()),
        "labels": record.map(|record| &record.labels),
        "namespaces": cluster.scope.as_ref().map(|names| names.iter().map(|name| Value::from(&**name)).collect::<Vec<_>>()),
    });
    Row { key: cluster.info.name.clone(), cells, value }
}

/// Why a cluster is not well, and what mends it.
fn reason(cluster: &ClusterState, again: &str) -> (Option<String>, Option<String>) {
    match (&cluster.health, cluster.health.trouble()) {
        (_, Some(trouble)) => (Some(trouble.words.clone()), trouble.remedy.clone()),
        (Health::NeedsConsent, _) => (Some(consent_words(cluster, again)), None),
        (Health::Connecting { .. }, _) => (Some(format!("no whole answer from {} yet", cluster.info.server)), None),
        (Health::Live, _) if cluster.insecure => (Some("TLS certificates are not checked".to_owned()), None),
        _ => (health_failure(cluster, again).map(|failure| failure.words), None),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::domain::cluster::ClusterInfo;
    use crate::domain::health::{SessionEvent, Trouble};
    use crate::domain::ids::ClusterId;
    use crate::store::fleet::Fleet;

    fn cluster(events: Vec<SessionEvent>) -> Row {
        let info = ClusterInfo::sample("web");
        let mut fleet = Fleet::new(vec![info]);
        events.into_iter().for_each(|event| fleet.session(ClusterId(0), event));
        row(fleet.iter().next().unwrap(), &Policy::default(), "eksdeck")
    }

    #[test]
    fn what_is_not_known_is_null_and_not_zero() {
        let value = cluster(Vec::new()).value;
        assert_eq!(value["health"], "not_opened");
        for field in ["nodes", "pods", "jobs_failing", "latency_ms", "version", "provider", "reason"] {
            assert_eq!(value[field], Value::Null, "{field}");
        }
    }

    #[test]
    fn what_was_listed_is_a_number_even_when_there_is_nothing() {
        let live = |kind| SessionEvent::Watch { kind, state: WatchState::Live };
        let value = cluster(vec![
            SessionEvent::Health(Health::Live),
            SessionEvent::Version { git_version: "v1.34.1-eks-abc".to_owned() },
            SessionEvent::Latency(Duration::from_millis(7)),
            live(KindId::Pod),
            live(KindId::Job),
        ])
        .value;
        assert_eq!(value["pods"], 0);
        assert_eq!(value["jobs_failing"], 0);
        assert_eq!(value["nodes"], Value::Null);
        assert_eq!(value["provider"], "EKS");
        assert_eq!(value["latency_ms"], 7);
    }

    #[test]
    fn a_cluster_that_cannot_be_reached_says_why_and_what_mends_it() {
        let trouble = Trouble::new("web: connection refused").with_remedy("start it");
        let row = cluster(vec![SessionEvent::Health(Health::Unreachable { retry_ms: 0, trouble })]);
        assert_eq!(row.value["reason"], "web: connection refused");
        assert_eq!(row.value["remedy"], "start it");
        assert_eq!(row.cells[9], "web: connection refused · start it");
    }
}
