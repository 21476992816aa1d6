//! Three collectors and one PostgreSQL.

use std::collections::BTreeMap;
use std::time::Duration;

use eksdeck::adapters::registry::Registry;
use eksdeck::domain::registry::Claim;
use nix::sys::signal::Signal;

use super::door::Door;
use super::process::{Collector, PATIENCE};
use crate::cli::{command, ended};
use crate::pty::Home;
use crate::registry::lab::{KEY, Lab};
use crate::servers::EmbeddedFleet;

/// In milliseconds.
const INTERVAL: i64 = 3_000;

/// The fleet's kubeconfig with a door before each cluster, by context.
fn doors(fleet: &EmbeddedFleet) -> (String, BTreeMap<String, Door>) {
    let text = std::fs::read_to_string(&fleet.server().kubeconfig).unwrap();
    let value: serde_json::Value =
        serde_json::from_str(&fleet.server().ask(&["config", "view", "-o", "json"]).0).unwrap();
    let clusters = value["clusters"].as_array().unwrap().iter();
    let doors = clusters.map(|cluster| {
        let server = cluster["cluster"]["server"].as_str().unwrap();
        let port = server.rsplit(':').next().unwrap().parse().unwrap();
        (cluster["name"].as_str().unwrap().to_owned(), port, Door::before(port))
    });
    let doors: Vec<(String, u16, Door)> = doors.collect();
    let text = doors.iter().fold(text, |text, (_, port, door)| {
        text.replace(&format!("127.0.0.1:{port}"), &format!("127.0.0.1:{}", door.port))
    });
    (text, doors.into_iter().map(|(name, _, door)| (name, door)).collect())
}

struct Shared {
    registry: Registry,
    ids: BTreeMap<String, String>,
}

impl Shared {
    /// Times of the results of each cluster.
    async fn results(&self) -> BTreeMap<String, Vec<i64>> {
        let mut all = BTreeMap::new();
        for (name, id) in &self.ids {
            let seen = self.registry.snapshots(id, 0).await.unwrap();
            all.insert(name.clone(), seen.into_iter().map(|snapshot| snapshot.at_ms).collect());
        }
        all
    }

    /// Waits until every cluster has so many more results than now.
    async fn go_on(&self, more: usize) {
        let before = self.results().await;
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            let now = self.results().await;
            if now.iter().all(|(name, seen)| seen.len() >= before[name].len() + more) {
                return;
            }
            assert!(tokio::time::Instant::now() < deadline, "{before:?}, later {now:?}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    async fn claims(&self) -> Vec<Claim> {
        self.registry.claims().await.unwrap()
    }

    async fn held_by(&self, pid: u32) -> usize {
        self.claims().await.iter().filter(|claim| claim.holder.contains(&format!("/{pid}/"))).count()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn three_share_a_fleet_and_whoever_dies_or_freezes_is_followed() {
    let Some(lab) = Lab::postgres().await else { return };
    let fleet = EmbeddedFleet::start("--clusters 3 --pods 20");
    let (kubeconfig, doors) = doors(&fleet);
    let variables: Vec<_> =
        lab.environment().into_iter().chain([("BYOK_ENCRYPTION_KEY".to_owned(), KEY.to_owned())]).collect();
    let home = Home::new();
    home.write("kubeconfig", &kubeconfig);
    let mut ids = BTreeMap::new();
    for name in doors.keys() {
        let mut add = command(&home, ["clusters", "add", "--context", name, "-o", "json"]);
        let added = ended({
            add.envs(variables.iter().cloned());
            add
        });
        assert_eq!(added.code, Some(0), "{added:?}");
        ids.insert(name.clone(), added.json()["id"].as_str().unwrap().to_owned());
    }
    let shared = Shared { registry: lab.open().await, ids };
    let asked: BTreeMap<_, _> = doors.iter().map(|(name, door)| (name.clone(), door.rounds())).collect();
    let begin = || Collector::start(Home::new(), "--interval 3s --listen 127.0.0.1:0", &variables);
    let mut collectors = vec![begin(), begin(), begin()];
    shared.go_on(3).await;
    assert_eq!(collectors[0].get("/healthz"), (200, "ok\n".to_owned()));
    let (_, metrics) = collectors[0].get("/metrics");
    assert!(metrics.contains("\neksdeck_clusters 3\n"), "{metrics}");
    assert!(metrics.contains("\neksdeck_results_waiting 0\n"), "{metrics}");

    // Whoever holds most dies.
    let mut held = Vec::new();
    for collector in &collectors {
        held.push(shared.held_by(collector.pid()).await);
    }
    assert_eq!(held.iter().sum::<usize>(), 3, "every cluster has one who looks after it");
    let most = (0..3).max_by_key(|place| held[*place]).unwrap();
    collectors.remove(most).kill();
    shared.go_on(3).await;

    // Of the rest, one that holds something is frozen until others have taken that over, and thaws.
    let mut frozen = 0;
    if shared.held_by(collectors[0].pid()).await == 0 {
        frozen = 1;
    }
    collectors[frozen].signal(Signal::SIGSTOP);
    let epochs = shared.claims().await;
    shared.go_on(3).await;
    assert_eq!(shared.held_by(collectors[frozen].pid()).await, 0, "all was taken over");
    let later = shared.claims().await;
    assert!(later.iter().zip(&epochs).any(|(now, then)| now.epoch > then.epoch), "{later:?}");
    collectors[frozen].signal(Signal::SIGCONT);
    shared.go_on(3).await;

    for collector in collectors {
        let (code, lines) = collector.terminate();
        assert_eq!(code, Some(0), "{lines:?}");
        assert!(lines.last().unwrap().contains("released"), "{lines:?}");
    }
    let claims = shared.claims().await;
    assert!(claims.iter().all(|claim| claim.until_ms == 0), "{claims:?}");
    for (name, times) in shared.results().await {
        let mut slots: Vec<i64> = times.iter().map(|at| at.div_euclid(INTERVAL)).collect();
        let results = slots.len();
        slots.dedup();
        assert_eq!(slots.len(), results, "{name}: one result in each interval: {times:?}");
        let claim = claims.iter().find(|claim| claim.cluster == shared.ids[&name]).unwrap();
        let takeovers = u64::try_from(claim.epoch).unwrap() - 1;
        let rounds = doors[&name].rounds() - asked[&name];
        let results = results as u64;
        assert!(rounds <= results + takeovers, "{name}: {rounds} rounds, {results} results, {takeovers} takeovers");
    }
    shared.registry.close().await;
}
