//! The health of a cluster's session and of each of its watches, told in words with the command that mends it.

use std::sync::Arc;
use std::time::Duration;

use super::delta::Scope;
use super::ids::KindId;

/// Why something does not work, in a form that a person can act on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Trouble {
    /// One line, no control characters, secrets masked: "certificate expired 3 days ago".
    pub words: String,
    /// A command or step that mends it, copyable: `aws sso login --profile prod`. `None` when nobody knows one.
    pub remedy: Option<String>,
}

impl Trouble {
    pub fn new(words: impl Into<String>) -> Self {
        Self { words: words.into(), remedy: None }
    }

    pub fn with_remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = Some(remedy.into());
        self
    }

    /// For a shell's line: `certificate expired (renew it)`.
    pub fn told(&self) -> String {
        match &self.remedy {
            Some(remedy) => format!("{} ({remedy})", self.words),
            None => self.words.clone(),
        }
    }

    /// For a row of a screen: `certificate expired · renew it`.
    pub fn in_a_line(&self) -> String {
        match &self.remedy {
            Some(remedy) => format!("{} · {remedy}", self.words),
            None => self.words.clone(),
        }
    }
}

/// Where a session stands. Times are Unix milliseconds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Health {
    /// Known, not opened: `enter` opens it.
    #[default]
    NotOpened,
    /// An exec plugin must be agreed to before it is run.
    NeedsConsent,
    Connecting {
        since_ms: i64,
    },
    Live,
    /// Was live; rows on screen are of `since_ms`. Reconnects at `retry_ms`.
    Stale {
        since_ms: i64,
        retry_ms: i64,
        trouble: Trouble,
    },
    /// 401 or a credential that cannot be had. Retried at `retry_ms`, and at once on request.
    Unauthorised {
        retry_ms: i64,
        trouble: Trouble,
    },
    /// Never reached since it was opened.
    Unreachable {
        retry_ms: i64,
        trouble: Trouble,
    },
    /// The configuration itself is broken (no such user, bad certificate data): no retry helps.
    Broken {
        trouble: Trouble,
    },
}

impl Health {
    /// What is wrong, where something is.
    pub fn trouble(&self) -> Option<&Trouble> {
        match self {
            Self::Stale { trouble, .. }
            | Self::Unauthorised { trouble, .. }
            | Self::Unreachable { trouble, .. }
            | Self::Broken { trouble } => Some(trouble),
            Self::NotOpened | Self::NeedsConsent | Self::Connecting { .. } | Self::Live => None,
        }
    }
}

/// How a kind is seen in one cluster.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum WatchState {
    #[default]
    Idle,
    /// The first list is under way.
    Loading,
    Live,
    /// Rows are of `since_ms` (Unix milliseconds).
    Stale {
        since_ms: i64,
        trouble: Trouble,
    },
    /// 403 over the cluster and nothing to fall back to.
    Forbidden {
        trouble: Trouble,
    },
    /// The server does not have this kind.
    Absent,
}

/// Connections in use, each with its limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Connections {
    /// To this cluster.
    pub open: usize,
    pub limit: usize,
    /// To all clusters together.
    pub open_in_all: usize,
    pub limit_in_all: usize,
}

/// What a session tells the loop. Everything carries the cluster beside it.
#[derive(Debug, Clone, PartialEq)]
pub enum SessionEvent {
    Health(Health),
    /// `gitVersion` of /version, such as `v1.34.4-eks-abc`.
    Version {
        git_version: String,
    },
    /// Round trip of the last probe.
    Latency(Duration),
    Watch {
        kind: KindId,
        state: WatchState,
    },
    /// The kinds are seen in these namespaces only (`None`: over the whole cluster).
    Scope {
        namespaces: Option<Vec<Arc<str>>>,
    },
    /// One kind is seen in these namespaces only (`None`: wherever the server lets it be listed).
    Seen {
        kind: KindId,
        namespaces: Option<Vec<Arc<str>>>,
    },
    /// TLS certificates are not checked: a lasting badge, and no writes.
    Insecure,
    Connections(Connections),
    /// An exec plugin asks for consent; answered by `Effect::AnswerConsent`.
    ConsentNeeded(super::consent::ConsentRequest),
    /// Who the server says we are (SelfSubjectReview), once known.
    Identity {
        user: String,
    },
    /// What a namespace scope or a decode could not show, said once: "12 pods could not be decoded: …".
    Note(String),
}

/// A scope in words: "all namespaces" or the namespace's name.
pub fn scope_words(scope: &Scope) -> &str {
    match scope {
        Scope::Cluster => "all namespaces",
        Scope::Namespace(name) => name,
    }
}
