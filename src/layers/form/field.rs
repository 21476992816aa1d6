//! One field of a form.

use crate::domain::field::FieldKind;
use crate::domain::secret::SharedSecret;
use crate::layers::line_edit::LineEdit;

/// How a value is given.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    Line(LineEdit),
    /// One of several; of `true` and `false` drawn as a box.
    Choice {
        options: Vec<String>,
        chosen: usize,
    },
    /// What was pasted; it is never shown.
    Secret(SharedSecret),
}

#[derive(Debug, Clone, PartialEq)]
pub struct FormField {
    pub id: String,
    pub label: String,
    /// Told while the field has the focus.
    pub help: String,
    pub kind: FieldKind,
    /// May be left empty.
    pub optional: bool,
    pub input: Input,
    /// What stands there is a default that nobody touched.
    pub is_fresh: bool,
    /// Somebody typed here or went past.
    pub is_touched: bool,
    /// Shown only while another field has this value.
    pub shown_if: Option<(&'static str, &'static str)>,
}

impl FormField {
    /// A field with a default. Choices and booleans become a choice, all else a line.
    pub fn new(id: &str, label: &str, kind: FieldKind, default: &str) -> Self {
        let options = match &kind {
            FieldKind::Choice(options) => options.clone(),
            FieldKind::Boolean => vec!["false".to_owned(), "true".to_owned()],
            _ => Vec::new(),
        };
        let input = if kind == FieldKind::Secret {
            Input::Secret(SharedSecret::default())
        } else if options.is_empty() {
            Input::Line(LineEdit::new(default))
        } else {
            let chosen = options.iter().position(|option| option == default).unwrap_or(0);
            Input::Choice { options, chosen }
        };
        Self {
            id: id.to_owned(),
            label: label.to_owned(),
            help: String::new(),
            kind,
            optional: false,
            input,
            is_fresh: !default.is_empty(),
            is_touched: false,
            shown_if: None,
        }
    }

    pub fn help(self, help: &str) -> Self {
        Self { help: help.to_owned(), ..self }
    }

    pub fn optional(self) -> Self {
        Self { optional: true, ..self }
    }

    pub fn shown_if(self, id: &'static str, value: &'static str) -> Self {
        Self { shown_if: Some((id, value)), ..self }
    }

    /// The value as text.
    pub fn text(&self) -> &str {
        match &self.input {
            Input::Line(line) => line.text(),
            Input::Choice { options, chosen } => options.get(*chosen).map(String::as_str).unwrap_or_default(),
            Input::Secret(secret) => secret.expose(),
        }
    }

    /// What was pasted, to be handed on.
    pub fn secret(&self) -> SharedSecret {
        match &self.input {
            Input::Secret(secret) => secret.clone(),
            Input::Line(_) | Input::Choice { .. } => SharedSecret::default(),
        }
    }

    /// What is wrong with the value, in words.
    pub fn check(&self) -> Result<(), String> {
        let text = self.text();
        let may_be_empty = self.optional || self.kind.may_be_empty();
        if text.trim().is_empty() && may_be_empty { Ok(()) } else { self.kind.check(text) }
    }

    /// Goes to another option, round and round.
    pub fn step(&mut self, by: isize) {
        if let Input::Choice { options, chosen } = &mut self.input {
            *chosen = (*chosen as isize + by).rem_euclid(options.len().max(1) as isize) as usize;
        }
    }

    /// A blank goes on; a letter goes to the next option that begins with it.
    pub fn choose_by(&mut self, text: &str) {
        if text == " " {
            return self.step(1);
        }
        let Input::Choice { options, chosen } = &mut self.input else { return };
        let begins = |option: &String| option.to_lowercase().starts_with(&text.to_lowercase());
        let after = (1..=options.len()).map(|by| (*chosen + by) % options.len());
        if let Some(found) = after.into_iter().find(|at| begins(&options[*at])) {
            *chosen = found;
        }
    }
}
