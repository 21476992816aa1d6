//! The traits behind which the outside world sits. Adapters implement them; the loop and the subcommands call them.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use tokio::io::AsyncBufRead;
use tokio_util::sync::CancellationToken;

use crate::domain::audit::Record;
use crate::domain::aws::arn::ClusterArn;
use crate::domain::aws::login::LoginKey;
use crate::domain::aws::trouble::LoginTrouble;
use crate::domain::cloud::{CloudDetail, CloudNews, LaneKey, LaneRow};
use crate::domain::cluster::{ClusterInfo, WayIn};
use crate::domain::delta::Delta;
use crate::domain::effect::FleetEffect;
use crate::domain::gate::aws::{AccessKnown, ApprovedMutation};
use crate::domain::gate::{ApprovedWrite, Write};
use crate::domain::health::SessionEvent;
use crate::domain::health::Trouble;
use crate::domain::ids::{ClusterId, Uid};
use crate::domain::logs::LogSource;
use crate::domain::notify::Hook;
use crate::domain::provision::Run;
use crate::domain::provision::cost::Sizes;
use crate::domain::provision::offers::Offers;
use crate::domain::provision::site::ModuleSource;
use crate::domain::registry::{
    Claim, ClusterRecord, Edit, FinishedJob, NotRegistered, Register, Remove, Snapshot, Transition,
};
pub use crate::domain::request::{
    FetchReply, FetchRequest, LogRequest, NotWritten, OpenOptions, PortError, WriteError, WriteReply,
};
use crate::domain::survey::Survey;
use crate::domain::sync::SyncNews;

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

    /// Chooses how a cluster is reached (one of [`ClusterInfo::ways`]), for sessions and questions from now on; a session
    /// that is open goes on as it is. `false` if the cluster has no such way.
    fn choose(&self, _cluster: ClusterId, _way: WayIn) -> bool {
        false
    }

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

/// Where news of AWS go. Calls never block.
pub trait CloudSink: Send + Sync + 'static {
    fn news(&self, news: CloudNews);
}

/// AWS beneath the fleet: who one is there, and what clusters that reaches. The embedded fleet has none.
///
/// Its access entries are changed through the gate for AWS, over the [`AccessPort`] of the same adapter.
pub trait CloudPort: Send + Sync + 'static {
    /// The lane as it is known now, sorted. Contacts nobody; empty until [`CloudPort::watch`] has read the files.
    fn lane(&self) -> Arc<[LaneRow]>;

    /// Looks for clusters and tells what is found, again and again until `cancel` is cancelled: the first look begins
    /// at once, off the caller. Nobody is contacted where nothing gives credentials.
    fn watch(&self, sink: Arc<dyn CloudSink>, cancel: CancellationToken);

    /// Ends the pause between two looks.
    fn look_now(&self);

    /// Forgets what failed and tries anew, for a person who has mended something: every cluster that waits for it
    /// comes back. A profile that was only listed is used from then on. An SSO session means every profile of it.
    /// Returns the caller's ARN.
    fn log_in(&self, login: LaneKey) -> BoxFuture<'static, Result<String, LoginTrouble>>;

    /// The same with a code of the MFA device; asked for once, its session lasts until it ends or the program does.
    fn with_code(&self, login: LoginKey, code: String) -> BoxFuture<'static, Result<String, LoginTrouble>>;

    /// Everything that hangs on one cluster. A part that is refused says so alone.
    fn detail(&self, cluster: ClusterArn) -> BoxFuture<'static, Result<Box<CloudDetail>, PortError>>;
}

/// What AWS offers those who make clusters. Nothing of it changes anything.
pub trait OffersPort: Send + Sync + 'static {
    /// What an account is offered in a region, asked with a login of that account.
    fn offers(&self, account: String, region: String) -> BoxFuture<'static, Offers>;

    /// How large those of `names` are that the region has; others are left out.
    fn sizes(
        &self,
        account: String,
        region: String,
        names: BTreeSet<String>,
    ) -> BoxFuture<'static, Result<Sizes, Trouble>>;
}

/// Where writes are recorded before and after they are sent.
pub trait AuditPort: Send + Sync + 'static {
    /// Appends one line and returns its number once it is on the disk. Fails in words if it cannot be written: then
    /// nothing may be sent.
    fn record(&self, record: Record) -> BoxFuture<'static, Result<u64, Trouble>>;
}

/// The registry of clusters, as a person changes it. Each change stands between two lines of the audit; read-only mode and
/// the login's role refuse it. What changed shows in the fleet's list afterwards.
pub trait RegistryPort: Send + Sync + 'static {
    /// Asks the cluster what it is, if the request says so, and keeps it.
    fn register(&self, request: Register) -> BoxFuture<'static, Result<ClusterRecord, NotRegistered>>;

    /// Changes how the cluster of this name is treated.
    fn edit(&self, name: String, edit: Edit) -> BoxFuture<'static, Result<ClusterRecord, Trouble>>;

    fn remove(&self, request: Remove) -> BoxFuture<'static, Result<(), Trouble>>;
}

/// Who does the work on a cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claimed {
    Mine(Claim),
    /// Somebody else's lease runs.
    Theirs,
}

/// What became of a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    Stored,
    /// It was there already, or is no news.
    Already,
    /// Somebody else took the work over: the result was dropped.
    Stale,
    /// It waits in memory until it can be written.
    Waits,
}

/// A module, read.
#[derive(Debug, Clone)]
pub struct ModuleRead {
    /// `eks`, `trial`, or the folder.
    pub name: String,
    /// Names and texts of the files in which its variables stand.
    pub sources: Vec<(String, String)>,
    /// As a worker takes it, or why none can.
    pub packed: Result<String, Trouble>,
}

/// Terraform modules, those that come with the program and a person's own.
pub trait ModulePort: Send + Sync + 'static {
    fn module(&self, source: ModuleSource) -> BoxFuture<'static, Result<ModuleRead, Trouble>>;

    /// What a run's pod carries out.
    fn script(&self) -> &'static str;
}

/// What keeps the fleet in the background: discovery, logins, the worker that looks at health. It tells of what comes
/// of it through the [`NewsInbox`](crate::runtime::news::NewsInbox) that it was made with.
pub trait FleetDesk: Send + Sync + 'static {
    /// Never waits.
    fn ask(&self, effect: FleetEffect);
}

/// Where results of the sync worker are kept, and who may bring them. `claim` in a call is the one under which the
/// result was made; `None` is for whoever needs none.
pub trait KeepPort: Send + Sync + 'static {
    /// Takes the work on a cluster for so long, or goes on with it.
    fn claim<'a>(&'a self, cluster: &'a str, lease: Duration) -> BoxFuture<'a, Result<Claimed, Trouble>>;

    /// Lets go at once. What cannot be released runs out by itself.
    fn release(&self, claim: Claim) -> BoxFuture<'_, ()>;

    fn snapshot(&self, claim: Option<Claim>, snapshot: Arc<Snapshot>) -> BoxFuture<'_, Result<Kept, Trouble>>;

    fn transition(&self, claim: Option<Claim>, transition: Transition) -> BoxFuture<'_, Result<Kept, Trouble>>;

    fn finished(&self, claim: Option<Claim>, job: Arc<FinishedJob>) -> BoxFuture<'_, Result<Kept, Trouble>>;

    /// How a cluster stands by what was kept last.
    fn standing<'a>(&'a self, cluster: &'a str) -> BoxFuture<'a, Result<Option<Transition>, Trouble>>;

    /// The uids of a cluster's Jobs that are kept already.
    fn known_jobs<'a>(&'a self, cluster: &'a str) -> BoxFuture<'a, Result<Vec<Uid>, Trouble>>;

    /// Rolls up what is old; Unix milliseconds.
    fn tidy(&self, now_ms: i64) -> BoxFuture<'_, Result<(), Trouble>>;

    /// Why results wait in memory; `None` while everything is written.
    fn waiting(&self) -> Option<Trouble>;
}

/// Where the sync worker's news go. Calls never block.
pub trait SyncSink: Send + Sync + 'static {
    fn news(&self, news: SyncNews);
}

/// Clusters that a session watches, added up from its rows: nobody lists what is known.
pub trait WatchedPort: Send + Sync + 'static {
    /// `None` for a cluster without a live session.
    fn survey(&self, cluster: ClusterId) -> Option<Survey>;
}

/// Where Terraform runs are kept beyond their Jobs, and what follows from their end.
pub trait KeptRunsPort: Send + Sync + 'static {
    /// Every run that is remembered, the one that changed last first.
    fn kept(&self) -> BoxFuture<'_, Result<Vec<Run>, Trouble>>;

    fn keep(&self, runs: Vec<Run>) -> BoxFuture<'_, Result<(), Trouble>>;

    fn forget(&self, id: String) -> BoxFuture<'_, Result<(), Trouble>>;

    /// A run made a cluster: it is registered, once. False if that was done before.
    fn made(&self, run: Run) -> BoxFuture<'_, Result<bool, Trouble>>;

    /// A run destroyed a cluster: it is taken out, once. False if that was done before.
    fn gone(&self, run: Run) -> BoxFuture<'_, Result<bool, Trouble>>;
}

/// Sends notices out of the program.
pub trait HookPort: Send + Sync + 'static {
    /// One try. No words of an error show the address or a secret.
    fn post(&self, hook: Arc<Hook>, body: Vec<u8>) -> BoxFuture<'_, Result<(), NotPosted>>;
}

/// Why a notice did not go out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotPosted {
    pub trouble: Trouble,
    /// Another try may come through.
    pub again: bool,
}
