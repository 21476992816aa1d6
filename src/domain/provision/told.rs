//! What a worker says at its end: a line of JSON in the container's termination message (at most 4,096 bytes).

use serde::{Deserialize, Serialize};

use crate::domain::terraform::lock::{Lock, is_id};

/// What a Job of a run does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    Plan,
    Apply,
}

impl Phase {
    pub fn word(self) -> &'static str {
        match self {
            Self::Plan => "plan",
            Self::Apply => "apply",
        }
    }
}

/// How it ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    pub phase: Phase,
    /// Terraform's: 0 nothing to do (of a plan) or done (of an apply), 1 an error, 2 a plan with changes. 128 and more:
    /// ended by a signal.
    pub exit: i32,
    /// Of the plan's file, in hex: what an approval is bound to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// Resources to add, change and destroy.
    #[serde(default)]
    pub add: u64,
    #[serde(default)]
    pub change: u64,
    #[serde(default)]
    pub destroy: u64,
    /// TERM came while it ran.
    #[serde(default)]
    pub interrupted: bool,
    /// A state that could not be written is kept in the run's folder.
    #[serde(default)]
    pub errored_state: bool,
    /// Why it stopped, if it was not Terraform that did: `stale`, `digest`, `identity`, `init`, `lock`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// The first error that Terraform told; the log has all of it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub error: String,
    /// The lock that was in the way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lock: Option<Box<Lock>>,
}

impl Outcome {
    /// From a termination message; `None` if it is none of ours.
    pub fn read(message: &str) -> Option<Self> {
        let mut told: Self = serde_json::from_str(message.lines().next_back()?).ok()?;
        told.lock = told.lock.filter(|lock| is_id(&lock.id));
        Some(told)
    }

    /// Why it did not end well, in words; empty if it did.
    pub fn why(&self) -> &'static str {
        match self.reason.as_str() {
            "stale" => "the plan is stale: the state has changed since, plan anew",
            "lock" => "the state is locked by somebody else",
            "digest" => "the plan's file is not the one that was approved: nothing was applied",
            "identity" => "the state belongs to another cluster: nothing was planned",
            "no-state" => "there is no state of ours: this cluster was not made from here",
            "volume" => "the work volume is full or cannot be written",
            "module" => "the module could not be unpacked",
            "versions" => "the image has another Terraform than the one that planned",
            "show" => "the plan could not be read back",
            _ if self.exit >= 128 || self.interrupted => "it was stopped",
            _ if self.exit == 0 || self.exit == 2 => "",
            _ => "Terraform failed: the log tells why",
        }
    }

    /// The same with what it told of its own: the lock in its way, its first error.
    pub fn cause(&self) -> String {
        let is_terraforms = self.reason.is_empty() && !self.interrupted && !self.error.is_empty();
        match &self.lock {
            Some(lock) => format!("the state is locked: {}", lock.words()),
            None if is_terraforms => format!("Terraform failed: {}", self.error),
            None => self.why().to_owned(),
        }
    }

    /// The same behind what weighs more: a state that could not be written.
    pub fn told(&self) -> String {
        match self.errored_state {
            true => {
                let kept = "the state could not be written: errored.tfstate is kept on the work volume";
                format!("{kept}; {}", self.cause())
            }
            false => self.cause(),
        }
    }

    /// Whether the plan found something to do.
    pub fn has_changes(&self) -> bool {
        self.exit == 2
    }
}
