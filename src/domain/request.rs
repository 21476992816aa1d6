//! What can be asked of one cluster, and how it may fail.

use std::sync::Arc;
use std::time::Duration;

use super::event::EventRow;
use super::health::Trouble;
use super::ids::{KindId, ObjectKey, Uid};
use super::schema::Schema;

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
    /// What the objects of a group and version look like, by the server's OpenAPI document.
    Schema { api_version: String },
    /// May I? (SelfSubjectAccessReview)
    Access { verb: String, group: String, resource: String, subresource: String, namespace: String },
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
    Schema(Arc<Schema>),
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

impl PortError {
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
