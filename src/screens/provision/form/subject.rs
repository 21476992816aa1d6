//! What a form is opened with, and what comes of it.

use std::fmt;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::Row;
use crate::domain::provision::site::EnvironmentSettings;
use crate::domain::provision::variables::Variable;
use crate::domain::provision::{Identity, Kind, Run, version_step};
use crate::input::event::Key;

/// What a form is opened with.
#[derive(Clone, PartialEq)]
pub struct FormSubject {
    /// A test, a provision or an update.
    pub kind: Kind,
    /// Every environment, by name.
    pub environments: Vec<(String, EnvironmentSettings)>,
    /// The chosen one's name.
    pub environment: String,
    /// What is known of the cluster. Empty parts come from the environment or are typed; an update changes none.
    pub identity: Identity,
    /// Of the chosen environment's module.
    pub variables: Arc<Vec<Variable>>,
    /// What is filled in already: the last run's, else the environment's defaults.
    pub given: Map<String, Value>,
    /// What the cluster that is there was given: that may stay, whatever the environment allows.
    pub before: Option<Map<String, Value>>,
    /// What is sensitive of it may not be read: it is given again.
    pub is_hidden: bool,
    /// The Kubernetes version of the cluster that is there.
    pub running_version: Option<String>,
    /// What EKS offers, newest first; empty where it is not known.
    pub versions: Vec<OfferedVersion>,
    /// Regions that are offered; any other can be typed.
    pub regions: Vec<String>,
    /// Every run that is known, the newest first: what stands is not made anew.
    pub runs: Arc<[Run]>,
}

/// A Kubernetes version that EKS offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferedVersion {
    pub version: String,
    /// It is in extended support, which costs more.
    pub is_extended: bool,
    /// How long it is supported: `standard, 11 days left`.
    pub note: String,
}

/// What is done to a form.
#[derive(Debug, Clone, PartialEq)]
pub enum FormAction {
    /// A key that no command took.
    Key(Key),
    Paste(String),
    /// So many fields down (in the text: lines); negative is up. For a page take [`super::view::FormBox::page`].
    Step(isize),
    First,
    Last,
    /// What a click does.
    To(Row),
    /// Shows or hides what stays at its default.
    ToggleFold,
    /// Between the fields and their text.
    ToggleText,
    Submit,
}

/// What a form asks of its owner.
#[derive(Debug, Clone, PartialEq)]
pub enum FormYield {
    /// It is whole and nothing is wrong with it.
    Plan(Box<FormValues>),
    /// Another environment was chosen: it wants a form with its module, which takes up [`super::FormPage::kept`].
    Environment(String),
    /// Something is wrong; the form stands on it.
    Invalid,
}

/// What is asked for.
#[derive(Clone, PartialEq)]
pub struct FormValues {
    pub environment: String,
    pub identity: Identity,
    pub kind: Kind,
    /// All that is not sensitive, with the identity in it where the module declares it.
    pub variables: Map<String, Value>,
    pub secret: Option<Map<String, Value>>,
}

impl fmt::Debug for FormSubject {
    /// Without values: some are sensitive.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FormSubject")
            .field("kind", &self.kind)
            .field("identity", &self.identity)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for FormValues {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { environment, identity, kind, variables, secret } = self;
        let secret: Option<Vec<&String>> = secret.as_ref().map(|secret| secret.keys().collect());
        f.debug_struct("FormValues")
            .field("environment", environment)
            .field("identity", identity)
            .field("kind", kind)
            .field("variables", variables)
            .field("secret", &secret)
            .finish()
    }
}

impl FormSubject {
    /// Of the chosen environment.
    pub fn settings(&self) -> EnvironmentSettings {
        let chosen = self.environments.iter().find(|(name, _)| *name == self.environment);
        chosen.map(|(_, settings)| settings.clone()).unwrap_or_default()
    }

    /// The cluster is there already: who it is stays.
    pub fn is_fixed(&self) -> bool {
        self.kind == Kind::Update
    }

    /// From what the cluster runs to another version; a new cluster may be at any.
    ///
    /// # Errors
    /// Why no update leads there, in words.
    pub fn step_to(&self, version: &str) -> Result<(), String> {
        let running = self.running_version.as_deref().filter(|_| self.is_fixed());
        running.map_or(Ok(()), |running| version_step(running, version))
    }

    pub fn variable(&self, name: &str) -> Option<&Variable> {
        self.variables.iter().find(|variable| variable.name == name)
    }
}
