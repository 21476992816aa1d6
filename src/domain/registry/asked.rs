//! What is asked of the registry, as plain data.

use std::collections::BTreeMap;

use super::ClusterRecord;
use crate::domain::aws::arn::ClusterArn;
use crate::domain::consent::ConsentRequest;
use crate::domain::gate::Environment;
use crate::domain::health::Trouble;
use crate::domain::secret::SharedSecret;

/// Where a cluster that is to be registered comes from.
#[derive(Debug, Clone, PartialEq)]
pub enum Origin {
    /// A kubeconfig file, and one of its contexts; else its current one, or its only one.
    File { path: String, context: Option<String> },
    /// A kubeconfig's text.
    Pasted { text: SharedSecret, context: Option<String> },
    /// By AWS credentials: nothing is kept but its name.
    Arn(ClusterArn),
    /// Entered field by field.
    ByHand { name: String, server: String, authority: Option<String>, token: SharedSecret },
}

/// How a cluster is to be called and treated.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Treatment {
    /// Else as its context or EKS calls it.
    pub name: Option<String>,
    /// Else as the name tells.
    pub environment: Option<Environment>,
    pub team: Option<String>,
    pub labels: BTreeMap<String, String>,
    pub protected: bool,
    pub read_only: bool,
}

impl Treatment {
    pub fn apply(&self, record: &mut ClusterRecord) {
        if let Some(name) = &self.name {
            record.name.clone_from(name);
            record.environment = Environment::of_name(name).unwrap_or(record.environment);
        }
        record.environment = self.environment.unwrap_or(record.environment);
        record.team.clone_from(&self.team);
        record.labels.clone_from(&self.labels);
        record.protected = self.protected;
        record.read_only = self.read_only;
    }
}

/// Whether a cluster is asked what it is before it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Test {
    /// `agreed`: the program that the kubeconfig logs in with may be run.
    Connect {
        agreed: bool,
    },
    Skip,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Register {
    pub origin: Origin,
    pub treatment: Treatment,
    pub test: Test,
}

/// Takes a cluster out, with everything that hangs on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remove {
    pub name: String,
    /// What the person typed: the name, or nothing is done.
    pub typed: String,
    /// A new file that gets a copy before; without it nothing is removed.
    pub export: Option<String>,
}

/// Why nothing was registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotRegistered {
    /// Its kubeconfig logs in with a program that nobody agreed to yet; nothing was run.
    NeedsConsent(ConsentRequest),
    /// The kubeconfig has several contexts and none was named: these, the current one first.
    WhichContext(Vec<String>),
    Trouble(Trouble),
}

impl From<Trouble> for NotRegistered {
    fn from(trouble: Trouble) -> Self {
        Self::Trouble(trouble)
    }
}
