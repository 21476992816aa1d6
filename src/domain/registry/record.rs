//! One registered cluster.

use std::collections::BTreeMap;

use super::Identity;
use crate::domain::aws::login::LoginKey;
use crate::domain::gate::Environment;
use crate::domain::provider::Provider;

/// How a registered cluster is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Way {
    /// By a kubeconfig that the registry keeps encrypted.
    Kubeconfig,
    /// By AWS credentials: the identity's ARN says which cluster it is.
    Iam,
    /// Entered by hand; nothing here opens it.
    None,
}

impl Way {
    pub const ALL: [Self; 3] = [Self::Kubeconfig, Self::Iam, Self::None];

    pub fn word(self) -> &'static str {
        match self {
            Self::Kubeconfig => "kubeconfig",
            Self::Iam => "iam",
            Self::None => "none",
        }
    }

    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.word() == word)
    }
}

/// A cluster as the registry has it. The way in itself, a kubeconfig, is never part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClusterRecord {
    /// Random, made when the cluster is registered; never given twice.
    pub id: String,
    pub organisation: String,
    /// Unique within the organisation.
    pub name: String,
    pub identity: Identity,
    /// `None` until somebody was there.
    pub provider: Option<Provider>,
    pub region: Option<String>,
    /// The AWS account or whatever the provider calls it.
    pub account: Option<String>,
    /// `gitVersion`, such as `v1.34.4-eks-abc`.
    pub version: Option<String>,
    pub environment: Environment,
    pub team: Option<String>,
    pub labels: BTreeMap<String, String>,
    pub protected: bool,
    pub read_only: bool,
    pub way: Way,
    /// Who it is reached as, where the way is by AWS credentials: a profile of whoever registered it, which others may
    /// not have.
    pub login: LoginKey,
    /// The server's URL without credentials; empty where nobody knows it.
    pub server: String,
    /// The namespace that its kubeconfig names.
    pub namespace: Option<String>,
    /// Its certificate is not checked.
    pub insecure: bool,
    pub created_ms: i64,
    pub updated_ms: i64,
    /// The OS user who registered it: recorded, not trusted.
    pub created_by: String,
}

#[cfg(test)]
impl ClusterRecord {
    /// A cluster for tests, of which nothing is known.
    pub fn sample(name: &str) -> Self {
        Self {
            id: format!("id-{name}"),
            organisation: "default".to_owned(),
            name: name.to_owned(),
            identity: Identity::default(),
            provider: None,
            region: None,
            account: None,
            version: None,
            environment: Environment::Unclassified,
            team: None,
            labels: BTreeMap::new(),
            protected: false,
            read_only: false,
            way: Way::Kubeconfig,
            login: LoginKey::default(),
            server: String::new(),
            namespace: None,
            insecure: false,
            created_ms: 0,
            updated_ms: 0,
            created_by: String::new(),
        }
    }
}

/// What is to be changed of a record; `None` leaves a field as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Edit {
    pub name: Option<String>,
    pub environment: Option<Environment>,
    /// The inner `None` takes the team away.
    pub team: Option<Option<String>>,
    /// `None` takes a label away; those that are not named stay.
    pub labels: BTreeMap<String, Option<String>>,
    pub protected: Option<bool>,
    pub read_only: Option<bool>,
}

impl Edit {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    pub fn apply(&self, record: &mut ClusterRecord) {
        if let Some(name) = &self.name {
            record.name.clone_from(name);
        }
        record.environment = self.environment.unwrap_or(record.environment);
        if let Some(team) = &self.team {
            record.team.clone_from(team);
        }
        for (key, value) in &self.labels {
            match value {
                Some(value) => record.labels.insert(key.clone(), value.clone()),
                None => record.labels.remove(key),
            };
        }
        record.protected = self.protected.unwrap_or(record.protected);
        record.read_only = self.read_only.unwrap_or(record.read_only);
    }
}

/// Whether a cluster may be called so: it is typed to confirm, printed in tables and part of paths.
///
/// # Errors
/// What is wrong with it, in words.
pub fn check_name(name: &str) -> Result<(), String> {
    const MOST: usize = 128;
    if name.is_empty() || name.len() > MOST {
        return Err(format!("a cluster's name has 1 to {MOST} characters"));
    }
    let fits = |char: char| char.is_ascii_alphanumeric() || "-_.:/@+".contains(char);
    match name.chars().find(|char| !fits(*char)) {
        Some(char) => Err(format!("a cluster's name has letters, digits and -_.:/@+ only, not {char:?}")),
        None => Ok(()),
    }
}
