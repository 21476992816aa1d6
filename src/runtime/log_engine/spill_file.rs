//! Overflow on disk: a file without a name, gone when the process ends, however it ends.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, FileExt, OpenOptionsExt};
use std::path::Path;

use crate::store::log_ring::{CHUNK_BYTES, Spill};

/// A file of mode 0600 that no directory lists.
#[derive(Debug)]
pub struct SpillFile {
    file: File,
    limit: u64,
}

impl SpillFile {
    /// `limit` in bytes. The directory is made if it is missing. Fails when nothing can be written in it.
    pub fn create(directory: &Path, limit: u64) -> io::Result<Self> {
        DirBuilder::new().recursive(true).mode(0o700).create(directory)?;
        let file = nameless(directory).or_else(|_| unlinked(directory))?;
        Ok(Self { file, limit })
    }
}

#[cfg(target_os = "linux")]
fn nameless(directory: &Path) -> io::Result<File> {
    let flag = nix::fcntl::OFlag::O_TMPFILE.bits();
    OpenOptions::new().read(true).write(true).mode(0o600).custom_flags(flag).open(directory)
}

#[cfg(not(target_os = "linux"))]
fn nameless(_directory: &Path) -> io::Result<File> {
    Err(io::ErrorKind::Unsupported.into())
}

/// For file systems without nameless files.
fn unlinked(directory: &Path) -> io::Result<File> {
    let mut attempt = 0u32;
    loop {
        let path = directory.join(format!(".eksdeck-log-{}-{attempt}", std::process::id()));
        match OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(&path) {
            Ok(file) => {
                std::fs::remove_file(&path)?;
                return Ok(file);
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && attempt < 16 => attempt += 1,
            Err(error) => return Err(error),
        }
    }
}

impl Spill for SpillFile {
    fn limit(&self) -> u64 {
        self.limit
    }

    fn write(&mut self, slot: u32, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all_at(bytes, u64::from(slot) * CHUNK_BYTES as u64)
    }

    fn read(&mut self, slot: u32, bytes: &mut [u8]) -> io::Result<()> {
        self.file.read_exact_at(bytes, u64::from(slot) * CHUNK_BYTES as u64)
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt;

    use super::*;

    #[test]
    fn the_file_has_no_name_and_no_other_reader() {
        let directory = tempfile::tempdir().unwrap();
        for file in [nameless(directory.path()), unlinked(directory.path())].into_iter().flatten() {
            let about = file.metadata().unwrap();
            assert_eq!((about.mode() & 0o777, about.nlink()), (0o600, 0));
            assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);
            let mut spill = SpillFile { file, limit: 1 << 20 };
            spill.write(3, b"hello").unwrap();
            let mut back = [0; 5];
            spill.read(3, &mut back).unwrap();
            assert_eq!(&back, b"hello");
        }
        assert!(unlinked(directory.path()).is_ok());
    }

    #[test]
    fn a_directory_that_cannot_be_written_is_an_error() {
        assert!(SpillFile::create(Path::new("/proc/eksdeck"), 1).is_err());
    }
}
