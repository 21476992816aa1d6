//! What a person does to the page. Pure: no I/O, no clock.

use super::{RunPage, RunScene, RunTab};
use crate::domain::provision::Phase;

/// What is done to the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RunAction {
    /// So many rows down; negative is up.
    Step(isize),
    Page(isize),
    Home,
    /// A log is followed from there on.
    End,
    /// To a row, counted from the first one of all: what a click does.
    To(usize),
    NextTab,
    PreviousTab,
    Tab(RunTab),
    /// The other phase's log.
    TogglePhase,
    /// Words, or the lines as Terraform wrote them.
    ToggleRaw,
    ToggleFollow,
    /// Long lines of a log go on below, or are cut.
    ToggleWrap,
    /// Keeps lines of the logs with each of the words; empty keeps all.
    Filter(String),
    /// Goes to the first row from here that has the text; empty ends the search.
    Search(String),
    Next,
    Previous,
}

impl RunPage {
    /// Does `action` on a page of `page_rows` rows.
    pub fn act(&mut self, action: RunAction, page_rows: usize, scene: &RunScene<'_>) {
        self.settle(page_rows, scene);
        let phase = self.wanted_log(scene.run);
        let page = page_rows.saturating_sub(1).max(1) as isize;
        match action {
            RunAction::Step(by) => self.step(by, phase),
            RunAction::Page(by) => self.step(by.saturating_mul(page), phase),
            RunAction::Home => self.set_cursor(phase, 0),
            RunAction::End => self.set_cursor(phase, usize::MAX),
            RunAction::To(at) => self.set_cursor(phase, at),
            RunAction::NextTab => self.tab = self.beside(1),
            RunAction::PreviousTab => self.tab = self.beside(RunTab::ALL.len() - 1),
            RunAction::Tab(tab) => self.tab = tab,
            RunAction::TogglePhase => {
                self.chosen = Some(match phase {
                    Phase::Plan => Phase::Apply,
                    Phase::Apply => Phase::Plan,
                });
            }
            RunAction::ToggleRaw => {
                self.look.raw = !self.look.raw;
                self.rebuild();
            }
            RunAction::ToggleWrap => {
                self.look.wrap = !self.look.wrap;
                self.rebuild();
            }
            RunAction::ToggleFollow => {
                let log = self.log_mut(phase);
                log.follows = !log.follows;
                if log.follows {
                    log.scroll.cursor = log.len().saturating_sub(1);
                }
            }
            RunAction::Filter(text) => {
                self.look.set_filter(&text);
                self.rebuild();
            }
            RunAction::Search(text) => {
                self.search.set(&text);
                self.go_found(0, scene);
            }
            RunAction::Next => self.go_found(1, scene),
            RunAction::Previous => self.go_found(-1, scene),
        }
        self.settle(page_rows, scene);
    }

    /// Takes in the columns that the rows had when the page was drawn: what is wrapped is wrapped to them.
    pub fn fit(&mut self, columns: usize) {
        if columns == 0 || columns == self.look.columns {
            return;
        }
        self.look.columns = columns;
        if self.look.wrap {
            self.rebuild();
        }
    }

    fn beside(&self, by: usize) -> RunTab {
        let at = RunTab::ALL.iter().position(|tab| *tab == self.tab).unwrap_or(0);
        RunTab::ALL.get((at + by) % RunTab::ALL.len()).copied().unwrap_or_default()
    }

    fn rebuild(&mut self) {
        self.plan.rebuild(&self.look);
        self.apply.rebuild(&self.look);
    }

    pub(super) fn cursor(&self, phase: Phase) -> usize {
        match self.tab {
            RunTab::Log => self.log(phase).scroll.cursor,
            tab => self.scroll(tab).cursor,
        }
    }

    /// Whoever goes to the end of a log follows it, whoever leaves it does not.
    pub(super) fn set_cursor(&mut self, phase: Phase, at: usize) {
        match self.tab {
            RunTab::Log => {
                let log = self.log_mut(phase);
                let last = log.len().saturating_sub(1);
                log.scroll.cursor = at.min(last);
                log.follows = at >= last;
            }
            RunTab::Errors => self.errors_scroll.cursor = at,
            RunTab::Outputs => self.outputs_scroll.cursor = at,
            RunTab::History => self.history_scroll.cursor = at,
        }
    }

    fn step(&mut self, by: isize, phase: Phase) {
        self.set_cursor(phase, self.cursor(phase).saturating_add_signed(by));
    }

    fn settle(&mut self, page_rows: usize, scene: &RunScene<'_>) {
        let phase = self.wanted_log(scene.run);
        let all = self.len(scene);
        let scroll = match self.tab {
            RunTab::Log => &mut self.log_mut(phase).scroll,
            RunTab::Errors => &mut self.errors_scroll,
            RunTab::Outputs => &mut self.outputs_scroll,
            RunTab::History => &mut self.history_scroll,
        };
        scroll.settle(all, page_rows);
    }

    /// Rows of the tab.
    pub fn len(&self, scene: &RunScene<'_>) -> usize {
        match self.tab {
            RunTab::Log => self.log(self.wanted_log(scene.run)).len(),
            _ => self.lines(scene).len(),
        }
    }

    pub fn is_empty(&self, scene: &RunScene<'_>) -> bool {
        self.len(scene) == 0
    }
}
