//! What a write carries through the client's layers, so that the gate among them lets it pass.

use http::Method;

use crate::domain::gate::ApprovedWrite;

/// Made from an approved write alone, for exactly its method and path.
#[derive(Debug, Clone)]
pub struct Ticket {
    method: Method,
    path: String,
}

impl Ticket {
    /// `path` is the path of the request without its query.
    pub fn of(write: &ApprovedWrite) -> Self {
        Self { method: method(&write.write().change), path: write.write().path() }
    }

    pub fn admits(&self, method: &Method, path: &str) -> bool {
        self.method == *method && self.path == path
    }
}

/// The method that a change is sent with.
pub fn method(change: &crate::domain::gate::Change) -> Method {
    use crate::domain::gate::Change;
    match change {
        Change::Create { .. } => Method::POST,
        Change::Replace { .. } => Method::PUT,
        Change::Patch { .. } => Method::PATCH,
        Change::Delete { .. } => Method::DELETE,
        Change::Exec { .. } => Method::GET,
    }
}
