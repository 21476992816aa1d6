//! Manifests in files that a person names.

use std::io::Read;

use super::{Environment, Paths};
use crate::yaml::INPUT_BYTES;
use crate::yaml::manifest::read_bytes;

/// The text of a file; `~/` is the home folder.
///
/// # Errors
/// In words: not there, no text, or too large.
pub fn read_manifests(path: &str) -> Result<String, String> {
    let file = Paths::of(&Environment::read()).expand(path);
    let told = |words: &dyn std::fmt::Display| format!("{path}: {words}");
    let mut bytes = Vec::new();
    let open = std::fs::File::open(file).map_err(|error| told(&error))?;
    open.take(INPUT_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(|error| told(&error))?;
    if bytes.len() > INPUT_BYTES {
        return Err(told(&format!("larger than {} MiB: it is not read", INPUT_BYTES >> 20)));
    }
    read_bytes(&bytes).map_err(|error| told(&error))
}
