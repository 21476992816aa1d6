use std::collections::BTreeMap;

use super::*;
use crate::domain::health::Trouble;
use crate::domain::registry::{Check, Node, Pods, Snapshot, Status, Summary, Transition};
use crate::domain::request::PortError;

fn well() -> Snapshot {
    let nodes = (0..10).map(|number| Node { name: format!("node-{number}"), ready: true, ..Node::default() }).collect();
    let phases = BTreeMap::from([("Running".to_owned(), 90), ("Succeeded".to_owned(), 500)]);
    let summary = Summary {
        nodes: 10,
        nodes_ready: 10,
        deployments: 40,
        pods: Pods {
            phases,
            reasons: BTreeMap::from([("CrashLoopBackOff".to_owned(), 2), ("Evicted".to_owned(), 80)]),
        },
        ..Summary::default()
    };
    let mut snapshot = Snapshot { summary, ..Snapshot::default() };
    snapshot.space.nodes = nodes;
    snapshot
}

#[test]
fn the_usual_coming_and_going_is_up() {
    let mut snapshot = well();
    snapshot.summary.deployments_short = 1;
    assert_eq!(judge(&snapshot), Judgement { status: Status::Up, causes: Default::default(), why: String::new() });
    let empty = Snapshot::default();
    assert_eq!(judge(&empty).status, Status::Up, "of nothing nothing is missing");
}

#[test]
fn each_trouble_degrades_and_is_named() {
    let why = |change: &dyn Fn(&mut Snapshot)| {
        let mut snapshot = well();
        change(&mut snapshot);
        let judgement = judge(&snapshot);
        assert_eq!(judgement.status, Status::Degraded, "{}", judgement.why);
        judgement.why
    };
    let check = Check { name: "etcd".to_owned(), words: "reason withheld".to_owned() };
    assert_eq!(why(&|it| it.summary.checks_failed.push(check.clone())), "the health check etcd fails");
    let lost = |it: &mut Snapshot| {
        it.summary.nodes_ready = 9;
        it.space.nodes[3].ready = false;
    };
    assert_eq!(why(&lost), "1 of 10 nodes is not ready: node-3");
    let pressed = |it: &mut Snapshot| it.space.nodes[1].troubles.push("DiskPressure".to_owned());
    assert_eq!(why(&pressed), "1 of 10 nodes has DiskPressure");
    assert_eq!(why(&|it| it.summary.deployments_short = 5), "5 of 40 deployments are short of replicas");
    let sick = |it: &mut Snapshot| {
        it.summary.pods.reasons.insert("ImagePullBackOff".to_owned(), 9);
    };
    assert_eq!(why(&sick), "11 of 90 pods are not well: ImagePullBackOff 9, CrashLoopBackOff 2");
}

#[test]
fn in_a_large_cluster_one_node_is_always_being_replaced() {
    let mut snapshot = well();
    (snapshot.summary.nodes, snapshot.summary.nodes_ready) = (100, 96);
    assert_eq!(judge(&snapshot).status, Status::Up);
    snapshot.summary.nodes_ready = 94;
    assert_eq!(judge(&snapshot).status, Status::Degraded);
}

fn down(words: &str) -> Judgement {
    failed(&PortError::Unreachable(Trouble::new(words)))
}

fn degraded(cause: Cause, why: &str) -> Judgement {
    Judgement { status: Status::Degraded, causes: [cause].into(), why: why.to_owned() }
}

fn up() -> Judgement {
    judge(&well())
}

#[test]
fn a_lost_probe_is_no_transition_and_a_second_one_counts_from_the_first() {
    let mut tracker = Tracker::default();
    let first = tracker.look("c", &up(), 1).unwrap();
    assert_eq!((first.status, first.since_ms), (Status::Up, 1));
    assert_eq!(tracker.look("c", &down("refused"), 2), None);
    assert!(tracker.is_in_doubt());
    assert_eq!(tracker.look("c", &up(), 3), None);
    assert!(!tracker.is_in_doubt());
    assert_eq!(tracker.look("c", &down("refused"), 4), None);
    let told = tracker.look("c", &down("timed out"), 5).unwrap();
    assert_eq!((told.status, told.since_ms, told.why.as_str()), (Status::Down, 4, "timed out"));
    assert_eq!(tracker.look("c", &down("no route"), 6), None, "other words for the same are no news");
    let back = tracker.look("c", &up(), 7).unwrap();
    assert_eq!((back.status, back.since_ms), (Status::Up, 7), "an answer proves enough");
}

#[test]
fn within_degraded_another_cause_is_news_and_other_figures_are_not() {
    let mut tracker = Tracker::default();
    tracker.look("c", &degraded(Cause::Pods, "11 of 90"), 1).unwrap();
    for (at, count) in (2..20).enumerate() {
        assert_eq!(tracker.look("c", &degraded(Cause::Pods, &format!("{count} of 90")), at as i64), None);
    }
    assert_eq!(tracker.look("c", &degraded(Cause::Checks, "etcd"), 30), None);
    assert_eq!(tracker.look("c", &degraded(Cause::Checks, "etcd"), 31).unwrap().since_ms, 30);
    assert_eq!(tracker.look("c", &up(), 32), None, "whether it lasts is to be seen");
    assert_eq!(tracker.look("c", &up(), 33).unwrap().status, Status::Up);
}

#[test]
fn whoever_takes_over_goes_on_from_what_was_told() {
    let told = Transition { cluster: "c".into(), status: Status::Degraded, since_ms: 1, why: "11 of 90".into() };
    let mut tracker = Tracker::after(Some(told.clone()));
    assert_eq!(tracker.look("c", &degraded(Cause::Pods, "12 of 90"), 2), None);
    assert_eq!(tracker.standing(), Some(&told));
    assert_eq!(tracker.look("c", &degraded(Cause::Checks, "etcd"), 3), None);
    assert!(tracker.look("c", &degraded(Cause::Checks, "etcd"), 4).is_some());
}

#[test]
fn a_credential_that_is_not_taken_is_told_apart_from_a_server_that_is_away() {
    let refused = failed(&PortError::Unauthorised(Trouble::new("the token has expired")));
    assert_eq!((refused.status, refused.causes.contains(&Cause::Credential)), (Status::Down, true));
    assert_ne!(refused.causes, down("refused").causes);
}
