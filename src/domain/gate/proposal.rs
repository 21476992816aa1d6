//! Everything that a person sees before they answer.

use super::approved::{Answer, Approved, NotConfirmed};
use super::ask::{Ask, Verb, Wanted};
use super::diff::Difference;
use super::environment::Environment;
use super::level::{Level, Stakes};
use super::seen::Seen;
use super::write::Write;
use crate::domain::health::Trouble;
use crate::domain::request::{PortError, PortErrorKind};

/// Which question an answer belongs to. Each number is given once in a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ProposalId(pub u64);

/// Where the writes go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub cluster: String,
    /// The most careful one of the cluster and the namespaces that are written to.
    pub environment: Environment,
    pub protected: bool,
    /// A namespace that is written to could not be read: its label may say more.
    pub unread: bool,
    /// Why nothing may be written there.
    pub read_only: Option<&'static str>,
}

/// Objects of one kind that go with a target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Along {
    /// `pods`, `configmaps`, `widgets.example.com`
    pub what: String,
    /// `None`: they may not be listed.
    pub count: Option<u64>,
    /// More to say: `1 running`, `2 held by finalizer example.com/keep`.
    pub note: Option<String>,
}

/// A volume that is deleted with its claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Volume {
    pub claim: String,
    /// Empty while it is not bound.
    pub volume: String,
    /// As the claim asks for it: `20Gi`.
    pub size: String,
    /// The volume's reclaim policy is Delete; `None` where it may not be read.
    pub deleted: Option<bool>,
}

/// What the server says to the write when nothing is stored.
#[derive(Debug, Clone, PartialEq)]
pub enum DryRun {
    Passed {
        /// The object as it would be; the Status of a deletion.
        object: Box<serde_json::Value>,
        changes: Vec<Difference>,
        /// The server's warnings.
        warnings: Vec<String>,
    },
    Refused {
        trouble: Trouble,
        /// Field and words, as the server tells its causes.
        causes: Vec<(String, String)>,
        kind: PortErrorKind,
    },
    /// It was not tried, and why.
    NotTried(String),
}

impl DryRun {
    pub fn is_refused(&self) -> bool {
        matches!(self, Self::Refused { .. })
    }
}

/// One object that is written.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    pub write: Write,
    /// `None` for what does not exist yet.
    pub seen: Option<Seen>,
    pub along: Vec<Along>,
    pub volumes: Vec<Volume>,
    /// Who puts it back or changes it again.
    pub keepers: Vec<String>,
    /// What a person should know: finalizers, a run that ends, a name that is taken.
    pub warnings: Vec<String>,
    pub dry_run: DryRun,
    /// Why it may not be written, as the server's review says.
    pub denied: Option<String>,
}

impl Target {
    /// Whether the write would come through, as far as is known.
    pub fn is_possible(&self) -> bool {
        self.denied.is_none() && !self.dry_run.is_refused()
    }
}

/// An object that was asked for and is not written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// `job checkout/settle-28911`
    pub object: String,
    pub why: Missing,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Missing {
    NotThere,
    /// It is already as it is wanted: `is suspended already`.
    AsWanted(&'static str),
    /// A Job that has ended is neither suspended nor resumed.
    Ended,
    Unread(PortError),
}

impl LeftOut {
    pub fn words(&self) -> String {
        match &self.why {
            Missing::NotThere => format!("{} is not there", self.object),
            Missing::AsWanted(how) => format!("{} {how}", self.object),
            Missing::Ended => format!("{} has ended: there is nothing to suspend or resume", self.object),
            Missing::Unread(error) => format!("{}: {}", self.object, error.trouble().words),
        }
    }
}

/// A change that waits for its answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    pub id: ProposalId,
    pub ask: Ask,
    pub place: Place,
    pub targets: Vec<Target>,
    pub left_out: Vec<LeftOut>,
    /// Why nothing of this can be done at all.
    pub refusal: Option<Trouble>,
    /// The sort of that.
    pub refusal_kind: PortErrorKind,
    /// What was different from what was shown before, when the question is put anew.
    pub anew: Vec<String>,
}

impl Proposal {
    pub fn verb(&self) -> Verb {
        self.ask.verb()
    }

    /// The targets that can be written.
    pub fn possible(&self) -> impl Iterator<Item = &Target> {
        self.targets.iter().filter(|target| target.is_possible())
    }

    /// Why the question cannot be answered with yes; `None` if it can.
    pub fn hindrance(&self) -> Option<Trouble> {
        if let Some(refusal) = &self.refusal {
            return Some(refusal.clone());
        }
        if let Some(why) = self.place.read_only {
            return Some(Trouble::new(format!("{} is read-only: {why}", self.place.cluster)));
        }
        if let Wanted::Run(change) = &self.ask.what
            && let Some(why) = change.read_only
        {
            return Some(Trouble::new(format!("{} is read-only: {why}", change.subject)));
        }
        if self.targets.is_empty() {
            let words = self.left_out.first().map_or_else(|| "there is nothing to do".to_owned(), LeftOut::words);
            return Some(Trouble::new(words));
        }
        // What belongs together: one that would be refused stops all before anything is written.
        let whole = self.verb().is_whole();
        let refused = self.targets.iter().find(|target| !target.is_possible());
        let refused = refused.filter(|_| whole || self.possible().next().is_none())?;
        if let Some(why) = &refused.denied {
            return Some(Trouble::new(why.clone()));
        }
        match &refused.dry_run {
            DryRun::Refused { trouble, .. } => Some(trouble.clone()),
            DryRun::Passed { .. } | DryRun::NotTried(_) => None,
        }
    }

    /// How hard the answer must be.
    pub fn level(&self) -> Level {
        if let Wanted::Run(change) = &self.ask.what {
            return change.level();
        }
        let mut names: Vec<String> = self.possible().map(|target| shown_name(&target.write)).collect();
        if let Wanted::Rerun { keys } | Wanted::Trigger { keys, .. } = &self.ask.what
            && keys.len() == names.len()
        {
            names = keys.iter().map(|key| key.name.to_string()).collect();
        }
        Level::of(Stakes {
            verb: self.verb(),
            environment: self.place.environment,
            protected: self.place.protected
                || (self.place.unread && self.place.environment == Environment::Unclassified),
            names: &names,
            cluster: &self.place.cluster,
            namespaces: self.targets.iter().any(|target| target.write.resource.kind == "Namespace"),
        })
    }

    /// Whether it goes on by itself, since a person agreed to it before.
    pub(super) fn is_standing(&self) -> bool {
        matches!(&self.ask.what, Wanted::Run(change) if change.is_standing(&self.targets))
    }

    /// Takes an answer. Only the right one, given to what was on the screen, becomes an [`Approved`].
    ///
    /// # Errors
    /// See [`NotConfirmed`].
    pub fn confirm(&self, answer: &Answer<'_>) -> Result<Approved, NotConfirmed> {
        Approved::of(self, answer)
    }
}

/// The object's name as a person types it.
fn shown_name(write: &Write) -> String {
    match &write.change {
        super::write::Change::Create { manifest } if write.name.is_empty() => super::ask::named(manifest),
        _ => write.name.clone(),
    }
}
