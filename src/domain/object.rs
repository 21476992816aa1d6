//! What every row shares.

use std::sync::Arc;

use super::ids::{ObjectKey, Uid};

/// The controlling owner of an object (the ownerReference with `controller: true`, else the first one).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Owner {
    pub kind: Arc<str>,
    pub name: Arc<str>,
    pub uid: Uid,
}

/// Labels, sorted by key.
pub type Labels = Box<[(Arc<str>, Arc<str>)]>;

/// The metadata that a row keeps. Times are Unix seconds; 0 is "not set".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meta {
    pub key: ObjectKey,
    pub uid: Uid,
    pub created: i64,
    /// deletionTimestamp, 0 while the object is not being deleted.
    pub deleting: i64,
    pub owner: Option<Arc<Owner>>,
    pub labels: Labels,
}

impl Meta {
    pub fn label(&self, key: &str) -> Option<&str> {
        self.labels.iter().find(|(name, _)| &**name == key).map(|(_, value)| &**value)
    }
}

/// A status condition. `at` is lastTransitionTime in Unix seconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    pub kind: Arc<str>,
    pub status: bool,
    pub reason: Arc<str>,
    pub message: Box<str>,
    pub at: i64,
}
