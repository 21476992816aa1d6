//! One field: what is typed, and the value that it stands for.

use std::fmt;

use serde_json::Value;

use crate::domain::provision::variables::Type;
use crate::ui::line_edit::{Edit, LineEdit};

/// What a field is for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Id {
    Environment,
    Name,
    Account,
    Region,
    /// By its name; one that the module does not have is shown because it was given.
    Variable(String),
}

/// Where a field stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    Main,
    /// Behind the line that folds it away as long as it is empty.
    Rest,
}

#[derive(Clone, PartialEq)]
pub struct Field {
    pub id: Id,
    pub label: String,
    pub kind: Type,
    pub group: Group,
    /// What is gone through by left and right.
    pub options: Vec<String>,
    /// One of the options, nothing else.
    pub is_choice: bool,
    pub is_sensitive: bool,
    pub is_required: bool,
    /// Somebody changed it.
    pub is_touched: bool,
    line: LineEdit,
    /// The next letter takes the place of what stands there.
    is_fresh: bool,
    /// A value as it was given, which its text may not tell fully; gone with the first change.
    held: Option<Value>,
    /// Of the text; `None`: nothing is given.
    value: Option<Result<Value, String>>,
}

impl fmt::Debug for Field {
    /// Without what is typed: it may be a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Field").field("id", &self.id).field("touched", &self.is_touched).finish_non_exhaustive()
    }
}

/// What somebody typed into a field, to be put into another form.
#[derive(Clone, PartialEq)]
pub struct Typed {
    line: LineEdit,
    held: Option<Value>,
}

impl Field {
    pub fn new(id: Id, label: &str, kind: Type) -> Self {
        Self {
            id,
            label: label.to_owned(),
            kind,
            group: Group::Main,
            options: Vec::new(),
            is_choice: false,
            is_sensitive: false,
            is_required: false,
            is_touched: false,
            line: LineEdit::default(),
            is_fresh: true,
            held: None,
            value: None,
        }
    }

    pub fn required(self) -> Self {
        Self { is_required: true, ..self }
    }

    pub fn options(self, options: Vec<String>) -> Self {
        Self { options, ..self }
    }

    pub fn only_options(self, options: Vec<String>) -> Self {
        Self { options, is_choice: true, ..self }
    }

    /// With a value that nobody typed.
    pub fn with(mut self, value: Value) -> Self {
        self.hold(value);
        self
    }

    /// As [`Self::with`]; empty text is no value.
    pub fn with_text(self, text: &str) -> Self {
        if text.is_empty() { self } else { self.with(Value::from(text)) }
    }

    fn hold(&mut self, value: Value) {
        self.line = LineEdit::new(self.kind.show_input(&value));
        self.is_fresh = true;
        self.value = Some(Ok(value.clone()));
        self.held = Some(value);
    }

    pub fn text(&self) -> &str {
        self.line.text()
    }

    pub fn line(&self) -> &LineEdit {
        &self.line
    }

    /// The value, or why the text is none; `None`: nothing is given.
    pub fn value(&self) -> Option<&Result<Value, String>> {
        self.value.as_ref()
    }

    pub fn is_blank(&self) -> bool {
        self.value.is_none()
    }

    /// As it is told in words where the text tells nothing: empty text, null.
    pub fn held_words(&self) -> Option<&'static str> {
        match &self.held {
            Some(Value::Null) => Some("null"),
            Some(Value::String(text)) if text.is_empty() => Some("\"\""),
            _ => None,
        }
    }

    /// Typed or pasted text; on a choice it goes to the next option that begins so.
    pub fn insert(&mut self, text: &str) {
        if self.is_choice {
            return self.choose_by(text);
        }
        if self.is_fresh && !self.options.is_empty() {
            self.line = LineEdit::default();
        }
        self.line.insert(text);
        self.changed();
    }

    /// As typed text, but a value of several lines keeps its line breaks where nothing stands yet. The last line break is
    /// the clipboard's.
    pub fn paste(&mut self, text: &str) {
        let text = text.trim_end_matches(['\n', '\r']).replace("\r\n", "\n").replace('\r', "\n");
        let text: String = text.chars().filter(|char| matches!(char, '\n' | '\t') || !char.is_control()).collect();
        let is_whole = text.contains('\n') && self.is_blank() && matches!(self.id, Id::Variable(_));
        match self.kind.parse_input(&text) {
            Ok(value) if is_whole && !self.is_choice && self.text().is_empty() => {
                self.hold(value);
                self.is_touched = true;
            }
            _ => self.insert(&text),
        }
    }

    /// Nobody is typing there: a blank goes to the next option.
    pub fn cycles(&self) -> bool {
        !self.options.is_empty() && (self.is_choice || self.is_fresh)
    }

    /// Gives whether the text may have changed.
    pub fn edit(&mut self, edit: Edit) -> bool {
        let moves =
            matches!(edit, Edit::Left | Edit::Right | Edit::WordLeft | Edit::WordRight | Edit::Start | Edit::End);
        match (self.is_choice, moves) {
            (true, true) => return false,
            // A variable without a choice stays at its default.
            (true, false) if self.id == Id::Environment => return false,
            (true, false) => self.line = LineEdit::default(),
            (false, _) => self.line.apply(edit),
        }
        if !moves {
            self.changed();
        }
        !moves
    }

    /// Goes through the options, round and round.
    pub fn step(&mut self, by: isize) {
        let all = self.options.len() as isize;
        if all == 0 {
            return;
        }
        let here = self.options.iter().position(|option| option == self.text());
        let to = match here {
            Some(here) => (here as isize + by).rem_euclid(all),
            None if by > 0 => 0,
            None => all - 1,
        };
        self.choose(to as usize);
    }

    fn choose(&mut self, at: usize) {
        if let Some(option) = self.options.get(at) {
            self.line = LineEdit::new(option);
            self.changed();
            self.is_fresh = true;
        }
    }

    fn choose_by(&mut self, text: &str) {
        let wanted = text.to_lowercase();
        let here = self.options.iter().position(|option| option == self.text());
        let all = self.options.len();
        let first = here.map_or(0, |here| here + 1);
        let found = (first..first + all)
            .map(|at| at % all)
            .find(|at| self.options.get(*at).is_some_and(|option| option.to_lowercase().starts_with(&wanted)));
        if let Some(found) = found {
            self.choose(found);
        }
    }

    fn changed(&mut self) {
        (self.is_touched, self.is_fresh, self.held) = (true, false, None);
        self.read();
    }

    fn read(&mut self) {
        let text = self.line.text();
        let is_blank = if self.kind == Type::Text { text.is_empty() } else { text.trim().is_empty() };
        self.value = match (&self.held, is_blank) {
            (Some(value), _) => Some(Ok(value.clone())),
            (None, true) => None,
            (None, false) => Some(self.kind.parse_input(text)),
        };
    }

    /// What a text says of it. What is the same stays as it was typed; a text that is no value yet stays as well where
    /// nothing is said.
    pub fn take(&mut self, value: Option<Value>) {
        match (value, &self.value) {
            (Some(value), Some(Ok(known))) if value == *known => {}
            (Some(value), _) => {
                self.hold(value);
                self.is_touched = true;
            }
            (None, None | Some(Err(_))) => {}
            (None, Some(Ok(_))) => {
                self.line = LineEdit::default();
                self.changed();
            }
        }
    }

    pub fn typed(&self) -> Option<Typed> {
        self.is_touched.then(|| Typed { line: self.line.clone(), held: self.held.clone() })
    }

    /// Takes over what was typed in another form.
    pub fn retype(&mut self, typed: Typed) {
        let text = typed.line.text();
        if self.is_choice && !text.is_empty() && !self.options.iter().any(|option| option == text) {
            return;
        }
        (self.line, self.held, self.is_touched) = (typed.line, typed.held, true);
        self.read();
    }
}
