//! What happens to a thing, in one word: each stands in one kind, however many things are done to it.

use super::{Action, ResourceChange};

/// In the order of how hard it is to take back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ActionKind {
    Destroy,
    Replace,
    /// A newer Terraform does something that is not known here.
    Other,
    Forget,
    Update,
    Create,
    Import,
    Move,
    Read,
    Stays,
}

impl ActionKind {
    pub const ALL: [Self; 10] = [
        Self::Destroy,
        Self::Replace,
        Self::Other,
        Self::Forget,
        Self::Update,
        Self::Create,
        Self::Import,
        Self::Move,
        Self::Read,
        Self::Stays,
    ];

    /// What is done to it comes before where it comes from.
    pub fn of(change: &ResourceChange) -> Self {
        match Self::from(&change.action) {
            Self::Stays if change.imported.is_some() => Self::Import,
            Self::Stays if change.moved_from.is_some() => Self::Move,
            kind => kind,
        }
    }

    pub fn word(self) -> &'static str {
        match self {
            Self::Destroy => "destroy",
            Self::Replace => "replace",
            Self::Other => "unknown",
            Self::Forget => "forget",
            Self::Update => "update",
            Self::Create => "create",
            Self::Import => "import",
            Self::Move => "move",
            Self::Read => "read",
            Self::Stays => "stays",
        }
    }

    /// One cell.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Destroy => "-",
            Self::Replace => "±",
            Self::Other => "?",
            Self::Forget => ".",
            Self::Update => "~",
            Self::Create => "+",
            Self::Import => "←",
            Self::Move => "»",
            Self::Read => "↓",
            Self::Stays => "=",
        }
    }
}

impl From<&Action> for ActionKind {
    fn from(action: &Action) -> Self {
        match action {
            Action::NoOp => Self::Stays,
            Action::Create | Action::CreateForget => Self::Create,
            Action::Read => Self::Read,
            Action::Update => Self::Update,
            Action::Delete => Self::Destroy,
            Action::Replace { .. } => Self::Replace,
            Action::Forget => Self::Forget,
            Action::Other(_) => Self::Other,
        }
    }
}
