//! What commands do to the list of clusters by Terraform, and what is told of runs. Pure: no I/O, no clock.

use std::sync::Arc;

use super::list::{self, RunRows};
use super::run::{RunPage, RunScene};
use super::{OpenPlan, ProvisionScreen};
use crate::domain::health::Trouble;
use crate::domain::provision::fleet::by_cluster;
use crate::domain::provision::{Identity, Run, Site, State, queue};
use crate::input::commands::CommandId;
use crate::input::context::ProvisionPage;
use crate::screens::pane::Pane;
use crate::screens::table_action::{Action, apply};

impl Default for ProvisionScreen {
    fn default() -> Self {
        Self {
            page: ProvisionPage::List,
            is_there: false,
            management: None,
            site: Arc::new(Site::default()),
            organisation: "default".to_owned(),
            os_user: String::new(),
            runs: Arc::new([]),
            clusters: Arc::new([]),
            listed_ms: None,
            trouble: None,
            queue_trouble: None,
            progress: Default::default(),
            costs: Default::default(),
            offers: Default::default(),
            list: Pane::new(list::SORT, 0),
            fields: list::fields(),
            run: None,
            plan: None,
            form: None,
            form_of: None,
            asked: None,
            cleaning: None,
            told: super::RunTold::default(),
            page_rows: 1,
        }
    }
}

impl ProvisionScreen {
    /// Takes a listing in; ids of runs that have ended well since the last one.
    pub fn listed(&mut self, told: Result<Arc<[Run]>, Trouble>, now_ms: i64) -> Vec<String> {
        let runs = match told {
            Ok(runs) => runs,
            Err(trouble) => {
                self.trouble = Some(trouble);
                return Vec::new();
            }
        };
        let is_done = |run: &&Run| matches!(run.state(), State::Applied | State::Destroyed);
        let was = |id: &str| self.runs.iter().find(|run| run.id == id).map(Run::state);
        let done = runs.iter().filter(is_done).filter(|run| was(&run.id).is_some_and(|was| was != run.state()));
        let done = done.map(|run| run.id.clone()).collect();
        self.progress.retain(|id, _| runs.iter().any(|run| run.id == *id));
        self.costs.retain(|id, _| runs.iter().any(|run| run.id == *id));
        (self.trouble, self.listed_ms) = (None, Some(now_ms));
        self.clusters = by_cluster(&runs);
        self.runs = runs;
        self.list.touch_all();
        self.settle();
        done
    }

    /// Shows runs as they were when somebody looked last.
    pub fn remembered(&mut self, runs: Arc<[Run]>) {
        if self.listed_ms.is_none() {
            self.clusters = by_cluster(&runs);
            self.runs = runs;
            self.list.touch_all();
            self.settle();
        }
    }

    pub fn settle(&mut self) {
        let rows = RunRows { clusters: &self.clusters, runs: &self.runs, fields: &self.fields };
        self.list.settle(&rows);
    }

    pub fn act(&mut self, action: Action) {
        let rows = RunRows { clusters: &self.clusters, runs: &self.runs, fields: &self.fields };
        apply(&mut self.list, &rows, action, list::COLUMNS);
        self.settle();
    }

    /// Selects the cluster that a run is about.
    pub fn choose_cluster_of(&mut self, run: &str) {
        let Some(slug) = self.find(run).map(|run| run.identity.slug()) else { return };
        let rows = RunRows { clusters: &self.clusters, runs: &self.runs, fields: &self.fields };
        self.list.select_key(&slug, &rows);
    }

    /// The action that a command means on the list, if it means one.
    pub fn action(&self, command: CommandId) -> Option<Action> {
        Action::of(command, list::COLUMNS)
    }

    pub fn clear_filter(&mut self) {
        self.list.set_faults_only(false);
        self.act(Action::Filter(String::new()));
    }

    pub fn find(&self, id: &str) -> Option<&Run> {
        self.runs.iter().find(|run| run.id == id)
    }

    /// The run that commands are about: that of the page, else the newest of the selected cluster.
    pub fn current(&self) -> Option<&Run> {
        match self.page {
            ProvisionPage::Run => self.find(self.run.as_ref()?.run_id()),
            ProvisionPage::Plan => self.find(&self.plan.as_ref()?.id),
            ProvisionPage::List | ProvisionPage::Form => {
                let slug = self.list.selected()?;
                let cluster = self.clusters.iter().find(|cluster| cluster.identity.slug() == *slug)?;
                cluster.last(&self.runs)
            }
        }
    }

    /// Other runs of a cluster, the newest first.
    pub fn history(&self, identity: &Identity, but: &str) -> Vec<&Run> {
        self.runs.iter().filter(|run| run.identity == *identity && run.id != but).collect()
    }

    /// What the run's page is drawn from: its own state stands beside it.
    pub fn on_run<T>(&mut self, now_ms: i64, work: impl FnOnce(&mut RunPage, &RunScene<'_>) -> T) -> Option<T> {
        let stale = self.stale(now_ms);
        let page = self.run.as_mut()?;
        let run = self.runs.iter().find(|run| run.id == page.run_id());
        let is_other = |other: &&Run| run.is_some_and(|run| other.identity == run.identity && other.id != run.id);
        let history: Vec<&Run> = self.runs.iter().filter(is_other).collect();
        let waits = run.filter(|run| run.state() == State::Queued);
        let scene = RunScene {
            run,
            history: &history,
            progress: self.progress.get(page.run_id()),
            waits: waits.and_then(|run| queue::blocked_by(run, &self.runs, &self.site)),
            nobody: self.queue_trouble.is_some(),
            stale,
            now_ms,
        };
        Some(work(page, &scene))
    }

    /// Shows a plan that was read, if it is still wanted.
    pub fn open_plan(&mut self, open: OpenPlan) {
        self.plan = Some(open);
        self.page = ProvisionPage::Plan;
    }
}
