//! Where clusters are made, and what the configuration says of each environment.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::limit::Limit;
use super::manifests::{StateBackend, Worker};
use super::{Identity, Kind, Run, Spec};
use crate::domain::gate::Environment;

/// What `provision.*` of the configuration says.
#[derive(Debug, Clone, PartialEq)]
pub struct Site {
    /// The management cluster, as it is called here; empty where none is configured.
    pub cluster: String,
    /// What holds for every run; an environment may say otherwise.
    pub worker: Worker,
    /// Runs that go on at once in the management cluster, and for one AWS account.
    pub at_once: usize,
    pub at_once_per_account: usize,
    pub environments: BTreeMap<String, EnvironmentSettings>,
}

/// Defaults and limits of one environment.
#[derive(Debug, Clone, PartialEq)]
pub struct EnvironmentSettings {
    /// Twelve digits; empty: typed with every cluster.
    pub account: String,
    pub region: String,
    /// What Terraform assumes.
    pub role: Option<String>,
    pub state: Option<StateBackend>,
    pub module: ModuleSource,
    pub service_account: Option<String>,
    pub credentials_secret: Option<String>,
    /// Every change asks as hard as in production.
    pub is_protected: bool,
    /// How many people have to agree to a plan.
    pub approvals: usize,
    pub defaults: Map<String, Value>,
    pub limits: Vec<Limit>,
}

/// Which module makes clusters.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum ModuleSource {
    /// The one that comes with the program.
    #[default]
    Eks,
    /// The one without any provider, which makes nothing.
    Trial,
    /// A folder of a person's own.
    Folder(String),
}

impl Default for Site {
    fn default() -> Self {
        Self {
            cluster: String::new(),
            worker: Worker::default(),
            at_once: 4,
            at_once_per_account: 2,
            environments: BTreeMap::new(),
        }
    }
}

impl Default for EnvironmentSettings {
    fn default() -> Self {
        Self {
            account: String::new(),
            region: String::new(),
            role: None,
            state: None,
            module: ModuleSource::Eks,
            service_account: None,
            credentials_secret: None,
            is_protected: false,
            approvals: 1,
            defaults: Map::new(),
            limits: Vec::new(),
        }
    }
}

/// The environment that holds where none is configured.
pub const UNNAMED: &str = "default";

/// Why there is no such environment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoEnvironment {
    #[error("which environment? {0}")]
    Which(String),
    #[error("no environment is named {0:?}: {1}")]
    Unknown(String, String),
}

impl Site {
    /// The environment of this name; without a name the only one.
    ///
    /// # Errors
    /// There is none of the name, or several and no name.
    pub fn environment(&self, name: Option<&str>) -> Result<(String, EnvironmentSettings), NoEnvironment> {
        let known = || self.environments.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
        let only = || self.environments.iter().next().filter(|_| self.environments.len() == 1);
        match name {
            None | Some(UNNAMED) if self.environments.is_empty() => {
                Ok((UNNAMED.to_owned(), EnvironmentSettings::default()))
            }
            Some(name) => match self.environments.get(name) {
                Some(found) => Ok((name.to_owned(), found.clone())),
                None => Err(NoEnvironment::Unknown(name.to_owned(), known())),
            },
            None => match only() {
                Some((name, found)) => Ok((name.clone(), found.clone())),
                None => Err(NoEnvironment::Which(known())),
            },
        }
    }

    /// Environments that a form offers.
    pub fn names(&self) -> Vec<String> {
        match self.environments.is_empty() {
            true => vec![UNNAMED.to_owned()],
            false => self.environments.keys().cloned().collect(),
        }
    }

    /// The run's module has no provider: what it makes is nothing that AWS knows.
    pub fn is_trial(&self, run: &Run) -> bool {
        self.environments.get(&run.environment).is_some_and(|settings| settings.module == ModuleSource::Trial)
    }

    /// A new run in an environment.
    pub fn spec(&self, order: Order, environment: (&str, &EnvironmentSettings)) -> Spec {
        let (name, settings) = environment;
        let mut worker = self.worker.clone();
        if let Some(state) = &settings.state {
            worker.state = state.clone();
        }
        if let Some(account) = &settings.service_account {
            worker.service_account.clone_from(account);
        }
        if settings.credentials_secret.is_some() {
            worker.credentials_secret.clone_from(&settings.credentials_secret);
        }
        Spec {
            asked_by: order.asked_by,
            environment: name.to_owned(),
            is_protected: settings.is_protected,
            approvals: settings.approvals,
            worker,
            ..Spec::new(order.id, order.identity, order.kind)
        }
    }
}

/// What somebody asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// See [`Spec::id`].
    pub id: String,
    pub identity: Identity,
    pub kind: Kind,
    pub asked_by: String,
}

/// How careful a run wants to be treated: by its environment's name, else by its cluster's.
pub fn care(environment: &str, cluster: &str) -> Environment {
    let said = environment.split(|char: char| !char.is_ascii_alphanumeric()).filter_map(Environment::of_label).max();
    said.or_else(|| Environment::of_name(cluster)).unwrap_or_default()
}
