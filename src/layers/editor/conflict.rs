//! Somebody else changed the object: their text beside mine.

use similar::{ChangeTag, TextDiff};

use super::Editor;
use super::buffer::{At, Grouping};

/// The newer text, and how it differs from mine.
#[derive(Debug, Clone, PartialEq)]
pub struct Conflict {
    pub theirs: String,
    /// Where the new version's resourceVersion is known.
    pub resource_version: Option<String>,
    pub lines: Vec<(Differs, String)>,
    /// First shown line.
    pub top: usize,
}

/// What a line of the comparison is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Differs {
    Same,
    /// In theirs alone.
    Theirs,
    /// In mine alone.
    Mine,
}

/// Equal lines around a difference.
const AROUND: usize = 2;
/// A comparison that takes longer shows their whole text instead.
const LINES: usize = 20_000;

impl Editor {
    /// Shows their text beside mine, which stays as it is and can be edited.
    pub fn conflict(&mut self, theirs: String, resource_version: Option<String>) {
        let mine = self.text();
        let lines = compare(&mine, &theirs);
        self.conflict = Some(Conflict { theirs, resource_version, lines, top: 0 });
        self.settle();
    }

    /// Takes their text in place of mine; undo brings mine back. The resourceVersion that the text now rests on.
    pub fn take_theirs(&mut self, now_ms: i64) -> Option<String> {
        let conflict = self.conflict.take()?;
        self.edit(At::default(), self.buffer.last(), &conflict.theirs, Grouping::Alone, now_ms);
        self.go(At::default(), false);
        self.settle();
        conflict.resource_version
    }

    /// Keeps mine, on top of theirs: the next submission replaces it.
    pub fn keep_mine(&mut self) -> Option<String> {
        self.conflict.take()?.resource_version
    }

    pub fn scroll_conflict(&mut self, by: isize) {
        if let Some(conflict) = &mut self.conflict {
            let last = conflict.lines.len().saturating_sub(1);
            conflict.top = conflict.top.saturating_add_signed(by).min(last);
        }
    }
}

fn compare(mine: &str, theirs: &str) -> Vec<(Differs, String)> {
    if mine.lines().count().max(theirs.lines().count()) > LINES {
        return theirs.lines().map(|line| (Differs::Theirs, line.to_owned())).collect();
    }
    let diff = TextDiff::from_lines(mine, theirs);
    let mut lines = Vec::new();
    for (number, group) in diff.grouped_ops(AROUND).iter().enumerate() {
        if number > 0 {
            lines.push((Differs::Same, "⋯".to_owned()));
        }
        for change in group.iter().flat_map(|operation| diff.iter_changes(operation)) {
            let differs = match change.tag() {
                ChangeTag::Equal => Differs::Same,
                ChangeTag::Insert => Differs::Theirs,
                ChangeTag::Delete => Differs::Mine,
            };
            lines.push((differs, change.value().trim_end_matches('\n').to_owned()));
        }
    }
    lines
}
