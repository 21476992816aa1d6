//! What is kept of a namespace.

use super::object::{Condition, Meta};

/// A watched namespace. `conditions` say what holds it while it is Terminating.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamespaceRow {
    pub meta: Meta,
    pub terminating: bool,
    pub conditions: Box<[Condition]>,
}

impl NamespaceRow {
    /// Only its name is known, as it is of a namespace that a person may look into but not read: neither its status nor
    /// its labels are. A server gives every namespace a time of creation.
    pub fn is_known_by_name_alone(&self) -> bool {
        self.meta.created == 0
    }
}
