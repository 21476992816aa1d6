//! The worker: begins looks as they fall due, and takes in how they ended.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::{mpsc, watch};
use tokio::task::{Id, JoinError, JoinHandle, JoinSet};
use tokio::time::{Instant, sleep, timeout_at};
use tokio_util::sync::CancellationToken;

use super::round::{Ended, State};
use super::schedule::{Outcome, Schedule};
use super::{Options, Parts};
use crate::domain::ids::ClusterId;
use crate::domain::sync::{PULSE, Pulse, SyncFigures, Target};
use crate::domain::text::without_name;
use crate::runtime::ports::KeepPort;

/// Old results are rolled up this often.
const TIDY_MS: i64 = 3_600_000;
/// A running worker. Dropping it ends the worker without waiting for anything.
pub struct Handle {
    wishes: mpsc::UnboundedSender<Wish>,
    figures: watch::Receiver<SyncFigures>,
    pulse: Pulse,
    stop: CancellationToken,
    task: Option<JoinHandle<()>>,
}

enum Wish {
    Now(Option<Vec<ClusterId>>),
    Targets(Vec<Target>),
}

impl Handle {
    /// Looks at these clusters at once, or (`None`) at all.
    pub fn now(&self, clusters: Option<Vec<ClusterId>>) {
        // A worker that has ended looks at nothing.
        let _ = self.wishes.send(Wish::Now(clusters));
    }

    /// From now on these are the clusters. Those that were known keep their place, whatever else is said of them.
    pub fn targets(&self, targets: Vec<Target>) {
        let _ = self.wishes.send(Wish::Targets(targets));
    }

    /// How the worker does, and whenever that changes.
    pub fn figures(&self) -> watch::Receiver<SyncFigures> {
        self.figures.clone()
    }

    /// Beats at least every [`PULSE`] while the worker does not hang.
    pub fn pulse(&self) -> Pulse {
        self.pulse.clone()
    }

    /// Lets what is under way end, for as long as [`Options::patience`] says, and releases every claim.
    pub async fn stop(mut self) {
        self.stop.cancel();
        self.ended().await;
    }

    /// Waits until the worker has ended by itself, as [`Options::once`] makes it.
    pub async fn ended(&mut self) {
        // The task stays in its place, so that whoever gives up waiting can wait again.
        if let Some(task) = &mut self.task
            && let Err(error) = task.await
        {
            tracing::error!(%error, "the sync worker ended badly");
        }
        self.task = None;
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// Spawns the worker. Call it inside a tokio runtime.
pub fn start(parts: Parts, options: Options, targets: Vec<Target>) -> Handle {
    let (wishes, asked) = mpsc::unbounded_channel();
    let (told, figures) = watch::channel(SyncFigures::default());
    let stop = CancellationToken::new();
    let worker = Worker {
        schedule: Schedule::new(options.interval, options.at_once),
        clusters: HashMap::new(),
        running: JoinSet::new(),
        names: HashMap::new(),
        figures: SyncFigures::default(),
        told,
        pulse: Pulse::default(),
        tidied_ms: None,
        parts,
        options,
    };
    let pulse = worker.pulse.clone();
    pulse.beat(worker.now());
    let task = tokio::spawn(worker.run(targets, asked, stop.clone()));
    Handle { wishes, figures, pulse, stop, task: Some(task) }
}

struct Known {
    target: Arc<Target>,
    /// `None` while a look has it.
    state: Option<State>,
    is_theirs: bool,
    /// It was looked at since the start.
    is_seen: bool,
}

struct Worker {
    parts: Parts,
    options: Options,
    schedule: Schedule,
    clusters: HashMap<ClusterId, Known>,
    running: JoinSet<(State, Ended)>,
    /// Whose look a task is.
    names: HashMap<Id, ClusterId>,
    figures: SyncFigures,
    told: watch::Sender<SyncFigures>,
    pulse: Pulse,
    tidied_ms: Option<i64>,
}

impl Worker {
    async fn run(mut self, targets: Vec<Target>, mut wishes: mpsc::UnboundedReceiver<Wish>, stop: CancellationToken) {
        self.set_targets(targets).await;
        loop {
            self.begin();
            self.tell();
            if self.options.once && self.running.is_empty() && self.clusters.values().all(|known| known.is_seen) {
                break;
            }
            let pause = self.schedule.wait(self.now()).unwrap_or(PULSE).min(PULSE);
            tokio::select! {
                () = stop.cancelled() => break,
                Some(ended) = self.running.join_next_with_id() => self.end(ended),
                wish = wishes.recv() => match wish {
                    Some(Wish::Now(clusters)) => {
                        let now = self.now();
                        self.schedule.now(clusters.as_deref(), now);
                    }
                    Some(Wish::Targets(targets)) => self.set_targets(targets).await,
                    // Nobody holds the worker any more.
                    None => break,
                },
                () = sleep(pause) => self.tidy(),
            }
        }
        self.finish().await;
    }

    fn now(&self) -> i64 {
        (self.options.now_ms)()
    }

    async fn set_targets(&mut self, targets: Vec<Target>) {
        let now = self.now();
        let gone: Vec<ClusterId> =
            self.clusters.keys().filter(|id| targets.iter().all(|target| target.id != **id)).copied().collect();
        for id in gone {
            self.schedule.remove(id);
            if let Some(known) = self.clusters.remove(&id) {
                release(&self.parts, known.state.into_iter().collect()).await;
            }
        }
        for target in targets {
            let (id, target) = (target.id, Arc::new(target));
            let place = place(target.registered.as_deref().unwrap_or(&target.name));
            self.schedule.add(id, place, now, chance());
            let fresh = || Known { target: target.clone(), state: None, is_theirs: false, is_seen: false };
            let known = self.clusters.entry(id).or_insert_with(fresh);
            let is_same = known.target.registered == target.registered;
            known.target = target.clone();
            match &mut known.state {
                Some(state) if is_same => state.target = target,
                // A look that is under way brings its own state back.
                state if !self.names.values().any(|busy| *busy == id) => *state = Some(State::new(target)),
                _ => {}
            }
        }
    }

    fn begin(&mut self) {
        if self.options.once {
            let seen: Vec<ClusterId> =
                self.clusters.iter().filter(|(_, known)| known.is_seen).map(|(id, _)| *id).collect();
            seen.into_iter().for_each(|id| self.schedule.remove(id));
        }
        for id in self.schedule.begin(self.now()) {
            let Some(state) = self.clusters.get_mut(&id).and_then(|known| known.state.take()) else {
                self.schedule.end(id, Outcome::Theirs, self.now(), chance());
                continue;
            };
            let (parts, options, mut state) = (self.parts.clone(), self.options.clone(), state);
            let task = self.running.spawn(async move {
                let ended = state.look(&parts, &options).await;
                (state, ended)
            });
            self.names.insert(task.id(), id);
        }
    }

    fn end(&mut self, joined: Result<(Id, (State, Ended)), JoinError>) {
        let task = match &joined {
            Ok((task, _)) => *task,
            Err(error) => error.id(),
        };
        let Some(id) = self.names.remove(&task) else { return };
        let (state, ended) = match joined {
            Ok((_, (state, ended))) => (Some(state), ended),
            Err(error) => {
                let error = Some(format!("a look ended badly: {error}"));
                (None, Ended { outcome: Outcome::Failed, stale: false, error })
            }
        };
        self.schedule.end(id, ended.outcome, self.now(), chance());
        let Some(known) = self.clusters.get_mut(&id) else {
            // It left the fleet meanwhile.
            let parts = self.parts.clone();
            tokio::spawn(async move { release(&parts, state.into_iter().collect()).await });
            return;
        };
        let state = state.filter(|state| state.target.registered == known.target.registered);
        let mut state = state.unwrap_or_else(|| State::new(known.target.clone()));
        state.target = known.target.clone();
        known.state = Some(state);
        known.is_seen = true;
        known.is_theirs = ended.outcome == Outcome::Theirs;
        let figures = &mut self.figures;
        figures.stale += u64::from(ended.stale);
        figures.runs += u64::from(ended.outcome != Outcome::Theirs);
        figures.failures += u64::from(ended.outcome == Outcome::Failed);
        if let Some(error) = ended.error {
            let name = &known.target.name;
            figures.last_error = format!("{name}: {}", without_name(&error, name));
        }
    }

    fn tell(&mut self) {
        self.pulse.beat(self.now());
        let figures = &mut self.figures;
        figures.clusters = self.clusters.len();
        figures.busy = self.schedule.busy();
        figures.theirs = self.clusters.values().filter(|known| known.is_theirs).count();
        figures.lag_ms = self.schedule.lag((self.options.now_ms)());
        let waiting = self.parts.keep.as_ref().and_then(|keep| keep.waiting());
        figures.kept = waiting.map(|trouble| trouble.words).unwrap_or_default();
        let figures = self.figures.clone();
        self.told.send_if_modified(|told| {
            *told != figures && {
                *told = figures;
                true
            }
        });
    }

    /// Rolls up what is old, once an hour; the first time an hour after the start, so that a short run does not.
    fn tidy(&mut self) {
        let now = self.now();
        let last = *self.tidied_ms.get_or_insert(now);
        let Some(keep) = self.parts.keep.clone().filter(|_| now - last >= TIDY_MS) else { return };
        self.tidied_ms = Some(now);
        tokio::spawn(async move {
            if let Err(trouble) = keep.tidy(now).await {
                tracing::warn!(trouble = trouble.words, "old results are not rolled up");
            }
        });
    }

    async fn finish(mut self) {
        let deadline = Instant::now() + self.options.patience;
        while !self.running.is_empty() {
            match timeout_at(deadline, self.running.join_next_with_id()).await {
                Ok(Some(ended)) => self.end(ended),
                _ => break,
            }
        }
        // What still runs holds its claim with it: that runs out by itself.
        self.running.shutdown().await;
        let states = self.clusters.drain().filter_map(|(_, known)| known.state).collect();
        release(&self.parts, states).await;
        self.tell();
    }
}

async fn release(parts: &Parts, states: Vec<State>) {
    let Some(keep) = &parts.keep else { return };
    let claims = states.into_iter().filter_map(|state| state.claim);
    futures::future::join_all(claims.map(|claim| KeepPort::release(&**keep, claim))).await;
}

/// The place of a cluster within the interval: from its name, so that every worker comes to the same (FNV-1a).
fn place(name: &str) -> f64 {
    let hash = name
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    (hash >> 11) as f64 / (1_u64 << 53) as f64
}

/// From 0 to 1. The standard library's hash keys are random, and jitter needs no better.
fn chance() -> f64 {
    use std::hash::{BuildHasher, RandomState};
    (RandomState::new().hash_one(0_u8) >> 11) as f64 / (1_u64 << 53) as f64
}
