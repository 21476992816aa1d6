//! Appending to the journal.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use futures::future::BoxFuture;
use jiff::Timestamp;

use super::chain::{NOTHING, hex};
use crate::domain::audit::{Line, Phase, Record, SCHEMA};
use crate::domain::health::Trouble;
use crate::domain::text::clean;
use crate::runtime::ports::AuditPort;

/// How long another process may hold the lock before a write is given up.
const PATIENCE: Duration = Duration::from_secs(5);
/// No line is longer: words of servers are cut before they come here.
const LINE_BYTES: u64 = 64 * 1024;

/// The journal at one path. The folder and the file are made with the first line.
#[derive(Debug, Clone)]
pub struct Journal {
    path: Option<PathBuf>,
    os_user: String,
}

impl Journal {
    /// `None`: there is no place for it, and every write is refused.
    pub fn new(path: Option<PathBuf>) -> Self {
        Self { path, os_user: os_user() }
    }

    fn append(&self, record: &Record) -> Result<u64, Trouble> {
        let Some(path) = &self.path else {
            let words = "there is no place for the audit: neither XDG_DATA_HOME nor HOME is set";
            return Err(Trouble::new(words).with_remedy("set HOME, or audit.file in the configuration"));
        };
        append(path, &self.os_user, record).map_err(|error| {
            let words = format!("the audit {} cannot be written: {error}", path.display());
            Trouble::new(clean(&words)).with_remedy("make room, or see that the file is yours")
        })
    }
}

impl AuditPort for Journal {
    fn record(&self, record: Record) -> BoxFuture<'static, Result<u64, Trouble>> {
        let journal = self.clone();
        Box::pin(async move {
            let written = tokio::task::spawn_blocking(move || journal.append(&record)).await;
            written.unwrap_or_else(|error| Err(Trouble::new(format!("the audit was not written: {error}"))))
        })
    }
}

fn append(path: &Path, os_user: &str, record: &Record) -> io::Result<u64> {
    if let Some(folder) = path.parent() {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    let mut file = OpenOptions::new().read(true).append(true).create(true).mode(0o600).open(path)?;
    let meta = file.metadata()?;
    if !meta.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no file"));
    }
    lock(&file)?;
    if meta.permissions().mode() & 0o077 != 0 {
        file.set_permissions(std::fs::Permissions::from_mode(0o600))?;
    }
    let length = file.seek(SeekFrom::End(0))?;
    let (last, torn) = last_line(&mut file, length)?;
    let number = match &last {
        None => 1,
        Some(bytes) => number_after(&mut file, bytes, length)?,
    };
    let line = Line {
        schema: SCHEMA,
        number,
        previous: last.as_deref().map_or_else(|| NOTHING.to_owned(), hex),
        time: format!("{:.3}", Timestamp::now()),
        id: record.intent.unwrap_or(number),
        phase: if record.intent.is_some() { Phase::Outcome } else { Phase::Intent },
        os_user: os_user.to_owned(),
        cluster_user: record.cluster_user.clone(),
        cluster: record.cluster.clone(),
        object: record.object.clone(),
        verb: record.verb.clone(),
        request: hex(&record.request),
        outcome: record.outcome,
        words: record.words.clone(),
    };
    let mut text = if torn { b"\n".to_vec() } else { Vec::new() };
    serde_json::to_writer(&mut text, &line)?;
    text.push(b'\n');
    let written = file.write_all(&text).and_then(|()| file.sync_all());
    if let Err(error) = written {
        // Half a line on a full disk would stand before the next one; the lock is held, so nobody else wrote behind it.
        let _ = file.set_len(length);
        return Err(error);
    }
    Ok(number)
}

fn lock(file: &File) -> io::Result<()> {
    let begun = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::WouldBlock) if begun.elapsed() < PATIENCE => {
                std::thread::sleep(Duration::from_millis(20))
            }
            Err(TryLockError::WouldBlock) => {
                return Err(io::Error::new(io::ErrorKind::WouldBlock, "another process holds its lock"));
            }
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
}

/// The last line, and whether a crash left it without its break.
fn last_line(file: &mut File, length: u64) -> io::Result<(Option<Vec<u8>>, bool)> {
    if length == 0 {
        return Ok((None, false));
    }
    let from = length.saturating_sub(LINE_BYTES);
    file.seek(SeekFrom::Start(from))?;
    let mut tail = Vec::new();
    file.take(length - from).read_to_end(&mut tail)?;
    let torn = tail.last() != Some(&b'\n');
    let whole = if torn { &tail[..] } else { &tail[..tail.len() - 1] };
    let begin = whole.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    Ok((Some(whole[begin..].to_vec()), torn))
}

/// The number that follows. After a torn line the numbers of the whole file say it.
fn number_after(file: &mut File, last: &[u8], length: u64) -> io::Result<u64> {
    if let Ok(line) = serde_json::from_slice::<Line>(last) {
        return Ok(line.number.saturating_add(1));
    }
    file.seek(SeekFrom::Start(0))?;
    let mut text = Vec::new();
    file.take(length).read_to_end(&mut text)?;
    let numbers = super::chain::lines(&text).filter_map(|bytes| serde_json::from_slice::<Line>(bytes).ok());
    Ok(numbers.map(|line| line.number).max().unwrap_or_default().saturating_add(1))
}

/// The login name of whoever runs the program, else the number of the user.
pub fn os_user() -> String {
    let uid = nix::unistd::getuid();
    let name = nix::unistd::User::from_uid(uid).ok().flatten().map(|user| user.name);
    name.unwrap_or_else(|| uid.to_string())
}
