//! A text that was written and not submitted.

use serde::{Deserialize, Serialize};

/// Names a draft among all of this person: letters, digits and `-`, so that it can be a file's name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct DraftId(pub String);

impl DraftId {
    /// One for a text that is begun at `now_ms` in a process; `serial` tells those of one millisecond apart.
    pub fn new(now_ms: i64, process: u32, serial: u32) -> Self {
        Self(format!("{now_ms}-{process}-{serial}"))
    }

    /// Whether it can stand as the name of a file.
    pub fn is_plain(&self) -> bool {
        !self.0.is_empty() && self.0.chars().all(|char| char.is_ascii_alphanumeric() || char == '-')
    }
}

/// What the text is written for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DraftPurpose {
    New,
    Edit { api_version: String, kind: String, namespace: String, name: String, resource_version: String },
}

/// The text, and all that is needed to offer it again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    pub id: DraftId,
    pub title: String,
    /// The cluster's name.
    pub cluster: String,
    pub namespace: String,
    /// Where it came from; may be empty.
    pub origin: String,
    pub purpose: DraftPurpose,
    /// Unix milliseconds.
    pub changed_ms: i64,
    pub text: String,
}
