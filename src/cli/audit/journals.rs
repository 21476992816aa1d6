//! The journals that are read: one file, or the copies in the registry.

use std::io;
use std::path::Path;

use super::unreadable;
use crate::adapters::audit::{Read, read_text};
use crate::cli::Global;
use crate::cli::exit::Failure;
use crate::cli::registered::Opened;
use crate::domain::audit::Line;

/// One journal.
pub struct Journal {
    /// The file, or the digest of its first line.
    pub name: String,
    pub text: Vec<u8>,
}

impl Journal {
    pub fn writes(&self) -> Vec<Read> {
        read_text(&self.text)
    }

    pub fn lines(&self) -> impl Iterator<Item = serde_json::Result<Line>> {
        let lines = self.text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        lines.map(serde_json::from_slice)
    }
}

/// # Errors
/// The file is there and cannot be read; one that is not there holds nothing.
pub fn of_file(path: &Path) -> Result<Vec<Journal>, Failure> {
    match std::fs::read(path) {
        Ok(text) => Ok(vec![Journal { name: path.display().to_string(), text }]),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(unreadable(path, &error)),
    }
}

/// # Errors
/// The registry cannot be opened or read.
pub fn of_registry(global: &Global) -> Result<Vec<Journal>, Failure> {
    let opened = Opened::read(global)?;
    let lines = opened.runtime.block_on(opened.registry.audit_lines());
    opened.close();
    let mut journals: Vec<Journal> = Vec::new();
    for (name, line) in lines? {
        if journals.last().is_none_or(|last| last.name != name) {
            journals.push(Journal { name, text: Vec::new() });
        }
        if let Some(last) = journals.last_mut() {
            last.text.extend(line.as_bytes());
            last.text.push(b'\n');
        }
    }
    Ok(journals)
}
