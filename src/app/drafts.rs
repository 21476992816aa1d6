//! Writes drafts on a thread of its own, in order, so that a slow disk holds no key up.

use std::path::PathBuf;
use std::sync::mpsc;
use std::thread::JoinHandle;

use tokio::sync::mpsc::Sender;

use super::message::Message;
use crate::config::{forget_draft, keep_draft};
use crate::domain::draft::{Draft, DraftId};
use crate::domain::effect::DraftEffect;

/// The way to the thread. Dropping it waits until everything is written.
pub struct DraftWriter {
    effects: Option<mpsc::Sender<DraftEffect>>,
    thread: Option<JoinHandle<()>>,
}

impl DraftWriter {
    /// Writes below `folder`; without one every draft is told as not kept.
    pub fn start(folder: Option<PathBuf>, messages: Sender<Message>) -> Self {
        let (sender, effects) = mpsc::channel::<DraftEffect>();
        let thread = std::thread::spawn(move || {
            for effect in effects {
                // The loop may have ended: then nobody waits for the answer.
                match effect {
                    DraftEffect::Keep(draft) => {
                        let result = keep(folder.as_ref(), &draft);
                        let _ = messages.try_send(Message::DraftKept { id: draft.id.clone(), result });
                    }
                    DraftEffect::Forget(id) => forget(folder.as_ref(), &id),
                }
            }
        });
        Self { effects: Some(sender), thread: Some(thread) }
    }

    pub fn send(&self, effect: DraftEffect) {
        if let Some(effects) = &self.effects
            && effects.send(effect).is_err()
        {
            tracing::error!("the thread that writes drafts has ended");
        }
    }
}

impl Drop for DraftWriter {
    fn drop(&mut self) {
        drop(self.effects.take());
        if let Some(thread) = self.thread.take() {
            // It panicked: its words are in the log already.
            let _ = thread.join();
        }
    }
}

fn keep(folder: Option<&PathBuf>, draft: &Draft) -> Result<(), String> {
    let folder = folder.ok_or("there is no folder for it: set HOME or XDG_DATA_HOME")?;
    keep_draft(folder, draft).map_err(|error| match error.kind() {
        std::io::ErrorKind::StorageFull => format!("the disk is full: {}", folder.display()),
        _ => format!("{}: {error}", folder.display()),
    })
}

fn forget(folder: Option<&PathBuf>, id: &DraftId) {
    if let Some(Err(error)) = folder.map(|folder| forget_draft(folder, id)) {
        tracing::warn!(%error, "a draft could not be removed");
    }
}
