//! What the interactive program asks about runs, and what it is told.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::cost::Cost;
use super::offers::Offers;
use super::variables::Variable;
use super::{Identity, Kind, Phase, Run};
use crate::domain::gate::Ask;
use crate::domain::health::Trouble;
use crate::domain::terraform::plan::Plan;
use crate::domain::terraform::progress::Progress;

/// What is asked. Each answer is a [`RunsNews`].
#[derive(Debug, Clone, PartialEq)]
pub enum RunsEffect {
    /// Somebody looks at the runs, or nobody does any more: they are listed often, or seldom.
    Look(bool),
    /// List them now: something was changed.
    Refresh,
    ReadPlan {
        id: String,
    },
    ReadOutputs {
        id: String,
    },
    /// From its first line; goes on while Terraform writes. An older one ends.
    ReadLog {
        id: String,
        phase: Phase,
    },
    StopLog,
    /// The variables of an environment's module, and what the cluster's last run was given.
    Module {
        environment: String,
        before: Option<String>,
    },
    /// What AWS offers an account in a region.
    Offers {
        account: String,
        region: String,
    },
    /// What it takes to ask for a run.
    Begin {
        serial: u64,
        order: Box<Begin>,
    },
    /// What it takes to take a run's Jobs away.
    CleanUp {
        serial: u64,
        id: String,
        /// Those of its cluster too: every plan, log and state on them.
        takes_volumes: bool,
    },
    /// A run was taken away: it is remembered no longer.
    Forget {
        id: String,
    },
    /// What it takes to agree to a plan.
    Approve {
        serial: u64,
        id: String,
        sha256: String,
        /// What was shown.
        plan: Option<SharedPlan>,
    },
}

/// A run that somebody wants.
#[derive(Debug, Clone, PartialEq)]
pub struct Begin {
    pub kind: Kind,
    pub environment: String,
    pub identity: Identity,
    /// `None`: what the cluster's last run was given.
    pub variables: Option<Map<String, Value>>,
    pub secret: Option<Map<String, Value>>,
    /// The run whose variables are meant.
    pub before: Option<String>,
    pub lock: Option<String>,
    /// The run whose kept state is to be written.
    pub errored: Option<String>,
}

/// A plan that several places look at: two are the same if they are one.
#[derive(Debug, Clone)]
pub struct SharedPlan(pub Arc<Plan>);

impl PartialEq for SharedPlan {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// A module as a form needs it.
#[derive(Debug, Clone, PartialEq)]
pub struct ModuleKnown {
    pub environment: String,
    pub name: String,
    pub variables: Arc<Vec<Variable>>,
    /// What the cluster's last run was given, else the environment's defaults.
    pub given: Map<String, Value>,
    /// `given` is what the cluster has, not what the environment has for new ones.
    pub has_past: bool,
    /// Sensitive variables that it was given may not be read.
    pub is_hidden: bool,
    /// It was given something, and nobody knows what any more.
    pub is_lost: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub enum RunsNews {
    /// Every run, or why they could not be listed.
    Listed(Result<Arc<[Run]>, Trouble>),
    /// Runs as they were when somebody looked last: no cluster has answered yet.
    Remembered(Arc<[Run]>),
    /// How far a run that goes on has come.
    Progress {
        id: String,
        progress: Progress,
    },
    Plan {
        id: String,
        plan: Result<SharedPlan, Trouble>,
    },
    /// About what a plan that was read adds to a month's bill.
    Cost {
        id: String,
        cost: Box<Cost>,
    },
    Offers(Arc<Offers>),
    /// Outputs by name; sensitive ones masked.
    Outputs {
        id: String,
        outputs: Result<Value, Trouble>,
    },
    /// More lines of a log, as Terraform wrote them.
    Log {
        id: String,
        phase: Phase,
        lines: Vec<String>,
    },
    /// The log is at its end, or could not be read.
    LogEnded {
        id: String,
        phase: Phase,
        trouble: Option<Trouble>,
    },
    Module {
        environment: String,
        module: Result<Box<ModuleKnown>, Trouble>,
    },
    /// What a person is to be asked.
    Prepared {
        serial: u64,
        ask: Result<Box<Ask>, Trouble>,
    },
    /// Of a run that was to be taken away nothing is left but what is remembered.
    NothingLeft {
        serial: u64,
        id: String,
    },
    /// What became of a cluster or a run in the registry, in words.
    Settled(String),
    /// Nobody starts what is queued, and why.
    Queue(Option<Trouble>),
}
