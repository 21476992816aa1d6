//! What is wrong, beside the field that it is about.

use serde_json::Value;

use super::build::VERSION;
use super::field::{Field, Id};
use super::{FormPage, Row};
use crate::domain::provision::Identity;
use crate::domain::provision::checks::may_make;
use crate::domain::provision::given::{UNREAD, not_allowed};
use crate::domain::provision::instance_types::wrong_instance_types;
use crate::domain::provision::site::ModuleSource;
use crate::domain::provision::variables::check;

/// By the places of the fields.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Problems {
    of: Vec<Vec<String>>,
    /// About what no field is for: the organisation, the role, what an update fixes.
    pub at_large: Vec<String>,
}

impl Problems {
    pub fn of(&self, at: usize) -> &[String] {
        self.of.get(at).map(Vec::as_slice).unwrap_or_default()
    }

    pub fn first(&self) -> Option<usize> {
        self.of.iter().position(|words| !words.is_empty())
    }

    pub fn is_empty(&self) -> bool {
        self.at_large.is_empty() && self.first().is_none()
    }

    /// Once each.
    fn add(&mut self, at: Option<usize>, words: String) {
        let list = match at.and_then(|at| self.of.get_mut(at)) {
            Some(list) => list,
            None => &mut self.at_large,
        };
        if !list.contains(&words) {
            list.push(words);
        }
    }
}

impl FormPage {
    /// Looks at everything anew: rules of a module speak of several variables.
    pub(super) fn check(&mut self) {
        let mut problems = Problems { of: vec![Vec::new(); self.fields.len()], at_large: Vec::new() };
        for (at, field) in self.fields.iter().enumerate() {
            if let Some(words) = self.own_problem(field) {
                problems.add(Some(at), words);
            }
        }
        self.check_fixed(&mut problems);
        self.check_module(&mut problems);
        self.problems = problems;
    }

    /// What a person is told of a field: what is missing only once they passed it or tried to submit.
    pub(super) fn told(&self, at: usize) -> &[String] {
        let Some(field) = self.fields.get(at) else { return &[] };
        let is_missing = field.is_required && field.is_blank();
        let passed = field.is_touched && self.focus != Row::Field(at);
        if is_missing && !self.tried && !passed { &[] } else { self.problems.of(at) }
    }

    /// What can be said of a field alone.
    fn own_problem(&self, field: &Field) -> Option<String> {
        let text = field.text();
        match (&field.id, field.value()) {
            (Id::Variable(_), None) if field.is_sensitive && self.subject.is_hidden => Some(UNREAD.to_owned()),
            (_, None) => field.is_required.then(|| "needed".to_owned()),
            // The words may have the text in them.
            (_, Some(Err(_))) if field.is_sensitive => Some(format!("this is no {}", field.kind.words())),
            (_, Some(Err(words))) => Some(words.clone()),
            (Id::Variable(_), _) if field.is_sensitive => None,
            (Id::Environment, _) => {
                let is_other = text != self.subject.environment;
                is_other.then(|| format!("what {text} takes is being read"))
            }
            (Id::Name | Id::Account | Id::Region, _) => of_identity(&field.id, text),
            // Also a number stands for a version: 1.34 without quotes.
            (Id::Variable(name), Some(Ok(_))) if name == VERSION && !text.is_empty() => self.of_version(text),
            (Id::Variable(_), _) => None,
        }
    }

    fn of_version(&self, version: &str) -> Option<String> {
        if self.subject.is_fixed() && self.subject.running_version.as_deref() == Some(version) {
            return None;
        }
        if let Err(words) = self.subject.step_to(version) {
            return Some(words);
        }
        let offered: Vec<&str> = self.subject.versions.iter().map(|offered| offered.version.as_str()).collect();
        let is_unknown = !offered.is_empty() && !offered.contains(&version);
        is_unknown.then(|| format!("EKS does not offer {version}; it offers {}", offered.join(", ")))
    }

    /// Parts of the identity that nobody types here.
    fn check_fixed(&self, problems: &mut Problems) {
        let identity = self.identity();
        if let Some(words) = of_organisation(&identity) {
            problems.add(self.place(&Id::Environment), words);
        }
        if let Err(words) = may_make(self.subject.kind, &identity, &self.subject.runs) {
            problems.add(self.place(&Id::Name), words);
        }
        for id in [Id::Account, Id::Region, Id::Name].into_iter().filter(|id| self.place(id).is_none()) {
            if let Some(words) = of_identity(&id, part(&identity, &id)) {
                problems.add(self.place(&Id::Environment), words);
            }
        }
    }

    /// What the module, the environment and AWS do not take.
    fn check_module(&self, problems: &mut Problems) {
        let values = self.values();
        let mut asked = values.clone();
        // A text that is no value yet is no value of its type either: rules of other variables leave it alone.
        for field in &self.fields {
            if let (Id::Variable(name), Some(Err(_))) = (&field.id, field.value()) {
                asked.insert(name.clone(), Value::from(field.text()));
            }
        }
        for problem in check(&self.subject.variables, &asked) {
            if !self.is_told(&problem.variable) {
                self.add(problems, &problem.variable, problem.words);
            }
        }
        let open = |(variable, _): &(String, String)| !self.is_sensitive(variable);
        let subject = &self.subject;
        let over = not_allowed(&subject.variables, &values, &self.settings.limits, subject.before.as_ref());
        let over = over.into_iter().filter(|problem| !self.is_told(&problem.variable));
        let over = over.map(|problem| (problem.variable, problem.words));
        // The version has a check of its own, which knows what the cluster runs.
        // The trial's module makes nothing at AWS.
        let offered = self
            .offers
            .iter()
            .filter(|_| self.settings.module != ModuleSource::Trial)
            .flat_map(|offers| offers.wrong_beside_version(&values, subject.before.as_ref()));
        let wrong = wrong_instance_types(&values).into_iter().chain(offered).filter(open);
        for (variable, words) in over.chain(wrong) {
            self.add(problems, &variable, words);
        }
    }

    /// Whether a part of the identity is written as such are.
    pub(super) fn is_part_right(&self, id: &Id) -> bool {
        of_identity(id, part(&self.identity(), id)).is_none()
    }

    /// Beside the field that stands for the variable; elsewhere the words say what they are about.
    fn add(&self, problems: &mut Problems, variable: &str, words: String) {
        let id = id_of(variable);
        match self.place(&id) {
            Some(at) if id != Id::Environment => problems.add(Some(at), words),
            _ => problems.add(self.place(&Id::Environment), format!("{variable}: {words}")),
        }
    }

    /// Said of the text already, or of who the cluster is.
    fn is_told(&self, variable: &str) -> bool {
        let (id, identity) = (id_of(variable), self.identity());
        if variable == "organisation" && of_organisation(&identity).is_some() {
            return true;
        }
        match self.field(&id).map(|field| (field.is_required, field.value())) {
            Some((is_required, None)) => is_required,
            Some((_, Some(Err(_)))) => true,
            _ => of_identity(&id, part(&identity, &id)).is_some(),
        }
    }
}

/// What stands for a variable.
fn id_of(variable: &str) -> Id {
    match variable {
        "name" => Id::Name,
        "region" => Id::Region,
        "account_id" => Id::Account,
        "organisation" | "role_arn" => Id::Environment,
        variable => Id::Variable(variable.to_owned()),
    }
}

fn part<'a>(identity: &'a Identity, id: &Id) -> &'a str {
    match id {
        Id::Account => &identity.account,
        Id::Region => &identity.region,
        Id::Name => &identity.name,
        Id::Environment | Id::Variable(_) => "",
    }
}

fn of_organisation(identity: &Identity) -> Option<String> {
    let alone = Identity { organisation: identity.organisation.clone(), ..any() };
    alone.check().err().map(|problem| problem.to_string())
}

/// One that nothing is wrong with.
fn any() -> Identity {
    Identity {
        organisation: "any".to_owned(),
        account: "000000000000".to_owned(),
        region: "us-east-1".to_owned(),
        name: "any".to_owned(),
    }
}

/// What is wrong with one part, whatever the others are.
fn of_identity(id: &Id, text: &str) -> Option<String> {
    let mut identity = any();
    match id {
        Id::Account => text.clone_into(&mut identity.account),
        Id::Region => text.clone_into(&mut identity.region),
        Id::Name => text.clone_into(&mut identity.name),
        Id::Environment | Id::Variable(_) => {}
    }
    identity.check().err().map(|problem| problem.to_string())
}
