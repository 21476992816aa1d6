//! The traits behind which the outside world sits. Adapters implement them; the loop and the subcommands call them.

use std::sync::Arc;

use futures::future::BoxFuture;
use tokio::io::AsyncBufRead;
use tokio_util::sync::CancellationToken;

use crate::domain::audit::Record;
use crate::domain::aws::arn::ClusterArn;
use crate::domain::cluster::ClusterInfo;
use crate::domain::delta::Delta;
use crate::domain::gate::aws::{AccessKnown, ApprovedMutation};
use crate::domain::gate::{ApprovedWrite, Write};
use crate::domain::health::SessionEvent;
use crate::domain::health::Trouble;
use crate::domain::ids::ClusterId;
use crate::domain::logs::LogSource;
pub use crate::domain::request::{
    FetchReply, FetchRequest, LogRequest, NotWritten, OpenOptions, PortError, WriteError, WriteReply,
};

/// Where sessions put what they see. Calls never block and never fail; the loop's inbox coalesces rows.
pub trait SessionSink: Send + Sync + 'static {
    fn deltas(&self, cluster: ClusterId, deltas: Vec<Delta>);
    fn event(&self, cluster: ClusterId, event: SessionEvent);
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

/// What the gate alone holds: the clusters with a way to change them.
pub trait WritePort: FleetPort {
    /// Asks the server what it would say to a write; nothing is stored (`dryRun=All`).
    fn dry_run(&self, cluster: ClusterId, write: Write) -> BoxFuture<'static, Result<WriteReply, WriteError>>;

    /// Carries out one approved write, in the cluster that it names. Only the gate calls this, between the two lines of the audit.
    fn write(&self, write: ApprovedWrite) -> BoxFuture<'static, Result<WriteReply, NotWritten>>;
}

/// What the gate for AWS alone holds: who may enter EKS clusters, with a way to change it.
pub trait AccessPort: Send + Sync + 'static {
    /// Who may enter a cluster, and who asks.
    fn known(&self, cluster: ClusterArn) -> BoxFuture<'static, Result<AccessKnown, PortError>>;

    /// Carries out one approved request. Only the gate calls this, between the two lines of the audit.
    fn mutate(&self, mutation: ApprovedMutation) -> BoxFuture<'static, Result<(), WriteError>>;
}

/// Where writes are recorded before and after they are sent.
pub trait AuditPort: Send + Sync + 'static {
    /// Appends one line and returns its number once it is on the disk. Fails in words if it cannot be written: then
    /// nothing may be sent.
    fn record(&self, record: Record) -> BoxFuture<'static, Result<u64, Trouble>>;
}
