//! What a watch is about: one kind, over a cluster or in one namespace of it.

use crate::domain::delta::Scope;
use crate::domain::ids::KindId;
use crate::kinds::table::KindEntry;

/// A kind and where it is watched.
#[derive(Debug, Clone)]
pub struct Target {
    pub entry: &'static KindEntry,
    pub scope: Scope,
}

impl Target {
    pub fn kind(&self) -> KindId {
        self.entry.id
    }

    /// The REST path of the collection.
    pub fn collection(&self) -> String {
        match &self.scope {
            Scope::Cluster => self.entry.collection(None),
            Scope::Namespace(namespace) => self.entry.collection(Some(namespace)),
        }
    }
}

/// A value for a query, percent-encoded but for what needs none (RFC 3986, unreserved).
pub fn escape(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for byte in value.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}
