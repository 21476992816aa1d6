//! What can be asked of one cluster, and how it may fail.

use std::sync::Arc;
use std::time::Duration;

use super::event::EventRow;
use super::gate::{ApprovedWrite, Resource, Rights};
use super::health::Trouble;
use super::ids::{KindId, ObjectKey, Uid};
use super::job::JobRow;
use super::registry::{Check, FinishedJob};
use super::schema::Schema;
use super::survey::{SpaceLabels, Survey};

/// How a cluster is opened.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OpenOptions {
    /// Namespaces given by flag or configuration: what to fall back to when neither a cluster-wide list nor a list of
    /// namespaces is allowed.
    pub namespaces: Vec<Arc<str>>,
    /// Kinds to watch; empty is every kind of the deck.
    pub kinds: Vec<KindId>,
}

/// A question to one cluster, answered once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FetchRequest {
    /// The whole object as JSON, managedFields taken out.
    Object { kind: KindId, key: ObjectKey },
    /// Any object by its REST path, such as `/api/v1/namespaces/x/resourcequotas`.
    Path { path: String },
    /// Events of these objects of one namespace, newest last. Fails as the first object's question fails.
    Events { namespace: Arc<str>, objects: Vec<Uid> },
    /// The server's clock, by its `Date` header.
    Clock,
    /// Objects of a collection by its REST path, of which nothing but the metadata is wanted.
    Metadata { path: String },
    /// Every resource that the server serves.
    Resources,
    /// As whom the server knows us (SelfSubjectReview).
    WhoAmI,
    /// What may be written, in a namespace or (empty) over the whole cluster: a SelfSubjectAccessReview for each right.
    Rights { namespace: Arc<str> },
    /// What the objects of a group and version look like, by the server's OpenAPI document.
    Schema { api_version: String },
    /// One look at the whole cluster.
    Survey { labels: Arc<SpaceLabels> },
    /// The health checks that fail.
    Checks,
    /// A Job that ended: why, and the end of its log.
    FinishedJob { job: Arc<JobRow> },
    /// May I? (SelfSubjectAccessReview)
    Access { verb: String, group: String, resource: String, subresource: String, namespace: String, name: String },
}

#[derive(Debug, Clone, PartialEq)]
pub enum FetchReply {
    Object(Box<serde_json::Value>),
    Events(Vec<EventRow>),
    /// Unix seconds; `None` where the server does not tell.
    Clock {
        seconds: Option<i64>,
    },
    Access {
        allowed: bool,
        reason: String,
    },
    Resources(Served),
    User {
        name: String,
        /// The IAM identity, where the cluster was told of one.
        arn: Option<String>,
    },
    Rights(Rights),
    Schema(Arc<Schema>),
    Survey(Box<Survey>),
    Checks(Vec<Check>),
    FinishedJob(Box<FinishedJob>),
}

/// What a server serves.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Served {
    pub resources: Vec<ServedResource>,
    /// Groups whose own server does not answer.
    pub unread: Vec<String>,
}

/// A resource of the API, as discovery tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServedResource {
    pub resource: Resource,
    pub verbs: Vec<String>,
}

/// What a server said to a write, or to its dry run.
#[derive(Debug, Clone, PartialEq)]
pub struct WriteReply {
    /// The object as it is now, or the Status of a deletion; managedFields taken out.
    pub object: Box<serde_json::Value>,
    /// The server's warnings, cleaned.
    pub warnings: Vec<String>,
}

/// Why a write did not come through, or may not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{error}")]
pub struct WriteError {
    pub error: PortError,
    /// Field and words, as the server's Status tells its causes.
    pub causes: Vec<(String, String)>,
    /// `reason` of the Status: `AlreadyExists`, `Invalid`; empty where there is none.
    pub reason: String,
    /// The server may have done it all the same: it was sent and no answer came.
    pub may_be_done: bool,
}

/// What went wrong with one request, sorted by what a caller does about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PortError {
    #[error("{}", .0.words)]
    NotFound(Trouble),
    #[error("{}", .0.words)]
    Forbidden(Trouble),
    #[error("{}", .0.words)]
    Unauthorised(Trouble),
    #[error("{}", .0.words)]
    Conflict(Trouble),
    /// 410: the resourceVersion or continue token is too old; list anew.
    #[error("{}", .0.words)]
    Gone(Trouble),
    /// 429, and 503 of an API server that is starting or ending: ask again, not before the time the server named.
    #[error("{}", .0.words)]
    Busy(Trouble, Option<Duration>),
    #[error("{}", .0.words)]
    Unreachable(Trouble),
    /// The server answered something that is not Kubernetes, or said no in another way.
    #[error("{}", .0.words)]
    Refused(Trouble),
    #[error("{}", .0.words)]
    Broken(Trouble),
}

/// The sorts of [`PortError`] that a caller tells apart by an exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PortErrorKind {
    NotFound,
    Forbidden,
    Conflict,
    Unreachable,
    #[default]
    Other,
}

impl PortError {
    pub fn kind(&self) -> PortErrorKind {
        match self {
            Self::NotFound(_) => PortErrorKind::NotFound,
            Self::Forbidden(_) | Self::Unauthorised(_) => PortErrorKind::Forbidden,
            Self::Conflict(_) => PortErrorKind::Conflict,
            Self::Unreachable(_) => PortErrorKind::Unreachable,
            Self::Gone(_) | Self::Busy(..) | Self::Refused(_) | Self::Broken(_) => PortErrorKind::Other,
        }
    }

    pub fn trouble(&self) -> &Trouble {
        match self {
            Self::NotFound(trouble)
            | Self::Forbidden(trouble)
            | Self::Unauthorised(trouble)
            | Self::Conflict(trouble)
            | Self::Gone(trouble)
            | Self::Busy(trouble, _)
            | Self::Unreachable(trouble)
            | Self::Refused(trouble)
            | Self::Broken(trouble) => trouble,
        }
    }
}

/// An approved write that did not come through.
#[derive(Debug)]
pub struct NotWritten {
    pub error: WriteError,
    /// The approval, where the object was there in a newer version than the patch is made for: it was not spent.
    pub unspent: Option<ApprovedWrite>,
}

/// Which part of a container's log is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LogRequest {
    /// RFC 3339 with nanoseconds cut to the second the server rounds to; the caller drops doubles.
    pub since_time: Option<jiff::Timestamp>,
    pub since_seconds: Option<i64>,
    pub tail_lines: Option<i64>,
    pub previous: bool,
    pub follow: bool,
}
