//! What a form stands for: who the cluster is, and its variables.

use serde_json::{Map, Value};

use super::FormPage;
use super::field::Id;
use super::subject::FormValues;
use crate::domain::provision::Identity;

/// Variables that say who the cluster is: fields of their own and the environment stand for them.
const IDENTITY: [&str; 5] = ["organisation", "account_id", "region", "name", "role_arn"];

pub(super) fn is_identity(variable: &str) -> bool {
    IDENTITY.contains(&variable)
}

impl FormPage {
    /// As far as it is filled in.
    pub(super) fn identity(&self) -> Identity {
        let Identity { organisation, account, region, name } = &self.subject.identity;
        let part = |id: Id, known: &str, default: &str| match (self.field(&id), known) {
            (Some(field), _) => field.text().to_owned(),
            (None, "") => default.to_owned(),
            (None, known) => known.to_owned(),
        };
        // An environment's account stands before what was known of a cluster that is yet to be.
        let (known, default) = match self.subject.is_fixed() {
            true => (account.as_str(), self.settings.account.as_str()),
            false => (self.settings.account.as_str(), account.as_str()),
        };
        Identity {
            organisation: organisation.clone(),
            account: part(Id::Account, known, default),
            region: part(Id::Region, region, &self.settings.region),
            name: part(Id::Name, name, ""),
        }
    }

    /// The identity as variables, empty parts left out.
    pub(super) fn who(&self) -> Vec<(&'static str, String)> {
        let Identity { organisation, account, region, name } = self.identity();
        let [organisation_name, account_name, region_name, name_name, role_name] = IDENTITY;
        let role = self.settings.role.clone().unwrap_or_default();
        let all = [
            (organisation_name, organisation),
            (account_name, account),
            (region_name, region),
            (name_name, name),
            (role_name, role),
        ];
        all.into_iter().filter(|(_, text)| !text.is_empty()).collect()
    }

    /// Every variable that has a value, who the cluster is among them where the module asks for it.
    pub(super) fn values(&self) -> Map<String, Value> {
        let who = self.who().into_iter().filter(|(name, _)| self.subject.variable(name).is_some());
        let who = who.map(|(name, text)| (name.to_owned(), Value::from(text)));
        who.chain(self.own().map(|(name, value)| (name.to_owned(), value.clone()))).collect()
    }

    /// Variables that have a value, without who the cluster is.
    pub(super) fn own(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.fields.iter().filter_map(|field| match (&field.id, field.value()) {
            (Id::Variable(name), Some(Ok(value))) => Some((name.as_str(), value)),
            _ => None,
        })
    }

    pub(super) fn is_sensitive(&self, variable: &str) -> bool {
        self.subject.variable(variable).is_some_and(|variable| variable.sensitive)
    }

    pub(super) fn outcome(&self) -> FormValues {
        let (secret, variables): (Map<_, _>, Map<_, _>) =
            self.values().into_iter().partition(|(name, _)| self.is_sensitive(name));
        FormValues {
            environment: self.subject.environment.clone(),
            identity: self.identity(),
            kind: self.subject.kind,
            variables,
            secret: (!secret.is_empty()).then_some(secret),
        }
    }
}
