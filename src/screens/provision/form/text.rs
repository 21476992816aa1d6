//! The values of a form as tfvars, and back.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::FormPage;
use super::build::stranger;
use super::field::{Group, Id};
use super::text_mode::{TextMode, TextProblem};
use super::values::is_identity;
use crate::domain::provision::variables::{from_text, to_text};
use crate::domain::text::clean;

/// Fields that have a variable's name in the text.
const WHO: [(Id, &str); 3] = [(Id::Name, "name"), (Id::Account, "account_id"), (Id::Region, "region")];

impl FormPage {
    pub(super) fn enter_text(&mut self) {
        let said = self.said();
        // What a person wrote there, with comments, as long as it says the same.
        let left = self.left_text.take().filter(|text| from_text(text).is_ok_and(|read| read == said));
        let text = left.unwrap_or_else(|| format!("{}{}", self.comments(), to_text(&self.subject.variables, &said)));
        self.text = Some(TextMode::new(&text));
    }

    /// Takes the text back into the fields. Where it cannot be read it stays, with the reason.
    pub(super) fn leave_text(&mut self) -> bool {
        let Some(text) = self.text.as_ref().map(TextMode::text) else { return true };
        let taken = from_text(&text).map_err(TextProblem::from).and_then(|read| self.take(read, &text));
        match (taken, &mut self.text) {
            (Err(problem), Some(mode)) => {
                mode.show(problem);
                false
            }
            (has_secret, _) => {
                self.text = None;
                self.left_text = has_secret.is_ok_and(|has_secret| !has_secret).then_some(text);
                self.check();
                true
            }
        }
    }

    /// What stands in the text: everything that is a value and no secret.
    fn said(&self) -> Map<String, Value> {
        let who = WHO.into_iter().filter_map(|(id, name)| {
            let text = self.field(&id)?.text();
            (!text.is_empty()).then(|| (name.to_owned(), Value::from(text)))
        });
        let own = self.own().filter(|(name, _)| !self.is_sensitive(name));
        who.chain(own.map(|(name, value)| (name.to_owned(), value.clone()))).collect()
    }

    /// What does not stand in the text, and why.
    fn comments(&self) -> String {
        let about = self.fields.iter().filter_map(|field| match (&field.id, field.value()) {
            (Id::Variable(name), _) if field.is_sensitive => {
                Some(format!("# {name} is sensitive: it is typed into the form and never stands here\n"))
            }
            (Id::Variable(name), Some(Err(words))) => {
                let (text, words) = (clean(field.text()), clean(words));
                Some(format!("# {name} stays as it was typed into the form until it stands here: {text} ({words})\n"))
            }
            _ => None,
        });
        about.collect()
    }

    /// Gives whether there was a secret in it.
    fn take(&mut self, mut read: Map<String, Value>, text: &str) -> Result<bool, TextProblem> {
        let mut who = BTreeMap::new();
        for (id, name) in WHO {
            if self.field(&id).is_none() {
                continue;
            }
            match read.remove(name) {
                None => who.insert(id, None),
                Some(Value::String(given)) => who.insert(id, Some(Value::from(given))),
                Some(_) => return Err(TextProblem::at_name(text, name, format!("{name} wants text"))),
            };
        }
        let fixed = self.who();
        for (name, value) in read.iter().filter(|(name, _)| is_identity(name)) {
            let known = fixed.iter().find(|(known, _)| known == name).map(|(_, text)| text.as_str());
            if known != value.as_str() {
                let known = known.map_or_else(|| "there is none".to_owned(), |known| format!("it is {known}"));
                let words = format!("{name} is not for this text to say; {known}. Take the line away");
                return Err(TextProblem::at_name(text, name, words));
            }
        }
        read.retain(|name, _| !is_identity(name));
        let has_secret = read.keys().any(|name| self.is_sensitive(name));
        for field in &mut self.fields {
            match &field.id {
                Id::Environment => {}
                Id::Variable(name) => {
                    let given = read.remove(name);
                    // A secret is not taken away by a text in which it never stands.
                    if given.is_some() || !field.is_sensitive {
                        field.take(given);
                    }
                }
                id => field.take(who.remove(id).flatten().filter(|value| value != "")),
            }
        }
        self.replace_strangers(read);
        Ok(has_secret)
    }

    /// Variables that the module does not have: those that went from the text are gone, the others are shown.
    fn replace_strangers(&mut self, read: Map<String, Value>) {
        let variables = self.subject.variables.clone();
        let is_known = |name: &str| variables.iter().any(|variable| variable.name == name);
        self.fields.retain(|field| match &field.id {
            Id::Variable(name) => is_known(name) || !field.is_blank(),
            _ => true,
        });
        let at = self.fields.iter().position(|field| field.group == Group::Rest).unwrap_or(self.fields.len());
        let new = read.into_iter().map(|(name, value)| {
            let mut field = stranger(&name, value);
            field.is_touched = true;
            field
        });
        self.fields.splice(at..at, new.collect::<Vec<_>>());
        self.step(0);
    }
}
