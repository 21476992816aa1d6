//! Changes and moves that more than one set of fingers needs.

use super::buffer::{At, Change, Grouping};
use super::{Editor, KEEP_MS};
use crate::input::event::{Code, Key};
use crate::layers::line_edit::Edit;

/// Blanks of one level of indentation.
pub const INDENT: usize = 2;
/// Lines of the text that stay visible above and below the cursor.
const MARGIN: usize = 2;

impl Editor {
    /// Puts `text` in place of what stands between two places.
    pub(super) fn edit(&mut self, from: At, to: At, text: &str, grouping: Grouping, now_ms: i64) {
        let change = self.buffer.replace(from, to, text, grouping);
        self.changed(change, now_ms);
    }

    pub(super) fn changed(&mut self, change: Option<Change>, now_ms: i64) {
        let Some(change) = change else { return };
        self.version += 1;
        self.colours.changed(change);
        self.problems.changed(change);
        self.keep_due.get_or_insert(now_ms + KEEP_MS);
        self.anchor = None;
        self.wanted_column = None;
        self.examine_soon(now_ms);
    }

    /// Types or pastes at the cursor, over what is selected.
    pub(super) fn insert(&mut self, text: &str, grouping: Grouping, now_ms: i64) {
        let (from, to) = self.selection().unwrap_or((self.cursor(), self.cursor()));
        self.edit(from, to, text, grouping, now_ms);
    }

    /// What is selected, first place first.
    pub fn selection(&self) -> Option<(At, At)> {
        let (anchor, cursor) = (self.anchor?, self.cursor());
        (anchor != cursor).then(|| (anchor.min(cursor), anchor.max(cursor)))
    }

    pub fn undo(&mut self, now_ms: i64) {
        match self.buffer.undo() {
            None => self.say("nothing more to undo"),
            change => self.changed(change, now_ms),
        }
        self.settle();
    }

    pub fn redo(&mut self, now_ms: i64) {
        match self.buffer.redo() {
            None => self.say("nothing more to redo"),
            change => self.changed(change, now_ms),
        }
        self.settle();
    }

    /// Puts the cursor somewhere; `select` keeps or begins a selection.
    pub(super) fn go(&mut self, at: At, select: bool) {
        if select {
            self.anchor.get_or_insert(self.buffer.cursor());
        } else {
            self.anchor = None;
        }
        self.buffer.end_typing();
        self.wanted_column = None;
        self.buffer.go(at);
    }

    /// Up or down by lines, to the column that the last sideways move chose.
    pub(super) fn vertical(&mut self, by: isize, select: bool) {
        let at = self.cursor();
        let column = self.wanted_column.unwrap_or(at.column);
        let line = at.line.saturating_add_signed(by).min(self.lines().len().saturating_sub(1));
        self.go(At::new(line, column), select);
        self.wanted_column = Some(column);
    }

    pub(super) fn page(&self) -> isize {
        isize::try_from(self.room.0.saturating_sub(2).max(1)).unwrap_or(isize::MAX)
    }

    /// Indents the selected lines, or that of the cursor, by `levels`; negative takes indentation away.
    pub fn indent(&mut self, levels: isize, now_ms: i64) {
        let cursor = self.cursor();
        let (first, last) = match self.selection() {
            Some((from, to)) => (from.line, if to.column == 0 { to.line - 1 } else { to.line }),
            None => (cursor.line, cursor.line),
        };
        self.indent_lines(first, last, levels, now_ms);
        self.settle();
    }

    pub(super) fn indent_lines(&mut self, first: usize, last: usize, levels: isize, now_ms: i64) {
        let (cursor, anchor) = (self.cursor(), self.anchor);
        let blanks = levels.unsigned_abs() * INDENT;
        let shifted = |line: &str| match (levels >= 0, line.trim().is_empty()) {
            (_, true) => line.to_owned(),
            (true, _) => format!("{}{line}", " ".repeat(blanks)),
            (false, _) => line[line.bytes().take(blanks).take_while(|byte| *byte == b' ').count()..].to_owned(),
        };
        let lines: Vec<String> =
            (first..=last.min(self.lines().len() - 1)).map(|line| shifted(self.buffer.line(line))).collect();
        let before = self.buffer.length(cursor.line);
        let end = At::new(last, self.buffer.length(last));
        let text = lines.join("\n");
        if text == self.buffer.between(At::new(first, 0), end) {
            return;
        }
        self.edit(At::new(first, 0), end, &text, Grouping::Alone, now_ms);
        let after = self.buffer.length(cursor.line);
        let column = (cursor.column + after).saturating_sub(before);
        self.buffer.go(At::new(cursor.line, column));
        self.anchor = anchor.map(|anchor| self.buffer.clamp(anchor));
    }

    /// Opens the line in which one types what is searched for.
    pub fn open_find(&mut self) {
        self.completing = None;
        self.finding = Some(super::LineEdit::new(""));
        self.settle();
    }

    pub fn find_again(&mut self, forward: bool) {
        if self.sought.is_empty() {
            self.say("nothing is searched for");
        } else {
            let (sought, before) = (self.sought.clone(), self.cursor());
            self.anchor = None;
            if !self.buffer.find(&sought, forward, false) || self.cursor() == before {
                self.say(format!("no other “{sought}”"));
            }
        }
        self.settle();
    }

    pub(super) fn find_typed(&mut self) {
        let Some(line) = &self.finding else { return };
        self.sought = line.text().to_owned();
        let sought = self.sought.clone();
        self.anchor = None;
        if !sought.is_empty() && !self.buffer.find(&sought, true, true) {
            self.say(format!("“{sought}” is not here"));
        }
    }

    pub(super) fn find_key(&mut self, key: Key) {
        let Some(line) = &mut self.finding else { return };
        match key.code {
            Code::Enter => self.finding = None,
            Code::Down | Code::Up => {
                let forward = key.code == Code::Down;
                self.find_again(forward);
            }
            Code::Backspace => {
                line.apply(Edit::DeleteBack);
                self.find_typed();
            }
            Code::Left => line.apply(Edit::Left),
            Code::Right => line.apply(Edit::Right),
            _ => {
                if let Some(char) = key.text() {
                    line.insert(char.encode_utf8(&mut [0; 4]));
                    self.find_typed();
                }
            }
        }
    }

    /// Goes to the problem after the cursor, or before it, round the end.
    pub fn go_problem(&mut self, forward: bool) {
        let at = (self.cursor().line, self.cursor().column);
        let places: Vec<(usize, usize)> = self.problems().iter().map(|shown| (shown.line, shown.column)).collect();
        let next = if forward {
            places.iter().find(|place| **place > at).or(places.first())
        } else {
            places.iter().rev().find(|place| **place < at).or(places.last())
        };
        match next.copied() {
            Some((line, column)) => self.go(At::new(line, column), false),
            None => self.say("no problems"),
        }
        self.settle();
    }

    /// Goes to a place, as a message that names one does.
    pub fn go_to(&mut self, line: usize, column: usize) {
        self.go(At::new(line, column), false);
        self.settle();
    }

    /// The mouse wheel: the cursor goes along, as the text beneath a finger would; a comparison scrolls by itself.
    pub fn scroll(&mut self, by: isize) {
        if self.conflict.is_some() {
            self.scroll_conflict(by);
        } else {
            self.vertical(by, false);
        }
        self.settle();
    }

    /// After every change: the cursor within what is shown, colours of what is shown at hand.
    pub(super) fn settle(&mut self) {
        let cursor = self.cursor();
        let room = self.room.0.max(1);
        let margin = MARGIN.min(room.saturating_sub(1) / 2);
        self.top = self.top.min(cursor.line.saturating_sub(margin));
        let last = (cursor.line + margin).min(self.lines().len().saturating_sub(1));
        // Problems stand beneath their lines and take room too; the cursor's own line comes first.
        while self.top < cursor.line && self.rows(self.top, last) > room {
            self.top += 1;
        }
        let cell = super::view::line::cell_of(self.buffer.line(cursor.line), cursor.column);
        let cells = self.room.1.max(8);
        if cell < self.left {
            self.left = cell.saturating_sub(cells / 4);
        } else if cell >= self.left + cells {
            self.left = cell + 1 + cells / 4 - cells;
        }
        self.colours.ensure(self.buffer.lines(), self.top + room);
    }

    /// Rows on the screen that these lines take, with the problems beneath them.
    fn rows(&self, first: usize, last: usize) -> usize {
        last + 1 - first + self.problems.rows_within(first, last)
    }
}
