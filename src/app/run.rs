//! The loop. A biased choice: signals, the terminal, due times and frames come before what sessions report.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crossterm::event::EventStream;
use futures::StreamExt;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{Notify, mpsc};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until};

use super::clock::now_ms;
use super::drafts::DraftWriter;
use super::effects::{Answer, Runner};
use super::message::Message;
use super::model::Model;
use super::terminal::{self, Screen, clipboard};
use super::update::{start, update};
use super::view::view;
use crate::domain::effect::Effect;
use crate::domain::ids::ClusterId;
use crate::domain::log_view::LogWindow;
use crate::domain::request::OpenOptions;
use crate::input::event::InputEvent;
use crate::runtime::gate::Gate;
use crate::runtime::inbox::Inbox;
use crate::runtime::log_engine::{LogEngine, LogLimits};
use crate::runtime::news::NewsInbox;
use crate::runtime::ports::{FleetDesk, FleetPort};
use crate::runtime::tasks::Tasks;

/// The shortest time between two frames that no key asked for.
const FRAME: Duration = Duration::from_millis(33);
/// Keys that are taken in before a frame is drawn.
const KEYS_PER_FRAME: usize = 64;
/// How long the terminal's reader may take to end.
const READER_ENDS: Duration = Duration::from_millis(20);

/// What the loop is started with.
pub struct Start {
    pub model: Model,
    pub fleet: Arc<dyn FleetPort>,
    pub gate: Gate,
    pub open: Vec<ClusterId>,
    pub options: OpenOptions,
    pub limits: LogLimits,
    pub remember: Option<std::path::PathBuf>,
    /// The folder of texts that were not submitted; `None` keeps nothing.
    pub drafts: Option<std::path::PathBuf>,
    /// What keeps the fleet in the background, and where it tells of it.
    pub desk: Option<Arc<dyn FleetDesk>>,
    pub news: Arc<NewsInbox>,
}

/// The newest log window, and a wake-up: a slow screen skips windows.
#[derive(Default)]
struct LogSlot {
    newest: Mutex<Option<LogWindow>>,
    wake: Notify,
}

/// Runs the interactive program until it is left. The terminal is given back on every way out.
pub async fn run(begin: Start) -> io::Result<()> {
    let Start { mut model, fleet, gate, open, options, limits, remember, drafts, desk, news } = begin;
    let inbox = Inbox::new();
    let (answer_sender, mut answers) = mpsc::channel::<Answer>(64);
    let (message_sender, mut messages) = mpsc::channel::<Message>(64);
    let log_slot = Arc::new(LogSlot::default());
    let slot = log_slot.clone();
    let logs = LogEngine::start(
        fleet.clone(),
        move |window| {
            *slot.newest.lock().unwrap_or_else(PoisonError::into_inner) = Some(window);
            slot.wake.notify_one();
        },
        limits,
    );
    let mut runner = Runner {
        fleet,
        inbox: inbox.clone(),
        tasks: Tasks::default(),
        answers: answer_sender,
        messages: message_sender.clone(),
        logs,
        gate,
        writing: Vec::new(),
        options,
        remember,
        drafts: DraftWriter::start(drafts, message_sender),
        desk,
    };
    // Sessions connect while the terminal is being taken.
    let effects = start(&mut model, &open, now_ms());
    for effect in effects {
        runner.run(effect);
    }
    let mut screen = Screen::take(model.mouse)?;
    let mut input = read_input();
    let mut signals = Signals::new()?;
    let writer = screen.writer();
    let mut last_frame = Instant::now() - FRAME;
    loop {
        let due =
            Instant::now() + Duration::from_millis(model.wake_at(now_ms()).saturating_sub(now_ms()).max(1) as u64);
        let frame_at = last_frame + FRAME;
        let may_draw = model.dirty && screen.is_idle();
        let message = tokio::select! {
            biased;
            message = signals.next() => message,
            event = input.recv() => match event {
                Some(event) => Message::Input(event),
                None => Message::Terminate,
            },
            () = sleep_until(due) => Message::Tick,
            () = sleep_until(frame_at), if may_draw => {
                last_frame = Instant::now();
                draw(&mut model, &mut screen, &mut runner)?;
                continue;
            }
            () = writer.written(), if model.dirty && !may_draw => continue,
            Some(answer) = answers.recv() => {
                if !runner.tasks.finish(&answer.task, answer.generation) {
                    continue;
                }
                Message::Reply { task: answer.task, result: answer.result }
            }
            Some(message) = messages.recv() => message,
            () = log_slot.wake.notified() => {
                let newest = log_slot.newest.lock().unwrap_or_else(PoisonError::into_inner).take();
                match newest {
                    Some(window) => Message::LogWindow(Arc::new(window)),
                    None => continue,
                }
            }
            () = news.ready() => Message::Fleet(news.take()),
            () = inbox.ready() => Message::Batch(inbox.take()),
        };
        let by_hand = matches!(message, Message::Input(_));
        match step(&mut model, &mut screen, &mut runner, message)? {
            Next::Quit => break,
            Next::Edit(text) => {
                edit_outside(&mut model, &mut screen, &mut runner, &mut input, text).await?;
                // ctrl-c in the editor was meant for the editor.
                signals.interrupt = signal(SignalKind::interrupt())?;
                continue;
            }
            Next::Go => {}
        }
        if by_hand {
            for _ in 0..KEYS_PER_FRAME {
                let Ok(event) = input.try_recv() else { break };
                match step(&mut model, &mut screen, &mut runner, Message::Input(event))? {
                    Next::Quit => return finish(runner, screen).await,
                    Next::Edit(text) => {
                        edit_outside(&mut model, &mut screen, &mut runner, &mut input, text).await?;
                        signals.interrupt = signal(SignalKind::interrupt())?;
                        break;
                    }
                    Next::Go => {}
                }
            }
            // A key is drawn at once.
            if screen.is_idle() && model.dirty {
                last_frame = Instant::now();
                draw(&mut model, &mut screen, &mut runner)?;
            }
        }
    }
    finish(runner, screen).await
}

async fn finish(mut runner: Runner, screen: Screen) -> io::Result<()> {
    runner.tasks.cancel_all();
    drop(screen);
    if !runner.end_writing().await {
        // The terminal is given back: a person must hear of it.
        eprintln!("eksdeck: a write was still under way; `eksdeck audit list` shows it as unknown");
    }
    Ok(())
}

/// What follows a message.
enum Next {
    Go,
    Quit,
    /// A person's own editor is to have the terminal, with this text.
    Edit(String),
}

/// One message and what follows from it.
fn step(model: &mut Model, screen: &mut Screen, runner: &mut Runner, message: Message) -> io::Result<Next> {
    let mut next = Next::Go;
    if let Message::Input(InputEvent::Resize { width, height }) = &message {
        screen.resize(*width, *height)?;
        model.dirty = true;
    }
    for effect in update(model, message, now_ms()) {
        match effect {
            Effect::Quit => return Ok(Next::Quit),
            Effect::ExternalEditor { text } => next = Next::Edit(text),
            Effect::Suspend => {
                screen.suspend()?;
                model.dirty = true;
            }
            Effect::Repaint => {
                screen.clear()?;
                model.dirty = true;
            }
            Effect::Mouse(on) => screen.set_mouse(on),
            Effect::Copy(text) => screen.send(clipboard::copy(&text)),
            Effect::Ring(ring, words) => screen.send(terminal::ring::bytes(ring, &words)),
            other => runner.run(other),
        }
    }
    Ok(next)
}

/// Gives the terminal to a person's own editor and takes it again with what was written. Nobody else reads keys
/// meanwhile; what sessions report waits.
async fn edit_outside(
    model: &mut Model,
    screen: &mut Screen,
    runner: &mut Runner,
    input: &mut Input,
    text: String,
) -> io::Result<()> {
    input.stop().await;
    screen.give();
    let result = tokio::task::spawn_blocking(move || super::external::edit(&text)).await;
    screen.retake()?;
    *input = read_input();
    let result = result.unwrap_or_else(|error| Err(format!("the editor could not be run: {error}")));
    step(model, screen, runner, Message::Edited(result))?;
    Ok(())
}

fn draw(model: &mut Model, screen: &mut Screen, runner: &mut Runner) -> io::Result<()> {
    let now = now_ms();
    let layout = screen.draw(|frame| view(model, now, frame))?;
    for effect in update(model, Message::Drawn(Box::new(layout)), now) {
        runner.run(effect);
    }
    Ok(())
}

/// Terminal input in a channel of its own, so that no flood of rows starves a key.
fn read_input() -> Input {
    let (sender, receiver) = mpsc::channel(1_024);
    let task = tokio::spawn(async move {
        let mut events = EventStream::new();
        while let Some(Ok(event)) = events.next().await {
            let Some(event) = InputEvent::from_crossterm(event) else { continue };
            if sender.send(event).await.is_err() {
                return;
            }
        }
    });
    Input { receiver, task }
}

/// Keys as they come in.
struct Input {
    receiver: mpsc::Receiver<InputEvent>,
    task: JoinHandle<()>,
}

impl Input {
    async fn recv(&mut self) -> Option<InputEvent> {
        self.receiver.recv().await
    }

    fn try_recv(&mut self) -> Result<InputEvent, mpsc::error::TryRecvError> {
        self.receiver.try_recv()
    }

    /// Ends the reading, so that another program may.
    async fn stop(&mut self) {
        self.task.abort();
        // Aborted: that it did not end by itself is no news.
        let _ = (&mut self.task).await;
        // The library's own thread holds the reader until it sees that nobody waits: asking once comes after it.
        let asked = tokio::task::spawn_blocking(|| crossterm::event::poll(READER_ENDS)).await;
        if !matches!(asked, Ok(Ok(_))) {
            tracing::debug!("the terminal's reader did not end");
        }
    }
}

struct Signals {
    terminate: tokio::signal::unix::Signal,
    hangup: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
    stop: tokio::signal::unix::Signal,
}

impl Signals {
    fn new() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            hangup: signal(SignalKind::hangup())?,
            interrupt: signal(SignalKind::interrupt())?,
            stop: signal(SignalKind::from_raw(nix::libc::SIGTSTP))?,
        })
    }

    async fn next(&mut self) -> Message {
        tokio::select! {
            _ = self.terminate.recv() => Message::Terminate,
            _ = self.hangup.recv() => Message::Terminate,
            _ = self.interrupt.recv() => Message::Terminate,
            _ = self.stop.recv() => Message::Stop,
        }
    }
}
