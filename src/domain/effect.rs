//! What `update` asks the runtime to do: plain, comparable data.

use std::sync::Arc;

use super::aws::arn::ClusterArn;
use super::aws::login::LoginKey;
use super::cloud::LaneKey;
use super::cluster::WayIn;
use super::draft::{Draft, DraftId};
use super::gate::aws::{AccessAsk, ApprovedAccess};
use super::gate::{Approved, Ask};
use super::ids::{ClusterId, KindId, ObjectKey, Uid};
use super::log_view::{LogQuery, Seek};
use super::logs::{LogOptions, LogSourceSpec};
use super::notify::Ring;
use super::provision::news::RunsEffect;
use super::registry::{Edit, Register, Remove};
use super::request::FetchRequest;
use super::survey::Survey;
use super::sync::Target;

/// Names a task: starting one under a key that is taken replaces the older one, whose replies are dropped.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TaskKey {
    pub cluster: ClusterId,
    pub kind: Option<KindId>,
    pub purpose: Purpose,
}

/// What a task is for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// The session that watches a cluster.
    Session,
    /// The object behind the open detail layer.
    DetailObject,
    /// Events of the object behind the open detail layer.
    DetailEvents,
    /// Quotas of the namespace behind the open detail layer.
    DetailQuotas,
    /// What one may write in a namespace, or (empty) over the cluster.
    Rights(Arc<str>),
    /// What a change would do.
    Proposal,
    /// The CronJob that a form names.
    FormCronJob,
    /// An object that is opened in the editor.
    Open { key: ObjectKey, opens: Opens },
    /// Events that explain a row, by the object's uid.
    RowEvents(Uid),
    /// The schema of an apiVersion.
    Schema(String),
}

/// What an object is opened as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Opens {
    /// To be changed.
    Edit,
    /// As a new one like it.
    Clone,
    /// As the version that somebody else made of what is edited.
    Theirs,
}

/// One thing to be done outside the model.
#[derive(Debug, PartialEq)]
pub enum Effect {
    Quit,
    /// Give the terminal back and stop, as `ctrl-z` does.
    Suspend,
    /// Clear the terminal and draw everything.
    Repaint,
    /// Turn mouse reporting on or off.
    Mouse(bool),
    Open(ClusterId),
    Close(ClusterId),
    RetryNow(ClusterId),
    AnswerConsent {
        cluster: ClusterId,
        fingerprint: String,
        agreed: bool,
    },
    Fetch {
        task: TaskKey,
        request: FetchRequest,
    },
    Cancel(TaskKey),
    /// Ask the cluster what a change would do. `anew`: what was different from what had been shown.
    Propose {
        serial: u64,
        ask: Ask,
        anew: Vec<String>,
    },
    /// Carry out what was answered rightly.
    Execute {
        serial: u64,
        approved: Approved,
    },
    /// End what is carried out behind the object that is being written.
    StopWriting,
    /// Read a file of manifests for the editor.
    ReadFile {
        path: String,
    },
    /// To the clipboard, by OSC 52.
    Copy(String),
    /// Tell a person who looks elsewhere, as a rule for notices asks.
    Ring(Ring, String),
    /// Remember which clusters are open, for the next start.
    RememberOpen(Vec<String>),
    Logs(LogEffect),
    Fleet(FleetEffect),
    Draft(DraftEffect),
    /// Give the terminal to `$VISUAL` or `$EDITOR` with this text, and take both back.
    ExternalEditor {
        text: String,
    },
}

/// What happens to a text that was not submitted.
#[derive(Debug, Clone, PartialEq)]
pub enum DraftEffect {
    /// Written to disk; what the draft held before is replaced whole.
    Keep(Box<Draft>),
    /// Submitted or thrown away.
    Forget(DraftId),
}

/// What is asked of the background that keeps the fleet. What has a `serial` is answered by a
/// [`FleetAnswer`](super::fleet::FleetAnswer) of the same number.
#[derive(Debug, PartialEq)]
pub enum FleetEffect {
    /// These are the clusters that are looked at from now on.
    Targets(Vec<Target>),
    /// What a session sees of its cluster: it need not be listed.
    Watched { cluster: ClusterId, survey: Box<Survey> },
    /// Look at these clusters now.
    Sync(Vec<ClusterId>),
    /// Ask AWS for what hangs on a cluster.
    Detail { cluster: ClusterId, arn: ClusterArn },
    /// Look for clusters at AWS now.
    Discover,
    /// Try a login again: what waits for it comes back.
    LoginAgain(LaneKey),
    /// Log in with the code of an MFA device.
    MfaCode { login: LoginKey, code: String },
    /// Reach a cluster another way from now on.
    Choose { cluster: ClusterId, way: WayIn },
    /// Put a cluster into the registry.
    Register { serial: u64, request: Box<Register> },
    /// Change how the registered cluster of this name is treated.
    Edit { serial: u64, name: String, edit: Edit },
    /// Take a cluster out of the registry.
    Remove { serial: u64, request: Remove },
    /// Read what a change of access would do.
    ProposeAccess { serial: u64, ask: AccessAsk },
    /// Carry out what was answered rightly.
    ChangeAccess { serial: u64, approved: ApprovedAccess },
    /// About Terraform runs.
    Runs(RunsEffect),
}

/// What the log engine is asked.
#[derive(Debug, Clone, PartialEq)]
pub enum LogEffect {
    /// What to read. `fresh` starts over; else the lines that came in stay, and streams that go on are untouched.
    Read {
        sources: Vec<LogSourceSpec>,
        options: LogOptions,
        fresh: bool,
    },
    Stop,
    Query(LogQuery),
    Seek(Seek),
    Pause(bool),
    Clear,
    Save {
        path: String,
    },
}
