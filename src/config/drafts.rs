//! Texts that were not submitted, one JSON file each: they may hold secrets, so nobody else reads them.

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use crate::domain::draft::{Draft, DraftId};

fn file(folder: &Path, id: &DraftId) -> io::Result<PathBuf> {
    if !id.is_plain() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "the draft's name is no plain name"));
    }
    Ok(folder.join(format!("{}.json", id.0)))
}

/// Every draft of the folder, newest first, and what could not be read, in words.
pub fn kept_drafts(folder: &Path) -> (Vec<Draft>, Vec<String>) {
    let (mut drafts, mut problems) = (Vec::new(), Vec::new());
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let read = fs::read(&path).map_err(|error| error.to_string());
        let read = read.and_then(|bytes| serde_json::from_slice::<Draft>(&bytes).map_err(|error| error.to_string()));
        match read {
            Ok(draft) if draft.id.is_plain() => drafts.push(draft),
            Ok(_) => problems.push(format!("{}: not a draft", path.display())),
            Err(error) => problems.push(format!("{}: a draft that cannot be read: {error}", path.display())),
        }
    }
    drafts.sort_by_key(|draft| std::cmp::Reverse((draft.changed_ms, draft.id.clone())));
    (drafts, problems)
}

/// Writes a draft. The one before stands until the new one is on the disk whole.
///
/// # Errors
/// The folder or the file cannot be written; what was kept before is still there.
pub fn keep_draft(folder: &Path, draft: &Draft) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let path = file(folder, &draft.id)?;
    let fresh = path.with_extension("new");
    let written = write(&fresh, draft).and_then(|()| fs::rename(&fresh, &path));
    if written.is_err() {
        // Half a file is of no use, and on a full disk it is in the way.
        let _ = fs::remove_file(&fresh);
    }
    written?;
    // The name is on the disk only with its folder.
    fs::File::open(folder)?.sync_all()
}

fn write(path: &Path, draft: &Draft) -> io::Result<()> {
    let bytes = serde_json::to_vec(draft)?;
    let mut file = fs::OpenOptions::new().create(true).write(true).truncate(true).mode(0o600).open(path)?;
    file.write_all(&bytes)?;
    file.sync_all()
}

/// Takes a draft away; one that is gone already is no error.
///
/// # Errors
/// The file cannot be removed.
pub fn forget_draft(folder: &Path, id: &DraftId) -> io::Result<()> {
    match fs::remove_file(file(folder, id)?) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::domain::draft::DraftPurpose;

    fn draft(id: &str, changed_ms: i64) -> Draft {
        Draft {
            id: DraftId(id.to_owned()),
            title: "new Job".to_owned(),
            cluster: "left".to_owned(),
            namespace: "checkout".to_owned(),
            origin: String::new(),
            purpose: DraftPurpose::New,
            changed_ms,
            text: "a: 世\n".to_owned(),
        }
    }

    #[test]
    fn what_is_kept_is_offered_newest_first_and_nobody_else_reads_it() {
        let directory = tempfile::tempdir().unwrap();
        let folder = directory.path().join("data/drafts");
        assert_eq!(kept_drafts(&folder), (Vec::new(), Vec::new()));
        for one in [draft("1-1-1", 5), draft("1-1-2", 9), draft("1-1-1", 7)] {
            keep_draft(&folder, &one).unwrap();
        }
        assert_eq!(kept_drafts(&folder).0, [draft("1-1-2", 9), draft("1-1-1", 7)]);
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&folder), mode(&folder.join("1-1-1.json"))), (0o700, 0o600));
        forget_draft(&folder, &DraftId("1-1-2".to_owned())).unwrap();
        forget_draft(&folder, &DraftId("1-1-2".to_owned())).unwrap();
        assert_eq!(kept_drafts(&folder).0, [draft("1-1-1", 7)]);
    }

    #[test]
    fn a_broken_file_does_not_hide_the_others_and_no_name_leaves_the_folder() {
        let directory = tempfile::tempdir().unwrap();
        keep_draft(directory.path(), &draft("1-1-1", 5)).unwrap();
        fs::write(directory.path().join("x.json"), "{").unwrap();
        let (drafts, problems) = kept_drafts(directory.path());
        assert_eq!((drafts.len(), problems.len()), (1, 1));
        assert!(keep_draft(directory.path(), &draft("../x", 5)).is_err());
    }
}
