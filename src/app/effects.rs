//! Carries out effects: sessions and fetches through the ports, logs through the engine.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::Sender;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::drafts::DraftWriter;
use super::message::Message;
use crate::domain::effect::{Effect, FleetEffect, LogEffect, Purpose, TaskKey};
use crate::domain::gate::{Approved, Ask};
use crate::domain::ids::ClusterId;
use crate::domain::request::{FetchReply, OpenOptions, PortError};
use crate::runtime::gate::Gate;
use crate::runtime::inbox::Inbox;
use crate::runtime::log_engine::LogHandle;
use crate::runtime::ports::{FleetDesk, FleetPort};
use crate::runtime::tasks::{Generation, Tasks};

/// How long the last write is waited for when the program is left.
const LAST_WRITE: Duration = Duration::from_secs(5);

/// The answer of a task, with what tells whether it is still wanted.
#[derive(Debug)]
pub struct Answer {
    pub task: TaskKey,
    pub generation: Generation,
    pub result: Result<FetchReply, PortError>,
}

/// Everything outside the model that effects reach.
pub struct Runner {
    pub fleet: Arc<dyn FleetPort>,
    pub inbox: Arc<Inbox>,
    pub tasks: Tasks,
    pub answers: Sender<Answer>,
    pub messages: Sender<Message>,
    pub logs: LogHandle,
    pub gate: Gate,
    /// What is carried out now.
    pub writing: Vec<(CancellationToken, JoinHandle<()>)>,
    pub options: OpenOptions,
    /// Where the names of open clusters are remembered; `None` remembers nothing.
    pub remember: Option<PathBuf>,
    pub drafts: DraftWriter,
    /// What keeps the fleet in the background, if anything does.
    pub desk: Option<Arc<dyn FleetDesk>>,
}

impl Runner {
    /// Carries out one effect that does not concern the terminal.
    pub fn run(&mut self, effect: Effect) {
        match effect {
            Effect::Open(id) => self.open(id),
            Effect::Close(id) => self.tasks.cancel(&session(id)),
            Effect::RetryNow(id) => self.fleet.retry_now(id),
            Effect::AnswerConsent { cluster, fingerprint, agreed } => {
                self.fleet.answer_consent(cluster, fingerprint, agreed)
            }
            Effect::Fetch { task, request } => {
                let (generation, cancel) = self.tasks.start(task.clone());
                let (answer, answers) = (self.fleet.fetch(task.cluster, request), self.answers.clone());
                tokio::spawn(async move {
                    let result = tokio::select! {
                        () = cancel.cancelled() => return,
                        result = answer => result,
                    };
                    // The loop has ended: nobody waits for the answer.
                    let _ = answers.send(Answer { task, generation, result }).await;
                });
            }
            Effect::Propose { serial, ask, anew } => self.propose(serial, ask, anew),
            Effect::Execute { serial, approved } => self.execute(serial, approved),
            Effect::StopWriting => self.stop_writing(),
            Effect::ReadFile { path } => self.read_file(path),
            Effect::Cancel(task) => self.tasks.cancel(&task),
            Effect::RememberOpen(names) => self.remember_open(names),
            Effect::Logs(effect) => self.logs(effect),
            Effect::Fleet(effect) => self.ask_desk(effect),
            Effect::Draft(effect) => self.drafts.send(effect),
            Effect::Quit
            | Effect::Suspend
            | Effect::Repaint
            | Effect::Mouse(_)
            | Effect::Copy(_)
            | Effect::Ring(..)
            | Effect::ExternalEditor { .. } => {}
        }
    }

    fn ask_desk(&self, effect: FleetEffect) {
        match &self.desk {
            Some(desk) => desk.ask(effect),
            None => {
                let words = "nothing keeps this fleet in the background".to_owned();
                // A full channel loses a word that can be asked for again.
                drop(self.messages.try_send(Message::Toast { words, bad: true }));
            }
        }
    }

    fn open(&mut self, id: ClusterId) {
        let (_, cancel) = self.tasks.start(session(id));
        self.fleet.open(id, self.options.clone(), self.inbox.clone(), cancel);
    }

    fn read_file(&self, path: String) {
        let messages = self.messages.clone();
        tokio::spawn(async move {
            let name = path.clone();
            let read = tokio::task::spawn_blocking(move || crate::config::read_manifests(&name)).await;
            let result = read.unwrap_or_else(|error| Err(format!("{path}: {error}")));
            // The loop has ended: nobody waits for the answer.
            let _ = messages.send(Message::FileRead { path, result }).await;
        });
    }

    fn propose(&mut self, serial: u64, ask: Ask, anew: Vec<String>) {
        let task = TaskKey { cluster: ask.cluster, kind: None, purpose: Purpose::Proposal };
        let (_, cancel) = self.tasks.start(task);
        let (gate, messages) = (self.gate.clone(), self.messages.clone());
        tokio::spawn(cancel.run_until_cancelled_owned(async move {
            let proposal = Box::new(gate.propose_anew(ask, anew).await);
            // The loop has ended: nobody waits for the answer.
            let _ = messages.send(Message::Proposed { serial, proposal }).await;
        }));
    }

    fn execute(&mut self, serial: u64, approved: Approved) {
        let (gate, messages, cancel) = (self.gate.clone(), self.messages.clone(), CancellationToken::new());
        let stopped = cancel.clone();
        let work = tokio::spawn(async move {
            let told = messages.clone();
            // A full channel loses a number that the next one brings anyway.
            let progress = move |progress| drop(told.try_send(Message::Progress { serial, progress }));
            let report = Box::new(gate.execute(approved, progress, stopped).await);
            let _ = messages.send(Message::Reported { serial, report }).await;
        });
        self.writing.retain(|(_, work)| !work.is_finished());
        self.writing.push((cancel, work));
    }

    fn stop_writing(&self) {
        self.writing.iter().for_each(|(cancel, _)| cancel.cancel());
    }

    /// Lets the object that is being written be written to its end, so that what came of it is recorded. False if it
    /// was not waited for.
    pub async fn end_writing(&mut self) -> bool {
        let mut is_whole = true;
        self.stop_writing();
        for (_, work) in self.writing.drain(..) {
            if tokio::time::timeout(LAST_WRITE, work).await.is_err() {
                tracing::warn!("a write was still under way at the end: its outcome is not recorded");
                is_whole = false;
            }
        }
        is_whole
    }

    fn remember_open(&self, names: Vec<String>) {
        let Some(path) = self.remember.clone() else { return };
        tokio::task::spawn_blocking(move || {
            if let Err(error) = crate::config::remember_open(&path, &names) {
                tracing::warn!(%error, "the names of open clusters could not be remembered");
            }
        });
    }

    fn logs(&mut self, effect: LogEffect) {
        match effect {
            LogEffect::Read { sources, options, fresh } => {
                if fresh {
                    self.logs.restart();
                }
                self.logs.set_sources(sources, options);
            }
            LogEffect::Stop => self.logs.restart(),
            LogEffect::Query(query) => self.logs.query(query),
            LogEffect::Seek(seek) => self.logs.seek(seek),
            LogEffect::Pause(paused) => self.logs.pause(paused),
            LogEffect::Clear => self.logs.clear(),
            LogEffect::Save { path } => {
                let (saved, messages) = (self.logs.save(PathBuf::from(&path)), self.messages.clone());
                tokio::spawn(async move {
                    let result = match saved.await {
                        Ok(lines) => {
                            let whole = std::path::absolute(&path).map_or(path, |whole| whole.display().to_string());
                            Ok(format!("{whole} ({lines} lines)"))
                        }
                        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                            Err(format!("{path} is there already: nothing was written; choose another name"))
                        }
                        Err(error) => Err(format!("{path} cannot be written: {error}")),
                    };
                    // The loop has ended: nobody waits for the answer.
                    let _ = messages.send(Message::LogSaved(result)).await;
                });
            }
        }
    }
}

fn session(cluster: ClusterId) -> TaskKey {
    TaskKey { cluster, kind: None, purpose: Purpose::Session }
}
