//! Searching a page without hiding anything, and rows in which what is searched for is lit.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use regex::{Regex, RegexBuilder};

use crate::domain::text::{clean, width};
use crate::ui::frame::Piece;
use crate::ui::text::put;
use crate::ui::theme::{Role, Theme};

#[derive(Debug, Default)]
pub struct Search {
    pub text: String,
    pub pattern: Option<Regex>,
    /// Rows found, and which of them was gone to, counted from 1.
    pub found: usize,
    pub nth: Option<usize>,
}

impl Search {
    pub fn set(&mut self, text: &str) {
        let text = clean(text).into_owned();
        let pattern = literal(&text).filter(|_| !text.is_empty());
        *self = Self { pattern, text, found: 0, nth: None };
    }

    /// The next of the rows `found`, in their order, after `here` (1), before it (-1), or the first from it on (0),
    /// round the ends.
    pub fn go(&mut self, found: &[usize], here: usize, by: isize) -> Option<usize> {
        let first = (!found.is_empty()).then_some(0);
        let next = match by {
            ..0 => found.iter().rposition(|at| *at < here).or(found.len().checked_sub(1)),
            0 => found.iter().position(|at| *at >= here).or(first),
            _ => found.iter().position(|at| *at > here).or(first),
        };
        (self.found, self.nth) = (found.len(), next.map(|nth| nth + 1));
        next.and_then(|nth| found.get(nth).copied())
    }

    /// Paints a row behind its cursor, what is searched for lit in it.
    pub fn paint(&self, pieces: &[Piece], area: Rect, selected: bool, theme: &Theme, buffer: &mut Buffer) {
        let base = selected.then(|| theme.style(Role::Selection));
        if let Some(base) = base {
            buffer.set_style(area, base);
            put(buffer, area.x, area.y, area.right(), theme.glyphs().cursor, theme.style(Role::Accent).patch(base));
        }
        let mut x = area.x + 1;
        for piece in pieces {
            let style = theme.style(piece.role);
            x = put(buffer, x, area.y, area.right(), &piece.text, base.map_or(style, |base| style.patch(base)));
        }
        let Some(pattern) = &self.pattern else { return };
        let text: String = pieces.iter().map(|piece| piece.text.as_str()).collect();
        let role = if selected { Role::MatchCurrent } else { Role::MatchHighlight };
        for found in pattern.find_iter(&text) {
            let (from, wide) = (width(&text[..found.start()]) as u16, width(found.as_str()) as u16);
            let at = Rect { x: area.x + 1 + from, y: area.y, width: wide, height: 1 };
            buffer.set_style(at.intersection(area), theme.style(role));
        }
    }
}

/// Finds a text, whatever the case of its letters.
pub fn literal(text: &str) -> Option<Regex> {
    RegexBuilder::new(&regex::escape(text)).case_insensitive(true).build().ok()
}
