//! What became of a write.

use super::ask::Verb;
use crate::domain::health::Trouble;
use crate::domain::request::PortErrorKind;

/// What became of one object.
#[derive(Debug, Clone, PartialEq)]
pub enum Fate {
    /// The object as the server has it now; the Status of a deletion.
    Done { object: Box<serde_json::Value> },
    /// A deletion of what was gone already.
    Gone,
    Refused {
        trouble: Trouble,
        /// Field and words, as the server tells its causes.
        causes: Vec<(String, String)>,
        kind: PortErrorKind,
    },
    /// Something that was shown is different now: it was not sent.
    Changed(Vec<&'static str>),
    /// It was sent, and nothing came back that tells whether it is done.
    Unknown(Trouble),
    /// It was not sent.
    NotSent(String),
}

impl Fate {
    pub fn is_done(&self) -> bool {
        matches!(self, Self::Done { .. } | Self::Gone)
    }

    /// In words, after the object's name.
    pub fn words(&self, verb: Verb) -> String {
        match self {
            Self::Done { .. } => verb.done().to_owned(),
            Self::Gone => "was gone already".to_owned(),
            Self::Refused { trouble, .. } => format!("refused: {}", trouble.words),
            Self::Changed(changes) => format!("not sent: {}", changes.join(", ")),
            Self::Unknown(trouble) => format!("unknown, it may be done or not: {}", trouble.words),
            Self::NotSent(why) => format!("not sent: {why}"),
        }
    }
}

/// How far a write has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    pub done: usize,
    pub failed: usize,
    pub all: usize,
    /// The object that is being written.
    pub now: String,
}

/// What became of all objects, in their order.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    pub verb: Verb,
    pub cluster: String,
    /// `job checkout/settle-28911` and its fate.
    pub fates: Vec<(String, Fate)>,
    /// What is wrong beside the objects: the audit could not be written.
    pub trouble: Option<Trouble>,
    /// A person stopped it.
    pub cancelled: bool,
}

impl Report {
    pub fn done(&self) -> usize {
        self.fates.iter().filter(|(_, fate)| fate.is_done()).count()
    }

    pub fn is_whole(&self) -> bool {
        self.trouble.is_none() && self.done() == self.fates.len()
    }

    /// Objects whose answer rests on something that is different now.
    pub fn changed(&self) -> Vec<String> {
        let changed = self.fates.iter().filter_map(|(object, fate)| match fate {
            Fate::Changed(changes) => Some(format!("{object}: {}", changes.join(", "))),
            _ => None,
        });
        changed.collect()
    }

    /// One line: `deleted job checkout/settle-28911`, `2 of 3 Jobs deleted`.
    pub fn summary(&self) -> String {
        match self.fates.as_slice() {
            [(object, fate)] if fate.is_done() => format!("{object} {}", fate.words(self.verb)),
            [(object, fate)] => format!("{object}: {}", fate.words(self.verb)),
            // Several objects are one approval.
            [(first, _), ..] if self.is_whole() && self.verb == Verb::Approve => {
                format!("{} {}", first.rsplit('/').next().unwrap_or(first), self.verb.done())
            }
            fates if self.is_whole() => format!("{} objects {}", fates.len(), self.verb.done()),
            fates => format!("{} of {} {}", self.done(), fates.len(), self.verb.done()),
        }
    }
}
