//! A short form: one field a line, checked as it is typed, the manifest that comes of it beside it.

mod build;
mod field;
mod fleet;
mod made;
pub mod view;

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Value;

pub use build::Known;
pub use field::{FormField, Input};
pub use fleet::RegisterFrom;
pub use made::{Asked, Made};

use super::line_edit::LineEdit;
use crate::domain::aws::arn::ClusterArn;
use crate::domain::field::FieldKind;
use crate::domain::health::Trouble;
use crate::domain::ids::ClusterId;
use crate::domain::registry::ClusterRecord;
use crate::domain::secret::SharedSecret;
use crate::domain::template::{Template, Values};

/// What the values are for.
#[derive(Debug, Clone, PartialEq)]
pub enum FormFor {
    /// A manifest from a template; `namespace` is where the CronJobs that may be chosen are.
    Template { template: Arc<Template>, cluster: ClusterId, namespace: Arc<str> },
    /// A new namespace; `taken` are the names of those that are there, `keys` the label keys of team and cost center.
    Namespace { cluster: ClusterId, taken: BTreeSet<Arc<str>>, keys: [String; 2] },
    /// The labels of a namespace, as they were when the form was opened.
    Labels { cluster: ClusterId, namespace: Arc<str>, before: Vec<(String, String)> },
    /// A cluster that is put into the registry.
    Register(RegisterFrom),
    /// How a registered cluster is treated, as the registry has it.
    Edit(Arc<ClusterRecord>),
    /// Who may enter an EKS cluster: somebody new, or `held`, a policy that gets another scope.
    Access { cluster: ClusterArn, held: Option<(String, String)> },
}

/// Where a form stands whose values are checked elsewhere.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum FormStage {
    #[default]
    Filled,
    /// It was sent under this number.
    Sent { serial: u64, words: &'static str },
    /// Why nothing came of it; what was typed stays.
    Failed(Trouble),
}

/// A CronJob that was asked for, by name: its object, or why it could not be read.
#[derive(Debug, Clone, PartialEq)]
pub struct AskedCronJob {
    pub name: String,
    pub answer: Option<Result<Box<Value>, String>>,
}

/// The form's state.
#[derive(Debug, Clone, PartialEq)]
pub struct Form {
    pub title: String,
    pub purpose: FormFor,
    pub fields: Vec<FormField>,
    pub focus: usize,
    /// What tells a new object's name from the next one's.
    pub suffix: String,
    /// It was accepted once: what is missing is told too.
    pub tried: bool,
    pub cronjob: Option<AskedCronJob>,
    pub stage: FormStage,
}

impl Form {
    /// The cluster whose objects it is about.
    pub fn cluster(&self) -> Option<ClusterId> {
        match &self.purpose {
            FormFor::Template { cluster, .. }
            | FormFor::Namespace { cluster, .. }
            | FormFor::Labels { cluster, .. } => Some(*cluster),
            FormFor::Register(_) | FormFor::Edit(_) | FormFor::Access { .. } => None,
        }
    }

    /// The line that typed text goes into; `None` on a choice.
    pub fn line(&mut self) -> Option<&mut LineEdit> {
        match &mut self.fields.get_mut(self.focus)?.input {
            Input::Line(line) => Some(line),
            Input::Choice { .. } | Input::Secret(_) => None,
        }
    }

    /// Puts in what was typed or pasted. A default that nobody touched gives way to it.
    pub fn insert(&mut self, text: &str) {
        let Some(field) = self.fields.get_mut(self.focus) else { return };
        match &mut field.input {
            Input::Line(line) => {
                if field.is_fresh {
                    *line = LineEdit::default();
                }
                line.insert(text);
            }
            Input::Choice { .. } => field.choose_by(text),
            // A key is no secret: what is pasted comes in one piece.
            Input::Secret(_) if text.chars().count() < 2 => return,
            Input::Secret(secret) => *secret = SharedSecret::new(text.to_owned()),
        }
        self.changed();
    }

    /// Puts a value into a line, whichever field has the focus.
    pub fn fill(&mut self, id: &str, text: &str) {
        if let Some(field) = self.fields.iter_mut().find(|field| field.id == id) {
            field.input = Input::Line(LineEdit::new(text));
            (field.is_fresh, field.is_touched) = (false, true);
        }
    }

    /// Goes through the options of a choice.
    pub fn choose(&mut self, by: isize) {
        if let Some(field) = self.fields.get_mut(self.focus) {
            field.step(by);
            self.changed();
        }
    }

    /// The focused field's value changed.
    pub fn changed(&mut self) {
        if let Some(field) = self.fields.get_mut(self.focus) {
            (field.is_fresh, field.is_touched) = (false, true);
        }
        if let FormStage::Failed(_) = self.stage {
            self.stage = FormStage::Filled;
        }
        self.follow();
        self.keep_a_blank_label();
    }

    /// Goes to the next field that is shown (1) or the one before (-1), and stays at the ends.
    pub fn step(&mut self, by: isize) {
        let shown: Vec<usize> = (0..self.fields.len()).filter(|at| self.is_shown(*at)).collect();
        let place = shown.iter().position(|at| *at == self.focus).unwrap_or(0);
        let to = place.saturating_add_signed(by).min(shown.len().saturating_sub(1));
        self.go(shown.get(to).copied().unwrap_or(0));
    }

    /// Goes to a field that is shown.
    pub fn go(&mut self, to: usize) {
        if let Some(field) = self.fields.get_mut(self.focus) {
            field.is_touched |= !field.is_fresh;
        }
        self.focus = to;
    }

    pub fn is_on_the_last(&self) -> bool {
        (self.focus + 1..self.fields.len()).all(|at| !self.is_shown(at))
    }

    /// Goes to the first field that something is wrong with, and tells of every one from now on.
    pub fn go_to_problem(&mut self) -> bool {
        self.tried = true;
        let wrong = (0..self.fields.len()).find(|at| self.problem(*at).is_some());
        self.focus = wrong.unwrap_or(self.focus);
        wrong.is_some()
    }

    /// Whether a field belongs to the form as it is filled in now.
    pub fn is_shown(&self, at: usize) -> bool {
        let Some(field) = self.fields.get(at) else { return false };
        field.shown_if.is_none_or(|(id, value)| self.text(id) == value)
    }

    /// The value of a field; empty if there is none of that name.
    pub fn text(&self, id: &str) -> &str {
        self.fields.iter().find(|field| field.id == id).map(FormField::text).unwrap_or_default()
    }

    /// Every value that is shown, by field.
    pub fn values(&self) -> Values {
        let shown = self.fields.iter().enumerate().filter(|(at, _)| self.is_shown(*at));
        shown.map(|(_, field)| (field.id.clone(), field.text().to_owned())).collect()
    }

    /// What is wrong with a field, in words; `None` for one that is right or not shown.
    pub fn problem(&self, at: usize) -> Option<String> {
        let field = self.fields.get(at).filter(|_| self.is_shown(at))?;
        if let Err(words) = field.check() {
            return Some(words);
        }
        match &self.purpose {
            FormFor::Namespace { taken, .. } if field.id == "name" && taken.contains(field.text()) => {
                Some("there is a namespace of this name already".to_owned())
            }
            FormFor::Labels { .. } => {
                let key = |field: &FormField| field.text().split_once('=').map(|(key, _)| key.trim().to_owned());
                let mine = key(field)?;
                let twice = self.fields[..at].iter().any(|other| key(other).as_ref() == Some(&mine));
                twice.then(|| format!("{mine} is there twice"))
            }
            FormFor::Access { .. } if field.id == "groups" && self.text("policy") == fleet::NO_POLICY => field
                .text()
                .trim()
                .is_empty()
                .then(|| "needed: without a policy its groups are all that it has".to_owned()),
            FormFor::Template { .. } if field.kind == FieldKind::CronJob => {
                match self.cronjob.as_ref()?.answer.as_ref()? {
                    Err(words) if self.cronjob.as_ref()?.name == field.text() => Some(words.clone()),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// What a person is told of a field: what is missing only once they passed it or tried to accept.
    pub fn told(&self, at: usize) -> Option<String> {
        let field = self.fields.get(at)?;
        let is_missing = field.text().trim().is_empty();
        let tell = self.tried || if is_missing { field.is_touched && at != self.focus } else { true };
        self.problem(at).filter(|_| tell)
    }

    /// The CronJob that the form names and that is not asked for yet.
    pub fn wanted_cronjob(&self) -> Option<&str> {
        let field = self.fields.iter().find(|field| field.kind == FieldKind::CronJob)?;
        let asked = self.cronjob.as_ref().is_some_and(|asked| asked.name == field.text());
        (!asked && field.check().is_ok()).then(|| field.text())
    }

    /// The CronJob that the form names, once it was read.
    fn read_cronjob(&self) -> Option<&Value> {
        let asked = self.cronjob.as_ref()?;
        let field = self.fields.iter().find(|field| field.kind == FieldKind::CronJob)?;
        match &asked.answer {
            Some(Ok(object)) if asked.name == field.text() => Some(object),
            _ => None,
        }
    }

    /// Names that nobody typed follow what they are made from.
    fn follow(&mut self) {
        let FormFor::Template { template, .. } = &self.purpose else { return };
        let template = template.clone();
        let values = self.values();
        for field in self.fields.iter_mut().filter(|field| field.is_fresh) {
            if let (Some(declared), Input::Line(line)) = (template.field(&field.id), &mut field.input)
                && matches!(declared.kind, FieldKind::Name { .. })
            {
                *line = LineEdit::new(template.default_of(declared, &values, &self.suffix));
            }
        }
    }

    /// Labels can be added as long as the last line is blank.
    fn keep_a_blank_label(&mut self) {
        if matches!(self.purpose, FormFor::Labels { .. })
            && self.fields.last().is_some_and(|last| !last.text().is_empty())
        {
            self.fields.push(build::label_line(""));
        }
    }
}
