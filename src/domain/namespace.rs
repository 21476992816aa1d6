//! What is kept of a namespace.

use super::object::{Condition, Meta};

/// A watched namespace. `conditions` say what holds it while it is Terminating.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamespaceRow {
    pub meta: Meta,
    pub terminating: bool,
    pub conditions: Box<[Condition]>,
}
