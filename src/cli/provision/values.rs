//! Variables of a module: defaults of the environment, what was given before, files and flags, one over the other.

use std::path::Path;

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::desk::Desk;
use crate::adapters::terraform::Module;
use crate::cli::exit::{CONFLICT, FAILED, Failure, USAGE, all_of};
use crate::domain::provision::checks::may_begin;
use crate::domain::provision::given::{Before, Given as Together, fixed, together};
use crate::domain::provision::site::{EnvironmentSettings, ModuleSource};
use crate::domain::provision::variables::{self, Variable};
use crate::domain::provision::{Identity, Kind};

/// What is given so far.
pub struct Given<'a> {
    settings: &'a EnvironmentSettings,
    module: Module,
    known: Vec<Variable>,
    /// Who the cluster is: nothing that is given says otherwise.
    fixed: Map<String, Value>,
    values: Map<String, Value>,
}

/// What a run takes.
pub struct Checked {
    pub variables: Value,
    pub secret: Option<Value>,
    pub module: Module,
}

impl<'a> Given<'a> {
    /// # Errors
    /// The module cannot be read, or its syntax is wrong.
    pub fn new(desk: &Desk, settings: &'a EnvironmentSettings, identity: &Identity) -> Result<Self, Failure> {
        let module = desk.asked.setup.modules().read(&settings.module).map_err(|error| Failure::new(FAILED, error))?;
        let known = variables::read(&module.sources())
            .map_err(|error| Failure::new(FAILED, format!("module {}: {error}", module.name)))?;
        let fixed = fixed(&known, identity, settings);
        Ok(Self { settings, module, known, fixed, values: Map::new() })
    }

    pub fn defaults(&mut self) {
        self.values.extend(self.settings.defaults.clone());
    }

    /// What the cluster's last run was given. Where what is sensitive of it may not be read, nothing stands for it.
    pub fn as_before(&mut self, before: &Before) {
        if before.is_hidden {
            let is_sensitive = |name: &str| self.known.iter().any(|known| known.name == name && known.sensitive);
            self.values.retain(|name, _| !is_sensitive(name));
        }
        self.values.extend(before.values.clone());
    }

    /// # Errors
    /// The file cannot be read, or is neither HCL nor JSON.
    pub fn file(&mut self, file: &Path) -> Result<(), Failure> {
        let said = |words: &dyn std::fmt::Display| Failure::new(USAGE, format!("{}: {words}", file.display()));
        let text = std::fs::read_to_string(file).map_err(|error| said(&error))?;
        self.values.extend(variables::from_text(&text).map_err(|error| said(&error))?);
        Ok(())
    }

    /// # Errors
    /// There is no `=`, no such variable, or the value is of another type.
    pub fn variable(&mut self, text: &str) -> Result<(), Failure> {
        let (name, value) =
            text.split_once('=').ok_or_else(|| Failure::new(USAGE, format!("--var {text}: write it as name=value")))?;
        let known = self.known.iter().find(|variable| variable.name == name);
        let value = match known {
            Some(variable) => variable
                .kind
                .parse_input(value)
                .map_err(|words| Failure::new(USAGE, format!("--var {name}: {words}")))?,
            // Checking tells that there is none, with the nearest name.
            None => Value::String(value.to_owned()),
        };
        self.values.insert(name.to_owned(), value);
        Ok(())
    }

    /// # Errors
    /// What keeps such a run from beginning.
    pub fn may_begin(&self, kind: Kind, before: Option<&Before>) -> Result<(), Failure> {
        let mut all = self.values.clone();
        all.extend(self.fixed.clone());
        let name = self.fixed.get("name").and_then(Value::as_str).unwrap_or_default();
        may_begin(kind, name, &self.known, before.map(|before| &before.values), &all)
            .map_err(|words| Failure::new(CONFLICT, words))
    }

    /// Against what AWS offers, where it answers: a new cluster, or a change of one. `before`: what it was given.
    ///
    /// # Errors
    /// A version or an instance type that is not offered, a network that is not there.
    pub async fn offered(
        &self,
        desk: &Desk,
        (kind, identity): (Kind, &Identity),
        before: Option<&Before>,
    ) -> Result<(), Failure> {
        let makes = matches!(kind, Kind::Test | Kind::Provision | Kind::Update);
        // The trial's module makes nothing at AWS.
        if !makes || self.settings.module == ModuleSource::Trial {
            return Ok(());
        }
        let offers = desk.runs.offers(&identity.account, &identity.region).await;
        let is_open = |name: &str| !self.known.iter().any(|known| known.name == name && known.sensitive);
        let before = before.map(|before| &before.values);
        let wrong = offers.wrong(&self.values, before, Timestamp::now().as_second());
        let wrong = wrong.into_iter().filter(|(variable, _)| is_open(variable));
        all_of(wrong.map(|(variable, words)| Failure::new(USAGE, format!("{variable}: {words}"))).collect()).map(drop)
    }

    /// Everything together, if the module and the environment take it. `before`: what the cluster was given.
    ///
    /// # Errors
    /// Each thing that is wrong, with its variable.
    pub fn checked(self, kind: Kind, before: Option<&Before>) -> Result<Checked, Failure> {
        match together(kind, &self.known, self.values, self.fixed, self.settings, before) {
            Ok(Together { open, secret }) => Ok(Checked { variables: open, secret, module: self.module }),
            Err(problems) => {
                let told = problems.iter().map(|problem| format!("{}: {}", problem.variable, problem.words));
                Err(all_of(told.map(|words| Failure::new(USAGE, words)).collect()).err().unwrap_or_else(|| {
                    // A list of problems is never empty; without one nothing is known of what is wrong.
                    Failure::new(USAGE, "the variables are not taken")
                }))
            }
        }
    }
}
