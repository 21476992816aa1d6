//! What a plan does with one thing, and why.

/// Of `change.actions`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    NoOp,
    Create,
    Read,
    Update,
    Delete,
    Replace {
        /// The new one is there before the old one goes.
        create_first: bool,
    },
    /// It leaves the state, and goes on to exist.
    Forget,
    /// A new one is made; the old one leaves the state and goes on to exist.
    CreateForget,
    /// A newer Terraform does something that is not known here.
    Other(String),
}

impl Action {
    /// From the list in the file.
    pub fn of(actions: &[String]) -> Self {
        let actions: Vec<&str> = actions.iter().map(String::as_str).collect();
        match actions.as_slice() {
            ["no-op"] => Self::NoOp,
            ["create"] => Self::Create,
            ["read"] => Self::Read,
            ["update"] => Self::Update,
            ["delete"] => Self::Delete,
            ["delete", "create"] => Self::Replace { create_first: false },
            ["create", "delete"] => Self::Replace { create_first: true },
            ["forget"] => Self::Forget,
            ["create", "forget"] => Self::CreateForget,
            others => Self::Other(others.join(", ")),
        }
    }

    pub fn creates(&self) -> bool {
        matches!(self, Self::Create | Self::Replace { .. } | Self::CreateForget)
    }

    pub fn destroys(&self) -> bool {
        matches!(self, Self::Delete | Self::Replace { .. })
    }

    pub fn forgets(&self) -> bool {
        matches!(self, Self::Forget | Self::CreateForget)
    }

    /// As Terraform marks it.
    pub fn sign(&self) -> &'static str {
        match self {
            Self::NoOp => " ",
            Self::Create => "+",
            Self::Read => "<=",
            Self::Update => "~",
            Self::Delete => "-",
            Self::Replace { create_first: false } => "-/+",
            Self::Replace { create_first: true } => "+/-",
            Self::Forget => ".",
            Self::CreateForget => "+/.",
            Self::Other(_) => "?",
        }
    }

    pub fn words(&self) -> String {
        match self {
            Self::NoOp => "stays as it is",
            Self::Create => "will be created",
            Self::Read => "will be read",
            Self::Update => "will be updated in place",
            Self::Delete => "will be destroyed",
            Self::Replace { create_first: false } => "will be destroyed, then created anew",
            Self::Replace { create_first: true } => "will be created anew, then the old one destroyed",
            Self::Forget => "leaves the state and goes on to exist",
            Self::CreateForget => "will be created anew; the old one leaves the state and goes on to exist",
            Self::Other(actions) => return format!("{actions}: not known to this version of eksdeck"),
        }
        .to_owned()
    }
}

/// `action_reason`, as words that follow the action's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason(pub String);

impl Reason {
    /// The words for a reason of the file; one that is not known is told as it stands.
    pub fn words(&self) -> String {
        match self.0.as_str() {
            "replace_because_tainted" => "it is tainted: its creation failed half-way",
            "replace_because_cannot_update" => "a changed attribute cannot be updated in place",
            "replace_by_request" => "its replacement was asked for",
            "replace_by_triggers" => "replace_triggered_by",
            "delete_because_no_resource_config" => "it is no longer in the configuration",
            "delete_because_no_module" => "its module is no longer in the configuration",
            "delete_because_wrong_repetition" => "count or for_each is used otherwise than before",
            "delete_because_count_index" => "its index is beyond the count",
            "delete_because_each_key" => "its key is no longer in for_each",
            "delete_because_no_move_target" => "it was moved to an address that is not in the configuration",
            "read_because_config_unknown" => "its arguments are known after the apply",
            "read_because_dependency_pending" => "what it depends on changes first",
            "read_because_check_nested" => "a check reads it",
            other => return other.replace('_', " "),
        }
        .to_owned()
    }
}
