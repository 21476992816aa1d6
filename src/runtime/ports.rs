//! The traits behind which the outside world sits. Adapters implement them; the loop and the subcommands call them.

use std::sync::Arc;

use futures::future::BoxFuture;
use tokio::io::AsyncBufRead;
use tokio_util::sync::CancellationToken;

use crate::domain::cluster::ClusterInfo;
use crate::domain::delta::Delta;
use crate::domain::event::EventRow;
use crate::domain::health::{SessionEvent, Trouble};
use crate::domain::ids::{ClusterId, KindId, ObjectKey, Uid};
use crate::domain::logs::LogSource;

/// Where sessions put what they see. Calls never block and never fail; the loop's inbox coalesces rows.
pub trait SessionSink: Send + Sync + 'static {
    fn deltas(&self, cluster: ClusterId, deltas: Vec<Delta>);
    fn event(&self, cluster: ClusterId, event: SessionEvent);
}

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
    /// Events of one object, newest last.
    Events { namespace: Arc<str>, uid: Uid },
    /// May I? (SelfSubjectAccessReview)
    Access { verb: String, group: String, resource: String, subresource: String, namespace: String },
}

#[derive(Debug, Clone, PartialEq)]
pub enum FetchReply {
    Object(Box<serde_json::Value>),
    Events(Vec<EventRow>),
    Access { allowed: bool, reason: String },
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

/// A container's log as bytes; every line begins with its RFC 3339 timestamp and a space.
pub type LogReader = Box<dyn AsyncBufRead + Send + Unpin>;

/// Every cluster that is known, and the ways to ask them.
pub trait FleetPort: Send + Sync + 'static {
    /// In the order of their `ClusterId`s.
    fn clusters(&self) -> Vec<ClusterInfo>;

    /// Starts a session that reports to `sink` until `cancel` is cancelled. It never gives up by itself.
    fn open(&self, cluster: ClusterId, options: OpenOptions, sink: Arc<dyn SessionSink>, cancel: CancellationToken);

    /// Ends the waiting of a session that backs off.
    fn retry_now(&self, cluster: ClusterId);

    /// Answers `SessionEvent::ConsentNeeded`; an agreement is remembered on disk.
    fn answer_consent(&self, cluster: ClusterId, fingerprint: String, agreed: bool);

    /// One question; dropping the future abandons it. Opens the client if no session has.
    fn fetch(&self, cluster: ClusterId, request: FetchRequest) -> BoxFuture<'static, Result<FetchReply, PortError>>;

    /// Opens one container's log.
    fn open_log(&self, source: LogSource, request: LogRequest) -> BoxFuture<'static, Result<LogReader, PortError>>;
}
