//! Runs the deck without a terminal until it has settled, and draws it once.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use tokio::sync::{Notify, mpsc};
use tokio::time::{Instant, sleep_until};

use super::Selection;
use crate::app::clock::now_ms;
use crate::app::drafts::DraftWriter;
use crate::app::effects::{Answer, Runner};
use crate::app::message::Message;
use crate::app::model::Model;
use crate::app::run::Start;
use crate::app::update::{start as begin, update};
use crate::app::view::view;
use crate::cli::exit::{Failure, NOT_FOUND};
use crate::domain::effect::Effect;
use crate::domain::health::{Health, WatchState};
use crate::domain::log_view::LogWindow;
use crate::input::context::Pane;
use crate::runtime::inbox::Inbox;
use crate::runtime::log_engine::LogEngine;
use crate::runtime::tasks::Tasks;
use crate::screens::layout::Layout;
use crate::store::fleet::{ClusterState, WATCHED};
use crate::ui::theme::Theme;

/// What is drawn.
#[derive(Debug, Clone)]
pub struct Shot {
    pub width: u16,
    pub height: u16,
    /// Opened too, if it is not among those that are.
    pub selection: Option<Selection>,
    /// The longest wait for clusters and logs; what has come by then is drawn.
    pub limit: Duration,
}

/// A drawn frame.
#[derive(Debug)]
pub struct Frame {
    pub buffer: Buffer,
    pub theme: Arc<Theme>,
}

/// Nothing new for so long is settled.
const QUIET: Duration = Duration::from_millis(400);
/// Where something is always new: so long after every cluster is there or has failed.
const BUSY: Duration = Duration::from_millis(2_500);
/// How often the model is told that time passes, and whether it has settled is looked at.
const TICK: Duration = Duration::from_millis(40);

/// One frame of the deck on these clusters.
///
/// # Errors
/// What is to be chosen is not there.
pub async fn frame(start: Start, shot: &Shot) -> Result<Frame, Failure> {
    let mut stage = Stage::new(start, shot)?;
    let deadline = Instant::now() + shot.limit;
    let mut settled_since: Option<Instant> = None;
    loop {
        let due = Instant::now() + TICK;
        stage.take_until(due).await;
        stage.choose(shot);
        stage.step(Message::Tick);
        stage.draw()?;
        let now = Instant::now();
        settled_since = if stage.is_there(shot) { settled_since.or(Some(now)) } else { None };
        let is_busy_enough = settled_since.is_some_and(|since| now >= since + BUSY);
        let is_quiet = settled_since.is_some() && now >= stage.changed + QUIET && stage.has_logs();
        if is_quiet || is_busy_enough || now >= deadline {
            break;
        }
    }
    if let Some(selection) = shot.selection.as_ref().filter(|_| !stage.chosen) {
        return Err(missing(&stage.model, selection));
    }
    stage.model.toasts.clear();
    let buffer = stage.draw()?;
    Ok(Frame { buffer, theme: stage.model.theme.clone() })
}

fn missing(model: &Model, selection: &Selection) -> Failure {
    let name = model.fleet.get(selection.cluster).map(|cluster| cluster.info.name.as_str()).unwrap_or_default();
    let words = match (&selection.job, &selection.namespace) {
        (Some(job), _) => format!("job {job}: not found in {name}"),
        (None, Some(namespace)) => format!("namespace {namespace}: not found in {name}"),
        (None, None) => format!("cluster {name}: not found"),
    };
    Failure::new(NOT_FOUND, words)
}

/// The loop's parts, without a terminal.
struct Stage {
    model: Model,
    runner: Runner,
    inbox: Arc<Inbox>,
    answers: mpsc::Receiver<Answer>,
    messages: mpsc::Receiver<Message>,
    windows: Arc<Windows>,
    terminal: Terminal<TestBackend>,
    /// Questions that were asked and not answered.
    asked: usize,
    /// When something that is shown last came in.
    changed: Instant,
    chosen: bool,
}

/// The newest log window.
#[derive(Default)]
struct Windows {
    newest: Mutex<Option<LogWindow>>,
    wake: Notify,
}

impl Stage {
    fn new(start: Start, shot: &Shot) -> Result<Self, Failure> {
        let Start { mut model, fleet, gate, mut open, options, limits, remember: _, drafts: _, desk, news: _ } = start;
        if let Some(selection) = &shot.selection {
            open.retain(|id| *id != selection.cluster);
            open.insert(0, selection.cluster);
        }
        let windows = Arc::new(Windows::default());
        let slot = windows.clone();
        let logs = LogEngine::start(
            fleet.clone(),
            move |window| {
                *slot.newest.lock().unwrap_or_else(PoisonError::into_inner) = Some(window);
                slot.wake.notify_one();
            },
            limits,
        );
        let (inbox, (sender, answers), (teller, messages)) = (Inbox::new(), mpsc::channel(64), mpsc::channel(64));
        let runner = Runner {
            desk,
            fleet,
            inbox: inbox.clone(),
            tasks: Tasks::default(),
            answers: sender,
            messages: teller.clone(),
            logs,
            gate,
            writing: Vec::new(),
            options,
            remember: None,
            drafts: DraftWriter::start(None, teller),
        };
        let effects = begin(&mut model, &open, now_ms());
        let terminal = Terminal::new(TestBackend::new(shot.width, shot.height)).map_err(never)?;
        let chosen = shot.selection.is_none();
        let changed = Instant::now();
        let mut stage = Self { model, runner, inbox, answers, messages, windows, terminal, asked: 0, changed, chosen };
        stage.carry_out(effects);
        stage.draw()?;
        Ok(stage)
    }

    fn carry_out(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            self.asked += usize::from(matches!(effect, Effect::Fetch { .. }));
            self.runner.run(effect);
        }
    }

    fn step(&mut self, message: Message) {
        let effects = update(&mut self.model, message, now_ms());
        self.carry_out(effects);
    }

    /// Takes in what comes until `due`.
    async fn take_until(&mut self, due: Instant) {
        loop {
            let message = tokio::select! {
                biased;
                () = sleep_until(due) => return,
                Some(answer) = self.answers.recv() => {
                    self.asked = self.asked.saturating_sub(1);
                    if !self.runner.tasks.finish(&answer.task, answer.generation) {
                        continue;
                    }
                    Message::Reply { task: answer.task, result: answer.result }
                }
                Some(message) = self.messages.recv() => message,
                () = self.windows.wake.notified() => {
                    let newest = self.windows.newest.lock().unwrap_or_else(PoisonError::into_inner).take();
                    let Some(window) = newest else { continue };
                    Message::LogWindow(Arc::new(window))
                }
                () = self.inbox.ready() => Message::Batch(self.inbox.take()),
            };
            self.note(&message);
            self.step(message);
        }
    }

    fn note(&mut self, message: &Message) {
        let is_news = match message {
            Message::Batch(batch) => !batch.deltas.is_empty() || batch.more,
            Message::LogWindow(window) => {
                let shown = self.model.deck.logs.window.as_ref();
                shown.is_none_or(|shown| (shown.total, &shown.lines) != (window.total, &window.lines))
            }
            _ => true,
        };
        if is_news {
            self.changed = Instant::now();
        }
    }

    /// Chooses the row that was asked for, once it is there.
    fn choose(&mut self, shot: &Shot) {
        let Some(selection) = shot.selection.as_ref().filter(|_| !self.chosen) else { return };
        let scene = self.model.scene(now_ms());
        let Some(cluster) = scene.fleet.get(selection.cluster) else { return };
        let key = |name: &Arc<str>| crate::domain::ids::ObjectKey::new("", name.clone());
        let has_namespace = |name| cluster.tables.namespaces.find(&key(name)).is_some();
        let has_job = |job| cluster.tables.jobs.find(job).is_some();
        if !selection.namespace.as_ref().is_none_or(has_namespace) || !selection.job.as_ref().is_none_or(has_job) {
            return;
        }
        let scene = crate::screens::deck::Scene { fleet: &self.model.fleet, now_ms: now_ms() };
        let deck = &mut self.model.deck;
        deck.go(Some(selection.cluster), selection.namespace.as_ref(), scene);
        deck.focus = if selection.namespace.is_some() { Pane::Namespaces } else { Pane::Clusters };
        if let Some(job) = &selection.job {
            if !deck.go_job(job, scene) {
                return;
            }
            deck.focus = Pane::Jobs;
        }
        self.chosen = true;
        self.changed = Instant::now();
    }

    /// Every open cluster has been listed or has failed, and no question is open.
    fn is_there(&self, shot: &Shot) -> bool {
        let clusters = self.model.fleet.iter().all(is_decided);
        let chosen = self.chosen
            || shot
                .selection
                .as_ref()
                .is_some_and(|selection| self.model.fleet.get(selection.cluster).is_some_and(is_decided));
        clusters && chosen && self.asked == 0
    }

    /// The logs of what is chosen have come, or have nothing to say.
    fn has_logs(&self) -> bool {
        let logs = &self.model.deck.logs;
        let is_reading = logs.target.is_some() && !logs.sources.is_empty();
        logs.pending.is_none() && (!is_reading || logs.window.as_ref().is_some_and(|window| window.total > 0))
    }

    fn draw(&mut self) -> Result<Buffer, Failure> {
        let now = now_ms();
        let mut layout = Layout::default();
        let model = &self.model;
        let drawn = self.terminal.draw(|frame| layout = view(model, now, frame)).map_err(never)?;
        let buffer = drawn.buffer.clone();
        let effects = update(&mut self.model, Message::Drawn(Box::new(layout)), now);
        self.carry_out(effects);
        Ok(buffer)
    }
}

/// A backend in memory does not fail.
fn never(error: impl std::fmt::Display) -> Failure {
    Failure::new(crate::cli::exit::FAILED, error)
}

fn is_decided(cluster: &ClusterState) -> bool {
    match cluster.health {
        Health::Connecting { .. } => false,
        // The first round trip is told a moment after the rest.
        Health::Live => {
            let is_listed = |kind| !matches!(cluster.watch(kind), WatchState::Idle | WatchState::Loading);
            WATCHED.into_iter().all(is_listed) && cluster.latency.is_some()
        }
        _ => true,
    }
}
