//! The one value that lets a writer act. It is built here, from a proposal and its right answer, and nowhere else.
//!
//! Neither can be made by hand, copied, or used twice:
//! ```compile_fail
//! use eksdeck::domain::gate::{Approved, ProposalId, Verb};
//! use eksdeck::domain::ids::ClusterId;
//! let forged = Approved { proposal: ProposalId(1), cluster: ClusterId(0), verb: Verb::Delete, targets: Vec::new() };
//! ```
//! ```compile_fail
//! use eksdeck::domain::gate::ApprovedWrite;
//! fn twice(write: ApprovedWrite) -> (ApprovedWrite, ApprovedWrite) {
//!     (write.clone(), write)
//! }
//! ```
//! ```compile_fail
//! use eksdeck::domain::gate::{ApprovedWrite, Write};
//! use eksdeck::domain::ids::ClusterId;
//! fn forged(cluster: ClusterId, write: Write) -> ApprovedWrite {
//!     ApprovedWrite { cluster, write }
//! }
//! ```
//! ```compile_fail
//! use eksdeck::domain::gate::Approved;
//! fn twice(approved: Approved) {
//!     let first = approved.into_writes();
//!     let second = approved.into_writes();
//! }
//! ```
//! The types themselves can be named, so that the examples above fail for no other reason:
//! ```
//! use eksdeck::domain::gate::{Approved, ApprovedWrite, ProposalId, Write};
//! fn once(approved: Approved) -> ProposalId {
//!     approved.proposal()
//! }
//! fn read(write: &ApprovedWrite) -> &Write {
//!     write.write()
//! }
//! ```

use super::ask::Verb;
use super::level::Level;
use super::proposal::{Proposal, ProposalId, Target};
use super::write::Write;
use crate::domain::ids::ClusterId;

/// How long after its first painting a question takes an answer, in milliseconds.
pub const SETTLE_MS: i64 = 300;

/// How a question was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer<'a> {
    /// By keys. `shown_ms`: when the question was first painted; both Unix milliseconds.
    Keys { typed: &'a str, shown_ms: Option<i64>, now_ms: i64 },
    /// By `--yes` and `--confirm WORD`.
    Flags { yes: bool, word: Option<&'a str> },
    /// By nobody: it follows from what was agreed to before.
    Standing,
}

/// Why an answer was none. Nothing is changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotConfirmed {
    #[error("the question was not on the screen long enough to be read")]
    TooEarly,
    #[error("type {is}, {word}, exactly")]
    WrongWord { word: String, is: &'static str },
    #[error("say --yes")]
    WantsYes,
    #[error("say --confirm {word} ({is})")]
    WantsWord { word: String, is: &'static str },
    #[error("{0}")]
    Hindered(String),
}

/// Whether an answer is the right one for a level. `names`: whether a word names what is written to.
///
/// # Errors
/// What is wrong with it.
pub(super) fn fits(level: Level, answer: &Answer<'_>, names: impl Fn(&str) -> bool) -> Result<(), NotConfirmed> {
    match (answer, level) {
        (Answer::Keys { shown_ms, now_ms, .. }, _) if shown_ms.is_none_or(|shown| now_ms - shown < SETTLE_MS) => {
            Err(NotConfirmed::TooEarly)
        }
        (Answer::Keys { .. }, Level::Yes) | (Answer::Flags { yes: true, .. }, Level::Yes) => Ok(()),
        (Answer::Keys { typed, .. }, Level::Word { word, .. }) if *typed == word => Ok(()),
        (Answer::Keys { .. }, Level::Word { word, is }) => Err(NotConfirmed::WrongWord { word, is }),
        (Answer::Flags { word: Some(given), .. }, Level::Word { word, .. }) if *given == word => Ok(()),
        (Answer::Flags { .. }, Level::Word { word, is }) => Err(NotConfirmed::WantsWord { word, is }),
        (Answer::Standing, _) => Err(NotConfirmed::WantsYes),
        // A person who names the target agrees all the more.
        (Answer::Flags { yes: false, word: Some(given) }, Level::Yes) if names(given) => Ok(()),
        (Answer::Flags { .. }, Level::Yes) => Err(NotConfirmed::WantsYes),
    }
}

/// A proposal that was answered with yes.
#[derive(Debug, PartialEq)]
pub struct Approved {
    proposal: ProposalId,
    cluster: ClusterId,
    verb: Verb,
    targets: Vec<Target>,
}

impl Approved {
    pub(super) fn of(proposal: &Proposal, answer: &Answer<'_>) -> Result<Self, NotConfirmed> {
        if let Some(hindrance) = proposal.hindrance() {
            return Err(NotConfirmed::Hindered(hindrance.words));
        }
        if matches!(answer, Answer::Standing) && proposal.is_standing() {
            let targets = proposal.targets.clone();
            return Ok(Self { proposal: proposal.id, cluster: proposal.ask.cluster, verb: proposal.verb(), targets });
        }
        let names = |word: &str| proposal.possible().any(|target| target.write.name == word);
        fits(proposal.level(), answer, |word| names(word) || word == proposal.place.cluster)?;
        let targets = proposal.possible().cloned().collect();
        Ok(Self { proposal: proposal.id, cluster: proposal.ask.cluster, verb: proposal.verb(), targets })
    }

    /// The question that was answered.
    pub fn proposal(&self) -> ProposalId {
        self.proposal
    }

    /// The cluster that the question named.
    pub fn cluster(&self) -> ClusterId {
        self.cluster
    }

    /// What the question asked for.
    pub fn verb(&self) -> Verb {
        self.verb
    }

    /// The writes one by one, each with what was shown of its object.
    pub fn into_writes(self) -> impl ExactSizeIterator<Item = (ApprovedWrite, Target)> {
        let cluster = self.cluster;
        self.targets.into_iter().map(move |target| (ApprovedWrite { cluster, write: target.write.clone() }, target))
    }
}

/// One write that was approved. A writer takes it by value.
#[derive(Debug, PartialEq)]
pub struct ApprovedWrite {
    cluster: ClusterId,
    write: Write,
}

impl ApprovedWrite {
    /// The only cluster that it may be sent to.
    pub fn cluster(&self) -> ClusterId {
        self.cluster
    }

    pub fn write(&self) -> &Write {
        &self.write
    }

    /// The same object, owned by what the same approval made before it.
    #[must_use]
    pub fn owned_by(mut self, kind: &str, name: &str, uid: &str) -> Self {
        self.write.own(kind, name, uid);
        self
    }

    /// The same patch for a newer version of the same object, of which nothing changed that was shown.
    #[must_use]
    pub fn for_version(mut self, version: Option<String>) -> Self {
        if self.write.version.is_some() {
            self.write.version = version;
        }
        self
    }
}
