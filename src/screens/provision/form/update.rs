//! What a person does to the form. Pure: no I/O, no clock.

use super::field::{Field, Id};
use super::keys::edit;
use super::subject::{FormAction, FormYield};
use super::{FormPage, Row};
use crate::input::event::{Code, Key};
use crate::ui::line_edit::Edit;

impl FormPage {
    /// Does `action`; gives what the owner has to do.
    pub fn act(&mut self, action: FormAction) -> Option<FormYield> {
        match action {
            FormAction::ToggleText => {
                match self.is_text() {
                    true => drop(self.leave_text()),
                    false => self.enter_text(),
                }
                return None;
            }
            FormAction::Submit => return Some(self.submit()),
            _ => {}
        }
        if let Some(text) = &mut self.text {
            text.act(action);
            return None;
        }
        let was = self.field(&Id::Environment).map(|field| field.text().to_owned());
        match action {
            FormAction::Key(key) => self.key(key),
            FormAction::Paste(text) => self.paste(&text),
            FormAction::Step(by) => self.step(by),
            FormAction::First => self.step(isize::MIN),
            FormAction::Last => self.step(isize::MAX),
            FormAction::To(row) => self.go(row),
            FormAction::ToggleFold => self.toggle_fold(),
            FormAction::ToggleText | FormAction::Submit => {}
        }
        let is = self.field(&Id::Environment).map(|field| field.text().to_owned());
        if is == was { None } else { is.map(FormYield::Environment) }
    }

    fn key(&mut self, key: Key) {
        let is_blank = key.text() == Some(' ');
        let (Row::Field(at), Some(field)) = (self.focus, self.focused()) else {
            return match key.code {
                Code::Up | Code::BackTab => self.step(-1),
                Code::Down | Code::Tab => self.step(1),
                Code::Enter => self.toggle_fold(),
                _ if is_blank => self.toggle_fold(),
                _ => {}
            };
        };
        let (has_options, cycles) = (!field.options.is_empty(), field.cycles());
        match key.code {
            Code::Up | Code::BackTab => self.step(-1),
            Code::Down | Code::Tab | Code::Enter => self.step(1),
            Code::Left if has_options => self.choose(at, -1),
            Code::Right if has_options => self.choose(at, 1),
            _ if cycles && is_blank => self.choose(at, 1),
            Code::Esc | Code::Insert | Code::PageUp | Code::PageDown | Code::F(_) => {}
            _ => match (key.text(), edit(key)) {
                (Some(char), _) => self.insert(char.encode_utf8(&mut [0; 4])),
                (None, Some(edit)) => self.edit(at, edit),
                _ => {}
            },
        }
    }

    fn edit(&mut self, at: usize, edit: Edit) {
        if self.fields.get_mut(at).is_some_and(|field| field.edit(edit)) {
            self.check();
        }
    }

    fn choose(&mut self, at: usize, by: isize) {
        if let Some(field) = self.fields.get_mut(at) {
            field.step(by);
            self.check();
        }
    }

    fn insert(&mut self, text: &str) {
        if let Row::Field(at) = self.focus
            && let Some(field) = self.fields.get_mut(at)
        {
            field.insert(text);
            self.check();
        }
    }

    fn paste(&mut self, text: &str) {
        if let Row::Field(at) = self.focus
            && let Some(field) = self.fields.get_mut(at)
        {
            field.paste(text);
            self.check();
        }
    }

    pub(super) fn focused(&self) -> Option<&Field> {
        match self.focus {
            Row::Field(at) => self.fields.get(at),
            Row::Fold => None,
        }
    }

    fn submit(&mut self) -> FormYield {
        if self.is_text() && !self.leave_text() {
            return FormYield::Invalid;
        }
        self.tried = true;
        if self.problems.is_empty() {
            return FormYield::Plan(Box::new(self.outcome()));
        }
        let rows = self.rows();
        let wrong = rows.into_iter().find(|row| matches!(row, Row::Field(at) if !self.problems.of(*at).is_empty()));
        self.focus = wrong.unwrap_or(self.focus);
        FormYield::Invalid
    }
}
