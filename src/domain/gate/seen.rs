//! What of an object was shown, to be compared before anything is sent.

use serde_json::Value;

/// The parts of an object that a person's answer rests on. Its status is none of them: a Job's changes many times a
/// second.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Seen {
    pub uid: String,
    pub generation: i64,
    pub labels: Value,
    pub owners: Value,
    pub deleting: Option<String>,
}

impl Seen {
    pub fn of(object: &Value) -> Self {
        let meta = &object["metadata"];
        Self {
            uid: meta["uid"].as_str().unwrap_or_default().to_owned(),
            generation: meta["generation"].as_i64().unwrap_or_default(),
            labels: meta["labels"].clone(),
            owners: meta["ownerReferences"].clone(),
            deleting: meta["deletionTimestamp"].as_str().map(str::to_owned),
        }
    }

    /// What is different now, in words; empty if nothing is.
    pub fn changes(&self, now: &Self) -> Vec<&'static str> {
        if self.uid != now.uid {
            return vec!["it was replaced by another object of the same name"];
        }
        let parts = [
            (self.generation != now.generation, "its spec was changed"),
            (self.labels != now.labels, "its labels were changed"),
            (self.owners != now.owners, "its owners were changed"),
            (self.deleting != now.deleting, "it is being deleted"),
        ];
        parts.into_iter().filter(|(differs, _)| *differs).map(|(_, words)| words).collect()
    }
}
