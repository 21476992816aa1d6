//! Whole sessions against scripted servers, under a clock that does not wait.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use futures::future::BoxFuture;
use tokio_util::sync::CancellationToken;

use crate::adapters::kube::client::ConnectError;
use crate::adapters::kube::connect::Connect;
use crate::adapters::kube::fleet::KubeFleet;
use crate::adapters::kube::reader::Reader;
use crate::adapters::kube::testing::*;
use crate::domain::cluster::{ClusterInfo, Source};
use crate::domain::consent::ConsentRequest;
use crate::domain::delta::{Delta, Scope};
use crate::domain::health::{Connections, Health, SessionEvent, Trouble, WatchState};
use crate::domain::ids::{ClusterId, KindId};
use crate::domain::request::OpenOptions;
use crate::runtime::ports::FleetPort;
use std::sync::Arc;

/// One cluster, whose connecting goes as the test says.
struct Ways {
    reader: Reader,
    consent: AtomicBool,
    problem: Mutex<Option<ConnectError>>,
}

impl Connect for Ways {
    fn clusters(&self) -> Vec<ClusterInfo> {
        vec![ClusterInfo {
            name: "shop".into(),
            source: Source::Embedded,
            arn: None,
            server: "https://cluster.test".into(),
            region: None,
            namespace: Some("own".into()),
            broken: None,
            insecure: true,
            ways: Vec::new(),
            record: None,
        }]
    }

    fn connect(&self, _: ClusterId) -> BoxFuture<'_, Result<Reader, ConnectError>> {
        let problem = self.problem.lock().unwrap().clone().filter(|_| !self.consent.load(Ordering::Relaxed));
        Box::pin(async move { problem.map_or_else(|| Ok(self.reader.clone()), Err) })
    }

    fn answer_consent(&self, _: &str, agreed: bool) {
        self.consent.store(agreed, Ordering::Relaxed);
    }

    fn ask_again(&self, _: ClusterId) {}
}

struct Bench {
    fleet: KubeFleet,
    sink: Arc<Recorder>,
    requests: Requests,
    cancel: CancellationToken,
}

impl Bench {
    fn start(options: OpenOptions, answer: impl Fn(&str, usize) -> Reply + Send + Sync + 'static) -> Self {
        Self::with(options, None, answer)
    }

    fn with(
        options: OpenOptions,
        problem: Option<ConnectError>,
        answer: impl Fn(&str, usize) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let (reader, requests) = reader(answer);
        let ways = Ways { reader, consent: AtomicBool::new(false), problem: Mutex::new(problem) };
        let (fleet, sink, cancel) =
            (KubeFleet::new(Arc::new(ways)), Arc::new(Recorder::default()), CancellationToken::new());
        fleet.open(ClusterId(0), options, sink.clone(), cancel.clone());
        Self { fleet, sink, requests, cancel }
    }

    async fn until_health(&self, is: impl Fn(&Health) -> bool) {
        self.sink.until_event(|event| matches!(event, SessionEvent::Health(health) if is(health))).await;
    }

    async fn until_watch(&self, wanted: KindId, is: impl Fn(&WatchState) -> bool) {
        let is_it =
            |event: &SessionEvent| matches!(event, SessionEvent::Watch { kind, state } if *kind == wanted && is(state));
        self.sink.until_event(is_it).await;
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        self.cancel.cancel();
    }
}

/// A server that is well.
fn well(line: &str) -> Reply {
    match line {
        "GET /readyz" => Reply::Answer(200, "text/plain", b"ok".to_vec(), Then::End),
        "GET /version" => ok(r#"{"gitVersion":"v1.34.4-eks-1"}"#),
        _ if line.contains("selfsubjectreviews") => ok(r#"{"status":{"userInfo":{"username":"ann"}}}"#),
        _ if line.contains("watch=1") => watch(&[], Then::Silence),
        _ => list(5, &["x"]),
    }
}

#[tokio::test(start_paused = true)]
async fn a_cluster_that_is_well_tells_who_and_what_and_how_fast_it_is() {
    let bench = Bench::start(OpenOptions::default(), |line, _| well(line));
    bench.until_health(|health| *health == Health::Live).await;
    for kind in [KindId::Namespace, KindId::Job, KindId::CronJob, KindId::Pod, KindId::Node] {
        bench.until_watch(kind, |state| *state == WatchState::Live).await;
    }
    bench.sink.until_event(|event| matches!(event, SessionEvent::Latency(_))).await;
    bench.sink.until_event(|event| matches!(event, SessionEvent::Identity { user } if user == "ann")).await;
    bench.sink.until_event(|event| *event == SessionEvent::Version { git_version: "v1.34.4-eks-1".into() }).await;
    bench.sink.until_event(|event| *event == SessionEvent::Insecure).await;
    bench
        .sink
        .until_event(|event| {
            matches!(event, SessionEvent::Connections(Connections { limit: 1.., limit_in_all: 1.., .. }))
        })
        .await;
}

#[tokio::test(start_paused = true)]
async fn a_server_that_hangs_is_stale_within_fifteen_seconds_and_live_again_after() {
    let frozen = Arc::new(AtomicBool::new(false));
    let is_frozen = frozen.clone();
    let bench =
        Bench::start(
            OpenOptions::default(),
            move |line, _| {
                if is_frozen.load(Ordering::Relaxed) { Reply::Hang } else { well(line) }
            },
        );
    bench.sink.until_event(|event| matches!(event, SessionEvent::Latency(_))).await;
    frozen.store(true, Ordering::Relaxed);
    bench.sink.forget();
    let before = tokio::time::Instant::now();
    bench
        .until_health(|health| matches!(health, Health::Stale { trouble, .. } if trouble.words.contains("no answer")))
        .await;
    assert!(before.elapsed().as_secs() <= 15);
    frozen.store(false, Ordering::Relaxed);
    bench.sink.forget();
    bench.until_health(|health| *health == Health::Live).await;
}

#[tokio::test(start_paused = true)]
async fn a_server_that_is_down_is_unreachable_until_it_is_up() {
    let down = Arc::new(AtomicBool::new(true));
    let is_down = down.clone();
    let bench =
        Bench::start(
            OpenOptions::default(),
            move |line, _| {
                if is_down.load(Ordering::Relaxed) { Reply::Refuse } else { well(line) }
            },
        );
    bench.until_health(|health| matches!(health, Health::Unreachable { .. })).await;
    tokio::time::sleep(std::time::Duration::from_secs(120)).await;
    down.store(false, Ordering::Relaxed);
    let before = tokio::time::Instant::now();
    bench.fleet.retry_now(ClusterId(0));
    bench.until_health(|health| *health == Health::Live).await;
    assert!(before.elapsed().is_zero(), "a retry is at once");
}

#[tokio::test(start_paused = true)]
async fn a_watch_that_is_served_proves_the_server_before_the_probe_does() {
    let frozen = Arc::new(AtomicBool::new(false));
    let is_frozen = frozen.clone();
    let bench = Bench::start(OpenOptions::default(), move |line, before| match line {
        "GET /readyz" if is_frozen.load(Ordering::Relaxed) => Reply::Refuse,
        _ if line.contains("pods?watch=1") && before < 20 => watch(&[event("ERROR", GONE)], Then::End),
        _ => well(line),
    });
    bench.until_watch(KindId::Pod, |state| *state == WatchState::Live).await;
    frozen.store(true, Ordering::Relaxed);
    bench.until_health(|health| matches!(health, Health::Stale { .. })).await;
    bench.sink.forget();
    bench.fleet.retry_now(ClusterId(0));
    bench.until_health(|health| *health == Health::Live).await;
}

#[tokio::test(start_paused = true)]
async fn refused_credentials_are_told_and_a_retry_connects_anew() {
    let refused = Arc::new(AtomicBool::new(true));
    let is_refused = refused.clone();
    let bench = Bench::start(OpenOptions::default(), move |line, _| {
        if is_refused.load(Ordering::Relaxed) {
            Reply::Answer(401, JSON, b"{}".to_vec(), Then::End)
        } else {
            well(line)
        }
    });
    bench.until_health(|health| matches!(health, Health::Unauthorised { .. })).await;
    refused.store(false, Ordering::Relaxed);
    bench.fleet.retry_now(ClusterId(0));
    bench.until_health(|health| *health == Health::Live).await;
}

#[tokio::test(start_paused = true)]
async fn a_plugin_waits_for_consent_and_a_broken_context_for_a_person() {
    let request =
        ConsentRequest { user: "u".into(), argv: vec!["aws".into()], env_names: vec![], fingerprint: "f".into() };
    let problem = Some(ConnectError::NeedsConsent(request.clone()));
    let bench = Bench::with(OpenOptions::default(), problem, |line, _| well(line));
    bench.sink.until_event(|event| *event == SessionEvent::ConsentNeeded(request.clone())).await;
    bench.until_health(|health| *health == Health::NeedsConsent).await;
    assert!(bench.requests.lock().unwrap().is_empty(), "nothing is asked before");
    bench.fleet.answer_consent(ClusterId(0), "f".into(), true);
    bench.until_health(|health| *health == Health::Live).await;

    let problem = Some(ConnectError::Broken(Trouble::new("no such user")));
    let bench = Bench::with(OpenOptions::default(), problem, |line, _| well(line));
    bench.until_health(|health| matches!(health, Health::Broken { .. })).await;
}

/// A person with a Role in `own` and `other`, who may list nothing over the cluster.
fn limited(line: &str, lists_namespaces: bool) -> Reply {
    let path = line.trim_start_matches("GET ").split('?').next().unwrap();
    match path {
        "/api/v1/namespaces" if lists_namespaces => {
            if line.contains("watch=1") {
                watch(&[], Then::Silence)
            } else {
                list(5, &["other", "own", "secret"])
            }
        }
        "/api/v1/namespaces/own" => ok(object("own", 3)),
        _ if line.starts_with("POST") && line.contains("rulesreviews") => {
            ok(r#"{"status":{"incomplete":true,"resourceRules":[]}}"#)
        }
        _ if line.contains("/namespaces/own/") || line.contains("/namespaces/other/") => well(line),
        "/readyz" | "/version" => well(line),
        _ if line.starts_with("POST") => well(line),
        _ => denied("cannot list"),
    }
}

fn listed(bench: &Bench, wanted: KindId) -> Vec<Scope> {
    let deltas = bench.sink.deltas.lock().unwrap();
    let scopes = deltas.iter().filter_map(|delta| match delta {
        Delta::Listed { kind, scope, .. } if *kind == wanted => Some(scope.clone()),
        _ => None,
    });
    scopes.collect()
}

#[tokio::test(start_paused = true)]
async fn a_person_limited_to_given_namespaces_sees_jobs_there_and_nothing_red() {
    let options = OpenOptions { namespaces: vec!["own".into(), "other".into(), "secret".into()], kinds: vec![] };
    let bench = Bench::start(options, |line, _| limited(line, false));
    bench.until_watch(KindId::Job, |state| *state == WatchState::Live).await;
    bench.until_watch(KindId::Namespace, |state| *state == WatchState::Live).await;
    bench.until_watch(KindId::Node, |state| matches!(state, WatchState::Forbidden { .. })).await;
    bench.until_health(|health| *health == Health::Live).await;
    let seen = SessionEvent::Scope { namespaces: Some(vec!["other".into(), "own".into()]) };
    bench.sink.until_event(|event| *event == seen).await;
    assert_eq!(listed(&bench, KindId::Job).len(), 2);
    let events = bench.sink.events.lock().unwrap().clone();
    let red = |event: &SessionEvent| {
        matches!(event, SessionEvent::Watch { kind, state: WatchState::Forbidden { .. } | WatchState::Stale { .. } }
            if *kind != KindId::Node)
    };
    assert!(!events.iter().any(red), "{events:?}");
}

#[tokio::test(start_paused = true)]
async fn who_may_list_namespaces_needs_no_flag_and_who_may_not_gets_the_contexts_own() {
    let bench = Bench::start(OpenOptions::default(), |line, _| limited(line, true));
    let seen = SessionEvent::Scope { namespaces: Some(vec!["other".into(), "own".into()]) };
    bench.sink.until_event(|event| *event == seen).await;
    assert_eq!(listed(&bench, KindId::Namespace), [Scope::Cluster]);

    let bench = Bench::start(OpenOptions::default(), |line, _| limited(line, false));
    bench.until_watch(KindId::Pod, |state| *state == WatchState::Live).await;
    bench.until_watch(KindId::Namespace, |state| *state == WatchState::Live).await;
    let deltas = bench.sink.deltas.lock().unwrap().clone();
    let names: Vec<&str> = deltas
        .iter()
        .filter_map(|delta| match delta {
            Delta::Upsert { row, .. } if row.kind() == KindId::Namespace => Some(&*row.meta().key.name),
            _ => None,
        })
        .collect();
    assert_eq!(names, ["own"]);
}

#[tokio::test(start_paused = true)]
async fn a_namespace_that_comes_later_is_looked_into_by_itself() {
    let late = Arc::new(AtomicBool::new(false));
    let is_late = late.clone();
    let bench = Bench::start(OpenOptions::default(), move |line, _| {
        let path = line.trim_start_matches("GET ").split('?').next().unwrap();
        match path {
            "/api/v1/namespaces" if !line.contains("watch=1") && is_late.load(Ordering::Relaxed) => {
                list(6, &["other", "own", "newborn"])
            }
            _ if line.contains("/namespaces/newborn/") => well(line),
            _ => limited(line, true),
        }
    });
    let seen = SessionEvent::Scope { namespaces: Some(vec!["other".into(), "own".into()]) };
    bench.sink.until_event(|event| *event == seen).await;
    late.store(true, Ordering::Relaxed);
    let seen = SessionEvent::Scope { namespaces: Some(vec!["newborn".into(), "other".into(), "own".into()]) };
    bench.sink.until_event(|event| *event == seen).await;
    assert!(listed(&bench, KindId::Job).contains(&Scope::Namespace("newborn".into())));
    let jobs = listed(&bench, KindId::Job);
    assert_eq!(jobs.iter().filter(|scope| **scope == Scope::Namespace("own".into())).count(), 1, "the others go on");
}

#[tokio::test(start_paused = true)]
async fn a_closed_session_asks_nothing_more() {
    let bench = Bench::start(OpenOptions::default(), |line, _| well(line));
    bench.sink.until_event(|event| matches!(event, SessionEvent::Latency(_))).await;
    bench.cancel.cancel();
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    let asked = bench.requests.lock().unwrap().len();
    tokio::time::sleep(std::time::Duration::from_secs(600)).await;
    assert_eq!(bench.requests.lock().unwrap().len(), asked);
}
