//! The form from which a person plans a cluster: who it is, what the module wants, checked as it is typed. The same
//! values stand in a text that can be edited instead.

mod build;
mod choices;
mod field;
mod keys;
mod problems;
mod row;
mod subject;
mod text;
mod text_mode;
pub mod update;
mod values;
pub mod view;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

pub use choices::Choices;
pub use row::Row;
pub use subject::{FormAction, FormSubject, FormValues, FormYield, OfferedVersion};

use crate::domain::provision::offers::{Offers, VPC};
use crate::domain::provision::site::EnvironmentSettings;
use field::{Field, Id, Typed};
use problems::Problems;
use text_mode::TextMode;

/// The page's state.
pub struct FormPage {
    subject: FormSubject,
    /// Of the chosen environment.
    settings: EnvironmentSettings,
    fields: Vec<Field>,
    focus: Row,
    /// What stays at its default is shown too.
    unfolded: bool,
    /// It was submitted once: what is missing is told too.
    tried: bool,
    problems: Problems,
    text: Option<TextMode>,
    /// The text as a person left it, with comments.
    left_text: Option<String>,
    /// Typed for variables that this environment's module does not have.
    elsewhere: BTreeMap<Id, Typed>,
    /// What AWS offers where the cluster is to be.
    offers: Option<Arc<Offers>>,
}

impl fmt::Debug for FormPage {
    /// Without values: some are sensitive.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FormPage").field("subject", &self.subject).field("focus", &self.focus).finish_non_exhaustive()
    }
}

/// What a person typed, for a form of another environment.
#[derive(Clone, PartialEq)]
pub struct Kept {
    typed: BTreeMap<Id, Typed>,
    focus: Option<Id>,
    unfolded: bool,
    tried: bool,
}

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Kept").field("typed", &self.typed.keys()).finish_non_exhaustive()
    }
}

impl FormPage {
    pub fn new(subject: FormSubject) -> Self {
        let settings = subject.settings();
        let mut page = Self {
            fields: build::fields(&subject, &settings),
            subject,
            settings,
            focus: Row::Field(0),
            unfolded: false,
            tried: false,
            problems: Problems::default(),
            text: None,
            left_text: None,
            elsewhere: BTreeMap::new(),
            offers: None,
        };
        page.focus_first_blank();
        page.check();
        page
    }

    /// What was typed so far. The environment itself is not in it.
    pub fn kept(&self) -> Kept {
        let here = self.fields.iter().filter(|field| field.id != Id::Environment);
        let here = here.filter_map(|field| Some((field.id.clone(), field.typed()?)));
        let focus = match self.focus {
            Row::Field(at) => self.fields.get(at).map(|field| field.id.clone()),
            Row::Fold => None,
        };
        Kept {
            typed: self.elsewhere.clone().into_iter().chain(here).collect(),
            focus,
            unfolded: self.unfolded,
            tried: self.tried,
        }
    }

    /// Takes up what was typed in a form of another environment. What has no place here is kept for the next one.
    #[must_use]
    pub fn with_kept(mut self, kept: Kept) -> Self {
        (self.unfolded, self.tried) = (kept.unfolded, kept.tried);
        for (id, typed) in kept.typed {
            match self.fields.iter_mut().find(|field| field.id == id) {
                Some(field) => field.retype(typed),
                None => drop(self.elsewhere.insert(id, typed)),
            }
        }
        let focus = kept.focus.and_then(|id| self.place(&id));
        self.focus = focus.map_or(self.focus, Row::Field);
        self.check();
        self
    }

    /// Where the cluster is to be: account and region, once both are written as such are.
    pub fn place_wanted(&self) -> Option<(String, String)> {
        let is_whole = [Id::Account, Id::Region].iter().all(|id| self.is_part_right(id));
        let identity = self.identity();
        is_whole.then_some((identity.account, identity.region))
    }

    /// What the account is offered where the cluster is to be; `None` where AWS has not told.
    pub fn stand_on(&mut self, offers: Option<Arc<Offers>>) {
        self.offers = offers;
        let vpcs = self.offers.as_ref().and_then(|offers| offers.vpcs.as_ref().ok());
        let vpcs: Vec<String> = vpcs.into_iter().flatten().map(|vpc| vpc.id.clone()).collect();
        let vpc = Id::Variable(VPC.to_owned());
        for field in self.fields.iter_mut().filter(|field| field.id == vpc && !field.is_sensitive) {
            field.options.clone_from(&vpcs);
        }
        self.check();
    }

    pub fn offers(&self) -> Option<&Arc<Offers>> {
        self.offers.as_ref()
    }

    /// What AWS offers, once it has told.
    pub fn offer(&mut self, versions: Vec<OfferedVersion>, regions: Vec<String>) {
        for field in &mut self.fields {
            match &field.id {
                Id::Region => field.options.clone_from(&regions),
                Id::Variable(name) if name == build::VERSION && !field.is_sensitive => {
                    field.options = versions.iter().map(|offered| offered.version.clone()).collect();
                }
                _ => {}
            }
        }
        (self.subject.versions, self.subject.regions) = (versions, regions);
        self.check();
    }

    pub fn subject(&self) -> &FormSubject {
        &self.subject
    }

    /// Typed text goes into the text of all values.
    pub fn is_text(&self) -> bool {
        self.text.is_some()
    }

    /// Nothing is typed that would be lost.
    pub fn is_untouched(&self) -> bool {
        self.text.is_none() && self.elsewhere.is_empty() && !self.fields.iter().any(|field| field.is_touched)
    }

    /// A new form stands on what is to be filled in.
    fn focus_first_blank(&mut self) {
        let blank = self.fields.iter().position(|field| field.is_required && field.is_blank());
        self.focus = Row::Field(blank.unwrap_or(0));
    }

    fn place(&self, id: &Id) -> Option<usize> {
        self.fields.iter().position(|field| field.id == *id)
    }

    fn field(&self, id: &Id) -> Option<&Field> {
        self.fields.iter().find(|field| field.id == *id)
    }
}
