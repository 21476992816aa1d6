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
    hints: Arc<Hints>,
}

/// What is known of the way to a cluster, for the words of its errors.
#[derive(Debug, Clone, Default)]
pub struct Hints {
    /// What to try when the server answers 401.
    pub unauthorised_remedy: Option<String>,
    /// As whom one comes, where that is known before the server says it.
    pub caller: Option<String>,
    /// What to try when the server cannot be reached.
    pub unreachable_remedy: Option<String>,
    /// Whose word on the server's certificate counts; `None` is the kubeconfig's, else the system's.
    pub authority: Option<&'static str>,
}

impl Place {
    pub fn new(cluster: &str, server: &str) -> Self {
        Self { cluster: say(cluster).into(), server: say(server).into(), hints: Arc::default() }
    }

    pub fn with_hints(mut self, hints: Hints) -> Self {
        let said = |text: Option<String>| text.map(|text| say(&text));
        self.hints = Arc::new(Hints {
            unauthorised_remedy: said(hints.unauthorised_remedy),
            caller: said(hints.caller),
            unreachable_remedy: said(hints.unreachable_remedy),
            authority: hints.authority,
        });
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
        PortError::Unauthorised(Trouble { remedy: self.hints.unauthorised_remedy.clone(), ..trouble })
    }

    /// The credentials were read and are not those of anybody whom the server knows.
    fn unknown_caller(&self, clock: Option<i64>) -> PortError {
        let host = self.host();
        let words = match &self.hints.caller {
            Some(caller) => format!("{host} does not know {caller} (401)"),
            None => format!("{host} does not accept the credentials (401)"),
        };
        match clock {
            None => self.unauthorised(&words),
            Some(seconds) => {
                let side = if seconds < 0 { "behind" } else { "ahead" };
                let words = format!("{words}; this machine's clock is {} s {side}", seconds.abs());
                let trouble = Trouble::new(format!("{}: {words}", self.cluster));
                PortError::Unauthorised(trouble.with_remedy("set the clock: timedatectl set-ntp true"))
            }
        }
    }

    fn authority(&self) -> &'static str {
        self.hints.authority.unwrap_or("the kubeconfig's, else the system's")
    }

    /// With what mends it, where that is known.
    pub fn unreachable(&self, words: &str) -> PortError {
        let trouble = Trouble::new(format!("{}: {words}", self.cluster));
        PortError::Unreachable(Trouble { remedy: self.hints.unreachable_remedy.clone(), ..trouble })
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
