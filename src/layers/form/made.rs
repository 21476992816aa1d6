//! What comes of a form.

use serde_json::Value;

use super::{Form, FormFor};
use crate::domain::field::pair;
use crate::domain::gate::aws::AccessAsk;
use crate::domain::manifest::yaml::{to_documents, to_yaml};
use crate::domain::manifest::{NamespaceValues, label_patch, namespace};
use crate::domain::registry::{Edit, Register};
use crate::domain::template::Given;

/// What an accepted form asks for.
#[derive(Debug, Clone, PartialEq)]
pub enum Made {
    /// Text for the editor or the gate, as the template wrote it.
    Manifest(String),
    /// Objects in the order in which they are created: the Namespace first.
    Objects(Vec<Value>),
    /// A JSON merge patch of the namespace; `None` when nothing was changed.
    Patch(Option<Value>),
}

/// What an accepted form asks of the fleet's background.
#[derive(Debug, Clone, PartialEq)]
pub enum Asked {
    /// A cluster for the registry.
    Register(Box<Register>),
    /// What is changed of the registered cluster of this name.
    Edit(String, Edit),
    Access(AccessAsk),
}

impl Form {
    /// What the values make; `None` while something is wrong with one, a CronJob is still being read, or nothing is made
    /// by it.
    pub fn made(&self) -> Option<Made> {
        if (0..self.fields.len()).any(|at| self.problem(at).is_some()) {
            return None;
        }
        Some(match &self.purpose {
            FormFor::Template { template, .. } => {
                Made::Manifest(template.instantiate(&self.values(), self.given()).ok()?)
            }
            FormFor::Namespace { .. } => Made::Objects(namespace(&self.namespace_values())),
            FormFor::Labels { before, .. } => Made::Patch(label_patch(before, &self.labels())),
            FormFor::Register(_) | FormFor::Edit(_) | FormFor::Access { .. } => return None,
        })
    }

    /// What a form of the fleet asks for; `None` for every other one.
    pub fn asked(&self) -> Option<Asked> {
        Some(match &self.purpose {
            FormFor::Register(from) => Asked::Register(Box::new(self.register(from))),
            FormFor::Edit(record) => Asked::Edit(record.name.clone(), self.edit(record)),
            FormFor::Access { cluster, held } => Asked::Access(self.access(cluster, held.as_ref())),
            FormFor::Template { .. } | FormFor::Namespace { .. } | FormFor::Labels { .. } => return None,
        })
    }

    /// The manifest as it would be, whatever is wrong with the values; empty where none is made.
    pub fn preview(&self) -> String {
        match &self.purpose {
            FormFor::Template { template, .. } => template.preview(&self.values(), self.given()),
            FormFor::Namespace { .. } => to_documents(&namespace(&self.namespace_values())),
            FormFor::Labels { before, .. } => match label_patch(before, &self.labels()) {
                Some(patch) => format!("# What is changed; null takes a label away.\n{}", to_yaml(&patch)),
                None => "# Nothing is changed.\n".to_owned(),
            },
            FormFor::Register(_) | FormFor::Edit(_) | FormFor::Access { .. } => String::new(),
        }
    }

    fn given(&self) -> Given<'_> {
        Given { suffix: &self.suffix, cronjob: self.read_cronjob() }
    }

    fn namespace_values(&self) -> NamespaceValues {
        let FormFor::Namespace { keys: [team, cost_center], .. } = &self.purpose else {
            return NamespaceValues::default();
        };
        let text = |id: &str| self.text(id).trim().to_owned();
        let environment = match self.text("environment") {
            "none" => String::new(),
            "other" => text("environment-other"),
            known => known.to_owned(),
        };
        let entry = |key: &str, value: String| (key.to_owned(), value);
        NamespaceValues {
            name: text("name"),
            labels: vec![
                entry(team, text("team")),
                entry(cost_center, text("cost-center")),
                entry("environment", environment),
            ],
            quota: vec![
                entry("requests.cpu", text("cpu")),
                entry("requests.memory", text("memory")),
                entry("pods", text("pods")),
                entry("count/jobs.batch", text("jobs")),
            ],
            default_cpu: text("default-cpu"),
            default_memory: text("default-memory"),
        }
    }

    /// The labels as they are typed; lines that are wrong or empty are none.
    fn labels(&self) -> Vec<(String, String)> {
        self.fields.iter().filter_map(|field| pair(field.text()).ok()).collect()
    }
}
