//! The worker under tokio's paused clock, over a fleet and a registry of the tests' own.

use std::collections::{BTreeMap, HashMap};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use futures::future::BoxFuture;
use tokio::time::{Instant, advance, sleep};
use tokio_util::sync::CancellationToken;

use super::*;
use crate::domain::cluster::ClusterInfo;
use crate::domain::health::Trouble;
use crate::domain::ids::{ClusterId, Uid};
use crate::domain::logs::LogSource;
use crate::domain::registry::{Claim, FinishedJob, Snapshot, Status, Transition};
use crate::domain::request::{FetchReply, FetchRequest, LogRequest, OpenOptions, PortError};
use crate::domain::sync::{PULSE, SyncNews, Target};
use crate::runtime::ports::{Claimed, Kept, LogReader, SessionSink};

thread_local! {
    static BEGUN: std::cell::OnceCell<Instant> = const { std::cell::OnceCell::new() };
}

/// Follows the paused clock, each test on its own thread.
fn now_ms() -> i64 {
    let begun = BEGUN.with(|begun| *begun.get_or_init(Instant::now));
    1_800_000_000_000 + i64::try_from(begun.elapsed().as_millis()).unwrap()
}

/// What clusters do with a look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Does {
    Answer,
    Refuse,
    Hang,
    Panic,
    /// Answers after so many milliseconds.
    Slow(u64),
}

#[derive(Default)]
struct World {
    does: Mutex<HashMap<u32, Does>>,
    looks: Mutex<Vec<(u32, i64)>>,
    busy: AtomicI64,
    most_busy: AtomicI64,
}

impl World {
    fn set(&self, cluster: u32, does: Does) {
        self.does.lock().unwrap().insert(cluster, does);
    }

    fn looks(&self, cluster: u32) -> Vec<i64> {
        self.looks.lock().unwrap().iter().filter(|(id, _)| *id == cluster).map(|(_, at)| *at).collect()
    }
}

/// A look that is under way, whether it ends, is given up or panics.
struct Busy(Arc<World>);

impl Busy {
    fn new(world: Arc<World>) -> Self {
        let busy = world.busy.fetch_add(1, Ordering::SeqCst) + 1;
        world.most_busy.fetch_max(busy, Ordering::SeqCst);
        Self(world)
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.busy.fetch_sub(1, Ordering::SeqCst);
    }
}

struct FakeFleet(Arc<World>);

impl FleetPort for FakeFleet {
    fn clusters(&self) -> Vec<ClusterInfo> {
        Vec::new()
    }

    fn open(&self, _: ClusterId, _: OpenOptions, _: Arc<dyn SessionSink>, _: CancellationToken) {}

    fn retry_now(&self, _: ClusterId) {}

    fn answer_consent(&self, _: ClusterId, _: String, _: bool) {}

    fn fetch(&self, cluster: ClusterId, _: FetchRequest) -> BoxFuture<'static, Result<FetchReply, PortError>> {
        let world = self.0.clone();
        let does = world.does.lock().unwrap().get(&cluster.0).copied().unwrap_or(Does::Answer);
        world.looks.lock().unwrap().push((cluster.0, now_ms()));
        Box::pin(async move {
            let _busy = Busy::new(world);
            match does {
                Does::Answer => Ok(FetchReply::Survey(Box::default())),
                Does::Refuse => Err(PortError::Unreachable(Trouble::new("connection refused"))),
                Does::Hang => std::future::pending().await,
                Does::Panic => panic!("a look that goes wrong"),
                Does::Slow(ms) => {
                    sleep(Duration::from_millis(ms)).await;
                    Ok(FetchReply::Survey(Box::default()))
                }
            }
        })
    }

    fn open_log(&self, _: LogSource, _: LogRequest) -> BoxFuture<'static, Result<LogReader, PortError>> {
        Box::pin(async { Err(PortError::Broken(Trouble::new("no log is opened here"))) })
    }
}

#[derive(Default)]
struct Ears(Mutex<Vec<SyncNews>>);

impl SyncSink for Ears {
    fn news(&self, news: SyncNews) {
        self.0.lock().unwrap().push(news);
    }
}

impl Ears {
    fn standings(&self) -> Vec<(u32, Status, Option<Status>)> {
        let news = self.0.lock().unwrap();
        let told = news.iter().filter_map(|news| match news {
            SyncNews::Standing { target, transition, was } => Some((target.id.0, transition.status, *was)),
            _ => None,
        });
        told.collect()
    }
}

/// A registry as far as claims and results go; leases run by the paused clock.
#[derive(Default)]
struct Shelf {
    claims: Mutex<BTreeMap<String, Claim>>,
    snapshots: Mutex<Vec<(String, i64, String)>>,
    transitions: Mutex<Vec<Transition>>,
    hangs: AtomicBool,
}

struct FakeKeep {
    shelf: Arc<Shelf>,
    holder: &'static str,
}

impl FakeKeep {
    fn holds(&self, claim: &Option<Claim>) -> bool {
        let Some(claim) = claim else { return true };
        self.shelf.claims.lock().unwrap().get(&claim.cluster).is_some_and(|known| known.epoch == claim.epoch)
    }
}

fn ready<T: Send + 'static>(value: T) -> BoxFuture<'static, T> {
    Box::pin(std::future::ready(value))
}

impl KeepPort for FakeKeep {
    fn claim<'a>(&'a self, cluster: &'a str, lease: Duration) -> BoxFuture<'a, Result<Claimed, Trouble>> {
        let mut claims = self.shelf.claims.lock().unwrap();
        let until_ms = now_ms() + i64::try_from(lease.as_millis()).unwrap();
        let old = claims.get(cluster).cloned();
        let epoch = match old {
            Some(old) if old.holder == self.holder => old.epoch,
            Some(old) if old.until_ms > now_ms() => return ready(Ok(Claimed::Theirs)),
            old => old.map_or(1, |old| old.epoch + 1),
        };
        let (cluster, holder) = (cluster.to_owned(), self.holder.to_owned());
        let claim = Claim { cluster: cluster.clone(), purpose: "sync".into(), holder, epoch, until_ms };
        claims.insert(cluster, claim.clone());
        ready(Ok(Claimed::Mine(claim)))
    }

    fn release(&self, claim: Claim) -> BoxFuture<'_, ()> {
        if let Some(known) =
            self.shelf.claims.lock().unwrap().get_mut(&claim.cluster).filter(|it| it.epoch == claim.epoch)
        {
            known.until_ms = 0;
        }
        match self.shelf.hangs.load(Ordering::SeqCst) {
            true => Box::pin(std::future::pending()),
            false => ready(()),
        }
    }

    fn snapshot(&self, claim: Option<Claim>, snapshot: Arc<Snapshot>) -> BoxFuture<'_, Result<Kept, Trouble>> {
        if self.shelf.hangs.load(Ordering::SeqCst) {
            return Box::pin(std::future::pending());
        }
        if !self.holds(&claim) {
            return ready(Ok(Kept::Stale));
        }
        let mut all = self.shelf.snapshots.lock().unwrap();
        let slot = snapshot.at_ms.div_euclid(30_000);
        if all.iter().any(|(cluster, known, _)| *cluster == snapshot.cluster && *known == slot) {
            return ready(Ok(Kept::Already));
        }
        all.push((snapshot.cluster.clone(), slot, self.holder.to_owned()));
        ready(Ok(Kept::Stored))
    }

    fn transition(&self, claim: Option<Claim>, transition: Transition) -> BoxFuture<'_, Result<Kept, Trouble>> {
        if !self.holds(&claim) {
            return ready(Ok(Kept::Stale));
        }
        self.shelf.transitions.lock().unwrap().push(transition);
        ready(Ok(Kept::Stored))
    }

    fn finished(&self, _: Option<Claim>, _: Arc<FinishedJob>) -> BoxFuture<'_, Result<Kept, Trouble>> {
        ready(Ok(Kept::Stored))
    }

    fn standing<'a>(&'a self, cluster: &'a str) -> BoxFuture<'a, Result<Option<Transition>, Trouble>> {
        let all = self.shelf.transitions.lock().unwrap();
        ready(Ok(all.iter().rfind(|transition| transition.cluster == cluster).cloned()))
    }

    fn known_jobs<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<Vec<Uid>, Trouble>> {
        ready(Ok(Vec::new()))
    }

    fn tidy(&self, _: i64) -> BoxFuture<'_, Result<(), Trouble>> {
        ready(Ok(()))
    }

    fn waiting(&self) -> Option<Trouble> {
        None
    }
}

fn targets(count: u32) -> Vec<Target> {
    let target = |id: u32| Target {
        id: ClusterId(id),
        name: format!("cluster-{id}"),
        environment: Default::default(),
        registered: Some(id.to_string()),
    };
    (0..count).map(target).collect()
}

fn options() -> Options {
    Options { now_ms, ..Options::default() }
}

struct Rig {
    world: Arc<World>,
    shelf: Arc<Shelf>,
    ears: Arc<Ears>,
}

impl Rig {
    fn new() -> Self {
        now_ms();
        Self { world: Arc::default(), shelf: Arc::default(), ears: Arc::default() }
    }

    fn parts(&self, holder: &'static str) -> Parts {
        Parts {
            fleet: Arc::new(FakeFleet(self.world.clone())),
            keep: Some(Arc::new(FakeKeep { shelf: self.shelf.clone(), holder })),
            watched: None,
            sink: self.ears.clone(),
        }
    }

    fn start(&self, holder: &'static str, count: u32) -> Handle {
        start(self.parts(holder), options(), targets(count))
    }
}

/// Lets time pass with everything that happens in it.
async fn pass(seconds: u64) {
    for _ in 0..seconds * 20 {
        advance(Duration::from_millis(50)).await;
        for _ in 0..20 {
            tokio::task::yield_now().await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn every_cluster_has_one_result_in_each_interval() {
    let rig = Rig::new();
    let worker = rig.start("a", 20);
    pass(300).await;
    let all = rig.shelf.snapshots.lock().unwrap().clone();
    for id in 0..20 {
        let slots: Vec<i64> =
            all.iter().filter(|(cluster, ..)| *cluster == id.to_string()).map(|(_, slot, _)| *slot).collect();
        assert!((10..=11).contains(&slots.len()), "{slots:?}");
        assert!(slots.windows(2).all(|pair| pair[1] == pair[0] + 1), "{slots:?}");
        assert_eq!(rig.world.looks(id).len(), slots.len(), "no look was for nothing");
    }
    assert_eq!(worker.figures().borrow().runs, all.len() as u64);
    assert!(rig.world.most_busy.load(Ordering::SeqCst) <= 8);
}

#[tokio::test(start_paused = true)]
async fn one_that_hangs_refuses_or_panics_stops_no_other() {
    let rig = Rig::new();
    for (id, does) in [Does::Hang, Does::Refuse, Does::Panic, Does::Slow(5_000)].into_iter().enumerate() {
        rig.world.set(id as u32, does);
    }
    let worker = start(rig.parts("a"), Options { at_once: 2, ..options() }, targets(6));
    pass(120).await;
    let figures = worker.figures().borrow().clone();
    assert!(figures.failures >= 6 && figures.runs > figures.failures, "{figures:?}");
    assert!(rig.world.looks(4).len() >= 3 && rig.world.looks(5).len() >= 3);
    assert!(rig.world.looks(2).len() >= 2, "a look that panics is taken again");
    let told = rig.ears.standings();
    assert!(told.contains(&(0, Status::Down, None)) && told.contains(&(1, Status::Down, None)), "{told:?}");
    assert!(told.contains(&(3, Status::Up, None)) && told.contains(&(5, Status::Up, None)), "{told:?}");
    assert_eq!(rig.world.most_busy.load(Ordering::SeqCst), 2);
}

#[tokio::test(start_paused = true)]
async fn a_lost_probe_is_looked_at_again_soon_and_is_no_transition() {
    let rig = Rig::new();
    let _worker = rig.start("a", 1);
    pass(31).await;
    rig.world.set(0, Does::Refuse);
    let before = rig.world.looks(0).len();
    while rig.world.looks(0).len() == before {
        pass(1).await;
    }
    rig.world.set(0, Does::Answer);
    pass(7).await;
    assert_eq!(rig.world.looks(0).len(), before + 2, "the second look is not an interval away");
    assert_eq!(rig.ears.standings(), [(0, Status::Up, None)]);
    rig.world.set(0, Does::Refuse);
    pass(60).await;
    rig.world.set(0, Does::Answer);
    pass(90).await;
    let expected = [(0, Status::Up, None), (0, Status::Down, Some(Status::Up)), (0, Status::Up, Some(Status::Down))];
    assert_eq!(rig.ears.standings(), expected);
}

#[tokio::test(start_paused = true)]
async fn three_workers_share_a_fleet_and_one_that_ends_is_followed_at_once() {
    let rig = Rig::new();
    let workers = [rig.start("a", 12), rig.start("b", 12), rig.start("c", 12)];
    pass(100).await;
    let looks = rig.world.looks.lock().unwrap().len();
    let kept = rig.shelf.snapshots.lock().unwrap().len();
    assert_eq!(looks, kept, "one look for each result");
    let [a, b, c] = workers;
    a.stop().await;
    let claims = rig.shelf.claims.lock().unwrap().clone();
    assert!(claims.values().all(|claim| claim.holder != "a" || claim.until_ms == 0), "what was held is released");
    pass(100).await;
    let all = rig.shelf.snapshots.lock().unwrap().clone();
    for id in 0..12 {
        let slots: Vec<i64> =
            all.iter().filter(|(cluster, ..)| *cluster == id.to_string()).map(|(_, slot, _)| *slot).collect();
        assert!(slots.windows(2).all(|pair| pair[1] == pair[0] + 1), "no interval is missing: {slots:?}");
    }
    assert_eq!(rig.ears.standings().len(), 12, "nobody tells again what another has told");
    drop((b, c));
}

#[tokio::test(start_paused = true)]
async fn who_sleeps_through_its_lease_finds_its_result_dropped() {
    let rig = Rig::new();
    let frozen = rig.start("a", 1);
    pass(31).await;
    // A look that answers after its own lease has run out, as after SIGSTOP.
    rig.world.set(0, Does::Slow(19_000));
    let before = rig.world.looks(0).len();
    while rig.world.looks(0).len() == before {
        pass(1).await;
    }
    rig.world.set(0, Does::Refuse);
    if let Some(claim) = rig.shelf.claims.lock().unwrap().get_mut("0") {
        claim.until_ms = 0;
    }
    let awake = rig.start("b", 1);
    pass(2).await;
    let kept = rig.shelf.snapshots.lock().unwrap().len();
    pass(20).await;
    assert_eq!(rig.shelf.snapshots.lock().unwrap().len(), kept, "the late result is dropped");
    assert_eq!(frozen.figures().borrow().stale, 1);
    assert_eq!(frozen.figures().borrow().theirs, 1);
    drop(awake);
}

#[tokio::test(start_paused = true)]
async fn a_wish_is_looked_at_once_and_a_new_cluster_too() {
    let rig = Rig::new();
    let worker = rig.start("a", 2);
    pass(2).await;
    assert_eq!((rig.world.looks(0).len(), rig.world.looks(1).len()), (1, 1));
    worker.now(Some(vec![ClusterId(1)]));
    pass(1).await;
    assert_eq!((rig.world.looks(0).len(), rig.world.looks(1).len()), (1, 2));
    worker.targets(targets(3));
    pass(1).await;
    assert_eq!(rig.world.looks(2).len(), 1);
    worker.targets(targets(1));
    pass(1).await;
    let claims = rig.shelf.claims.lock().unwrap().clone();
    assert_eq!((claims["1"].until_ms, claims["2"].until_ms), (0, 0), "who is not ours any more is let go");
    assert_eq!(worker.figures().borrow().clusters, 1);
}

#[tokio::test(start_paused = true)]
async fn once_looks_at_each_cluster_once_and_ends() {
    let rig = Rig::new();
    rig.world.set(1, Does::Refuse);
    let mut worker = start(rig.parts("a"), Options { once: true, claims: false, ..options() }, targets(10));
    worker.ended().await;
    assert!((0..10).all(|id| rig.world.looks(id).len() == 1));
    assert_eq!(rig.ears.standings().len(), 10);
}

#[tokio::test(start_paused = true)]
async fn a_registry_that_hangs_is_seen_by_the_lag_and_by_the_pulse() {
    let rig = Rig::new();
    let worker = rig.start("a", 2);
    let still_ms = || now_ms() - worker.pulse().last_ms();
    pass(60).await;
    let lag_ms = worker.figures().borrow().lag_ms;
    assert!(lag_ms < 1_000 && still_ms() <= PULSE.as_millis() as i64, "{lag_ms} {}", still_ms());
    rig.shelf.hangs.store(true, Ordering::SeqCst);
    pass(120).await;
    let lag_ms = worker.figures().borrow().lag_ms;
    assert!(lag_ms > 30_000, "looks never end: {lag_ms}");
    assert!(still_ms() <= PULSE.as_millis() as i64, "the worker itself goes on");

    let rig = Rig::new();
    let worker = rig.start("a", 2);
    pass(60).await;
    rig.shelf.hangs.store(true, Ordering::SeqCst);
    worker.targets(Vec::new());
    pass(60).await;
    assert!(now_ms() - worker.pulse().last_ms() > 50_000, "it waits for a claim to be released");
}
