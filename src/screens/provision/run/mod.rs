//! One run: where it stands and why, its phases, and below that its log, errors, outputs and the cluster's other runs.

mod asked;
mod entry;
mod errors;
mod head;
mod history;
mod line;
mod log;
mod look;
mod outputs;
mod phases;
mod rows;
mod scroll;
mod search;
mod tabs;
pub mod update;
pub mod view;
mod why;

#[cfg(test)]
mod tests;

use serde_json::Value;

use crate::domain::age::Age;
use crate::domain::health::Trouble;
use crate::domain::provision::{Phase, Run};
use crate::domain::terraform::lock::Lock;
use crate::domain::terraform::progress::Progress;
use crate::screens::provision::search::Search;

use line::Line;
use log::Log;
use look::Look;
use scroll::Scroll;
pub use update::RunAction;
pub use why::sign;

/// What the page is drawn from and its owner has.
#[derive(Debug, Clone, Default)]
pub struct RunScene<'a> {
    /// `None`: nobody knows it, or not yet.
    pub run: Option<&'a Run>,
    /// Other runs of the same cluster, the newest first.
    pub history: &'a [&'a Run],
    /// Of the phase that goes on; the page's own log tells it where there is none.
    pub progress: Option<&'a Progress>,
    /// What a queued run waits for.
    pub waits: Option<String>,
    /// Nobody holds the queue.
    pub nobody: bool,
    /// For how long the management cluster has told nothing, where it should.
    pub stale: Option<Age>,
    /// Unix milliseconds.
    pub now_ms: i64,
}

/// What stands below.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum RunTab {
    #[default]
    Log,
    Errors,
    Outputs,
    History,
}

impl RunTab {
    pub const ALL: [Self; 4] = [Self::Log, Self::Errors, Self::Outputs, Self::History];

    pub fn word(self) -> &'static str {
        match self {
            Self::Log => "log",
            Self::Errors => "errors",
            Self::Outputs => "outputs",
            Self::History => "history",
        }
    }
}

/// The page's state.
pub struct RunPage {
    run_id: String,
    tab: RunTab,
    /// The phase whose log a person wants; else it is that of the phase which the run is in.
    chosen: Option<Phase>,
    look: Look,
    search: Search,
    plan: Log,
    apply: Log,
    outputs: Option<Result<Value, Trouble>>,
    /// Of the tabs that are no log.
    errors_scroll: Scroll,
    outputs_scroll: Scroll,
    history_scroll: Scroll,
}

impl RunPage {
    pub fn new(run_id: impl Into<String>) -> Self {
        Self {
            run_id: run_id.into(),
            tab: RunTab::default(),
            chosen: None,
            look: Look::default(),
            search: Search::default(),
            plan: Log::default(),
            apply: Log::default(),
            outputs: None,
            errors_scroll: Scroll::default(),
            outputs_scroll: Scroll::default(),
            history_scroll: Scroll::default(),
        }
    }

    pub fn run_id(&self) -> &str {
        &self.run_id
    }

    pub fn tab(&self) -> RunTab {
        self.tab
    }

    /// Which phase's log is to be read.
    pub fn wanted_log(&self, run: Option<&Run>) -> Phase {
        self.chosen.or(run.map(Run::last_phase)).unwrap_or(Phase::Plan)
    }

    /// A phase's log is read from its first line on: what was read of it before goes once lines come.
    pub fn begin_log(&mut self, phase: Phase) {
        self.log_mut(phase).begin();
    }

    /// More lines of a phase's log, as Terraform wrote them.
    pub fn take_log(&mut self, phase: Phase, lines: Vec<String>) {
        let log = match phase {
            Phase::Plan => &mut self.plan,
            Phase::Apply => &mut self.apply,
        };
        log.take(&lines, &self.look);
    }

    /// The log is at its end, or could not be read.
    pub fn log_ended(&mut self, phase: Phase, trouble: Option<Trouble>) {
        self.log_mut(phase).end(trouble);
    }

    /// Whether it was said that no more lines of a phase come.
    pub fn is_log_ended(&self, phase: Phase) -> bool {
        self.log(phase).ended().is_some()
    }

    /// Outputs by name, sensitive ones masked.
    pub fn take_outputs(&mut self, outputs: Result<Value, Trouble>) {
        self.outputs = Some(outputs);
    }

    pub fn filter_text(&self) -> &str {
        &self.look.filter
    }

    pub fn search_text(&self) -> &str {
        &self.search.text
    }

    /// What `c` copies: the line under the cursor, the whole value of an output, the id of a run.
    pub fn selected_text(&self, scene: &RunScene<'_>) -> Option<String> {
        match self.tab {
            RunTab::Log => {
                let log = self.log(self.wanted_log(scene.run));
                log.line_of(log.scroll.cursor, self.look.raw).map(str::to_owned)
            }
            tab => {
                let lines = self.lines(scene);
                // What is listed may have become less since the cursor was put there.
                let at = self.scroll(tab).cursor.min(lines.len().saturating_sub(1));
                lines.get(at).map(|line| line.copy.clone())
            }
        }
    }

    /// The run under the cursor of the history.
    pub fn selected_run<'a>(&self, scene: &RunScene<'a>) -> Option<&'a Run> {
        let at = self.history_scroll.cursor.min(scene.history.len().saturating_sub(1));
        scene.history.get(at).copied().filter(|_| self.tab == RunTab::History)
    }

    /// The lock that kept the run from its state.
    pub fn lock(&self, scene: &RunScene<'_>) -> Option<Lock> {
        self.diagnostics(scene).iter().find_map(|told| Lock::read(&told.detail))
    }

    fn log(&self, phase: Phase) -> &Log {
        match phase {
            Phase::Plan => &self.plan,
            Phase::Apply => &self.apply,
        }
    }

    fn log_mut(&mut self, phase: Phase) -> &mut Log {
        match phase {
            Phase::Plan => &mut self.plan,
            Phase::Apply => &mut self.apply,
        }
    }

    fn scroll(&self, tab: RunTab) -> &Scroll {
        match tab {
            RunTab::Log | RunTab::Errors => &self.errors_scroll,
            RunTab::Outputs => &self.outputs_scroll,
            RunTab::History => &self.history_scroll,
        }
    }

    /// How far the phase is that the run is in or was in last.
    fn progress<'a>(&'a self, scene: &RunScene<'a>) -> &'a Progress {
        let own = &self.log(scene.run.map_or(Phase::Plan, Run::last_phase)).progress;
        let has_come = |progress: &Progress| (progress.done + progress.failed, progress.in_flight.len());
        match scene.progress {
            Some(told) if has_come(told) >= has_come(own) => told,
            _ => own,
        }
    }

    /// The lines of a tab that is no log.
    fn lines(&self, scene: &RunScene<'_>) -> Vec<Line> {
        match self.tab {
            RunTab::Log => Vec::new(),
            RunTab::Errors => errors::lines(&self.diagnostics(scene), self.look.columns),
            RunTab::Outputs => outputs::lines(self, scene),
            RunTab::History => history::lines(scene),
        }
    }
}

/// Without the log: it may be long.
impl std::fmt::Debug for RunPage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RunPage").field("run_id", &self.run_id).field("tab", &self.tab).finish_non_exhaustive()
    }
}
