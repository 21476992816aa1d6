//! vim's NORMAL and line-wise VISUAL modes, as far as a manifest needs them.

use super::buffer::{At, Grouping};
use super::insert::Class;
use super::{Asked, Editor, LineEdit};
use crate::input::event::{Code, Key};
use crate::layers::line_edit::Edit;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Normal,
    Insert,
    /// Whole lines are chosen.
    Visual,
    /// A line behind `:` is typed.
    Command,
}

impl Mode {
    pub fn name(self) -> &'static str {
        match self {
            Self::Normal => "NORMAL",
            Self::Insert => "INSERT",
            Self::Visual => "V-LINE",
            Self::Command => "COMMAND",
        }
    }
}

#[derive(Debug, Clone)]
pub struct Vim {
    pub mode: Mode,
    count: usize,
    /// `d`, `c`, `y`, `>`, `<` that waits for a motion, and its count.
    operator: Option<(char, usize)>,
    /// An `i` or an `a` (true) behind an operator: the letter of a text object follows.
    object: Option<bool>,
    /// A first `g`.
    g: bool,
    pub line: LineEdit,
}

/// Counts beyond this do nothing more.
const COUNT: usize = 99_999;

impl Vim {
    pub fn new(modal: bool) -> Self {
        let mode = if modal { Mode::Normal } else { Mode::Insert };
        Self { mode, count: 0, operator: None, object: None, g: false, line: LineEdit::default() }
    }

    /// Something of a command was typed.
    pub fn is_pending(&self) -> bool {
        self.count > 0 || self.operator.is_some() || self.g
    }

    fn forget(&mut self) {
        (self.count, self.operator, self.object, self.g) = (0, None, None, false);
    }
}

/// Where a motion leads and what an operator takes of it.
#[derive(Debug, Clone, Copy)]
struct Motion {
    to: At,
    lines: bool,
    inclusive: bool,
}

impl Motion {
    fn to(to: At) -> Self {
        Self { to, lines: false, inclusive: false }
    }
}

impl Editor {
    pub(super) fn vim_escape(&mut self) {
        let at = self.cursor();
        if self.vim.mode == Mode::Insert && at.column > 0 {
            self.go(self.buffer.left_of(at).unwrap_or(at), false);
        }
        self.anchor = None;
        self.vim.mode = Mode::Normal;
        self.vim.forget();
    }

    pub(super) fn vim_key(&mut self, key: Key, now_ms: i64) -> Asked {
        if self.vim.mode == Mode::Command {
            return self.vim_command_key(key, now_ms);
        }
        if self.move_key(key) {
            self.vim.forget();
            return Asked::Nothing;
        }
        let char = match key.code {
            Code::Enter => 'j',
            Code::Backspace => 'h',
            Code::Delete => 'x',
            Code::Char(char) if key.ctrl => return self.vim_control(char, now_ms),
            Code::Char(char) if key.text().is_some() => char,
            _ => return Asked::Nothing,
        };
        if let Some(digit) = char.to_digit(10)
            && (digit > 0 || self.vim.count > 0)
        {
            self.vim.count = (self.vim.count * 10 + digit as usize).min(COUNT);
            return Asked::Nothing;
        }
        if char == 'g' && !self.vim.g {
            self.vim.g = true;
            return Asked::Nothing;
        }
        let count = self.vim.count.max(1) * self.vim.operator.map_or(1, |(_, count)| count);
        let counted = self.vim.count > 0;
        if let (Some((operator, _)), Some(around)) = (self.vim.operator, self.vim.object) {
            self.vim.forget();
            if let Some((from, to)) = self.object(char, around) {
                self.operate_between(operator, from, to, now_ms);
            }
            return Asked::Nothing;
        }
        if self.vim.operator.is_some() && matches!(char, 'i' | 'a') {
            self.vim.object = Some(char == 'a');
            return Asked::Nothing;
        }
        if let Some((operator, _)) = self.vim.operator {
            let motion = if char == operator {
                let line = self.cursor().line + count.min(COUNT) - 1;
                Some(Motion { to: At::new(line, 0), lines: true, inclusive: true })
            } else {
                self.motion(char, count.min(COUNT), counted, operator == 'c')
            };
            self.vim.forget();
            if let Some(motion) = motion {
                self.operate(operator, motion, now_ms);
            }
            return Asked::Nothing;
        }
        if let Some(motion) = self.motion(char, count, counted, false) {
            self.vim.forget();
            let select = self.vim.mode == Mode::Visual;
            if matches!(char, 'j' | 'k') {
                let lines = isize::try_from(count).unwrap_or(isize::MAX);
                self.vertical(if char == 'j' { lines } else { -lines }, select);
            } else {
                self.go(motion.to, select);
            }
            return Asked::Nothing;
        }
        if self.vim.mode == Mode::Visual {
            self.visual(char, now_ms);
        } else {
            self.normal(char, count, now_ms);
        }
        if !matches!(char, 'd' | 'c' | 'y' | '>' | '<') || self.vim.operator.is_none() {
            self.vim.forget();
        }
        Asked::Nothing
    }

    fn vim_control(&mut self, char: char, now_ms: i64) -> Asked {
        let half = (self.page() / 2).max(1);
        let select = self.vim.mode == Mode::Visual;
        match char {
            'd' => self.vertical(half, select),
            'u' => self.vertical(-half, select),
            'f' => self.vertical(self.page(), select),
            'b' => self.vertical(-self.page(), select),
            'r' => self.redo(now_ms),
            _ => {}
        }
        self.vim.forget();
        Asked::Nothing
    }

    fn motion(&self, char: char, count: usize, counted: bool, change: bool) -> Option<Motion> {
        let at = self.cursor();
        let last_line = self.lines().len() - 1;
        let repeat = |step: &dyn Fn(At) -> At| (0..count).fold(at, |at, _| step(at));
        let line_motion = |line: usize| Motion { to: At::new(line.min(last_line), 0), lines: true, inclusive: true };
        Some(match char {
            'h' => Motion::to(repeat(&|at| self.buffer.left_of(at).filter(|to| to.line == at.line).unwrap_or(at))),
            'l' | ' ' => {
                Motion::to(repeat(&|at| self.buffer.right_of(at).filter(|to| to.line == at.line).unwrap_or(at)))
            }
            'j' => line_motion(at.line + count),
            'k' => line_motion(at.line.saturating_sub(count)),
            // `cw` leaves the blanks behind the word, as `ce` does.
            'w' if change && self.class_at(at) != Class::Blank => {
                Motion { inclusive: true, ..Motion::to(repeat(&|at| self.vim_end(at, at == self.cursor()))) }
            }
            'w' => Motion::to(repeat(&|at| self.vim_word(at))),
            'e' => Motion { inclusive: true, ..Motion::to(repeat(&|at| self.vim_end(at, false))) },
            'b' => Motion::to(repeat(&|at| self.vim_back(at))),
            '0' => Motion::to(At::new(at.line, 0)),
            '^' => Motion::to(At::new(at.line, self.first_text(at.line))),
            '$' => Motion::to(At::new(at.line, self.buffer.length(at.line))),
            'G' => line_motion(if counted { count - 1 } else { last_line }),
            'g' => line_motion(if counted { count - 1 } else { 0 }),
            _ => return None,
        })
    }

    fn vim_word(&self, from: At) -> At {
        let class = self.class_at(from);
        let mut at = from;
        while class != Class::Blank && self.class_at(at) == class {
            match self.buffer.right_of(at) {
                Some(next) => at = next,
                None => return at,
            }
        }
        while self.class_at(at) == Class::Blank {
            match self.buffer.right_of(at) {
                Some(next) => at = next,
                None => return at,
            }
        }
        at
    }

    fn vim_end(&self, from: At, here: bool) -> At {
        let mut at = if here { from } else { self.buffer.right_of(from).unwrap_or(from) };
        while self.class_at(at) == Class::Blank {
            match self.buffer.right_of(at) {
                Some(next) => at = next,
                None => return at,
            }
        }
        let class = self.class_at(at);
        while let Some(next) = self.buffer.right_of(at).filter(|next| self.class_at(*next) == class) {
            at = next;
        }
        at
    }

    fn vim_back(&self, from: At) -> At {
        let mut at = from;
        while let Some(next) = self.buffer.left_of(at) {
            at = next;
            if self.class_at(at) != Class::Blank {
                break;
            }
        }
        let class = self.class_at(at);
        while let Some(next) = self.buffer.left_of(at).filter(|next| self.class_at(*next) == class) {
            at = next;
        }
        at
    }

    fn operate(&mut self, operator: char, motion: Motion, now_ms: i64) {
        let at = self.cursor();
        if motion.lines || matches!(operator, '>' | '<') {
            let to = motion.to.line.min(self.lines().len() - 1);
            return self.on_lines(operator, at.line.min(to), at.line.max(to), now_ms);
        }
        let (from, mut to) = (at.min(motion.to), at.max(motion.to));
        if motion.inclusive {
            to = self
                .buffer
                .right_of(to)
                .filter(|next| next.line == to.line)
                .unwrap_or(At::new(to.line, self.buffer.length(to.line)));
        } else if to.line > from.line && to.column <= self.first_text(to.line) {
            // A word motion over a line's end takes the rest of the line and not its break.
            to = At::new(to.line - 1, self.buffer.length(to.line - 1)).max(from);
        }
        self.operate_between(operator, from, to, now_ms);
    }

    fn operate_between(&mut self, operator: char, from: At, to: At, now_ms: i64) {
        if matches!(operator, '>' | '<') {
            return self.on_lines(operator, from.line, to.line, now_ms);
        }
        self.register = (self.buffer.between(from, to), false);
        match operator {
            'y' => self.go(from, false),
            _ => {
                self.edit(from, to, "", Grouping::Alone, now_ms);
                if operator == 'c' {
                    self.buffer.begin_typing();
                    self.vim.mode = Mode::Insert;
                }
            }
        }
    }

    fn on_lines(&mut self, operator: char, first: usize, last: usize, now_ms: i64) {
        let end = At::new(last, self.buffer.length(last));
        match operator {
            '>' | '<' => {
                self.indent_lines(first, last, if operator == '>' { 1 } else { -1 }, now_ms);
                self.go(At::new(first, self.first_text(first)), false);
                return;
            }
            _ => self.register = (format!("{}\n", self.buffer.between(At::new(first, 0), end)), true),
        }
        match operator {
            'y' => {
                self.go(At::new(first, self.cursor().column), false);
                let lines = last + 1 - first;
                if lines > 2 {
                    self.say(format!("{lines} lines copied"));
                }
            }
            'c' => {
                let blanks = self.first_text(first);
                self.edit(At::new(first, 0), end, &" ".repeat(blanks), Grouping::Alone, now_ms);
                self.buffer.begin_typing();
                self.vim.mode = Mode::Insert;
            }
            _ => {
                let (from, to) = if last + 1 < self.lines().len() {
                    (At::new(first, 0), At::new(last + 1, 0))
                } else if first > 0 {
                    (At::new(first - 1, self.buffer.length(first - 1)), end)
                } else {
                    (At::new(0, 0), end)
                };
                self.edit(from, to, "", Grouping::Alone, now_ms);
                let line = first.min(self.lines().len() - 1);
                self.go(At::new(line, self.first_text(line)), false);
            }
        }
    }

    fn visual(&mut self, char: char, now_ms: i64) {
        let anchor = self.anchor.unwrap_or(self.cursor());
        let (first, last) = (anchor.line.min(self.cursor().line), anchor.line.max(self.cursor().line));
        let operator = match char {
            'd' | 'x' | 'X' => 'd',
            'c' | 's' => 'c',
            'y' | '>' | '<' => char,
            ':' => return self.vim_open_line(),
            'V' | 'v' => return self.vim_escape(),
            _ => return,
        };
        self.vim_escape();
        self.on_lines(operator, first, last, now_ms);
    }

    fn vim_open_line(&mut self) {
        self.vim.mode = Mode::Command;
        self.vim.line = LineEdit::default();
    }

    fn normal(&mut self, char: char, count: usize, now_ms: i64) {
        let at = self.cursor();
        let end = At::new(at.line, self.buffer.length(at.line));
        match char {
            'd' | 'c' | 'y' | '>' | '<' => {
                self.vim.operator = Some((char, count));
                self.vim.count = 0;
            }
            'i' => self.vim_insert(at),
            'I' => self.vim_insert(At::new(at.line, self.first_text(at.line))),
            'a' => self.vim_insert(self.buffer.right_of(at).filter(|to| to.line == at.line).unwrap_or(end)),
            'A' => self.vim_insert(end),
            'o' => {
                let indent = self.indent_below(at.line, self.buffer.line(at.line));
                self.edit(end, end, &format!("\n{}", " ".repeat(indent)), Grouping::Alone, now_ms);
                self.buffer.begin_typing();
                self.vim.mode = Mode::Insert;
            }
            'O' => {
                let blanks = self.first_text(at.line);
                let begin = At::new(at.line, 0);
                self.edit(begin, begin, &format!("{}\n", " ".repeat(blanks)), Grouping::Alone, now_ms);
                self.vim_insert(At::new(at.line, blanks));
                self.buffer.begin_typing();
            }
            'x' => {
                if let Some(motion) = self.motion('l', count, true, false) {
                    let to = if motion.to == at { end } else { motion.to };
                    self.register = (self.buffer.between(at, to), false);
                    self.edit(at, to, "", Grouping::Alone, now_ms);
                }
            }
            'D' | 'C' => {
                self.register = (self.buffer.between(at, end), false);
                self.edit(at, end, "", Grouping::Alone, now_ms);
                if char == 'C' {
                    self.buffer.begin_typing();
                    self.vim.mode = Mode::Insert;
                }
            }
            'S' => self.on_lines('c', at.line, at.line, now_ms),
            'p' | 'P' => self.vim_put(char == 'p', count, now_ms),
            'J' => self.vim_join(now_ms),
            'u' => self.undo(now_ms),
            'n' => self.find_again(true),
            'N' => self.find_again(false),
            '/' => self.open_find(),
            ':' => self.vim_open_line(),
            'V' | 'v' => {
                self.vim.mode = Mode::Visual;
                self.anchor = Some(at);
            }
            _ => {}
        }
    }

    fn vim_insert(&mut self, at: At) {
        self.go(at, false);
        self.vim.mode = Mode::Insert;
    }

    fn vim_put(&mut self, behind: bool, count: usize, now_ms: i64) {
        let (text, lines) = self.register.clone();
        // A count is for a line or two, not for filling the memory.
        let count = count.min((1 << 20) / text.len().max(1) + 1);
        let text = text.repeat(count);
        let at = self.cursor();
        if !lines {
            let to = if behind { self.buffer.right_of(at).filter(|to| to.line == at.line).unwrap_or(at) } else { at };
            return self.edit(to, to, &text, Grouping::Alone, now_ms);
        }
        let text = text.strip_suffix('\n').unwrap_or(&text);
        let line = if behind { at.line + 1 } else { at.line };
        if behind {
            let end = At::new(at.line, self.buffer.length(at.line));
            self.edit(end, end, &format!("\n{text}"), Grouping::Alone, now_ms);
        } else {
            let begin = At::new(at.line, 0);
            self.edit(begin, begin, &format!("{text}\n"), Grouping::Alone, now_ms);
        }
        self.go(At::new(line, self.first_text(line)), false);
    }

    fn vim_join(&mut self, now_ms: i64) {
        let at = self.cursor();
        if at.line + 1 >= self.lines().len() {
            return;
        }
        let end = At::new(at.line, self.buffer.length(at.line));
        let next = At::new(at.line + 1, self.first_text(at.line + 1));
        let gap = if self.buffer.length(next.line) == next.column || end.column == 0 { "" } else { " " };
        self.edit(end, next, gap, Grouping::Alone, now_ms);
        self.go(end, false);
    }

    fn vim_command_key(&mut self, key: Key, now_ms: i64) -> Asked {
        match key.code {
            Code::Backspace if self.vim.line.text().is_empty() => self.vim_escape(),
            Code::Backspace => self.vim.line.apply(Edit::DeleteBack),
            Code::Left => self.vim.line.apply(Edit::Left),
            Code::Right => self.vim.line.apply(Edit::Right),
            Code::Enter => return self.vim_command(now_ms),
            _ => {
                if let Some(char) = key.text() {
                    self.vim.line.insert(char.encode_utf8(&mut [0; 4]));
                }
            }
        }
        Asked::Nothing
    }

    fn vim_command(&mut self, _now_ms: i64) -> Asked {
        let text = self.vim.line.text().trim().to_owned();
        self.vim_escape();
        match text.as_str() {
            "" => Asked::Nothing,
            "w" | "w!" | "wq" | "x" => Asked::Apply,
            "w?" | "dry" => Asked::DryRun,
            "q" | "q!" | "qa" | "qa!" => Asked::Close,
            "noh" => {
                self.sought.clear();
                Asked::Nothing
            }
            "$" => {
                self.go(self.buffer.last(), false);
                Asked::Nothing
            }
            number => {
                match number.parse::<usize>() {
                    Ok(line) => self.go(At::new(line.saturating_sub(1), 0), false),
                    Err(_) => {
                        self.say(format!(":{number} is unknown: :w applies, :w? tries, :q closes, :12 goes there"))
                    }
                }
                Asked::Nothing
            }
        }
    }
}
