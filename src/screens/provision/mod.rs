//! Clusters by Terraform: which there are, a run, its plan, the form that begins one.

pub mod form;
pub mod list;
pub mod plan;
pub mod run;
mod search;
pub mod update;
pub mod view;

use std::collections::HashMap;
use std::sync::Arc;

use crate::domain::age::Age;
use crate::domain::filter::FieldTable;
use crate::domain::health::Trouble;
use crate::domain::ids::ClusterId;
use crate::domain::provision::fleet::OfCluster;
use crate::domain::provision::offers::Offers;
use crate::domain::provision::{Kind, Phase, Run, Site};
use crate::domain::terraform::progress::Progress;
use crate::input::context::ProvisionPage;
use crate::screens::pane::Pane;
use form::FormPage;
use plan::PlanPage;
use run::RunPage;

/// The state of the screen.
#[derive(Debug)]
pub struct ProvisionScreen {
    pub page: ProvisionPage,
    /// A management cluster is configured and known.
    pub is_there: bool,
    pub management: Option<ClusterId>,
    pub site: Arc<Site>,
    /// The registry's; it is part of every cluster's identity.
    pub organisation: String,
    /// Of the account at this machine: who ends a run.
    pub os_user: String,
    /// Every run, the newest first, and the clusters that they are about.
    pub runs: Arc<[Run]>,
    pub clusters: Arc<[OfCluster]>,
    /// When they were listed last, and why not since; Unix milliseconds.
    pub listed_ms: Option<i64>,
    pub trouble: Option<Trouble>,
    /// Why nothing that is queued starts.
    pub queue_trouble: Option<Trouble>,
    /// How far runs that go on have come, by id.
    pub progress: HashMap<String, Progress>,
    /// About what a month costs of what a plan adds, by run.
    pub costs: HashMap<String, String>,
    /// What AWS offers by account and region, for the form; `None`: it was asked and has not told yet.
    pub offers: HashMap<(String, String), Option<Arc<Offers>>>,
    pub list: Pane<String>,
    pub fields: FieldTable,
    pub run: Option<RunPage>,
    pub plan: Option<OpenPlan>,
    pub form: Option<FormPage>,
    pub form_of: Option<FormOf>,
    /// What was asked under this number, before the question is there.
    pub asked: Option<u64>,
    /// The run that somebody was asked about taking away.
    pub cleaning: Option<String>,
    /// What of the run's page was asked for.
    pub told: RunTold,
    /// Rows that one page of the run or the plan has.
    pub page_rows: usize,
}

impl ProvisionScreen {
    /// For how long the management cluster has told nothing, where it should. `now_ms`: Unix milliseconds.
    pub fn stale(&self, now_ms: i64) -> Option<Age> {
        self.trouble.as_ref()?;
        Some(Age((now_ms - self.listed_ms?).max(0) / 1_000))
    }
}

/// A plan that is being read, or is shown.
#[derive(Debug)]
pub struct OpenPlan {
    /// The run's.
    pub id: String,
    /// Of the plan's file.
    pub sha256: String,
    pub page: Result<PlanPage, Option<Trouble>>,
    /// The page that it was opened from.
    pub from: ProvisionPage,
}

/// What of a run was asked for, so that it is asked for once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RunTold {
    pub log: Option<Phase>,
    pub outputs: bool,
}

/// A form that is opened: its module is read first.
#[derive(Debug, Clone, PartialEq)]
pub struct FormOf {
    pub kind: Kind,
    /// The run that the cluster has had last.
    pub before: Option<Box<Run>>,
    pub environment: String,
    /// Why there is no form yet.
    pub trouble: Option<Trouble>,
}
