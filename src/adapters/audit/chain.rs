//! What holds the lines together: numbers without gaps, and each line's digest in the next.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use ring::digest::{SHA256, digest};

use crate::domain::audit::{Line, Phase};

/// What stands for the line before the first.
pub const NOTHING: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// SHA-256 in hex.
pub fn hex(bytes: &[u8]) -> String {
    digest(&SHA256, bytes).as_ref().iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// What is wrong with a line. Lines count from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("line {line} is no line of an audit: {words}")]
    Garbled { line: usize, words: String },
    #[error("line {line} has number {number} where {wanted} should follow: lines are missing or were moved")]
    Number { line: usize, number: u64, wanted: u64 },
    #[error("line {line} does not fit the one before it: that one was changed, or lines are missing")]
    Broken { line: usize },
    #[error("line {line} is an outcome of number {id}, which is no intent before it")]
    Orphan { line: usize, id: u64 },
}

/// What a whole journal came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verdict {
    pub lines: usize,
    /// In the order of the lines; empty if the chain holds.
    pub faults: Vec<Fault>,
    /// Numbers of intents without an outcome: a write that may be done or not.
    pub unknown: Vec<u64>,
    /// SHA-256 of the last line: kept elsewhere, it shows that the end was not cut off.
    pub head: String,
    /// SHA-256 of every line, in their order.
    pub digests: Vec<String>,
}

/// Checks every line of a journal.
pub fn verify(text: &[u8]) -> Verdict {
    let mut verdict = Verdict { head: NOTHING.to_owned(), ..Verdict::default() };
    let mut wanted = 1;
    let mut open: BTreeMap<u64, ()> = BTreeMap::new();
    for (place, bytes) in lines(text).enumerate() {
        let line = place + 1;
        verdict.lines = line;
        let before = std::mem::replace(&mut verdict.head, hex(bytes));
        verdict.digests.push(verdict.head.clone());
        let read: Line = match serde_json::from_slice(bytes) {
            Ok(read) => read,
            Err(error) => {
                verdict.faults.push(Fault::Garbled { line, words: error.to_string() });
                continue;
            }
        };
        if read.number != wanted {
            verdict.faults.push(Fault::Number { line, number: read.number, wanted });
        } else if read.previous != before {
            verdict.faults.push(Fault::Broken { line });
        }
        wanted = read.number.saturating_add(1);
        match read.phase {
            Phase::Intent => {
                open.insert(read.number, ());
            }
            Phase::Outcome if open.remove(&read.id).is_none() => {
                verdict.faults.push(Fault::Orphan { line, id: read.id })
            }
            Phase::Outcome => {}
        }
    }
    verdict.unknown = open.into_keys().collect();
    verdict
}

/// Lines without their breaks. A last one that has none was torn by a crash and counts as a line.
pub fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let text = text.strip_suffix(b"\n").unwrap_or(text);
    let some = !text.is_empty();
    text.split(|byte| *byte == b'\n').filter(move |_| some)
}
