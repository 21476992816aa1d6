//! The names of the clusters that were open last time, one a line.

use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// Names of the clusters that were open when the program was left; none where the file cannot be read.
pub fn remembered_open(path: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// Writes the names, replacing the file whole.
///
/// # Errors
/// The directory or the file cannot be written.
pub fn remember_open(path: &Path, names: &[String]) -> io::Result<()> {
    if let Some(directory) = path.parent() {
        std::fs::create_dir_all(directory)?;
    }
    let fresh = path.with_extension("new");
    let mut file = std::fs::OpenOptions::new().create(true).write(true).truncate(true).mode(0o600).open(&fresh)?;
    for name in names {
        writeln!(file, "{name}")?;
    }
    std::fs::rename(fresh, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_remembered_is_read_again() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("deeper/open");
        assert!(remembered_open(&path).is_empty());
        remember_open(&path, &["a b".to_owned(), "c".to_owned()]).unwrap();
        assert_eq!(remembered_open(&path), ["a b", "c"]);
    }
}
