//! Failures of requests, told in words with a remedy where there is one.

mod asked;
mod chain;
mod failure;
mod status;

#[cfg(test)]
mod tests;

use std::sync::Arc;

pub use asked::Asked;
pub use chain::{from_chain, may_be_done};
pub use failure::Failure;
pub use status::{from_html, from_status, told};

use crate::domain::health::Trouble;
use crate::domain::request::PortError;
use crate::domain::text::clean;

/// Longer texts are cut: a person reads them in one line.
const TEXT_CHARS: usize = 400;

/// Which cluster a request goes to, for the words of its errors.
#[derive(Debug, Clone)]
pub struct Place {
    cluster: Arc<str>,
    /// Scheme, host and port.
    server: Arc<str>,
    unauthorised_remedy: Option<Arc<str>>,
}

impl Place {
    pub fn new(cluster: &str, server: &str) -> Self {
        Self { cluster: say(cluster).into(), server: say(server).into(), unauthorised_remedy: None }
    }

    /// What to try when the server answers 401.
    pub fn with_unauthorised_remedy(mut self, remedy: Option<String>) -> Self {
        self.unauthorised_remedy = remedy.map(|remedy| say(&remedy).into());
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

    /// A question that cannot be asked, or an answer that makes no sense.
    pub fn broken(&self, asked: &Asked, error: &dyn std::error::Error) -> PortError {
        PortError::Broken(Trouble::new(format!("{}: {}: {}", self.cluster, asked.words(), say(&error.to_string()))))
    }

    fn unauthorised(&self, words: &str) -> PortError {
        let trouble = Trouble::new(format!("{}: {words}", self.cluster));
        PortError::Unauthorised(match &self.unauthorised_remedy {
            Some(remedy) => trouble.with_remedy(&**remedy),
            None => trouble,
        })
    }
}

/// One line without control characters and secrets, of bearable length.
pub fn say(text: &str) -> String {
    let line = clean(text);
    let line = line.trim();
    match line.char_indices().nth(TEXT_CHARS) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}
