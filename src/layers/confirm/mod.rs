//! A change that waits for its answer: what would be written, what goes with it, how hard it asks; then how far it is
//! and what became of it.

pub mod lines;
pub mod view;

#[cfg(test)]
mod tests;

use super::line_edit::LineEdit;
use super::pace::Pace;
use super::scroll::Scroll;
use crate::domain::gate::{Answer, Approved, Ask, Level, NotConfirmed, Progress, Proposal, Report};
use crate::input::context::LayerKind;

/// What asked for the change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// A row of the deck or of a list.
    Row,
    /// The form beneath, which stays until the change is done.
    Form,
    /// The editor beneath, which stays until the change is done.
    Editor {
        /// Nothing is written: the server is only asked.
        dry_run: bool,
    },
}

/// Where the question stands.
#[derive(Debug, Clone, PartialEq)]
pub enum Stage {
    /// The cluster is asked what the change would do.
    Looking,
    Asked(Box<Proposal>),
    /// It is carried out.
    Running {
        progress: Option<Progress>,
        stopping: bool,
    },
    /// Not all of it was done.
    Told(Box<Report>),
}

/// The layer's state.
#[derive(Debug, Clone, PartialEq)]
pub struct Confirm {
    /// Tells answers to this question from those to older ones.
    pub serial: u64,
    pub ask: Ask,
    pub origin: Origin,
    pub stage: Stage,
    /// What is typed, where a word is wanted.
    pub line: LineEdit,
    pub scroll: Scroll,
    pub pace: Pace,
    /// What was wrong with the last answer.
    pub wrong: Option<String>,
}

impl Confirm {
    pub fn new(serial: u64, ask: Ask, origin: Origin) -> Self {
        Self {
            serial,
            ask,
            origin,
            stage: Stage::Looking,
            line: LineEdit::default(),
            scroll: Scroll::default(),
            pace: Pace::default(),
            wrong: None,
        }
    }

    pub fn kind(&self) -> LayerKind {
        match &self.stage {
            Stage::Asked(proposal) if self.can_be_answered() => match proposal.level() {
                Level::Yes => LayerKind::Confirm,
                Level::Word { .. } => LayerKind::ConfirmWord,
            },
            Stage::Looking | Stage::Asked(_) | Stage::Running { .. } | Stage::Told(_) => LayerKind::Outcome,
        }
    }

    /// Whether a yes would be taken at all.
    pub fn can_be_answered(&self) -> bool {
        matches!(&self.stage, Stage::Asked(proposal) if proposal.hindrance().is_none())
    }

    /// Whether a key counts: see [`Pace::takes_key`].
    pub fn takes_key(&mut self, repeat: bool, now_ms: i64) -> bool {
        let (is_asked, by_one_key) = match &self.stage {
            Stage::Asked(proposal) => (true, self.can_be_answered() && proposal.level() == Level::Yes),
            Stage::Looking | Stage::Running { .. } | Stage::Told(_) => (false, false),
        };
        self.pace.takes_key(repeat, is_asked, by_one_key, now_ms)
    }

    /// Pasted text answers nothing.
    pub fn pasted(&mut self) {
        if matches!(self.stage, Stage::Asked(_)) {
            self.wrong = Some("pasted text answers nothing: type it".to_owned());
        }
    }

    /// The question is here: it is put, and nothing typed before counts.
    pub fn put(&mut self, proposal: Box<Proposal>) {
        self.ask = proposal.ask.clone();
        self.stage = Stage::Asked(proposal);
        self.line = LineEdit::default();
        self.pace.shown_ms = None;
        self.wrong = None;
    }

    /// What lay over it is gone: it counts as painted anew, and as if a key had just come.
    pub fn revealed(&mut self, now_ms: i64) {
        self.pace.revealed(now_ms);
    }

    /// What was drawn is the question.
    pub fn drawn(&mut self, now_ms: i64) {
        if matches!(self.stage, Stage::Asked(_)) {
            self.pace.drawn(now_ms);
        }
    }

    /// Takes the answer. A wrong one changes nothing but what the layer says.
    pub fn answer(&mut self, now_ms: i64) -> Option<Approved> {
        let Stage::Asked(proposal) = &self.stage else { return None };
        let answer = Answer::Keys { typed: self.line.text(), shown_ms: self.pace.shown_ms, now_ms };
        match proposal.confirm(&answer) {
            Ok(approved) => Some(approved),
            Err(NotConfirmed::TooEarly) => None,
            Err(error) => {
                self.wrong = Some(error.to_string());
                None
            }
        }
    }
}
