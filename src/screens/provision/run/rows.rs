//! The rows of the tab that is seen, or why there are none.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::line::Line;
use super::view::Painter;
use super::{RunTab, outputs};
use crate::domain::provision::{JobFacts, Phase, Run};
use crate::screens::table_pane::nothing_passes;
use crate::ui::frame::{Piece, message};
use crate::ui::text::split_at_width;
use crate::ui::theme::{Role, State};

impl Painter<'_> {
    /// The rows of the tab: the first one, and how many are drawn.
    pub(super) fn rows(&self, list: Rect, buffer: &mut Buffer) -> (usize, usize) {
        let all = self.page.len(self.scene);
        if all == 0 {
            message(
                buffer,
                list,
                &self.emptiness().iter().map(|line| self.spelled(line)).collect::<Vec<_>>(),
                self.theme,
            );
            return (0, 0);
        }
        let rows = usize::from(list.height);
        let cursor = self.page.cursor(self.phase).min(all - 1);
        let scroll = match self.page.tab {
            RunTab::Log => self.page.log(self.phase).scroll,
            tab => *self.page.scroll(tab),
        };
        let first = scroll.first(all, rows);
        let lines = self.page.lines(self.scene);
        let columns = usize::from(list.width.saturating_sub(1));
        let mut shown = 0;
        for (at, y) in (first..all.min(first + rows)).zip(list.y..) {
            let line = match self.page.tab {
                RunTab::Log => self.log_row(at, columns).drawn(self.theme, columns),
                _ => lines.get(at).map(|line| line.drawn(self.theme, columns)).unwrap_or_default(),
            };
            self.paint(&line, Rect { y, height: 1, ..list }, at == cursor, buffer);
            shown += 1;
        }
        (first, shown)
    }

    fn log_row(&self, at: usize, columns: usize) -> Line {
        let log = self.page.log(self.phase);
        match (log.row(at, self.page.look.raw), log.ended()) {
            // A line may have a million letters.
            (Some((entry, text)), _) => Line::of(None, &text[..split_at_width(text, columns + 1)], entry.role),
            (None, Some(Some(trouble))) => {
                let words = format!("the log could not be read further: {}", trouble.in_a_line());
                Line::of(Some(State::Warning), words, Role::Warning)
            }
            (None, _) => Line::of(None, "the log is at its end", Role::LogNote),
        }
    }

    /// Why there is no row: first what is the matter.
    fn emptiness(&self) -> Vec<String> {
        let Some(run) = self.scene.run else {
            let words = format!("Run {} is not known: its Job is gone, or was not read yet.", self.page.run_id);
            return vec![words];
        };
        match self.page.tab {
            RunTab::Log => self.log_emptiness(run),
            RunTab::Errors => vec!["No errors and no warnings.".to_owned()],
            RunTab::Outputs => outputs::emptiness(self.page, self.scene),
            RunTab::History => vec!["No other run of this cluster.".to_owned()],
        }
    }

    fn log_emptiness(&self, run: &Run) -> Vec<String> {
        let log = self.page.log(self.phase);
        let word = self.phase.word();
        if log.lines() > 0 {
            return nothing_passes(&self.page.look.filter);
        }
        if let Some(Some(trouble)) = log.ended() {
            let words = format!("The log of the {word} could not be read: {}", trouble.words);
            return std::iter::once(words).chain(trouble.remedy.clone()).collect();
        }
        let facts = if self.phase == Phase::Apply { &run.facts.apply } else { &run.facts.plan };
        let words = match (facts, log.ended()) {
            (JobFacts::Absent, _) => format!("No line yet: the {word} has not begun."),
            (JobFacts::Queued, _) => format!("No line yet: the {word} is queued."),
            (JobFacts::Waiting(_), _) => format!("No line yet: the pod of the {word} does not run."),
            (JobFacts::Ended(_), Some(_)) => format!("The log of the {word} is empty."),
            (JobFacts::Ended(_), None) => format!("The log of the {word} is being read."),
            (JobFacts::Running, _) => "No line yet.".to_owned(),
        };
        vec![words]
    }

    fn paint(&self, pieces: &[Piece], area: Rect, selected: bool, buffer: &mut Buffer) {
        self.page.search.paint(pieces, area, selected, self.theme, buffer);
    }
}
