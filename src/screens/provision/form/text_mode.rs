//! All values as one text that is being edited.

use super::subject::FormAction;
use crate::domain::provision::variables::SyntaxProblem;
use crate::input::event::{Code, Key};
use crate::ui::text_buffer::{At, Buffer, Grouping};

/// Blanks of a tab.
const INDENT: &str = "  ";

#[derive(Clone)]
pub(super) struct TextMode {
    buffer: Buffer,
    /// Why it could not be taken back into the fields.
    pub problem: Option<TextProblem>,
}

/// Line and column in characters, from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TextProblem {
    pub at: At,
    pub words: String,
}

impl From<SyntaxProblem> for TextProblem {
    fn from(problem: SyntaxProblem) -> Self {
        let at = At::new(problem.line.saturating_sub(1), problem.column.saturating_sub(1));
        Self { at, words: problem.words }
    }
}

impl TextProblem {
    /// Where a variable is given.
    pub fn at_name(text: &str, name: &str, words: String) -> Self {
        let is_here = |line: &&str| {
            let rest =
                line.trim_start().trim_start_matches('"').strip_prefix(name).map(|rest| rest.trim_start_matches('"'));
            rest.is_some_and(|rest| rest.trim_start().starts_with(['=', ':']))
        };
        let found = text.lines().enumerate().find(|(_, line)| is_here(line));
        let at = found.map(|(at, line)| At::new(at, line.chars().take_while(|char| char.is_whitespace()).count()));
        Self { at: at.unwrap_or_default(), words }
    }
}

impl std::fmt::Display for TextProblem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}, column {}: {}", self.at.line + 1, self.at.column + 1, self.words)
    }
}

impl TextMode {
    pub fn new(text: &str) -> Self {
        Self { buffer: Buffer::new(text), problem: None }
    }

    pub fn text(&self) -> String {
        self.buffer.text()
    }

    pub fn buffer(&self) -> &Buffer {
        &self.buffer
    }

    /// Stands on what is wrong.
    pub fn show(&mut self, problem: TextProblem) {
        self.buffer.go(problem.at);
        self.problem = Some(problem);
    }

    pub fn act(&mut self, action: FormAction) {
        match action {
            FormAction::Key(key) => self.key(key),
            FormAction::Paste(text) => self.insert(&text, Grouping::Alone),
            FormAction::Step(by) => self.vertical(by),
            FormAction::First => self.buffer.go(At::default()),
            FormAction::Last => self.buffer.go(self.buffer.last()),
            FormAction::To(_) | FormAction::ToggleFold | FormAction::ToggleText | FormAction::Submit => {}
        }
    }

    fn key(&mut self, key: Key) {
        let at = self.buffer.cursor();
        let end = At::new(at.line, self.buffer.length(at.line));
        match key.code {
            Code::Char(char) if key.text().is_some() => self.insert(char.encode_utf8(&mut [0; 4]), Grouping::Typed),
            Code::Char('z') if key.ctrl => drop(self.buffer.undo()),
            Code::Char('y') if key.ctrl => drop(self.buffer.redo()),
            Code::Char('k') if key.ctrl => {
                self.delete(at, if at == end { self.buffer.right_of(at) } else { Some(end) })
            }
            Code::Char('u') if key.ctrl => self.delete(at, Some(At::new(at.line, 0))),
            Code::Enter => self.insert(&format!("\n{}", self.indent(at.line)), Grouping::Alone),
            Code::Tab => self.insert(INDENT, Grouping::Alone),
            Code::Backspace => self.delete(at, self.buffer.left_of(at)),
            Code::Delete => self.delete(at, self.buffer.right_of(at)),
            Code::Left => self.buffer.go(self.buffer.left_of(at).unwrap_or(at)),
            Code::Right => self.buffer.go(self.buffer.right_of(at).unwrap_or(at)),
            Code::Up => self.vertical(-1),
            Code::Down => self.vertical(1),
            Code::Home => self.buffer.go(At::new(at.line, 0)),
            Code::End => self.buffer.go(end),
            _ => {}
        }
    }

    /// Blanks that a line begins with.
    fn indent(&self, line: usize) -> String {
        self.buffer.line(line).chars().take_while(|char| *char == ' ').collect()
    }

    fn insert(&mut self, text: &str, grouping: Grouping) {
        let at = self.buffer.cursor();
        self.buffer.replace(at, at, text, grouping);
    }

    fn delete(&mut self, from: At, to: Option<At>) {
        if let Some(to) = to {
            self.buffer.replace(from, to, "", Grouping::Alone);
        }
    }

    fn vertical(&mut self, by: isize) {
        let at = self.buffer.cursor();
        self.buffer.go(At::new(at.line.saturating_add_signed(by), at.column));
    }
}
