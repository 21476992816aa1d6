//! The list and watch state machine against servers that misbehave, under a clock that does not wait.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::adapters::kube::feed::Epochs;
use crate::adapters::kube::testing::*;
use crate::domain::delta::Row;
use crate::domain::ids::{ClusterId, ObjectKey};
use crate::domain::namespace::NamespaceRow;
use crate::kinds::table;
use crate::runtime::ports::SessionSink;
use crate::store::table::Table;

struct Bench {
    sink: Arc<Recorder>,
    requests: Requests,
    reports: Arc<Mutex<Vec<News>>>,
    wake: watch::Sender<u64>,
    task: tokio::task::JoinHandle<End>,
}

impl Bench {
    fn start(answer: impl Fn(&str, usize) -> Reply + Send + Sync + 'static) -> Self {
        let (reader, requests) = reader(answer);
        let sink = Arc::new(Recorder::default());
        let (sender, mut receiver) = mpsc::channel::<Report>(64);
        let reports = Arc::new(Mutex::new(Vec::new()));
        let (kept, seen) = (reports.clone(), sink.clone());
        tokio::spawn(async move {
            while let Some(report) = receiver.recv().await {
                kept.lock().unwrap().push(report.news);
                seen.deltas(ClusterId(0), Vec::new());
            }
        });
        let wake = watch::Sender::new(0);
        let follower = Follower {
            reader,
            target: Target { entry: table::entry(KindId::Namespace), scope: Scope::Cluster },
            feed: Feed::new(ClusterId(0), sink.clone(), Epochs::default()),
            reports: sender,
            wake: wake.subscribe(),
        };
        let task = tokio::spawn(follower.run());
        Self { sink, requests, reports, wake, task }
    }

    async fn until_reported(&self, is: impl Fn(&News) -> bool) {
        self.sink.until(|_| self.reports.lock().unwrap().iter().any(&is)).await;
    }

    /// The table that the deltas so far make.
    fn table(&self) -> BTreeMap<String, String> {
        let mut table: Table<NamespaceRow> = Table::default();
        for delta in self.sink.deltas.lock().unwrap().iter().cloned() {
            apply(&mut table, delta);
        }
        let version = |row: &NamespaceRow| row.meta.label("version").unwrap_or_default().to_owned();
        table.iter().map(|(_, row)| (row.meta.key.name.to_string(), version(row))).collect()
    }

    fn names(&self) -> Vec<String> {
        self.table().into_keys().collect()
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn apply(table: &mut Table<NamespaceRow>, delta: Delta) {
    match delta {
        Delta::Upsert { epoch, row: Row::Namespace(row) } => drop(table.upsert(epoch, row)),
        Delta::Delete { key, .. } => drop(table.remove(&key)),
        Delta::Listed { scope, epoch, .. } => {
            let old: Vec<ObjectKey> = table.older_than(&scope, epoch);
            old.iter().for_each(|key| drop(table.remove(key)));
        }
        other => panic!("{other:?}"),
    }
}

fn is_watch(line: &str) -> bool {
    line.contains("watch=1")
}

fn added(name: &str, version: u32) -> String {
    event("ADDED", &object(name, version))
}

#[tokio::test(start_paused = true)]
async fn a_version_that_is_gone_is_listed_anew_and_old_rows_go() {
    let bench = Bench::start(|line, before| match (is_watch(line), before) {
        (false, 0) => list(10, &["a", "b"]),
        (true, 1) => watch(&[added("c", 11), event("ERROR", GONE)], Then::End),
        (false, _) => list(20, &["b", "d"]),
        (true, _) => watch(&[event("DELETED", &object("b", 21))], Then::Silence),
    });
    bench.sink.until(|_| bench.names() == ["d"]).await;
    let requests = bench.requests.lock().unwrap().clone();
    assert!(requests[1].contains("resourceVersion=10") && requests[3].contains("resourceVersion=20"), "{requests:?}");
}

#[tokio::test(start_paused = true)]
async fn an_expired_version_may_also_come_as_a_status() {
    let bench = Bench::start(|line, before| match (is_watch(line), before) {
        (true, 1) => Reply::Answer(410, JSON, GONE.into(), Then::End),
        (false, 0) => list(10, &["a"]),
        (false, _) => list(20, &["b"]),
        (true, _) => watch(&[], Then::Silence),
    });
    bench.sink.until(|_| bench.names() == ["b"]).await;
    assert!(!bench.reports.lock().unwrap().iter().any(|news| matches!(news, News::Failed { .. })), "no one need know");
}

#[tokio::test(start_paused = true)]
async fn a_broken_connection_goes_on_where_it_stopped() {
    let bench = Bench::start(|line, before| match (is_watch(line), before) {
        (false, 0) => list(10, &["a"]),
        (true, 1) => watch(&[added("b", 12), event("BOOKMARK", &object("", 15))], Then::Break),
        (true, 2 | 3) => Reply::Refuse,
        (true, _) => watch(&[added("c", 16)], Then::Silence),
        (false, _) => panic!("listed again"),
    });
    bench.sink.until(|_| bench.names() == ["a", "b", "c"]).await;
    bench.until_reported(|news| matches!(news, News::Failed { error: PortError::Unreachable(_), .. })).await;
    let requests = bench.requests.lock().unwrap().clone();
    assert!(requests[2..].iter().all(|line| line.contains("resourceVersion=15")), "{requests:?}");
    bench.sink.until(|_| matches!(bench.reports.lock().unwrap().last(), Some(News::Live))).await;
}

#[tokio::test(start_paused = true)]
async fn one_object_that_cannot_be_read_is_counted_and_the_rest_go_on() {
    let nameless = r#"{"metadata":{}}"#;
    let bench = Bench::start(move |line, _| {
        if !is_watch(line) {
            let body = format!(r#"{{"metadata":{{"resourceVersion":"1"}},"items":[{nameless},{}]}}"#, object("a", 1));
            return ok(body);
        }
        let lines = [event("ADDED", "{\"metadata\":7}"), "nonsense\n".to_owned(), added("b", 2)];
        watch(&lines, Then::Silence)
    });
    bench.sink.until(|_| bench.names() == ["a", "b"]).await;
    bench.until_reported(|news| matches!(news, News::Undecoded(undecoded) if undecoded.count == 1)).await;
}

#[tokio::test(start_paused = true)]
async fn html_and_lists_that_are_cut_off_are_told_and_tried_again() {
    let bench = Bench::start(|line, before| match (is_watch(line), before) {
        (_, 0) => Reply::Answer(200, "text/html", b"<html>Sign in</html>".to_vec(), Then::End),
        (_, 1) => ok(r#"{"metadata":{"resourceVersion":"1"},"items":[{"metadata":{"name":"half"}},"#),
        (_, 2) => Reply::Answer(200, JSON, br#"{"items":["#.to_vec(), Then::Break),
        (_, 3) => Reply::Answer(500, "text/plain", b"no".to_vec(), Then::End),
        (false, _) => list(10, &["a"]),
        (true, _) => watch(&[], Then::Silence),
    });
    bench.sink.until(|_| bench.names() == ["a"]).await;
    let reports = bench.reports.lock().unwrap().clone();
    let words: Vec<String> = reports
        .iter()
        .filter_map(|news| match news {
            News::Failed { error, .. } => Some(error.to_string()),
            _ => None,
        })
        .collect();
    assert_eq!(words.len(), 4, "{words:?}");
    assert!(words[0].contains("web page") && words[1].contains("ends early") && words[3].contains("500"), "{words:?}");
}

#[tokio::test(start_paused = true)]
async fn a_silent_watch_is_opened_anew() {
    let bench = Bench::start(|line, before| match (is_watch(line), before) {
        (false, _) => list(10, &["a"]),
        (true, 1) => watch(&[added("b", 11)], Then::Silence),
        (true, _) => watch(&[added("c", 12)], Then::Silence),
    });
    bench.sink.until(|_| bench.names() == ["a", "b", "c"]).await;
    assert!(bench.requests.lock().unwrap()[2].contains("resourceVersion=11"));
}

/// However a server fails, it is not asked more often than a growing pause allows.
#[tokio::test(start_paused = true)]
async fn no_failure_makes_a_hot_loop() {
    type Server = fn(&str, usize) -> Reply;
    let servers: Vec<(&str, Server)> =
        vec![
            ("closes every watch at once", |line, _| if is_watch(line) { watch(&[], Then::End) } else { list(1, &[]) }),
            ("is always too old", |line, _| {
                if is_watch(line) { watch(&[event("ERROR", GONE)], Then::End) } else { list(1, &[]) }
            }),
            ("refuses", |_, _| Reply::Refuse),
            ("has no credentials for us", |_, _| Reply::Answer(401, JSON, b"{}".to_vec(), Then::End)),
            ("sends garbage", |line, _| {
                if is_watch(line) {
                    Reply::Answer(200, "application/vnd.kubernetes.protobuf;stream=watch", vec![0xff; 40], Then::End)
                } else {
                    list(1, &[])
                }
            }),
            ("forbids the watch", |line, _| if is_watch(line) { denied("watch") } else { list(1, &[]) }),
        ];
    for (what, server) in servers {
        let bench = Bench::start(server);
        tokio::time::sleep(Duration::from_secs(600)).await;
        let asked = bench.requests.lock().unwrap().len();
        assert!((5..70).contains(&asked), "a server that {what} was asked {asked} times in ten minutes");
    }
}

#[tokio::test(start_paused = true)]
async fn one_cut_after_a_long_life_is_not_worth_a_word() {
    let bench = Bench::start(|line, before| match (is_watch(line), before) {
        (false, _) => list(10, &["a"]),
        (true, 1) => watch(&[], Then::Silence),
        (true, _) => watch(&[added("b", 11)], Then::Silence),
    });
    bench.sink.until(|_| bench.names() == ["a", "b"]).await;
    assert_eq!(*bench.reports.lock().unwrap(), [News::Live]);
}

#[tokio::test(start_paused = true)]
async fn a_wish_for_a_retry_ends_the_pause() {
    let bench = Bench::start(|line, before| match before {
        0..8 => Reply::Refuse,
        _ if is_watch(line) => watch(&[], Then::Silence),
        _ => list(10, &["a"]),
    });
    let failed = |bench: &Bench| bench.reports.lock().unwrap().len();
    for tries in 1..=8 {
        bench.sink.until(|_| failed(&bench) == tries).await;
        let before = tokio::time::Instant::now();
        bench.wake.send_modify(|count| *count += 1);
        bench.sink.until(|_| failed(&bench) > tries).await;
        assert_eq!(before.elapsed(), Duration::ZERO);
    }
    assert_eq!(bench.names(), ["a"]);
}

#[tokio::test(start_paused = true)]
async fn a_forbidden_or_unknown_kind_ends_the_follower() {
    let mut forbidden = Bench::start(|_, _| denied("no"));
    assert!(matches!((&mut forbidden.task).await.unwrap(), End::Forbidden(_)));
    let mut absent = Bench::start(|_, _| Reply::Answer(404, JSON, b"{}".to_vec(), Then::End));
    assert_eq!((&mut absent.task).await.unwrap(), End::Absent);
}

/// One change of the server's objects, and how the watch that brings it ends.
#[derive(Debug, Clone, Copy)]
enum Step {
    Put(u8),
    Delete(u8),
    Close,
    Break,
    Gone,
    Nonsense,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (0u8..6).prop_map(Step::Put),
        3 => (0u8..6).prop_map(Step::Delete),
        1 => Just(Step::Close),
        1 => Just(Step::Break),
        1 => Just(Step::Gone),
        1 => Just(Step::Nonsense),
    ]
}

/// The objects after the first `upto` steps; a step's number plus one is its resourceVersion.
fn state(steps: &[Step], upto: usize) -> BTreeMap<String, String> {
    let mut objects = BTreeMap::new();
    for (index, step) in steps.iter().take(upto).enumerate() {
        match step {
            Step::Put(name) => drop(objects.insert(format!("n{name}"), (index + 1).to_string())),
            Step::Delete(name) => drop(objects.remove(&format!("n{name}"))),
            _ => {}
        }
    }
    objects
}

/// A server that plays the steps: a watch brings what follows its version up to the next step that ends it.
fn play(steps: &[Step], progress: &Mutex<usize>, line: &str) -> Reply {
    let mut at = progress.lock().unwrap();
    if !is_watch(line) {
        let items: Vec<String> =
            state(steps, *at).iter().map(|(name, version)| object(name, version.parse().unwrap())).collect();
        return ok(format!(r#"{{"items":[{}],"metadata":{{"resourceVersion":"{at}"}}}}"#, items.join(",")));
    }
    let from: usize = line.split("resourceVersion=").nth(1).unwrap().split('&').next().unwrap().parse().unwrap();
    let mut lines = Vec::new();
    for (index, step) in steps.iter().enumerate().skip(from) {
        let version = index + 1;
        let known = index < *at;
        *at = (*at).max(version);
        match *step {
            Step::Put(name) => lines.push(event("MODIFIED", &object(&format!("n{name}"), version as u32))),
            Step::Delete(name) => lines.push(event("DELETED", &object(&format!("n{name}"), version as u32))),
            // Each of them ends one watch; who comes again from before it is past it.
            _ if known => {}
            Step::Close => return watch(&lines, Then::End),
            Step::Break => return watch(&lines, Then::Break),
            Step::Gone => return watch(&[lines.concat(), event("ERROR", GONE)], Then::End),
            Step::Nonsense => return watch(&[lines.concat(), "{\"type\":\"ADDED\"\n".into()], Then::Break),
        }
    }
    watch(&lines, Then::Silence)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// However often a watch ends, breaks or is too old, the deltas make the table that one list at the end would make.
    #[test]
    fn any_course_of_events_gives_the_table_of_a_relist(steps in proptest::collection::vec(step(), 0..40)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
        let wanted = state(&steps, steps.len());
        runtime.block_on(async move {
            let progress = Mutex::new(0);
            let bench = Bench::start(move |line, _| play(&steps, &progress, line));
            bench.sink.until(|_| bench.reports.lock().unwrap().contains(&News::Live) && bench.table() == wanted).await;
            tokio::time::sleep(Duration::from_secs(300)).await;
            assert_eq!(bench.table(), wanted, "and it stays so");
        });
    }
}
