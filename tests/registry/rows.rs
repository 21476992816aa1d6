//! Clusters, snapshots, transitions, Jobs and claims.

use std::collections::BTreeMap;
use std::time::Duration;

use eksdeck::adapters::registry::{ErrorKind, Stored};
use eksdeck::domain::registry::{
    ClusterRecord, Edit, FinishedJob, Identity, Node, Snapshot, Space, Status, Summary, Transition,
};

use super::lab::{Lab, kubeconfig, record};

const MINUTE: Duration = Duration::from_secs(60);
const HOUR_MS: i64 = 3_600_000;

fn snapshot(cluster: &str, at_ms: i64, nodes: u32) -> Snapshot {
    let space = Space { nodes: vec![Node { name: "n".to_owned(), ..Node::default() }], ..Space::default() };
    Snapshot { cluster: cluster.to_owned(), at_ms, summary: Summary { nodes, ..Summary::default() }, space }
}

fn transition(cluster: &str, status: Status, since_ms: i64, why: &str) -> Transition {
    Transition { cluster: cluster.to_owned(), status, since_ms, why: why.to_owned() }
}

#[tokio::test]
async fn a_cluster_comes_back_as_it_was_registered_and_is_changed_and_removed() {
    for lab in Lab::all().await {
        let registry = lab.open().await;
        let one = record("one");
        registry.add(&one, Some(&kubeconfig("one"))).await.unwrap();
        assert_eq!(registry.clusters().await.unwrap(), std::slice::from_ref(&one));
        assert!(registry.kubeconfig(&one.id).await.unwrap().expose().contains("\"one\""));

        let named = registry.add(&ClusterRecord { id: "x".to_owned(), ..one.clone() }, None).await.unwrap_err();
        assert_eq!(named.kind, ErrorKind::Taken);
        let alias = ClusterRecord { name: "alias".to_owned(), id: "x".to_owned(), ..one.clone() };
        let known = registry.add(&alias, None).await.unwrap_err().to_string();
        assert!(known.contains("registered already, as `one`"), "{known}");

        let edit = Edit {
            name: Some("eins".to_owned()),
            labels: BTreeMap::from([("tier".to_owned(), None)]),
            ..Edit::default()
        };
        let changed = registry.edit("one", &edit, 7).await.unwrap();
        let wanted = ClusterRecord { name: "eins".to_owned(), labels: BTreeMap::new(), updated_ms: 7, ..one.clone() };
        assert_eq!((&changed, &registry.cluster("eins").await.unwrap()), (&wanted, &wanted));
        assert!(registry.kubeconfig(&one.id).await.is_ok(), "its kubeconfig is bound to the id, not to the name");

        registry.put_snapshot(None, &snapshot(&one.id, 1, 1), MINUTE).await.unwrap();
        registry.put_transition(None, &transition(&one.id, Status::Up, 1, "")).await.unwrap();
        registry.remove("eins").await.unwrap();
        assert!(registry.clusters().await.unwrap().is_empty());
        assert!(registry.latest_snapshots().await.unwrap().is_empty(), "what hangs on it goes with it");
        assert!(registry.standing().await.unwrap().is_empty());
        let gone = registry.put_snapshot(None, &snapshot(&one.id, 2, 1), MINUTE).await.unwrap_err();
        assert_eq!(gone.kind, ErrorKind::NotFound, "{gone}");
        assert_eq!(registry.remove("eins").await.unwrap_err().kind, ErrorKind::NotFound);
        registry.close().await;
    }
}

#[tokio::test]
async fn an_organisation_sees_its_own_rows_alone() {
    let lab = Lab::file();
    let registry = lab.open().await;
    registry.add(&record("one"), Some(&kubeconfig("one"))).await.unwrap();
    let mut options = lab.options(Some(super::lab::KEY), None);
    options.organisation = "other".to_owned();
    let other = eksdeck::adapters::registry::Registry::open(&options).await.unwrap();
    assert!(other.clusters().await.unwrap().is_empty());
    assert_eq!(other.kubeconfig("id-one").await.err().unwrap().kind, ErrorKind::NotFound);
    other.add(&record("one"), None).await.unwrap();
    other.remove("one").await.unwrap();
    assert_eq!(registry.clusters().await.unwrap().len(), 1);
}

#[tokio::test]
async fn one_holds_the_work_and_a_result_of_an_old_epoch_is_dropped() {
    for lab in Lab::all().await {
        let registry = lab.open().await;
        registry.add(&record("one"), None).await.unwrap();
        let claim = async |holder: &str, lease| registry.claim("id-one", "sync", holder, lease).await.unwrap();
        let frozen = claim("a", MINUTE).await.unwrap();
        assert_eq!(claim("b", MINUTE).await, None, "somebody else does it");
        assert_eq!(claim("a", Duration::ZERO).await.unwrap().epoch, frozen.epoch, "prolonged, and at its end at once");
        let next = claim("b", MINUTE).await.unwrap();
        assert_eq!(next.epoch, frozen.epoch + 1);

        let look = snapshot("id-one", 60_000, 3);
        assert_eq!(registry.put_snapshot(Some(&frozen), &look, MINUTE).await.unwrap(), Stored::Stale);
        let late = transition("id-one", Status::Down, 1, "x");
        assert_eq!(registry.put_transition(Some(&frozen), &late).await.unwrap(), Stored::Stale);
        assert_eq!(registry.put_snapshot(Some(&next), &look, MINUTE).await.unwrap(), Stored::Kept);
        let again = snapshot("id-one", 119_999, 4);
        assert_eq!(registry.put_snapshot(Some(&next), &again, MINUTE).await.unwrap(), Stored::Already);
        let later = snapshot("id-one", 120_000, 5);
        assert_eq!(registry.put_snapshot(Some(&next), &later, MINUTE).await.unwrap(), Stored::Kept);
        let nodes: Vec<u32> = registry.snapshots("id-one", 0).await.unwrap().iter().map(|s| s.summary.nodes).collect();
        assert_eq!(nodes, [3, 5]);

        registry.release(&frozen).await.unwrap();
        assert_eq!(claim("a", MINUTE).await, None, "an old claim lets go of nothing");
        registry.release(&next).await.unwrap();
        assert_eq!(claim("a", MINUTE).await.unwrap().epoch, next.epoch + 1);
        registry.close().await;
    }
}

#[tokio::test]
async fn only_one_of_many_takes_a_claim_that_ended() {
    for lab in Lab::all().await {
        let registry = lab.open().await;
        registry.add(&record("one"), None).await.unwrap();
        for round in 1..=5 {
            let holders: Vec<String> = (0..8).map(|number| format!("{round}-{number}")).collect();
            let taken = holders.iter().map(|holder| registry.claim("id-one", "sync", holder, MINUTE));
            let taken: Vec<_> = futures::future::join_all(taken).await.into_iter().filter_map(Result::unwrap).collect();
            assert_eq!(taken.len(), 1);
            assert_eq!(taken[0].epoch, round);
            registry.release(&taken[0]).await.unwrap();
        }
        registry.close().await;
    }
}

#[tokio::test]
async fn a_transition_is_stored_when_it_is_news() {
    for lab in Lab::all().await {
        let registry = lab.open().await;
        registry.add(&record("one"), None).await.unwrap();
        let put = async |status, since, why: &str| {
            registry.put_transition(None, &transition("id-one", status, since, why)).await.unwrap()
        };
        assert_eq!(put(Status::Up, 1, "").await, Stored::Kept);
        assert_eq!(put(Status::Up, 2, "").await, Stored::Already);
        assert_eq!(put(Status::Down, 3, "refused").await, Stored::Kept);
        assert_eq!(put(Status::Down, 4, "timed out").await, Stored::Kept);
        assert_eq!(put(Status::Up, 2, "").await, Stored::Already, "what comes late changes nothing");
        let last = transition("id-one", Status::Down, 4, "timed out");
        assert_eq!(registry.standing().await.unwrap(), [last]);
        let times: Vec<i64> = registry.transitions("id-one", 2).await.unwrap().iter().map(|t| t.since_ms).collect();
        assert_eq!(times, [4, 3]);
        registry.close().await;
    }
}

#[tokio::test]
async fn a_job_outlives_its_ttl_with_its_last_lines() {
    for lab in Lab::all().await {
        let registry = lab.open().await;
        registry.add(&record("one"), None).await.unwrap();
        let job = |uid: &str, finished_ms| FinishedJob {
            cluster: "id-one".to_owned(),
            uid: uid.to_owned(),
            namespace: "shop".to_owned(),
            name: "ledger".to_owned(),
            succeeded: false,
            reason: "OOMKilled".to_owned(),
            exit_code: Some(137),
            started_ms: None,
            finished_ms,
            log: (0..300).map(|number| format!("line {number}\n")).collect(),
        };
        let put = async |job| registry.put_finished(None, &job).await.unwrap();
        assert_eq!(put(job("a", 10)).await, Stored::Kept);
        assert_eq!(put(job("a", 10)).await, Stored::Already);
        assert_eq!(put(job("b", 20)).await, Stored::Kept);
        let found = registry.finished(Some("id-one"), 0, 10).await.unwrap();
        assert_eq!(found.iter().map(|job| job.uid.as_str()).collect::<Vec<_>>(), ["b", "a"]);
        assert_eq!((found[0].exit_code, found[0].log.lines().count()), (Some(137), 200));
        assert!(found[0].log.starts_with("line 100\n"));
        assert_eq!(registry.finished(None, 15, 10).await.unwrap().len(), 1);
        assert!(registry.finished(Some("other"), 0, 10).await.unwrap().is_empty());
        registry.close().await;
    }
}

#[tokio::test]
async fn of_old_looks_the_last_of_each_hour_is_left() {
    for lab in Lab::all().await {
        let registry = lab.open().await;
        registry.add(&record("one"), None).await.unwrap();
        let now = 1_000 * HOUR_MS;
        for (number, at) in
            (0..).zip([10 * HOUR_MS, 900 * HOUR_MS, 900 * HOUR_MS + 60_000, 901 * HOUR_MS, now - 60_000, now])
        {
            registry.put_snapshot(None, &snapshot("id-one", at, number), MINUTE).await.unwrap();
        }
        for since in [1, 2] {
            registry
                .put_transition(None, &transition("id-one", Status::Down, since, &since.to_string()))
                .await
                .unwrap();
        }
        let far = now + 89 * 24 * HOUR_MS;
        let left = async || {
            let found = registry.snapshots("id-one", 0).await.unwrap();
            found.iter().map(|look| (look.summary.nodes, look.space.nodes.len())).collect::<Vec<_>>()
        };
        for _ in 0..2 {
            registry.roll_up(now).await.unwrap();
            assert_eq!(left().await, [(0, 0), (2, 0), (3, 0), (4, 1), (5, 1)]);
        }
        let latest = registry.latest_snapshots().await.unwrap();
        assert_eq!((latest.len(), latest[0].summary.nodes, latest[0].space.nodes.len()), (1, 5, 1));
        registry.roll_up(far).await.unwrap();
        assert_eq!(left().await, [(4, 0), (5, 0)], "after ninety days the hours go too");
        assert_eq!(registry.transitions("id-one", 9).await.unwrap().len(), 1, "how it stands is never forgotten");
        assert_eq!(registry.cluster("one").await.unwrap().identity, Identity { ..record("one").identity });
        registry.close().await;
    }
}
