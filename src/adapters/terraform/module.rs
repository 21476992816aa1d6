//! A module's files.

use std::path::PathBuf;

/// A module with its files, by their paths in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Module {
    /// `eks`, `trial`, or the folder.
    pub name: String,
    /// Sorted by path.
    pub files: Vec<(String, Vec<u8>)>,
}

/// Why a module cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ModuleError {
    #[error("module {}: {error}", .path.display())]
    Unread { path: PathBuf, error: std::io::Error },
    #[error("module {0}: there is no *.tf in it")]
    Empty(String),
    #[error(
        "module {name}: packed it has {kib} KiB, and a ConfigMap takes {most_kib}: leave out what Terraform does not read"
    )]
    TooBig { name: String, kib: usize, most_kib: usize },
    #[error("module {name}: it cannot be packed: {error}")]
    NotPacked { name: String, error: std::io::Error },
}

impl Module {
    /// Names and texts of the files in the module's own folder that Terraform reads.
    pub fn sources(&self) -> Vec<(String, String)> {
        let is_source = |path: &str| (path.ends_with(".tf") || path.ends_with(".tf.json")) && !path.contains('/');
        let sources = self.files.iter().filter(|(path, _)| is_source(path));
        sources.map(|(path, bytes)| (path.clone(), String::from_utf8_lossy(bytes).into_owned())).collect()
    }
}
