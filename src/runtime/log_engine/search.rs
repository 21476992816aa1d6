//! The next error, the next match: walked a few chunks at a time.

use std::sync::Arc;

use super::match_index::{Budget, MatchIndex, Step};
use crate::domain::log_filter::{CompiledPattern, text_of};
use crate::domain::log_line::Level;
use crate::store::log_ring::LogRing;

/// What is searched for.
pub enum Wanted {
    /// A line of level error or graver.
    Error,
    Pattern(CompiledPattern),
}

/// Bits of `ChunkSummary::levels` that hold an error.
const ERROR_BITS: u8 = 1 << Level::Error as u8 | 1 << Level::Fatal as u8;

pub struct Search {
    wanted: Wanted,
    forward: bool,
    /// The next line to look at.
    at: u64,
}

pub enum Found {
    Line(u64),
    Nothing,
    Later,
}

impl Search {
    pub fn new(wanted: Wanted, forward: bool, from: u64) -> Self {
        Self { wanted, forward, at: from }
    }

    /// Only lines that are shown are found.
    pub fn advance(&mut self, ring: &mut LogRing, index: &mut MatchIndex, budget: &mut Budget) -> Found {
        if self.forward {
            self.at = self.at.max(ring.oldest());
        } else {
            self.at = self.at.min(ring.next_number().saturating_sub(1));
        }
        loop {
            if self.at < ring.oldest() || self.at >= ring.next_number() {
                return Found::Nothing;
            }
            let chunk = ring.chunk_of(self.at);
            let Some(summary) = ring.summary(chunk) else { return Found::Nothing };
            let possible = match self.wanted {
                Wanted::Error => summary.levels & ERROR_BITS != 0,
                Wanted::Pattern(_) => true,
            };
            if possible {
                if budget.0 == 0 {
                    return Found::Later;
                }
                budget.0 -= 1;
                match self.within(ring, index, chunk, budget) {
                    Found::Nothing => {}
                    found => return found,
                }
            }
            let beyond = if self.forward { Some(summary.end()) } else { summary.first.checked_sub(1) };
            let Some(beyond) = beyond else { return Found::Nothing };
            self.at = beyond;
        }
    }

    fn within(&mut self, ring: &mut LogRing, index: &mut MatchIndex, chunk: u64, budget: &mut Budget) -> Found {
        let (Some(summary), Some(found)) = (ring.summary(chunk), ring.chunk(chunk)) else { return Found::Nothing };
        while self.at >= summary.first && self.at < summary.end() {
            let Some((meta, raw)) = found.line((self.at - summary.first) as usize) else { return Found::Nothing };
            let hit = match &mut self.wanted {
                Wanted::Error => meta.level >= Level::Error as u8,
                Wanted::Pattern(pattern) => pattern.matches(&text_of(raw, meta.is_plain())),
            };
            if hit {
                match index.next_shown(ring, self.at, budget) {
                    Step::At(number) if number == self.at => return Found::Line(number),
                    Step::Later => return Found::Later,
                    Step::At(_) | Step::End => {}
                }
            }
            match if self.forward { Some(self.at + 1) } else { self.at.checked_sub(1) } {
                Some(next) => self.at = next,
                None => return Found::Nothing,
            }
        }
        Found::Nothing
    }

    /// What to tell when there is none.
    pub fn nothing_words(&self) -> Arc<str> {
        match (&self.wanted, self.forward) {
            (Wanted::Error, true) => "no error further down".into(),
            (Wanted::Error, false) => "no error further up".into(),
            (Wanted::Pattern(_), true) => "no match further down".into(),
            (Wanted::Pattern(_), false) => "no match further up".into(),
        }
    }
}
