//! Carries out effects: sessions and fetches through the ports, logs through the engine.

use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::mpsc::Sender;

use super::drafts::DraftWriter;
use super::message::Message;
use crate::domain::effect::{Effect, LogEffect, Purpose, TaskKey};
use crate::domain::ids::ClusterId;
use crate::domain::request::{FetchReply, OpenOptions, PortError};
use crate::runtime::inbox::Inbox;
use crate::runtime::log_engine::LogHandle;
use crate::runtime::ports::FleetPort;
use crate::runtime::tasks::{Generation, Tasks};

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
    pub options: OpenOptions,
    /// Where the names of open clusters are remembered; `None` remembers nothing.
    pub remember: Option<PathBuf>,
    pub drafts: DraftWriter,
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
            Effect::Cancel(task) => self.tasks.cancel(&task),
            Effect::RememberOpen(names) => self.remember_open(names),
            Effect::Logs(effect) => self.logs(effect),
            Effect::Draft(effect) => self.drafts.send(effect),
            Effect::Quit
            | Effect::Suspend
            | Effect::Repaint
            | Effect::Mouse(_)
            | Effect::Copy(_)
            | Effect::ExternalEditor { .. } => {}
        }
    }

    fn open(&mut self, id: ClusterId) {
        let (_, cancel) = self.tasks.start(session(id));
        self.fleet.open(id, self.options.clone(), self.inbox.clone(), cancel);
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
