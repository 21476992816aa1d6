use super::*;

fn down(since_ms: i64) -> Failing {
    Failing { since_ms, retry_ms: since_ms + 500, error: PortError::Unreachable(Trouble::new("refused")) }
}

fn denied() -> Standing {
    Standing::Forbidden(Trouble::new("no"))
}

fn namespace(name: &str) -> Scope {
    Scope::Namespace(name.into())
}

#[test]
fn a_cluster_is_connecting_until_anything_was_listed_and_then_live() {
    let mut board = Board::new(7);
    board.set(KindId::Pod, &Scope::Cluster, Standing::Loading);
    board.set(KindId::Job, &Scope::Cluster, Standing::Loading);
    assert_eq!(board.health(0), Health::Connecting { since_ms: 7 });
    board.set(KindId::Job, &Scope::Cluster, Standing::Failing(down(1)));
    assert_eq!(board.health(0), Health::Connecting { since_ms: 7 }, "one list is still under way");
    board.set(KindId::Pod, &Scope::Cluster, Standing::Live);
    assert_eq!(board.health(0), Health::Live);
    assert!(matches!(board.kind(KindId::Job), WatchState::Stale { since_ms: 1, .. }), "the pane of Jobs tells");
}

#[test]
fn what_was_never_reached_is_unreachable_and_what_was_is_stale_since_it_was_heard() {
    let mut board = Board::new(0);
    board.set(KindId::Pod, &Scope::Cluster, Standing::Failing(down(5)));
    assert!(matches!(board.health(0), Health::Unreachable { retry_ms: 505, .. }));
    board.set(KindId::Pod, &Scope::Cluster, Standing::Live);
    board.set(KindId::Pod, &Scope::Cluster, Standing::Failing(down(90)));
    assert!(matches!(board.health(80), Health::Stale { since_ms: 80, retry_ms: 590, .. }));
    board.set(KindId::Pod, &Scope::Cluster, Standing::Failing(down(120)));
    assert!(
        matches!(board.kind(KindId::Pod), WatchState::Stale { since_ms: 90, .. }),
        "failing since the first failure"
    );
}

#[test]
fn a_failing_probe_makes_live_watches_stale_and_its_success_mends_that() {
    let mut board = Board::new(0);
    board.set(KindId::Pod, &Scope::Cluster, Standing::Live);
    board.set_probe(Some(down(40)));
    assert!(matches!(board.health(30), Health::Stale { since_ms: 30, .. }));
    board.set_probe(None);
    assert_eq!(board.health(30), Health::Live);
}

#[test]
fn a_refused_credential_is_told_apart() {
    let mut board = Board::new(0);
    let error = PortError::Unauthorised(Trouble::new("401").with_remedy("aws sso login"));
    board.set(KindId::Pod, &Scope::Cluster, Standing::Failing(Failing { since_ms: 1, retry_ms: 2, error }));
    let Health::Unauthorised { retry_ms: 2, trouble } = board.health(0) else { panic!() };
    assert_eq!(trouble.remedy.as_deref(), Some("aws sso login"));
}

#[test]
fn one_namespace_that_may_be_seen_is_enough() {
    let mut board = Board::new(0);
    board.set(KindId::Job, &namespace("a"), denied());
    board.set(KindId::Job, &namespace("b"), Standing::Live);
    board.set(KindId::Node, &Scope::Cluster, denied());
    assert_eq!(board.kind(KindId::Job), WatchState::Live);
    assert!(matches!(board.kind(KindId::Node), WatchState::Forbidden { .. }));
    assert_eq!(board.health(0), Health::Live);
    assert_eq!(board.seen_namespaces(), ["b".into()]);
    assert!(board.misses_rights());
    board.remove(KindId::Job, &namespace("b"));
    assert!(matches!(board.kind(KindId::Job), WatchState::Forbidden { .. }));
}

#[test]
fn a_kind_is_live_when_the_last_of_its_namespaces_has_answered() {
    let mut board = Board::new(0);
    assert_eq!(board.seen_of(KindId::Job), None);
    board.set(KindId::Job, &Scope::Cluster, Standing::Loading);
    assert_eq!(board.seen_of(KindId::Job), None, "over the whole cluster so far");
    board.remove(KindId::Job, &Scope::Cluster);
    for name in ["c", "a", "b"] {
        board.set(KindId::Job, &namespace(name), Standing::Loading);
    }
    board.set(KindId::Job, &namespace("a"), Standing::Live);
    assert_eq!(board.kind(KindId::Job), WatchState::Loading, "b and c may hold rows too");
    board.set(KindId::Job, &namespace("b"), denied());
    board.set(KindId::Job, &namespace("c"), Standing::Live);
    board.set(KindId::Pod, &namespace("b"), Standing::Live);
    assert_eq!(board.kind(KindId::Job), WatchState::Live);
    assert_eq!(board.seen_of(KindId::Job), Some(vec!["a".into(), "c".into()]));
    assert_eq!(board.seen_of(KindId::Pod), Some(vec!["b".into()]));
}

#[test]
fn a_server_that_forbids_everything_is_reached_all_the_same() {
    let mut board = Board::new(0);
    board.set(KindId::Pod, &Scope::Cluster, denied());
    assert_eq!(board.health(0), Health::Live);
}
