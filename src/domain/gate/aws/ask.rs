//! What a person asks for, and what is known when it is proposed.

use std::collections::BTreeMap;

use crate::domain::aws::arn::ClusterArn;
use crate::domain::eks::{AccessEntry, AccessScope, AuthMode};
use crate::domain::gate::ask::Verb;

/// A change of one principal's access to one cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessAsk {
    pub cluster: ClusterArn,
    /// ARN of a user or a role.
    pub principal: String,
    pub wanted: AccessWanted,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccessWanted {
    /// The principal has an entry, and with it these policies. Groups and username count for a new entry alone.
    Grant { policies: Vec<(String, AccessScope)>, groups: Vec<String>, username: Option<String> },
    /// These policies no longer hold; without any, the whole entry goes.
    Revoke { policies: Vec<String> },
}

impl AccessAsk {
    pub fn verb(&self) -> Verb {
        match self.wanted {
            AccessWanted::Grant { .. } => Verb::Grant,
            AccessWanted::Revoke { .. } => Verb::Revoke,
        }
    }
}

/// Who may enter the cluster now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessKnown {
    pub auth_mode: AuthMode,
    pub entries: Vec<AccessEntry>,
    /// ARN of whoever asks, as STS tells it.
    pub caller: String,
    /// The cluster's.
    pub tags: BTreeMap<String, String>,
}

impl AccessKnown {
    pub fn entry(&self, principal: &str) -> Option<&AccessEntry> {
        self.entries.iter().find(|entry| entry.principal == principal)
    }
}
