//! Everything that can happen to the model.

use std::sync::Arc;

use crate::domain::draft::DraftId;
use crate::domain::effect::TaskKey;
use crate::domain::fleet::FleetNews;
use crate::domain::gate::{Progress, Proposal, Report};
use crate::domain::log_view::LogWindow;
use crate::domain::request::{FetchReply, PortError};
use crate::input::event::InputEvent;
use crate::runtime::inbox::Batch;
use crate::screens::layout::Layout;

/// A message to [`super::update::update`].
#[derive(Debug)]
pub enum Message {
    Input(InputEvent),
    /// What sessions reported.
    Batch(Batch),
    /// What the background tells of the fleet.
    Fleet(Vec<FleetNews>),
    /// A task's answer; late answers of replaced tasks never come here.
    Reply {
        task: TaskKey,
        result: Result<FetchReply, PortError>,
    },
    /// A change can be answered now.
    Proposed {
        serial: u64,
        proposal: Box<Proposal>,
    },
    /// How far a change is.
    Progress {
        serial: u64,
        progress: Progress,
    },
    /// A change has ended.
    Reported {
        serial: u64,
        report: Box<Report>,
    },
    LogWindow(Arc<LogWindow>),
    /// A log was saved, or could not be.
    LogSaved(Result<String, String>),
    /// A draft was written, or could not be.
    DraftKept {
        id: DraftId,
        result: Result<(), String>,
    },
    /// What `$EDITOR` made of the text, or why it did not.
    Edited(Result<String, String>),
    /// Something was said by a task that has no place of its own.
    Toast {
        words: String,
        bad: bool,
    },
    /// A file of manifests was read, or could not be.
    FileRead {
        path: String,
        result: Result<String, String>,
    },
    /// A time that `Model::wake_at` asked for has come.
    Tick,
    /// The frame was drawn.
    Drawn(Box<Layout>),
    /// SIGTERM, SIGHUP or SIGINT.
    Terminate,
    /// SIGTSTP from outside.
    Stop,
    /// Back from the shell.
    Continued,
}
