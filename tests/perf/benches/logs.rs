//! How fast log lines come in, are merged, filtered and shown: the engine with pods that speak from memory.
//!
//! `cargo bench --bench logs -- ingest` runs those whose name holds the word. Every figure is lines a second, from
//! opening the streams to the window that counts the last line.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a benchmark that cannot run stops by panicking"
)]

use std::hint::black_box;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use bytes::Bytes;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use eksdeck::domain::cluster::ClusterInfo;
use eksdeck::domain::health::Trouble;
use eksdeck::domain::ids::ClusterId;
use eksdeck::domain::log_view::{LogFilterSpec, LogQuery, LogWindow, Pattern};
use eksdeck::domain::logs::{LogOptions, LogSource, LogSourceSpec};
use eksdeck::runtime::log_engine::{LogEngine, LogHandle, LogLimits};
use eksdeck::runtime::ports::{
    FetchReply, FetchRequest, FleetPort, LogReader, LogRequest, OpenOptions, PortError, SessionSink,
};
use futures::future::BoxFuture;
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

/// Lines of one run, over all pods: 41 MB as the kubelet sends them.
const LINES: u64 = 400_000;

/// Pods whose logs lie in memory, one text a pod.
struct Spoken(Vec<Bytes>);

impl FleetPort for Spoken {
    fn clusters(&self) -> Vec<ClusterInfo> {
        Vec::new()
    }
    fn open(&self, _: ClusterId, _: OpenOptions, _: Arc<dyn SessionSink>, _: CancellationToken) {}
    fn retry_now(&self, _: ClusterId) {}
    fn answer_consent(&self, _: ClusterId, _: String, _: bool) {}
    fn fetch(&self, _: ClusterId, _: FetchRequest) -> BoxFuture<'static, Result<FetchReply, PortError>> {
        Box::pin(async { Err(PortError::NotFound(Trouble::new("not here"))) })
    }
    fn open_log(&self, source: LogSource, request: LogRequest) -> BoxFuture<'static, Result<LogReader, PortError>> {
        if request.since_time.is_some() {
            // Everything was read: the pods are silent from now on.
            return Box::pin(std::future::pending());
        }
        let text = self.0[source.pod.parse::<usize>().unwrap()].clone();
        Box::pin(async move {
            // Pieces of the size of a TLS record, as the network brings them.
            let pieces: Vec<_> = (0..text.len())
                .step_by(16_384)
                .map(|at| Ok::<_, std::io::Error>(text.slice(at..(at + 16_384).min(text.len()))))
                .collect();
            let reader: LogReader = Box::new(tokio_util::io::StreamReader::new(futures::stream::iter(pieces)));
            Ok(reader)
        })
    }
}

/// `LINES` lines over so many pods, one each millisecond, pods taking turns.
fn spoken(pods: u64) -> Arc<Spoken> {
    let mut texts = vec![Vec::new(); pods as usize];
    for number in 0..LINES {
        let at = jiff::Timestamp::from_millisecond(1_700_000_000_000 + number as i64).unwrap();
        let level = if number % 100 == 0 { "ERROR" } else { "INFO" };
        let text = format!(
            "{at:.9} {level} line {number:07} of the settlement run, with words to make it some hundred bytes\n"
        );
        texts[(number % pods) as usize].extend_from_slice(text.as_bytes());
    }
    Arc::new(Spoken(texts.into_iter().map(Bytes::from).collect()))
}

fn specs(pods: u64) -> Vec<LogSourceSpec> {
    let source = |pod: u64| LogSource {
        cluster: ClusterId(0),
        namespace: "pay".into(),
        pod: pod.to_string().into(),
        container: "main".into(),
    };
    (0..pods).map(|pod| LogSourceSpec { source: source(pod), running: true, restarts: 0, ended: None }).collect()
}

struct Bench {
    handle: LogHandle,
    windows: Receiver<LogWindow>,
    generation: u64,
}

impl Bench {
    fn start(runtime: &Runtime, fleet: Arc<Spoken>) -> Self {
        let (sender, windows) = channel();
        let _guard = runtime.enter();
        let limits = LogLimits { spill_directory: std::env::temp_dir(), ..LogLimits::default() };
        let handle = LogEngine::start(fleet, move |window| drop(sender.send(window)), limits);
        Self { handle, windows, generation: 0 }
    }

    fn query(&mut self, filter: LogFilterSpec) {
        self.generation += 1;
        let query = LogQuery { generation: self.generation, height: 50, filter, ..LogQuery::default() };
        self.handle.query(query);
    }

    fn read_all(&mut self, pods: u64) -> LogWindow {
        self.handle.restart();
        self.query(LogFilterSpec::default());
        self.handle.set_sources(specs(pods), LogOptions { tail_lines: None, ..LogOptions::default() });
        self.until(|window| window.total >= LINES)
    }

    fn until(&self, wanted: impl Fn(&LogWindow) -> bool) -> LogWindow {
        loop {
            let window = self.windows.recv_timeout(Duration::from_secs(60)).expect("a window");
            if window.generation == self.generation && wanted(&window) {
                return window;
            }
        }
    }
}

fn ingest(criterion: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    let mut group = criterion.benchmark_group("ingest");
    group.throughput(Throughput::Elements(LINES)).sample_size(10);
    for pods in [1, 10, 50] {
        let fleet = spoken(pods);
        group.bench_function(format!("{pods} pods"), |bencher| {
            let mut bench = Bench::start(&runtime, fleet.clone());
            bencher.iter(|| {
                let window = bench.read_all(pods);
                assert_eq!((window.total, window.dropped), (LINES, 0));
                black_box(window)
            });
        });
    }
    group.finish();
}

fn filter(criterion: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    let mut bench = Bench::start(&runtime, spoken(1));
    bench.read_all(1);
    let mut group = criterion.benchmark_group("filter");
    group.throughput(Throughput::Elements(LINES)).sample_size(10);
    let patterns = [
        ("regex", Pattern::Regex(r"line \d+77 ".to_owned())),
        ("word", Pattern::Regex("error".to_owned())),
        ("fuzzy", Pattern::Fuzzy("line 77".to_owned())),
    ];
    for (name, pattern) in patterns {
        let spec = LogFilterSpec { include: Some(pattern), context: 2, ..LogFilterSpec::default() };
        group.bench_function(format!("{name}, all lines"), |bencher| {
            bencher.iter(|| {
                bench.query(LogFilterSpec::default());
                bench.query(spec.clone());
                black_box(bench.until(|window| !window.filtering))
            });
        });
        group.bench_function(format!("{name}, first window"), |bencher| {
            bencher.iter(|| {
                bench.query(LogFilterSpec::default());
                bench.query(spec.clone());
                black_box(bench.until(|window| window.lines.len() == 50))
            });
        });
    }
    group.finish();
}

criterion_group!(benches, ingest, filter);
criterion_main!(benches);
