//! Failures of requests, told in words with a remedy where there is one.

mod chain;
mod failure;
mod status;

use std::sync::Arc;

use http::Method;

pub use chain::from_chain;
pub use failure::Failure;
pub use status::from_status;

use crate::domain::health::Trouble;
use crate::runtime::ports::PortError;

/// Which cluster a request goes to, for the words of its errors.
#[derive(Debug, Clone)]
pub struct Place {
    cluster: Arc<str>,
    /// Scheme, host and port.
    server: Arc<str>,
    unauthorised_remedy: Option<Arc<str>>,
}

/// What was asked.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    pub method: &'a Method,
    /// Path and query.
    pub path: &'a str,
}

impl Place {
    pub fn new(cluster: &str, server: &str) -> Self {
        Self { cluster: cluster.into(), server: server.into(), unauthorised_remedy: None }
    }

    /// What to try when the server answers 401.
    pub fn with_unauthorised_remedy(mut self, remedy: Option<String>) -> Self {
        self.unauthorised_remedy = remedy.map(Arc::from);
        self
    }

    pub fn cluster(&self) -> &str {
        &self.cluster
    }

    /// Host and port, as in the server's URL.
    pub fn host(&self) -> &str {
        let rest = self.server.split_once("://").map_or(&*self.server, |(_, rest)| rest);
        rest.split('/').next().unwrap_or(rest)
    }

    pub fn broken(&self, asked: &Asked, error: &dyn std::error::Error) -> PortError {
        PortError::Broken(Trouble::new(format!("{}: {}: {}", self.cluster, asked.path, say(&error.to_string()))))
    }
}

/// One line without control characters and secrets, cut at 400 characters.
pub fn say(text: &str) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(400).collect();
    mask(line.trim())
}

/// Takes bearer tokens out: `k8s-aws-v1.…`, JWTs (`eyJ….….…`) and what follows `Bearer`.
fn mask(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut after_bearer = false;
    for (index, word) in text.split(' ').enumerate() {
        if index > 0 {
            out.push(' ');
        }
        match word.find("k8s-aws-v1.").or_else(|| word.find("eyJ").filter(|at| word[*at..].matches('.').count() >= 1)) {
            Some(at) => {
                out.push_str(&word[..at]);
                out.push_str("***");
            }
            None if after_bearer && !word.is_empty() => out.push_str("***"),
            None => out.push_str(word),
        }
        after_bearer = word.trim_end_matches(':').eq_ignore_ascii_case("bearer");
    }
    out
}
