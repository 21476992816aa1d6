//! A cause, and choosing the one to tell among several.

use super::Severity;
use crate::domain::text;

/// What is wrong with one pod, or with making one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    /// A few words: `OOMKilled`, `exit 3`, `image not found`.
    pub words: String,
    /// The whole story, without the pod's name: `main: OOMKilled (exit 137) after 41s, limit 20Mi`.
    pub detail: String,
    pub severity: Severity,
}

impl Fault {
    pub(super) fn new(severity: Severity, words: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { words: words.into(), detail: detail.into(), severity }
    }

    pub(super) fn broken(words: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::new(Severity::Broken, words, detail)
    }

    pub(super) fn warning(words: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::new(Severity::Warning, words, detail)
    }
}

/// The fault to tell and how many share its words: the worst, then the most frequent, then the last one given.
pub(super) fn chief(faults: Vec<Fault>) -> Option<(Fault, usize)> {
    let count = |words: &str| faults.iter().filter(|fault| fault.words == words).count();
    let best = faults
        .iter()
        .map(|fault| (fault.severity, count(&fault.words)))
        .enumerate()
        .max_by_key(|&(at, rank)| (rank, at));
    let (at, (_, count)) = best?;
    faults.into_iter().nth(at).map(|fault| (fault, count))
}

/// Cleaned text, cut to so many columns.
pub(super) fn short(text: &str, columns: usize) -> String {
    text::fit(text::clean(text).trim(), columns).into_owned()
}

/// The part between two marks; up to the end if the second is missing.
pub(super) fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(before)?;
    Some(rest.split_once(after).map_or(rest, |(inside, _)| inside))
}

/// The first text in double quotes.
pub(super) fn quoted(text: &str) -> Option<&str> {
    between(text, "\"", "\"").filter(|inside| !inside.is_empty())
}
