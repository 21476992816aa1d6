use std::collections::{HashMap, VecDeque};
use std::sync::Mutex;
use std::sync::mpsc;

use futures::future::BoxFuture;
use tokio::io::{AsyncRead, BufReader, ReadBuf};

use super::*;
use crate::domain::cluster::ClusterInfo;
use crate::domain::health::Trouble;
use crate::domain::ids::ClusterId;
use crate::domain::log_line::Level;
use crate::domain::log_view::{Anchor, LineKind, LogFilterSpec, Pattern, StreamState};
use crate::domain::logs::LogSource;
use crate::runtime::ports::{FetchReply, FetchRequest, LogReader, LogRequest, OpenOptions, PortError, SessionSink};

/// How one opening of a log goes.
enum Script {
    Refuse(PortError),
    /// Bytes, then the end.
    Whole(Vec<u8>),
    /// Bytes, then a broken connection.
    Breaks(Vec<u8>),
    /// Bytes, then silence.
    Open(Vec<u8>),
}

/// A fleet whose pods say what a test wrote, one script an opening, the last one again and again.
#[derive(Default)]
struct Scripted {
    pods: Mutex<HashMap<String, VecDeque<Script>>>,
    requests: Mutex<Vec<(String, LogRequest)>>,
}

impl Scripted {
    fn pod(self, name: &str, scripts: impl IntoIterator<Item = Script>) -> Self {
        self.pods.lock().unwrap().insert(name.to_owned(), scripts.into_iter().collect());
        self
    }
}

struct Tape {
    bytes: std::io::Cursor<Vec<u8>>,
    end: Option<std::io::Result<()>>,
}

impl AsyncRead for Tape {
    fn poll_read(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> std::task::Poll<std::io::Result<()>> {
        if self.bytes.position() < self.bytes.get_ref().len() as u64 {
            return std::pin::Pin::new(&mut self.bytes).poll_read(context, buffer);
        }
        match self.end.take() {
            Some(end) => std::task::Poll::Ready(end),
            None => std::task::Poll::Pending,
        }
    }
}

impl FleetPort for Scripted {
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
        self.requests.lock().unwrap().push((source.pod.to_string(), request));
        let script = self.pods.lock().unwrap().get_mut(&*source.pod).and_then(VecDeque::pop_front);
        Box::pin(async move {
            let (bytes, end) = match script {
                None => return Err(PortError::NotFound(Trouble::new("pod not found"))),
                Some(Script::Refuse(error)) => return Err(error),
                Some(Script::Whole(bytes)) => (bytes, Some(Ok(()))),
                Some(Script::Breaks(bytes)) => (bytes, Some(Err(std::io::Error::other("connection reset")))),
                Some(Script::Open(bytes)) => (bytes, None),
            };
            let reader: LogReader = Box::new(BufReader::new(Tape { bytes: std::io::Cursor::new(bytes), end }));
            Ok(reader)
        })
    }
}

fn source(pod: &str) -> LogSource {
    LogSource { cluster: ClusterId(0), namespace: "pay".into(), pod: pod.into(), container: "main".into() }
}

fn spec(pod: &str) -> LogSourceSpec {
    LogSourceSpec { source: source(pod), running: true, restarts: 0, ended: None }
}

/// Lines `from..to`, one each 10 ms; every tenth is an error.
fn lines(from: u64, to: u64) -> Vec<u8> {
    let mut out = Vec::new();
    for number in from..to {
        let at = jiff::Timestamp::from_millisecond(1_700_000_000_000 + number as i64 * 10).unwrap();
        let level = if number % 10 == 0 { "ERROR" } else { "INFO" };
        out.extend_from_slice(format!("{at:.9} {level} line {number}\n").as_bytes());
    }
    out
}

struct Bench {
    runtime: tokio::runtime::Runtime,
    fleet: Arc<Scripted>,
    handle: LogHandle,
    windows: mpsc::Receiver<LogWindow>,
    generation: u64,
}

impl Bench {
    fn new(fleet: Scripted, limits: LogLimits) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let (sender, windows) = mpsc::channel();
        let fleet = Arc::new(fleet);
        let port: Arc<dyn FleetPort> = fleet.clone();
        let guard = runtime.enter();
        let handle = LogEngine::start(port, move |window| drop(sender.send(window)), limits);
        drop(guard);
        Self { runtime, fleet, handle, windows, generation: 0 }
    }

    fn read(fleet: Scripted, pods: &[&str]) -> Self {
        let mut bench = Self::new(fleet, LogLimits::default());
        bench.query(|_| {});
        bench.handle.set_sources(pods.iter().map(|pod| spec(pod)).collect(), LogOptions::default());
        bench
    }

    fn query(&mut self, change: impl FnOnce(&mut LogQuery)) {
        self.generation += 1;
        let mut query = LogQuery { generation: self.generation, height: 5, ..LogQuery::default() };
        change(&mut query);
        self.handle.query(query);
    }

    /// The first window of the newest query that is as wanted.
    fn until(&self, wanted: impl Fn(&LogWindow) -> bool) -> LogWindow {
        let mut last = None;
        loop {
            match self.windows.recv_timeout(Duration::from_secs(30)) {
                Ok(window) if window.generation == self.generation && wanted(&window) => return window,
                Ok(window) => last = Some(window),
                Err(_) => panic!("no such window; the last was {last:#?}"),
            }
        }
    }

    fn all_text(&self) -> Vec<String> {
        let answer = self.handle.text(0, u64::MAX, LineFormat::default());
        let text = self.runtime.block_on(answer).unwrap();
        text.lines().map(str::to_owned).collect()
    }
}

fn numbers(window: &LogWindow) -> Vec<u64> {
    window.lines.iter().map(|line| line.number).collect()
}

fn expected(range: std::ops::Range<u64>) -> Vec<String> {
    range.map(|n| format!("{} line {n}", if n % 10 == 0 { "ERROR" } else { "INFO" })).collect()
}

#[test]
fn a_broken_stream_goes_on_without_a_line_lost_or_doubled() {
    let mut cut = lines(0, 500);
    cut.truncate(cut.len() - 8);
    // The server sends what is since the second asked for, here generously from line 200 on.
    let fleet = Scripted::default().pod("a", [Script::Breaks(cut), Script::Open(lines(200, 800))]);
    let bench = Bench::read(fleet, &["a"]);
    let window = bench.until(|window| window.total >= 800);
    assert_eq!((window.total, window.dropped), (800, 0));
    assert!(window.following);
    assert_eq!(bench.all_text(), expected(0..800));
    let requests = bench.fleet.requests.lock().unwrap();
    assert_eq!(requests[0].1.tail_lines, Some(1_000));
    let again = &requests[1].1;
    assert_eq!((again.tail_lines, again.since_time.map(|time| time.as_second())), (None, Some(1_700_000_003)));
}

#[test]
fn a_long_backlog_is_read_without_following_and_joined() {
    let whole = LogOptions { tail_lines: None, ..LogOptions::default() };
    let fleet = Scripted::default()
        .pod("a", [Script::Whole(lines(0, 8_000)), Script::Open(lines(7_000, 8_100))])
        .pod("b", [Script::Whole(lines(0, 100)), Script::Open(lines(5_000, 5_010)), Script::Open(lines(0, 5_010))]);
    let mut bench = Bench::new(fleet, LogLimits::default());
    bench.query(|_| {});
    bench.handle.set_sources(vec![spec("a")], whole.clone());
    bench.until(|window| window.total >= 8_100);
    assert_eq!(bench.all_text(), expected(0..8_100));
    bench.handle.restart();
    // More lines came in between than the joining asked for: opened once more, and nothing is missing.
    bench.handle.set_sources(vec![spec("b")], whole);
    bench.until(|window| window.epoch == 1 && window.total >= 5_010);
    assert_eq!(bench.all_text(), expected(0..5_010));
    let requests = bench.fleet.requests.lock().unwrap();
    let told: Vec<_> = requests.iter().map(|(_, request)| (request.follow, request.tail_lines)).collect();
    let tail = Some(5_000);
    assert_eq!(told, [(false, None), (true, tail), (false, None), (true, tail), (true, None)]);
}

#[test]
fn rotated_lines_are_a_gap_that_can_be_seen() {
    let fleet = Scripted::default().pod("a", [Script::Breaks(lines(0, 50)), Script::Open(lines(9_000, 9_003))]);
    let bench = Bench::read(fleet, &["a"]);
    let window = bench.until(|window| window.total >= 54);
    assert_eq!(window.lines[1].kind, LineKind::Gap);
    assert!(window.lines[1].text.contains("rotated away"), "{}", window.lines[1].text);
}

#[test]
fn a_container_that_ends_says_so_in_its_place_and_its_next_run_is_followed() {
    let fleet = Scripted::default()
        .pod("a", [Script::Whole(lines(0, 20)), Script::Whole(lines(0, 20)), Script::Open(lines(5_000, 5_003))]);
    let bench = Bench::read(fleet, &["a"]);
    bench.until(|window| window.total == 20);
    let end = (1_700_000_000, "OOMKilled (exit 137)".to_owned());
    let ended = LogSourceSpec { running: false, ended: Some(end.clone()), ..spec("a") };
    bench.handle.set_sources(vec![ended], LogOptions::default());
    let window = bench.until(|window| window.total == 21 && window.sources[0].state == StreamState::Ended);
    let line = window.lines.last().unwrap();
    assert_eq!((line.kind, &*line.text), (LineKind::Ended, "ended: OOMKilled (exit 137)"));
    let again = LogSourceSpec { running: true, restarts: 1, ended: Some(end), ..spec("a") };
    bench.handle.set_sources(vec![again], LogOptions::default());
    let window = bench.until(|window| window.total == 24);
    assert!(window.lines.iter().all(|line| line.kind != LineKind::Gap));
    assert_eq!(&*window.lines[4].text, "INFO line 5002");
}

#[test]
fn pods_join_and_the_limit_of_streams_is_told() {
    let fleet = Scripted::default()
        .pod("a", [Script::Open(lines(0, 10))])
        .pod("b", [Script::Whole(lines(0, 10)), Script::Whole(lines(0, 10))])
        .pod("c", [Script::Open(lines(0, 10))]);
    let limits = LogLimits { streams: 2, ..LogLimits::default() };
    let mut bench = Bench::new(fleet, limits);
    bench.query(|_| {});
    bench.handle.set_sources(vec![spec("a"), spec("b")], LogOptions::default());
    bench.until(|window| window.total == 20);
    let end = (1_700_000_000, "Completed (exit 0)".to_owned());
    let over = LogSourceSpec { running: false, ended: Some(end), ..spec("b") };
    bench.handle.set_sources(vec![spec("a"), over, spec("c")], LogOptions::default());
    let window = bench.until(|window| window.total == 31);
    assert_eq!(window.streams.limit, 2);
    assert_eq!(window.sources.iter().map(|source| &*source.label).collect::<Vec<_>>(), ["a main", "b main", "c main"]);

    let fleet = Scripted::default().pod("a", [Script::Open(lines(0, 10))]);
    let mut bench = Bench::new(fleet, LogLimits { streams: 1, ..LogLimits::default() });
    bench.query(|_| {});
    bench.handle.set_sources(vec![spec("a"), spec("b"), spec("c")], LogOptions::default());
    let window = bench.until(|window| window.streams.not_streamed.len() == 2 && window.total == 10);
    assert_eq!(window.streams.open, 1);
    assert_eq!(&*window.streams.not_streamed[0], "b main");
}

#[test]
fn errors_are_told_in_words() {
    let forbidden = || Script::Refuse(PortError::Forbidden(Trouble::new("no permission to read logs in pay")));
    let creating = "container \"main\" in pod \"b\" is waiting to start: ContainerCreating";
    let fleet = Scripted::default()
        .pod("a", [forbidden()])
        .pod("b", [Script::Refuse(PortError::Refused(Trouble::new(creating))), Script::Open(lines(0, 3))]);
    let bench = Bench::read(fleet, &["a", "b"]);
    bench.until(|window| {
        window.sources.get(1).is_some_and(|source| source.state == StreamState::Waiting("ContainerCreating".into()))
    });
    let window = bench.until(|window| window.total == 4);
    assert_eq!(window.streams.failed, 1);
    let notice = window.lines.iter().find(|line| line.kind == LineKind::Notice).unwrap();
    assert_eq!(&*notice.text, "no permission to read logs in pay");
}

#[test]
fn the_window_moves_and_follows_again_at_the_bottom() {
    let fleet = Scripted::default().pod("a", [Script::Open(lines(0, 100))]);
    let bench = Bench::read(fleet, &["a"]);
    let window = bench.until(|window| window.total == 100);
    assert_eq!(numbers(&window), [95, 96, 97, 98, 99]);
    bench.handle.seek(Seek::Older(3));
    let window = bench.until(|window| !window.following);
    assert_eq!(numbers(&window), [92, 93, 94, 95, 96]);
    bench.handle.seek(Seek::Top);
    assert_eq!(numbers(&bench.until(|window| window.first == 0)), [0, 1, 2, 3, 4]);
    bench.handle.seek(Seek::Newer(94));
    assert_eq!(numbers(&bench.until(|window| window.first == 94)), [94, 95, 96, 97, 98]);
    bench.handle.seek(Seek::Newer(1));
    assert!(bench.until(|window| window.first == 95).following);
    bench.handle.seek(Seek::Line(98));
    assert_eq!(numbers(&bench.until(|window| !window.following)), [95, 96, 97, 98, 99]);
    bench.handle.seek(Seek::Older(1));
    assert_eq!(numbers(&bench.until(|window| window.first == 94)), [94, 95, 96, 97, 98]);
    bench.handle.pause(true);
    assert!(bench.until(|window| window.paused).behind == 0);
    bench.handle.pause(false);
    assert!(bench.until(|window| !window.paused).following);
    bench.handle.clear();
    let window = bench.until(|window| window.epoch == 1);
    assert_eq!((window.total, window.lines.len()), (0, 0));
}

#[test]
fn a_filter_keeps_context_and_a_search_jumps() {
    let fleet = Scripted::default().pod("a", [Script::Open(lines(0, 1_000))]);
    let mut bench = Bench::read(fleet, &["a"]);
    bench.until(|window| window.total == 1_000);
    let include = Pattern::Regex("line (100|500)$".into());
    bench
        .query(|query| query.filter = LogFilterSpec { include: Some(include), context: 2, ..LogFilterSpec::default() });
    let window = bench.until(|window| !window.filtering);
    assert_eq!((numbers(&window), window.matched), (vec![498, 499, 500, 501, 502], 2));
    assert_eq!(window.lines.iter().map(|line| line.context).collect::<Vec<_>>(), [true, true, false, true, true]);
    assert_eq!(window.lines[2].match_ranges, [(6, 14)]);
    bench.handle.seek(Seek::Older(1));
    assert_eq!(numbers(&bench.until(|window| window.first != 498)), [102, 498, 499, 500, 501]);

    bench.query(|query| query.anchor = Anchor::Line(0));
    bench.until(|window| window.first == 0 && window.lines.len() == 5);
    bench.handle.seek(Seek::NextMatch(Pattern::Fuzzy("line 777".into())));
    let window = bench.until(|window| window.cursor.is_some());
    assert_eq!((window.cursor, window.first), (Some(777), 776));
    bench.handle.seek(Seek::NextError);
    assert_eq!(bench.until(|window| window.cursor == Some(780)).lines[1].level, Level::Error);
    bench.handle.seek(Seek::PreviousError);
    bench.until(|window| window.cursor == Some(770));
    bench.handle.seek(Seek::NextMatch(Pattern::Regex("nowhere".into())));
    let window = bench.until(|window| window.words.is_some());
    assert_eq!(window.words.as_deref(), Some("no match further down"));
    bench.query(|query| query.filter.include = Some(Pattern::Regex("(".into())));
    let window = bench.until(|window| window.words.is_some());
    assert_eq!(window.words.as_deref(), Some("pattern \"(\": unclosed group"));
    bench.query(|query| (query.filter.include, query.anchor) = (Some(Pattern::Regex("(".into())), Anchor::Keep));
    assert!(bench.until(|_| true).words.is_some(), "as long as it stands it is told");
    bench.query(|_| {});
    assert_eq!(bench.until(|_| true).words, None);
}

#[test]
fn scrolls_back_far_past_memory_and_filters_what_was_spilled() {
    let directory = tempfile::tempdir().unwrap();
    let limits =
        LogLimits { memory_bytes: 1 << 20, spill_directory: directory.path().to_owned(), ..LogLimits::default() };
    let fleet = Scripted::default().pod("a", [Script::Open(lines(0, 200_000))]);
    let mut bench = Bench::new(fleet, limits);
    bench.query(|_| {});
    bench.handle.set_sources(vec![spec("a")], LogOptions { tail_lines: None, ..LogOptions::default() });
    let window = bench.until(|window| window.total == 200_000);
    assert_eq!(window.dropped, 0);
    assert!(window.spilled_bytes > 4_000_000 && window.spill_limit == 512 << 20);
    assert!(window.memory_bytes <= 3 << 20, "{} bytes", window.memory_bytes);
    bench.handle.seek(Seek::Line(7));
    let window = bench.until(|window| window.first == 7);
    assert_eq!(&*window.lines[0].text, "INFO line 7");
    bench.query(|query| {
        query.filter.include = Some(Pattern::Regex("line (3|199999)$".into()));
        query.filter.min_level = Some(Level::Info);
    });
    let window = bench.until(|window| !window.filtering);
    assert_eq!(numbers(&window), [3, 199_999]);
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);
}

#[test]
fn saves_what_is_shown_to_a_file_of_ones_own() {
    use std::os::unix::fs::PermissionsExt;
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("out.log");
    let fleet = Scripted::default().pod("a", [Script::Open(lines(0, 5_000))]);
    let mut bench = Bench::read(fleet, &["a"]);
    bench.until(|window| window.total == 5_000);
    bench.query(|query| query.filter.exclude = Some(Pattern::Regex("ERROR".into())));
    let saved = bench.runtime.block_on(bench.handle.save(path.clone()));
    assert_eq!(saved.unwrap(), 4_500);
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.starts_with("2023-11-14T22:13:20.010Z a main │ INFO line 1\n"), "{}", &text[..80]);
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let refused = bench.runtime.block_on(bench.handle.save(path));
    assert_eq!(refused.unwrap_err().kind(), io::ErrorKind::AlreadyExists);
}

#[test]
fn another_target_and_other_options_begin_anew() {
    let fleet = Scripted::default()
        .pod("a", [Script::Open(lines(0, 10)), Script::Open(lines(0, 4))])
        .pod("b", [Script::Open(lines(0, 3))]);
    let bench = Bench::read(fleet, &["a"]);
    bench.until(|window| window.total == 10);
    bench.handle.set_sources(vec![spec("a")], LogOptions { since_seconds: Some(60), ..LogOptions::default() });
    assert_eq!(bench.until(|window| window.total == 4).epoch, 1);
    bench.handle.restart();
    let window = bench.until(|window| window.epoch == 2);
    assert_eq!((window.total, window.sources.len()), (0, 0));
    bench.handle.set_sources(vec![spec("b")], LogOptions::default());
    let window = bench.until(|window| window.total == 3);
    assert_eq!((window.epoch, &*window.sources[0].pod), (2, "b"));
}

#[test]
fn json_is_unfolded_when_asked_for() {
    let line = b"2025-11-21T02:39:54Z {\"level\":\"error\",\"msg\":\"x\"}\n".to_vec();
    let mut bench = Bench::read(Scripted::default().pod("a", [Script::Open(line)]), &["a"]);
    bench.query(|query| query.unfold_json = true);
    let window = bench.until(|window| window.total == 1 && !window.lines.is_empty());
    assert_eq!(window.lines[0].unfolded, ["level: error", "msg: x"].map(Box::<str>::from));
    assert_eq!(window.lines[0].level, Level::Error);
}

#[test]
fn the_plain_path_writes_all_pods_in_order_of_time() {
    let fleet = Scripted::default()
        .pod("a", [Script::Whole(lines(0, 10))])
        .pod("b", [Script::Breaks(lines(5, 12)), Script::Whole(lines(5, 20))])
        .pod("c", [Script::Refuse(PortError::Refused(Trouble::new("image cannot be pulled")))]);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let options = plain::PlainOptions {
        follow: false,
        log: LogOptions::default(),
        format: LineFormat { timestamps: false, prefix: true },
        streams: 50,
    };
    let (_updates, receiver) = tokio::sync::mpsc::channel(1);
    let (mut out, mut words) = (Vec::new(), Vec::new());
    let sources = vec![spec("a"), spec("b"), spec("c")];
    let cancel = CancellationToken::new();
    let report = runtime
        .block_on(plain::write_logs(Arc::new(fleet), sources, options, receiver, &mut out, &mut words, cancel))
        .unwrap();
    assert_eq!(report.lines, 25);
    assert_eq!(report.failed, [("c main".into(), "image cannot be pulled".into())]);
    let text = String::from_utf8(out).unwrap();
    let of = |pod: &str| text.lines().filter(|line| line.starts_with(pod)).count();
    assert_eq!((of("a main │ "), of("b main │ ")), (10, 15));
    assert_eq!(text.lines().next(), Some("a main │ ERROR line 0"));
    assert_eq!(String::from_utf8(words).unwrap(), "--- c main image cannot be pulled\n");
}

#[test]
fn a_followed_log_ends_when_no_news_can_come_of_its_containers() {
    let fleet = Scripted::default()
        .pod("over", [Script::Whole(lines(0, 3))])
        .pod("forbidden", [Script::Refuse(PortError::Forbidden(Trouble::new("no permission")))]);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let options =
        plain::PlainOptions { follow: true, log: LogOptions::default(), format: LineFormat::default(), streams: 50 };
    let (updates, receiver) = tokio::sync::mpsc::channel(1);
    drop(updates);
    let over =
        LogSourceSpec { running: false, ended: Some((1_700_000_001, "Completed (exit 0)".to_owned())), ..spec("over") };
    let (mut out, mut words) = (Vec::new(), Vec::new());
    let sources = vec![over, spec("forbidden")];
    let writing =
        plain::write_logs(Arc::new(fleet), sources, options, receiver, &mut out, &mut words, CancellationToken::new());
    assert_eq!(runtime.block_on(writing).unwrap().lines, 3);
}
