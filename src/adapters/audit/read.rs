//! Reading the journal for people.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use super::chain::lines;
use crate::domain::audit::{Line, Outcome, Phase};

/// One write: its intent and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    pub intent: Line,
    /// `None`: no outcome was recorded. It may be done or not.
    pub outcome: Option<Outcome>,
    pub words: String,
}

/// Every write of the journal, oldest first. Lines that cannot be read are left to `verify`.
///
/// # Errors
/// The file is there and cannot be read; one that is not there holds nothing.
pub fn read(path: &Path) -> io::Result<Vec<Read>> {
    let text = match std::fs::read(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    Ok(read_text(&text))
}

/// Every write of a journal's text, oldest first.
pub fn read_text(text: &[u8]) -> Vec<Read> {
    let mut writes: BTreeMap<u64, Read> = BTreeMap::new();
    for line in lines(text).filter_map(|bytes| serde_json::from_slice::<Line>(bytes).ok()) {
        match line.phase {
            Phase::Intent => {
                writes.insert(line.number, Read { intent: line, outcome: None, words: String::new() });
            }
            Phase::Outcome => {
                if let Some(write) = writes.get_mut(&line.id) {
                    write.outcome = line.outcome;
                    write.words = line.words;
                }
            }
        }
    }
    writes.into_values().collect()
}
