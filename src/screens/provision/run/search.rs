//! Searching without hiding, in the tab that is seen.

use regex::Regex;

use super::look::literal;
use super::{RunPage, RunScene, RunTab};
use crate::domain::text::clean;

#[derive(Default)]
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
}

impl RunPage {
    /// Goes to the next row found after the cursor (1), the one before (-1), or the first from the cursor on (0), round
    /// the ends.
    pub(super) fn go_found(&mut self, by: isize, scene: &RunScene<'_>) {
        let Some(pattern) = &self.search.pattern else { return };
        let phase = self.wanted_log(scene.run);
        let found = match self.tab {
            RunTab::Log => self.log(phase).found(pattern, self.look.raw),
            _ => {
                let lines = self.lines(scene).into_iter().enumerate();
                lines.filter(|(_, line)| pattern.is_match(&line.text())).map(|(at, _)| at).collect()
            }
        };
        let here = self.cursor(phase);
        let around = |found: &[usize], at: Option<usize>| at.or(found.len().checked_sub(1));
        let next = match by {
            ..0 => around(&found, found.iter().rposition(|at| *at < here)),
            0 => found.iter().position(|at| *at >= here).or((!found.is_empty()).then_some(0)),
            _ => found.iter().position(|at| *at > here).or((!found.is_empty()).then_some(0)),
        };
        (self.search.found, self.search.nth) = (found.len(), next.map(|nth| nth + 1));
        if let Some(at) = next.and_then(|nth| found.get(nth).copied()) {
            self.set_cursor(phase, at);
        }
    }
}
