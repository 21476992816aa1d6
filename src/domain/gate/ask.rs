//! What a person asks for, before anything was read.

use std::sync::Arc;

use serde_json::Value;

use super::run::RunChange;
use crate::domain::ids::{ClusterId, KindId, ObjectKey};

/// What becomes of the objects that a deleted object owns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Propagation {
    /// The object goes at once, what it owns after it.
    #[default]
    Background,
    /// What it owns goes first.
    Foreground,
    /// What it owns stays.
    Orphan,
}

impl Propagation {
    pub const ALL: [Self; 3] = [Self::Background, Self::Foreground, Self::Orphan];

    /// As DeleteOptions has it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Background => "Background",
            Self::Foreground => "Foreground",
            Self::Orphan => "Orphan",
        }
    }

    /// The next of the three, round.
    pub fn next(self) -> Self {
        match self {
            Self::Background => Self::Foreground,
            Self::Foreground => Self::Orphan,
            Self::Orphan => Self::Background,
        }
    }
}

/// What is done, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Verb {
    Create,
    Replace,
    Delete,
    Suspend,
    Resume,
    Rerun,
    Trigger,
    Label,
    Grant,
    Revoke,
    /// Ask for a Terraform plan.
    Plan,
    /// Agree to a plan that is there.
    Approve,
    /// End a run.
    Stop,
    /// Give a queued run another place.
    Move,
    /// Free a state's lock.
    Unlock,
    CleanUp,
    /// What a person agreed to before goes on.
    Proceed,
    /// Files of a run are read.
    Read,
}

impl Verb {
    /// For titles and the audit: `delete`, `re-run`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Replace => "replace",
            Self::Delete => "delete",
            Self::Suspend => "suspend",
            Self::Resume => "resume",
            Self::Rerun => "re-run",
            Self::Trigger => "trigger",
            Self::Label => "label",
            Self::Grant => "grant",
            Self::Revoke => "revoke",
            Self::Plan => "plan",
            Self::Approve => "approve",
            Self::Stop => "stop",
            Self::Move => "move",
            Self::Unlock => "unlock",
            Self::CleanUp => "clean up",
            Self::Proceed => "proceed",
            Self::Read => "read",
        }
    }

    /// What was done: `deleted`.
    pub fn done(self) -> &'static str {
        match self {
            Self::Create => "created",
            Self::Replace => "replaced",
            Self::Delete => "deleted",
            Self::Suspend => "suspended",
            Self::Resume => "resumed",
            Self::Rerun | Self::Trigger => "created",
            Self::Label => "labelled",
            Self::Grant => "granted",
            Self::Revoke => "revoked",
            Self::Plan => "asked for",
            Self::Approve => "approved",
            Self::Stop => "stopped",
            Self::Move => "moved",
            Self::Unlock => "unlocking",
            Self::CleanUp => "cleaned up",
            Self::Proceed => "started",
            Self::Read => "read",
        }
    }

    /// Its objects belong together: one that does not come through ends it.
    pub fn is_whole(self) -> bool {
        matches!(self, Self::Create | Self::Replace | Self::Plan | Self::Approve | Self::Unlock | Self::Read)
    }
}

/// A change that is wanted in one cluster. The gate turns it into writes, one for each object.
#[derive(Debug, Clone, PartialEq)]
pub struct Ask {
    pub cluster: ClusterId,
    pub what: Wanted,
    /// How many of the objects the filter hides from the person who asks.
    pub hidden: usize,
}

impl Ask {
    /// The same with a line more that is to be known before the answer, if it is about a run.
    #[must_use]
    pub fn with_notes(mut self, note: Option<String>) -> Self {
        if let Wanted::Run(change) = &mut self.what {
            change.notes.extend(note);
        }
        self
    }
}

#[derive(Debug, Clone, PartialEq)]
pub enum Wanted {
    /// Jobs, CronJobs or namespaces go.
    Delete { kind: KindId, keys: Vec<ObjectKey>, propagation: Propagation },
    /// Jobs or CronJobs are suspended, or resumed.
    Suspend { kind: KindId, keys: Vec<ObjectKey>, suspended: bool },
    /// A new Job like each of these Jobs.
    Rerun { keys: Vec<ObjectKey> },
    /// A new Job from each of these CronJobs. `suffix` ends the new names; letters and digits.
    Trigger { keys: Vec<ObjectKey>, suffix: Arc<str> },
    /// Labels of a namespace; `None` takes one away.
    Label { namespace: Arc<str>, labels: Vec<(String, Option<String>)> },
    /// Manifests as they are, in order. Those without a namespace go into `namespace`.
    Submit { manifests: Vec<Value>, namespace: Arc<str>, mode: Mode },
    /// Something about a Terraform run.
    Run(Box<RunChange>),
}

/// What is done with a manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// The object is new.
    Create,
    /// The object is there; the manifest's resourceVersion says which version was edited.
    Replace,
}

impl Ask {
    pub fn verb(&self) -> Verb {
        match &self.what {
            Wanted::Delete { .. } => Verb::Delete,
            Wanted::Suspend { suspended: true, .. } => Verb::Suspend,
            Wanted::Suspend { suspended: false, .. } => Verb::Resume,
            Wanted::Rerun { .. } => Verb::Rerun,
            Wanted::Trigger { .. } => Verb::Trigger,
            Wanted::Label { .. } => Verb::Label,
            Wanted::Submit { mode: Mode::Create, .. } => Verb::Create,
            Wanted::Submit { mode: Mode::Replace, .. } => Verb::Replace,
            Wanted::Run(change) => change.verb,
        }
    }

    /// The objects that are named before anything was read.
    pub fn names(&self) -> Vec<String> {
        match &self.what {
            Wanted::Delete { keys, .. }
            | Wanted::Suspend { keys, .. }
            | Wanted::Rerun { keys }
            | Wanted::Trigger { keys, .. } => keys.iter().map(ToString::to_string).collect(),
            Wanted::Label { namespace, .. } => vec![namespace.to_string()],
            Wanted::Submit { manifests, .. } => manifests.iter().map(named).collect(),
            Wanted::Run(change) => change.writes.iter().map(|write| write.name.clone()).collect(),
        }
    }

    /// How a deletion treats what its objects own, if this is one where that matters.
    pub fn propagation(&mut self) -> Option<&mut Propagation> {
        match &mut self.what {
            Wanted::Delete { kind: KindId::Namespace, .. } => None,
            Wanted::Delete { propagation, .. } => Some(propagation),
            _ => None,
        }
    }
}

/// `metadata.name`, or `generateName` with a star.
pub fn named(manifest: &Value) -> String {
    let field = |name: &str| manifest.pointer(name).and_then(Value::as_str);
    match (field("/metadata/name"), field("/metadata/generateName")) {
        (Some(name), _) => name.to_owned(),
        (None, Some(prefix)) => format!("{prefix}*"),
        (None, None) => String::new(),
    }
}
