//! Templates of manifests: YAML with typed placeholders that become a short form.
//!
//! A file begins with comment lines that declare what the form asks for:
//! ```yaml
//! # @title Plain Job
//! # @about One pod that runs once
//! # @field image: image = busybox:1.36 "Image"
//! # @field name: name(57) = {{image}}-{{suffix}} "Name" "Names the Job and its pods"
//! # @field deadline: duration? "Give up after"
//! apiVersion: batch/v1
//! kind: Job
//! metadata:
//!   name: "{{name}}"
//! ```
//! - `# @field ID: TYPE[(ARGUMENTS)][?] [= DEFAULT] "LABEL" ["HELP"]`. A `?` allows no value. A default that holds a
//!   double quote is itself a JSON text. In the default of a name, `{{image}}` (or another field) and `{{suffix}}` are
//!   filled in while the form is open, and made fit for a name.
//! - Types: `name(MOST)`, `text`, `image`, `command`, `integer(LEAST..MOST)`, `quantity`, `duration`,
//!   `choice(A|B)`, `boolean`, `namespace`, `cronjob`, `schedule`, `labels`.
//! - In the body a placeholder stands in a text in double quotes, so that the file is YAML before it is filled in. A
//!   text that is one placeholder becomes a value of its type: a number, a list (`command`), a map (`labels`), seconds
//!   (`duration`). One within a longer text is put in as text. Without a value the whole line goes.
//! - A line `"{{ID}}"` without indentation, of a `cronjob`, becomes the Job that the CronJob's template makes, named by
//!   the field `name`.
//!
//! Comments of the header do not reach the manifest, those of the body do.

mod builtin;
mod fill;
mod header;
mod parse;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

pub use builtin::builtin;
pub use parse::{TemplateError, parse};

use super::field::{FieldKind, as_name, base_name};

/// A template that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// Its file's name without the ending.
    pub name: Arc<str>,
    pub title: String,
    pub about: String,
    pub fields: Vec<Field>,
    /// From a person's own folder.
    pub is_own: bool,
    body: Vec<fill::Line>,
}

/// A template file of a person that could not be read: it is listed with the reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    pub name: Arc<str>,
    /// As a person would find it.
    pub file: String,
    pub error: TemplateError,
}

/// Every template there is, in the order of the picker.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Templates {
    pub all: Vec<Arc<Template>>,
    pub broken: Vec<Broken>,
}

/// What a form asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    pub id: String,
    pub kind: FieldKind,
    /// May be left empty.
    pub optional: bool,
    /// As declared: see [`Template::default_of`].
    pub default: String,
    pub label: String,
    pub help: String,
}

/// Values by field, as they were typed. A field that is not there has its default.
pub type Values = BTreeMap<String, String>;

/// What a template is filled in with beside what was typed.
#[derive(Debug, Clone, Copy, Default)]
pub struct Given<'a> {
    /// Letters and digits that tell one object from the next: nothing here draws a random number.
    pub suffix: &'a str,
    /// The CronJob that a field of that type names, as its API server gives it.
    pub cronjob: Option<&'a Value>,
}

/// What is wrong with the value of a field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {words}")]
pub struct FieldProblem {
    pub field: String,
    pub words: String,
}

impl Template {
    pub fn field(&self, id: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.id == id)
    }

    /// The value that a field has when nothing was typed there, given what was typed elsewhere.
    pub fn default_of(&self, field: &Field, values: &Values, suffix: &str) -> String {
        let FieldKind::Name { most } = field.kind else { return field.default.clone() };
        if !field.default.contains("{{") {
            return field.default.clone();
        }
        let part = |id: &str| {
            let known = self.field(id).filter(|other| other.id != field.id && !other.default.contains("{{"));
            let text = known.map(|other| values.get(id).unwrap_or(&other.default).as_str()).unwrap_or_default();
            match known.map(|other| &other.kind) {
                Some(FieldKind::Image) => base_name(text).to_owned(),
                _ => text.to_owned(),
            }
        };
        let (pattern, tail) = match field.default.strip_suffix("{{suffix}}") {
            Some(head) => (head, suffix),
            None => (field.default.as_str(), ""),
        };
        as_name(&fill::replaced(pattern, |id| part(id)), tail, most)
    }

    /// Every field's value: what was typed, else the default.
    pub fn complete(&self, values: &Values, suffix: &str) -> Values {
        let value =
            |field: &Field| values.get(&field.id).cloned().unwrap_or_else(|| self.default_of(field, values, suffix));
        self.fields.iter().map(|field| (field.id.clone(), value(field))).collect()
    }

    /// What is wrong with the values, field by field.
    pub fn problems(&self, values: &Values, given: Given<'_>) -> Vec<FieldProblem> {
        let values = self.complete(values, given.suffix);
        let mut problems = Vec::new();
        for field in &self.fields {
            let text = &values[&field.id];
            let problem = field.check(text).err().or_else(|| match (&field.kind, given.cronjob) {
                (FieldKind::CronJob, None) => Some(format!("the CronJob {text} was not read yet")),
                _ => None,
            });
            problems.extend(problem.map(|words| FieldProblem { field: field.id.clone(), words }));
        }
        problems
    }

    /// The manifest with these values, or everything that is wrong with them.
    pub fn instantiate(&self, values: &Values, given: Given<'_>) -> Result<String, Vec<FieldProblem>> {
        let problems = self.problems(values, given);
        if problems.is_empty() { Ok(self.preview(values, given)) } else { Err(problems) }
    }

    /// The manifest as it would be, whatever is wrong with the values: each stays in its place.
    pub fn preview(&self, values: &Values, given: Given<'_>) -> String {
        fill::fill(&self.body, &self.fields, &self.complete(values, given.suffix), given.cronjob)
    }
}

impl Field {
    /// What is wrong with a value, in words.
    pub fn check(&self, text: &str) -> Result<(), String> {
        if text.trim().is_empty() && (self.optional || self.kind.may_be_empty()) {
            return Ok(());
        }
        self.kind.check(text)
    }
}

impl Templates {
    /// The templates that ship and a person's own; of two with one name the own one counts.
    pub fn with_own(own: Vec<Result<Template, Broken>>) -> Self {
        let mut templates = builtin();
        for template in own {
            match template {
                Ok(template) => {
                    let template = Arc::new(Template { is_own: true, ..template });
                    match templates.all.iter_mut().find(|known| known.name == template.name) {
                        Some(known) => *known = template,
                        None => templates.all.push(template),
                    }
                }
                Err(broken) => templates.broken.push(broken),
            }
        }
        templates
    }

    pub fn named(&self, name: &str) -> Option<&Arc<Template>> {
        self.all.iter().find(|template| &*template.name == name)
    }
}
