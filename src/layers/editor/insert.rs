//! Keys while text is typed: plain fingers, those of emacs, and vim's INSERT.

use super::buffer::{At, Grouping};
use super::edit::INDENT;
use super::{Editor, Fingers};
use crate::input::event::{Code, Key};

impl Editor {
    pub(super) fn insert_key(&mut self, key: Key, now_ms: i64) {
        let at = self.cursor();
        match key.code {
            Code::Char(char) if key.text().is_some() => {
                self.insert(char.encode_utf8(&mut [0; 4]), Grouping::Typed, now_ms);
            }
            Code::Char(char) => self.control(char, key, now_ms),
            Code::Enter => self.newline(now_ms),
            Code::Tab if self.selection().is_some() => self.indent(1, now_ms),
            Code::Tab => {
                let blanks = INDENT - at.column % INDENT;
                self.insert(&" ".repeat(blanks), Grouping::Alone, now_ms);
            }
            Code::BackTab => self.indent(-1, now_ms),
            Code::Backspace if key.ctrl || key.alt => self.delete_to(self.word_left(at), now_ms),
            Code::Backspace => self.backspace(now_ms),
            Code::Delete if key.ctrl || key.alt => self.delete_to(self.word_right(at), now_ms),
            Code::Delete => self.delete_right(now_ms),
            Code::Left
            | Code::Right
            | Code::Up
            | Code::Down
            | Code::Home
            | Code::End
            | Code::PageUp
            | Code::PageDown => {
                self.move_key(key);
            }
            Code::Esc | Code::Insert | Code::F(_) => {}
        }
    }

    /// The arrows and their kin, in every mode. False for other keys.
    pub(super) fn move_key(&mut self, key: Key) -> bool {
        let (at, select) = (self.cursor(), key.shift);
        let word = key.ctrl || key.alt;
        match key.code {
            Code::Left if word => self.go(self.word_left(at), select),
            Code::Right if word => self.go(self.word_right(at), select),
            Code::Left => self.go(self.buffer.left_of(at).unwrap_or(at), select),
            Code::Right => self.go(self.buffer.right_of(at).unwrap_or(at), select),
            Code::Up => self.vertical(-1, select),
            Code::Down => self.vertical(1, select),
            Code::PageUp => self.vertical(-self.page(), select),
            Code::PageDown => self.vertical(self.page(), select),
            Code::Home if key.ctrl => self.go(At::default(), select),
            Code::End if key.ctrl => self.go(self.buffer.last(), select),
            Code::Home => {
                let begin = self.first_text(at.line);
                self.go(At::new(at.line, if at.column == begin { 0 } else { begin }), select);
            }
            Code::End => self.go(At::new(at.line, self.buffer.length(at.line)), select),
            _ => return false,
        }
        true
    }

    fn control(&mut self, char: char, key: Key, now_ms: i64) {
        let at = self.cursor();
        let end = At::new(at.line, self.buffer.length(at.line));
        let next_line = At::new(at.line + 1, 0);
        match (char, key.ctrl, key.alt) {
            ('k', true, false) if self.selection().is_some() => self.cut(now_ms),
            ('k', true, false) => {
                let to = if at == end { self.buffer.clamp(next_line) } else { end };
                self.register = (self.buffer.between(at, to), false);
                self.edit(at, to, "", Grouping::Alone, now_ms);
            }
            ('x', true, false) | ('w', true, false) if self.selection().is_some() => self.cut(now_ms),
            ('x', true, false) => {
                let to = self.buffer.clamp(next_line);
                self.register = (format!("{}\n", self.buffer.line(at.line)), true);
                self.edit(At::new(at.line, 0), if to.line > at.line { to } else { end }, "", Grouping::Alone, now_ms);
            }
            ('w', true, false) => self.delete_to(self.word_left(at), now_ms),
            ('w' | 'c', false, true) => {
                if let Some((from, to)) = self.selection() {
                    self.register = (self.buffer.between(from, to), false);
                    self.say("copied");
                }
            }
            ('y' | 'v', true, false) => self.insert(&self.register.0.clone(), Grouping::Alone, now_ms),
            ('h', true, false) => self.backspace(now_ms),
            ('d', true, false) => self.delete_right(now_ms),
            ('d', false, true) => self.delete_to(self.word_right(at), now_ms),
            ('j' | 'm', true, false) => self.newline(now_ms),
            ('a', true, false) if self.fingers == Fingers::Plain => {
                self.go(At::default(), false);
                self.go(self.buffer.last(), true);
            }
            ('a', true, false) => self.go(At::new(at.line, 0), false),
            ('e', true, false) => self.go(end, false),
            ('f', true, false) => self.go(self.buffer.right_of(at).unwrap_or(at), false),
            ('b', true, false) => self.go(self.buffer.left_of(at).unwrap_or(at), false),
            ('p', true, false) => self.vertical(-1, false),
            ('n', true, false) => self.vertical(1, false),
            ('f', false, true) => self.go(self.word_right(at), false),
            ('b', false, true) => self.go(self.word_left(at), false),
            ('<', false, true) => self.go(At::default(), false),
            ('>', false, true) => self.go(self.buffer.last(), false),
            ('v', false, true) => self.vertical(-self.page(), false),
            _ => {}
        }
    }

    fn cut(&mut self, now_ms: i64) {
        let Some((from, to)) = self.selection() else { return };
        self.register = (self.buffer.between(from, to), false);
        self.edit(from, to, "", Grouping::Alone, now_ms);
    }

    fn delete_to(&mut self, to: At, now_ms: i64) {
        let (from, to) = self.selection().unwrap_or((self.cursor(), to));
        self.edit(from, to, "", Grouping::Alone, now_ms);
    }

    fn delete_right(&mut self, now_ms: i64) {
        let at = self.cursor();
        self.delete_to(self.buffer.right_of(at).unwrap_or(at), now_ms);
    }

    /// Takes one character, or one level within the indentation.
    fn backspace(&mut self, now_ms: i64) {
        let at = self.cursor();
        let blank = at.column >= INDENT && self.buffer.line(at.line).chars().take(at.column).all(|char| char == ' ');
        let to =
            if blank { Some(At::new(at.line, (at.column - 1) / INDENT * INDENT)) } else { self.buffer.left_of(at) };
        if let Some(to) = to {
            self.delete_to(to, now_ms);
        }
    }

    fn newline(&mut self, now_ms: i64) {
        let at = self.cursor();
        let head: String = self.buffer.line(at.line).chars().take(at.column).collect();
        let text = format!("\n{}", " ".repeat(self.indent_below(at.line, &head)));
        self.insert(&text, Grouping::Alone, now_ms);
    }

    /// Blanks that a line below one that reads `head` begins with.
    pub(super) fn indent_below(&self, line: usize, head: &str) -> usize {
        let blanks = head.len() - head.trim_start_matches(' ').len();
        let rest = head.trim_start_matches(' ');
        if self.colours.state(line).in_block() {
            return blanks;
        }
        let dash = if rest.starts_with("- ") { INDENT } else { 0 };
        let opens = [":", "|", ">", "|-", ">-"]
            .iter()
            .any(|end| rest.trim_end().strip_suffix(end).is_some_and(|before| *end == ":" || before.ends_with(": ")));
        blanks + dash + if opens && !rest.starts_with('#') { INDENT } else { 0 }
    }

    /// The column of a line's first character that is no blank.
    pub(super) fn first_text(&self, line: usize) -> usize {
        let line = self.buffer.line(line);
        line.chars().count() - line.trim_start().chars().count()
    }

    /// Where the next word begins.
    pub(super) fn word_right(&self, from: At) -> At {
        let mut at = from;
        let mut between = self.class_at(from) != Class::Word;
        while let Some(next) = self.buffer.right_of(at) {
            let is_word = self.class_at(at) == Class::Word;
            if is_word && between {
                break;
            }
            between |= !is_word;
            at = next;
        }
        at
    }

    pub(super) fn word_left(&self, from: At) -> At {
        let mut at = from;
        let mut seen = false;
        while let Some(next) = self.buffer.left_of(at) {
            let is_word = self.class_at(next) == Class::Word;
            if seen && !is_word {
                break;
            }
            seen |= is_word;
            at = next;
        }
        at
    }

    pub(super) fn class_at(&self, at: At) -> Class {
        Class::of(self.buffer.line(at.line).chars().nth(at.column))
    }
}

/// What a character is to a move by words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    Blank,
    Word,
    Sign,
}

impl Class {
    /// The end of a line counts as a blank.
    pub(super) fn of(char: Option<char>) -> Self {
        match char {
            None => Self::Blank,
            Some(char) if char.is_whitespace() => Self::Blank,
            Some(char) if char.is_alphanumeric() || char == '_' => Self::Word,
            Some(_) => Self::Sign,
        }
    }
}
