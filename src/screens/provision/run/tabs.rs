//! The line of tabs, and what is to be said of the log beside them.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::RunTab;
use super::view::Painter;
use crate::domain::text::width;
use crate::ui::frame::{Piece, bar};
use crate::ui::text::put;
use crate::ui::theme::Role;

impl Painter<'_> {
    /// The tabs' line, and what is below it.
    pub(super) fn tabs(&self, area: Rect, buffer: &mut Buffer) -> (Vec<(RunTab, Rect)>, Rect) {
        if area.height < 2 {
            return (Vec::new(), area);
        }
        let mut tabs = Vec::new();
        let mut x = area.x + 1;
        for tab in RunTab::ALL {
            let is_seen = tab == self.page.tab;
            let words = match self.count(tab) {
                0 => tab.word().to_owned(),
                count => format!("{} {}", tab.word(), grouped(count)),
            };
            // Told apart without colour too.
            let words = if is_seen { format!("[{words}]") } else { format!(" {words} ") };
            let role = match tab {
                _ if is_seen => Role::Accent,
                RunTab::Errors if self.has_errors() => Role::Broken,
                _ => Role::Dim,
            };
            let end = put(buffer, x, area.y, area.right(), &words, self.theme.style(role));
            tabs.push((tab, Rect { x, y: area.y, width: end - x, height: 1 }));
            x = end + 1;
        }
        if self.page.tab == RunTab::Log {
            let room = Rect { x, width: area.right().saturating_sub(x + 1), height: 1, ..area };
            let status = self.log_status();
            if status.iter().map(|piece| width(&piece.text)).sum::<usize>() <= usize::from(room.width) {
                bar(buffer, room, &[], &status, self.theme);
            }
        }
        (tabs, Rect { y: area.y + 1, height: area.height - 1, ..area })
    }

    fn count(&self, tab: RunTab) -> usize {
        match tab {
            RunTab::Log => self.page.log(self.phase).lines(),
            RunTab::Errors => self.page.diagnostics(self.scene).len(),
            RunTab::Outputs => 0,
            RunTab::History => self.scene.history.len(),
        }
    }

    fn has_errors(&self) -> bool {
        self.page.diagnostics(self.scene).first().is_some_and(|told| told.is_error)
    }

    /// `apply · 12 of 1,234 pass · raw · follows`.
    fn log_status(&self) -> Vec<Piece> {
        let (log, look) = (self.page.log(self.phase), &self.page.look);
        let mut words = vec![(self.phase.word().to_owned(), Role::Accent)];
        if look.is_filtering() {
            words.push((format!("{} of {} pass", grouped(log.passing()), grouped(log.lines())), Role::Dim));
        }
        let marks = [(look.raw, "raw"), (look.wrap, "wrapped")];
        words.extend(marks.into_iter().filter(|(on, _)| *on).map(|(_, word)| (word.to_owned(), Role::Dim)));
        match (log.ended(), log.follows) {
            (Some(Some(_)), _) => words.push(("not read to its end".to_owned(), Role::Warning)),
            (Some(None), _) if log.lines() > 0 => words.push(("at its end".to_owned(), Role::Dim)),
            (Some(None), _) => {}
            (None, true) => words.push(("follows".to_owned(), Role::Running)),
            (None, false) => words.push(("stands".to_owned(), Role::Warning)),
        }
        let mut pieces = Vec::new();
        for (text, role) in words {
            if !pieces.is_empty() {
                pieces.push(self.piece(" · ", Role::Muted));
            }
            pieces.push(self.piece(&text, role));
        }
        pieces
    }
}

/// `1,234`.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
