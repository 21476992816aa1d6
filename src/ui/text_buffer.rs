//! The text, its cursor and its history.

use tui_textarea::{CursorMove, TextArea};
use unicode_segmentation::UnicodeSegmentation;

/// A place between two characters: line and column in characters (`char`), from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct At {
    pub line: usize,
    pub column: usize,
}

impl At {
    pub fn new(line: usize, column: usize) -> Self {
        Self { line, column }
    }
}

/// Lines `line..=line + removed` became `line..=line + added`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    pub line: usize,
    pub removed: usize,
    pub added: usize,
}

/// What an edit is to the history: typed letters that follow one another are undone together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grouping {
    Alone,
    Typed,
}

/// Edits that can be undone. Each holds its own text and no more.
const HISTORY: usize = 20_000;

#[derive(Debug, Clone)]
pub struct Buffer {
    area: TextArea<'static>,
    /// How many edits of the area each step of the history has.
    undo: Vec<u32>,
    redo: Vec<u32>,
    /// Where typing must go on to belong to the newest step.
    typing: Option<At>,
}

impl Buffer {
    pub fn new(text: &str) -> Self {
        let lines = text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line).to_owned()).collect();
        let mut area = TextArea::new(lines);
        area.set_max_histories(HISTORY);
        Self { area, undo: Vec::new(), redo: Vec::new(), typing: None }
    }

    pub fn lines(&self) -> &[String] {
        self.area.lines()
    }

    pub fn line(&self, line: usize) -> &str {
        self.lines().get(line).map_or("", String::as_str)
    }

    pub fn text(&self) -> String {
        self.lines().join("\n")
    }

    pub fn cursor(&self) -> At {
        let at = self.area.cursor();
        At::new(at.0, at.1)
    }

    /// Characters of a line.
    pub fn length(&self, line: usize) -> usize {
        self.line(line).chars().count()
    }

    pub fn last(&self) -> At {
        let line = self.lines().len().saturating_sub(1);
        At::new(line, self.length(line))
    }

    /// The nearest place that there is.
    pub fn clamp(&self, at: At) -> At {
        let line = at.line.min(self.lines().len().saturating_sub(1));
        At::new(line, at.column.min(self.length(line)))
    }

    pub fn go(&mut self, at: At) {
        let at = self.clamp(at);
        let short = |number: usize| u16::try_from(number).unwrap_or(u16::MAX);
        self.area.move_cursor(CursorMove::Jump(short(at.line), 0));
        // The area jumps no further than 16 bits reach.
        for _ in usize::from(u16::MAX)..at.line {
            self.area.move_cursor(CursorMove::Down);
        }
        if at.line <= usize::from(u16::MAX) {
            self.area.move_cursor(CursorMove::Jump(short(at.line), short(at.column)));
        }
        while self.cursor().line == at.line && self.cursor().column < at.column {
            self.area.move_cursor(CursorMove::Forward);
        }
    }

    /// What stands between two places.
    pub fn between(&self, from: At, to: At) -> String {
        let (from, to) = (self.clamp(from.min(to)), self.clamp(from.max(to)));
        let byte = |at: At| byte_of(self.line(at.line), at.column);
        if from.line == to.line {
            return self.line(from.line)[byte(from)..byte(to)].to_owned();
        }
        let mut text = self.line(from.line)[byte(from)..].to_owned();
        for line in from.line + 1..to.line {
            text.push('\n');
            text.push_str(self.line(line));
        }
        text.push('\n');
        text.push_str(&self.line(to.line)[..byte(to)]);
        text
    }

    /// Puts `text` in place of what stands between two places. The one way in which the text changes; the cursor is
    /// behind the new text then. `None` when nothing changed.
    pub fn replace(&mut self, from: At, to: At, text: &str, grouping: Grouping) -> Option<Change> {
        let (from, to) = (self.clamp(from.min(to)), self.clamp(from.max(to)));
        let text = tidy(text);
        if from == to && text.is_empty() {
            self.go(from);
            return None;
        }
        let joins = grouping == Grouping::Typed && self.typing == Some(to);
        let mut edits = 0;
        self.go(from);
        if from != to {
            let count = self.between(from, to).chars().count();
            edits += u32::from(self.area.delete_str(count));
        }
        if !text.is_empty() {
            edits += u32::from(self.area.insert_str(&text));
        }
        match self.undo.last_mut().filter(|_| joins) {
            Some(step) => *step += edits,
            None => self.undo.push(edits),
        }
        self.redo.clear();
        let is_word = !text.contains([' ', '\n']);
        self.typing = (grouping == Grouping::Typed && is_word).then(|| self.cursor());
        Some(Change { line: from.line, removed: to.line - from.line, added: text.matches('\n').count() })
    }

    /// Takes the newest step back.
    pub fn undo(&mut self) -> Option<Change> {
        let edits = self.undo.pop()?;
        self.typing = None;
        let before = self.lines().to_vec();
        let mut done = 0;
        while done < edits && self.area.undo() {
            done += 1;
        }
        self.redo.push(done);
        Some(changed(&before, self.lines()))
    }

    pub fn redo(&mut self) -> Option<Change> {
        let edits = self.redo.pop()?;
        self.typing = None;
        let before = self.lines().to_vec();
        let mut done = 0;
        while done < edits && self.area.redo() {
            done += 1;
        }
        self.undo.push(done);
        Some(changed(&before, self.lines()))
    }

    /// What is typed next belongs to the newest step.
    pub fn begin_typing(&mut self) {
        self.typing = Some(self.cursor());
    }

    /// Ends the step that typing belongs to.
    pub fn end_typing(&mut self) {
        self.typing = None;
    }

    /// The next place that matches, from the cursor on and round the end. Case counts as soon as a capital is typed.
    pub fn find(&mut self, pattern: &str, forward: bool, at_cursor: bool) -> bool {
        let sensitive = pattern.chars().any(char::is_uppercase);
        let literal: String = pattern.chars().flat_map(|char| escaped(char).chars().collect::<Vec<_>>()).collect();
        let pattern = if sensitive { literal } else { format!("(?i){literal}") };
        if self.area.set_search_pattern(pattern).is_err() {
            return false;
        }
        let found = if forward { self.area.search_forward(at_cursor) } else { self.area.search_back(at_cursor) };
        self.area.cancel_selection();
        found
    }

    /// The column before the character (as a person sees it) left of `column`.
    pub fn left_of(&self, at: At) -> Option<At> {
        if at.column == 0 {
            let line = at.line.checked_sub(1)?;
            return Some(At::new(line, self.length(line)));
        }
        let stops = stops(self.line(at.line));
        let column = stops.iter().rev().find(|stop| **stop < at.column).copied().unwrap_or(0);
        Some(At::new(at.line, column))
    }

    pub fn right_of(&self, at: At) -> Option<At> {
        match stops(self.line(at.line)).iter().find(|stop| **stop > at.column) {
            Some(column) => Some(At::new(at.line, *column)),
            None if at.line + 1 < self.lines().len() => Some(At::new(at.line + 1, 0)),
            None => None,
        }
    }
}

/// Columns between which the characters of a line stand as a person sees them.
fn stops(line: &str) -> Vec<usize> {
    let mut column = 0;
    let mut stops = vec![0];
    for grapheme in line.graphemes(true) {
        column += grapheme.chars().count();
        stops.push(column);
    }
    stops
}

/// The byte at which a column begins.
pub fn byte_of(line: &str, column: usize) -> usize {
    line.char_indices().nth(column).map_or(line.len(), |(at, _)| at)
}

/// Line breaks of one kind, and no characters that steer a terminal or are no text.
fn tidy(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    text.chars().filter(|char| matches!(char, '\n' | '\t') || !char.is_control()).collect()
}

fn escaped(char: char) -> String {
    if char.is_alphanumeric() || char == ' ' || !char.is_ascii() { char.to_string() } else { format!("\\{char}") }
}

fn changed(before: &[String], after: &[String]) -> Change {
    let same = before.iter().zip(after).take_while(|(old, new)| old == new).count();
    if same == before.len() && same == after.len() {
        return Change { line: 0, removed: 0, added: 0 };
    }
    let most = before.len().min(after.len()) - same.min(before.len().min(after.len()));
    let tail = before.iter().rev().zip(after.iter().rev()).take(most).take_while(|(old, new)| old == new).count();
    // A change covers at least one line on both sides.
    let tail = tail.min(before.len().min(after.len()).saturating_sub(1));
    let line = same.min(before.len() - tail - 1).min(after.len() - tail - 1);
    Change { line, removed: before.len() - tail - 1 - line, added: after.len() - tail - 1 - line }
}
