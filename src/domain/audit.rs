//! The lines of the audit: who wrote what where, with what result.

use serde::{Deserialize, Serialize};

/// The format of a line. It changes when a reader of the older one would misread it.
pub const SCHEMA: u32 = 1;

/// Whether a line stands before a write or after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    Intent,
    Outcome,
}

/// What became of a write, as far as it was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    Done,
    Refused,
    /// It was sent and no answer came.
    Unknown,
    /// It was not sent after all.
    Unsent,
}

/// The object that is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Object {
    /// `batch/v1`, `v1`
    #[serde(rename = "apiVersion")]
    pub api_version: String,
    pub kind: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub namespace: String,
    /// Empty where the server makes it.
    pub name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub uid: String,
}

/// What the gate wants recorded. Number, time, OS user and chain are the journal's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The number of the intent's line; `None` for the intent itself.
    pub intent: Option<u64>,
    pub cluster: String,
    pub cluster_user: String,
    pub object: Object,
    /// What a person asked for: `delete`, `re-run`.
    pub verb: String,
    /// Method, path and body as they are sent: the line holds their digest alone, since a manifest may hold secrets.
    pub request: Vec<u8>,
    pub outcome: Option<Outcome>,
    /// Beside the outcome: the server's words, cleaned.
    pub words: String,
}

/// One line of the journal, in the order of its fields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    pub schema: u32,
    /// From 1, without gaps.
    pub number: u64,
    /// SHA-256 of the line before in hex, without its line break; 64 zeros before the first.
    pub previous: String,
    /// RFC 3339 in UTC, milliseconds.
    pub time: String,
    /// The number of the intent's line: intent and outcome share it.
    pub id: u64,
    pub phase: Phase,
    pub os_user: String,
    pub cluster_user: String,
    pub cluster: String,
    pub object: Object,
    pub verb: String,
    /// SHA-256 of method, path and body, in hex.
    pub request: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub words: String,
}
