//! The fields of a form, in their order.

use serde_json::Value;

use super::field::{Field, Group, Id};
use super::subject::FormSubject;
use super::values::is_identity;
use crate::domain::provision::instance_types::INSTANCE_TYPES;
use crate::domain::provision::site::EnvironmentSettings;
use crate::domain::provision::variables::{Type, Variable};

/// The variable that the cluster's Kubernetes version is given in.
pub(super) const VERSION: &str = "kubernetes_version";

/// Who the cluster is, then its version and nodes, what is wanted, what is given, and everything else.
pub(super) fn fields(subject: &FormSubject, settings: &EnvironmentSettings) -> Vec<Field> {
    let mut fields = if subject.is_fixed() { Vec::new() } else { who(subject, settings) };
    let mut own: Vec<&Variable> = subject.variables.iter().filter(|variable| !is_identity(&variable.name)).collect();
    own.sort_by_key(|variable| rank(variable, subject));
    fields.extend(own.into_iter().map(|variable| of(variable, subject)));
    let strangers = subject.given.iter().filter(|(name, _)| !is_identity(name) && subject.variable(name).is_none());
    let at = fields.iter().position(|field| field.group == Group::Rest).unwrap_or(fields.len());
    fields.splice(at..at, strangers.map(|(name, value)| stranger(name, value.clone())).collect::<Vec<_>>());
    fields
}

/// Given, but no variable of the module: shown so that it can be taken away.
pub(super) fn stranger(name: &str, value: Value) -> Field {
    Field::new(Id::Variable(name.to_owned()), name, Type::Any).with(value)
}

fn who(subject: &FormSubject, settings: &EnvironmentSettings) -> Vec<Field> {
    let environments = subject.environments.iter().map(|(name, _)| name.clone()).collect();
    let known = |given: &str, default: &str| if given.is_empty() { default.to_owned() } else { given.to_owned() };
    let identity = &subject.identity;
    let mut fields = vec![
        Field::new(Id::Environment, "environment", Type::Text)
            .only_options(environments)
            .with_text(&subject.environment),
        Field::new(Id::Name, "name", Type::Text).required().with_text(&identity.name),
    ];
    if settings.account.is_empty() {
        fields.push(Field::new(Id::Account, "account", Type::Text).required().with_text(&identity.account));
    }
    let region = known(&identity.region, &settings.region);
    let regions = subject.regions.clone();
    fields.push(Field::new(Id::Region, "region", Type::Text).required().options(regions).with_text(&region));
    fields
}

fn rank(variable: &Variable, subject: &FormSubject) -> u8 {
    match variable {
        _ if variable.name == VERSION => 0,
        _ if variable.name == INSTANCE_TYPES || holds_instance_types(&variable.kind) => 1,
        Variable { default: None, .. } => 2,
        _ if subject.given.contains_key(&variable.name) => 3,
        _ => 4,
    }
}

fn holds_instance_types(kind: &Type) -> bool {
    match kind {
        Type::List(of) | Type::Set(of) | Type::Map(of) => holds_instance_types(of),
        Type::Object(attributes) => {
            attributes.iter().any(|attribute| attribute.name == INSTANCE_TYPES || holds_instance_types(&attribute.kind))
        }
        _ => false,
    }
}

fn of(variable: &Variable, subject: &FormSubject) -> Field {
    let id = Id::Variable(variable.name.clone());
    let mut field = Field::new(id, &variable.name, variable.kind.clone());
    field.is_required = variable.default.is_none();
    field.is_sensitive = variable.sensitive;
    field.group = if rank(variable, subject) == 4 { Group::Rest } else { Group::Main };
    let field = match &variable.kind {
        _ if variable.sensitive => field,
        _ if variable.name == VERSION => {
            let options = subject.versions.iter().filter(|offered| subject.step_to(&offered.version).is_ok());
            field.options(options.map(|offered| offered.version.clone()).collect())
        }
        Type::Truth => field.only_options(vec!["true".to_owned(), "false".to_owned()]),
        _ => field,
    };
    match subject.given.get(&variable.name) {
        Some(value) => field.with(value.clone()),
        None => field,
    }
}
