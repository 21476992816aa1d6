//! Exit codes, the same for every subcommand.

use std::fmt;
use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;

use crate::domain::request::{PortError, PortErrorKind};
use crate::domain::text::clean;

pub const FAILED: u8 = 1;
pub const USAGE: u8 = 2;
pub const NOT_FOUND: u8 = 3;
pub const FORBIDDEN: u8 = 4;
pub const CONFLICT: u8 = 5;
pub const UNREACHABLE: u8 = 6;
/// A change wanted an answer that was not given.
pub const NOT_CONFIRMED: u8 = 7;
/// What was waited for did not come in time.
pub const TOO_LATE: u8 = 8;

/// What `--help` says of them.
pub const HELP: &str = "Exit codes: 0 done · 1 failed · 2 usage · 3 not found · 4 forbidden or not logged in · 5 conflict · 6 unreachable · \
     7 not confirmed · 8 not in time";

/// What stopped a subcommand: one line that names the object, and its exit code.
#[derive(Debug, thiserror::Error)]
#[error("{words}")]
pub struct Failure {
    pub code: u8,
    pub words: String,
}

impl Failure {
    pub fn new(code: u8, words: impl fmt::Display) -> Self {
        Self { code, words: clean(&words.to_string()).into_owned() }
    }

    /// Whoever read the output has gone, as `head` does: no reason to say anything.
    pub fn is_quiet(&self) -> bool {
        self.words.is_empty()
    }
}

/// One line on stderr. A closed stderr hears nothing.
pub fn say(words: &str) {
    let _ = writeln!(io::stderr(), "eksdeck: {}", clean(words));
}

/// Done if nothing failed; else every failure on its line, and the first one's code.
///
/// # Errors
/// The last failure, which the caller prints, with the first one's code.
pub fn all_of(mut failures: Vec<Failure>) -> Result<ExitCode, Failure> {
    let Some(code) = failures.first().map(|failure| failure.code) else { return Ok(ExitCode::SUCCESS) };
    let last = failures.pop();
    failures.iter().for_each(|failure| say(&failure.words));
    Err(Failure { code, words: last.map(|failure| failure.words).unwrap_or_default() })
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            ErrorKind::BrokenPipe => Self { code: 0, words: String::new() },
            _ => Self::new(FAILED, error),
        }
    }
}

/// The exit code that stands for a sort of error.
pub fn of_kind(kind: PortErrorKind) -> u8 {
    match kind {
        PortErrorKind::NotFound => NOT_FOUND,
        PortErrorKind::Forbidden => FORBIDDEN,
        PortErrorKind::Conflict => CONFLICT,
        PortErrorKind::Unreachable => UNREACHABLE,
        PortErrorKind::Other => FAILED,
    }
}

impl From<PortError> for Failure {
    fn from(error: PortError) -> Self {
        let code = of_kind(error.kind());
        let trouble = error.trouble();
        match &trouble.remedy {
            Some(remedy) => Self::new(code, format!("{} ({remedy})", trouble.words)),
            None => Self::new(code, &trouble.words),
        }
    }
}
