//! The log engine: reads many containers at once, merges them by time, keeps millions of lines within bounds, and
//! answers with the few that a pane paints.
//!
//! Each container has a task that opens its stream through [`FleetPort::open_log`], cuts it into lines and opens it
//! again after a break ([`stream`], [`replay`]). One thread of its own merges the lines ([`merge`]) into the ring
//! ([`crate::store::log_ring`]), filters and searches in slices, and hands out windows. The loop never waits for it.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, TryRecvError, channel};
use std::time::{Duration, Instant};

use futures::future::BoxFuture;
use tokio::runtime::Handle;
use tokio::sync::{Semaphore, oneshot};
use tokio_util::sync::CancellationToken;

use self::core::{Core, Due};
use self::merge::Now;
use self::spill_file::SpillFile;
use self::stream::{StreamEvent, StreamShare};
use super::ports::FleetPort;
use crate::domain::log_view::{LogQuery, LogWindow, Seek};
use crate::domain::logs::{LogOptions, LogSourceSpec};
use crate::store::log_ring::{NoSpill, Spill};

mod batch;
mod core;
mod export;
mod match_index;
mod merge;
pub mod plain;
mod replay;
mod search;
mod sources;
mod spill_file;
mod stream;
mod trouble;
mod view;

pub use export::LineFormat;
pub use sources::labels;

/// Bounds of an engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLimits {
    /// Streams open at once.
    pub streams: usize,
    /// Bytes of lines in memory.
    pub memory_bytes: usize,
    /// Bytes of lines on disk; 0 for none.
    pub spill_bytes: u64,
    /// Where the nameless file for them is made.
    pub spill_directory: PathBuf,
}

impl Default for LogLimits {
    fn default() -> Self {
        Self {
            streams: 50,
            memory_bytes: 16 << 20,
            spill_bytes: 512 << 20,
            // Not the temporary directory: that is memory on many machines.
            spill_directory: PathBuf::from("/var/tmp"),
        }
    }
}

/// What the engine is told.
pub(crate) enum Command {
    Restart,
    SetSources(Vec<LogSourceSpec>, LogOptions),
    Query(Box<LogQuery>),
    Seek(Seek),
    Pause(bool),
    Clear,
    Save(PathBuf, export::SaveReply),
    Text(u64, u64, LineFormat, oneshot::Sender<String>),
    Shutdown,
}

enum Input {
    Command(Command),
    /// From a stream of the n-th opening.
    Stream(u64, u16, StreamEvent),
}

/// Starts engines.
pub struct LogEngine;

impl LogEngine {
    /// Starts the engine's thread, from within the tokio runtime that is to run the streams. `on_window` is called on
    /// the engine's thread, must not block, and gets a window for each query and seek, and at most 30 a second while
    /// lines come in. An engine that cannot start says so in one window and hears nothing.
    pub fn start(
        fleet: Arc<dyn FleetPort>,
        on_window: impl Fn(LogWindow) + Send + Sync + 'static,
        limits: LogLimits,
    ) -> LogHandle {
        let (inputs, receiver) = channel();
        let on_window = Arc::new(on_window);
        if let Err(error) = Self::thread(fleet, inputs.clone(), receiver, on_window.clone(), limits) {
            let words = format!("logs cannot be read: {error}");
            on_window(LogWindow { words: Some(words.into()), ..LogWindow::default() });
        }
        LogHandle { inputs }
    }

    fn thread(
        fleet: Arc<dyn FleetPort>,
        inputs: Sender<Input>,
        receiver: Receiver<Input>,
        on_window: Arc<impl Fn(LogWindow) + Send + Sync + 'static>,
        limits: LogLimits,
    ) -> io::Result<()> {
        let engine = Engine {
            fleet,
            runtime: Handle::try_current().map_err(io::Error::other)?,
            inputs,
            slots: Arc::new(Semaphore::new(limits.streams)),
            limits,
            options: None,
            opening: 0,
            cancel: CancellationToken::new(),
            started: Instant::now(),
        };
        // A thread of its own: a runtime that shuts down would wait for a blocking task.
        std::thread::Builder::new().name("logs".to_owned()).spawn(move || engine.run(&receiver, &*on_window))?;
        Ok(())
    }
}

/// Talks to an engine; dropping it ends the engine. No call blocks.
#[derive(Debug)]
pub struct LogHandle {
    inputs: Sender<Input>,
}

impl std::fmt::Debug for Input {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Command(_) => "Command",
            Self::Stream(..) => "Stream",
        })
    }
}

impl LogHandle {
    /// Another target, or none: forgets all sources and lines. Line numbers begin at 0, `LogWindow::epoch` grows.
    pub fn restart(&self) {
        self.send(Command::Restart);
    }

    /// The target as it is now: new sources join, known ones go on untouched and learn whether their container runs or
    /// ended, those no longer named are read to their end and kept. Sources are opened in this order while there is
    /// room. Other options than before begin anew, as after [`Self::restart`].
    pub fn set_sources(&self, sources: Vec<LogSourceSpec>, options: LogOptions) {
        self.send(Command::SetSources(sources, options));
    }

    pub fn query(&self, query: LogQuery) {
        self.send(Command::Query(Box::new(query)));
    }

    pub fn seek(&self, seek: Seek) {
        self.send(Command::Seek(seek));
    }

    /// Stops the window, not the reading; ending the pause follows again.
    pub fn pause(&self, paused: bool) {
        self.send(Command::Pause(paused));
    }

    /// Forgets the lines that are there and goes on reading.
    pub fn clear(&self) {
        self.send(Command::Clear);
    }

    /// Saves all lines that the filter shows to a new file of mode 0600. A second save replaces one under way.
    /// Gives the number of lines.
    pub fn save(&self, path: PathBuf) -> BoxFuture<'static, io::Result<u64>> {
        let (reply, answer) = oneshot::channel();
        self.send(Command::Save(path, reply));
        Box::pin(async move { answer.await.unwrap_or_else(|_| Err(io::Error::other("given up"))) })
    }

    /// The shown lines with numbers `first..=last` as text, up to 4 MB.
    pub fn text(&self, first: u64, last: u64, format: LineFormat) -> oneshot::Receiver<String> {
        let (reply, answer) = oneshot::channel();
        self.send(Command::Text(first, last, format, reply));
        answer
    }

    pub fn shutdown(&self) {
        self.send(Command::Shutdown);
    }

    fn send(&self, command: Command) {
        // An engine that has been shut down hears nothing.
        let _ = self.inputs.send(Input::Command(command));
    }
}

impl Drop for LogHandle {
    fn drop(&mut self) {
        self.shutdown();
    }
}

/// Most messages taken in before the next slice of work.
const INPUTS: usize = 256;

struct Engine {
    fleet: Arc<dyn FleetPort>,
    runtime: Handle,
    inputs: Sender<Input>,
    limits: LogLimits,
    /// `None` until sources are named.
    options: Option<LogOptions>,
    /// Counts openings; messages from streams of an earlier one are dropped.
    opening: u64,
    cancel: CancellationToken,
    slots: Arc<Semaphore>,
    started: Instant,
}

impl Engine {
    fn run(mut self, receiver: &Receiver<Input>, on_window: &dyn Fn(LogWindow)) {
        let (spill, trouble) = self.spill();
        let mut core = Core::new(self.limits.clone(), spill, trouble);
        let mut due = Due::Never;
        'engine: loop {
            let first = match due {
                Due::Now => None,
                Due::Never => match receiver.recv() {
                    Ok(input) => Some(input),
                    Err(_) => break,
                },
                Due::At(at) => {
                    let wait = Duration::from_millis(at.saturating_sub(self.now().ms));
                    match receiver.recv_timeout(wait) {
                        Ok(input) => Some(input),
                        Err(RecvTimeoutError::Timeout) => None,
                        Err(RecvTimeoutError::Disconnected) => break,
                    }
                }
            };
            let mut next = first;
            for _ in 0..INPUTS {
                let input = match next.take().map_or_else(|| receiver.try_recv(), Ok) {
                    Ok(input) => input,
                    Err(TryRecvError::Empty) => break,
                    Err(TryRecvError::Disconnected) => break 'engine,
                };
                if !self.take(input, &mut core) {
                    break 'engine;
                }
            }
            due = core.step(self.now(), on_window);
        }
        self.cancel.cancel();
    }

    /// `false` ends the engine.
    fn take(&mut self, input: Input, core: &mut Core) -> bool {
        match input {
            Input::Stream(opening, lane, event) if opening == self.opening => {
                core.stream_event(lane, event, self.now())
            }
            Input::Stream(..) => {}
            Input::Command(Command::Shutdown) => return false,
            Input::Command(Command::Restart) => {
                self.options = None;
                self.begin(core);
            }
            Input::Command(Command::SetSources(specs, options)) => {
                if self.options.as_ref() != Some(&options) {
                    if self.options.is_some() {
                        self.begin(core);
                    }
                    self.options = Some(options);
                }
                self.update(specs, core);
            }
            Input::Command(command) => core.command(command),
        }
        true
    }

    /// Forgets all sources and their lines.
    fn begin(&mut self, core: &mut Core) {
        self.cancel.cancel();
        self.cancel = CancellationToken::new();
        self.slots = Arc::new(Semaphore::new(self.limits.streams));
        self.opening += 1;
        core.open();
    }

    fn update(&self, specs: Vec<LogSourceSpec>, core: &mut Core) {
        let (inputs, opening) = (self.inputs.clone(), self.opening);
        let options = self.options.clone().unwrap_or_default();
        let share = StreamShare {
            fleet: self.fleet.clone(),
            slots: self.slots.clone(),
            emit: Arc::new(move |lane, event| {
                // An engine that has ended hears nothing, and its streams are cancelled.
                let _ = inputs.send(Input::Stream(opening, lane, event));
            }),
            follow: !options.previous,
            options,
        };
        for added in core.update_sources(specs, self.now()) {
            let task = stream::run(share.clone(), added.lane, added.source, added.status);
            let cancel = self.cancel.clone();
            self.runtime.spawn(async move { cancel.run_until_cancelled(task).await });
        }
    }

    fn spill(&self) -> (Box<dyn Spill>, Option<Arc<str>>) {
        if self.limits.spill_bytes == 0 {
            return (Box::new(NoSpill), None);
        }
        match SpillFile::create(&self.limits.spill_directory, self.limits.spill_bytes) {
            Ok(file) => (Box::new(file), None),
            Err(error) => {
                let words = format!("no overflow to {}: {error}", self.limits.spill_directory.display());
                (Box::new(NoSpill), Some(words.into()))
            }
        }
    }

    fn now(&self) -> Now {
        let unix_ns = i64::try_from(jiff::Timestamp::now().as_nanosecond()).unwrap_or(i64::MAX);
        Now { ms: self.started.elapsed().as_millis() as u64, unix_ns }
    }
}

#[cfg(test)]
mod tests;
