//! One phase's log: every line, and where each drawn row of it stands in them.

use regex::Regex;

use super::entry::Entry;
use super::look::Look;
use super::scroll::Scroll;
use crate::domain::health::Trouble;
use crate::domain::terraform::progress::Progress;
use crate::ui::text::split_at_width;

/// Columns of a line that are looked at for a row where lines are cut.
const WHOLE: usize = usize::MAX;

/// A row: a part of what a line says, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    pub entry: u32,
    pub from: u32,
    pub to: u32,
}

pub struct Log {
    entries: Vec<Entry>,
    /// Rows of the lines that pass the filter.
    rows: Vec<Row>,
    /// Lines that pass the filter.
    passing: usize,
    /// No more lines come, and why where that is not because they were all read.
    end: Option<Option<Trouble>>,
    pub scroll: Scroll,
    /// The cursor stays at the end.
    pub follows: bool,
    /// What its lines tell.
    pub progress: Progress,
    /// It is read anew: what is there goes as the first new line comes.
    is_old: bool,
}

impl Default for Log {
    fn default() -> Self {
        let (entries, rows, scroll, progress) = (Vec::new(), Vec::new(), Scroll::default(), Progress::default());
        Self { entries, rows, passing: 0, end: None, scroll, follows: true, progress, is_old: false }
    }
}

impl Log {
    /// It is read from its first line on. What was read before stands until lines come, and nobody loses their place.
    pub fn begin(&mut self) {
        (self.is_old, self.end) = (true, None);
    }

    /// Takes in lines behind those that are there: it costs as much as they are.
    pub fn take(&mut self, lines: &[String], look: &Look) {
        if self.is_old && !lines.is_empty() {
            *self = Self { scroll: self.scroll, follows: self.follows, ..Self::default() };
        }
        self.end = None;
        for text in lines {
            let (entry, told) = Entry::read(text);
            self.progress.take(&told);
            self.entries.push(entry);
            self.index(self.entries.len() - 1, look);
        }
        self.keep_following();
    }

    pub fn end(&mut self, trouble: Option<Trouble>) {
        self.end = Some(trouble);
        self.keep_following();
    }

    pub fn ended(&self) -> Option<&Option<Trouble>> {
        self.end.as_ref()
    }

    /// Makes the rows anew; the cursor stays on its line, or on the next one that is left.
    pub fn rebuild(&mut self, look: &Look) {
        let was = self.rows.get(self.scroll.cursor).copied();
        self.rows.clear();
        self.passing = 0;
        (0..self.entries.len()).for_each(|at| self.index(at, look));
        if let Some(was) = was {
            self.scroll.cursor = self.rows.partition_point(|row| row.entry < was.entry);
        }
        self.keep_following();
    }

    fn keep_following(&mut self) {
        let last = self.len().saturating_sub(1);
        self.scroll.cursor = if self.follows { last } else { self.scroll.cursor.min(last) };
    }

    fn index(&mut self, at: usize, look: &Look) {
        let Some(entry) = self.entries.get(at) else { return };
        let shown = entry.shown(look.raw);
        if !look.passes(shown) {
            return;
        }
        self.passing += 1;
        let columns = if look.wrap { look.columns.max(1) } else { WHOLE };
        let mut from = 0;
        for part in shown.split('\n') {
            let end = from + part.len();
            loop {
                let rest = &shown[from..end];
                let cut = if rest.len() <= columns { rest.len() } else { split_at_width(rest, columns) };
                self.rows.push(Row { entry: at as u32, from: from as u32, to: (from + cut) as u32 });
                from += cut;
                if from >= end {
                    break;
                }
            }
            from = end + 1;
        }
    }

    /// Rows, and one that says that there are no more.
    pub fn len(&self) -> usize {
        self.rows.len() + usize::from(self.has_last_word())
    }

    fn has_last_word(&self) -> bool {
        self.end.is_some() && !self.rows.is_empty()
    }

    /// Lines of the log.
    pub fn lines(&self) -> usize {
        self.entries.len()
    }

    pub fn passing(&self) -> usize {
        self.passing
    }

    /// The entry and the text of a row.
    pub fn row(&self, at: usize, raw: bool) -> Option<(&Entry, &str)> {
        let row = self.rows.get(at)?;
        let entry = self.entries.get(row.entry as usize)?;
        Some((entry, entry.shown(raw).get(row.from as usize..row.to as usize)?))
    }

    /// All that the line of a row says.
    pub fn line_of(&self, at: usize, raw: bool) -> Option<&str> {
        let entry = self.entries.get(self.rows.get(at)?.entry as usize)?;
        Some(entry.shown(raw))
    }

    /// The rows in which a match begins, in their order. A match may go over from one row to the next.
    pub fn found(&self, pattern: &Regex, raw: bool) -> Vec<usize> {
        let mut found = Vec::new();
        let mut at = 0;
        while let Some(first) = self.rows.get(at).copied() {
            let shown = self.entries.get(first.entry as usize).map(|entry| entry.shown(raw)).unwrap_or_default();
            for hit in pattern.find_iter(shown) {
                while self.is_before(at, first.entry, hit.start()) {
                    at += 1;
                }
                if found.last() != Some(&at) {
                    found.push(at);
                }
            }
            at += 1;
            while self.rows.get(at).is_some_and(|row| row.entry == first.entry) {
                at += 1;
            }
        }
        found
    }

    /// Whether the match at a byte begins in a later row of the same line.
    fn is_before(&self, at: usize, entry: u32, byte: usize) -> bool {
        self.rows.get(at + 1).is_some_and(|next| next.entry == entry && next.from as usize <= byte)
    }
}
