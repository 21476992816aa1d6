//! A file of one's own.
//!
//! A new registry is made whole under another name and then linked into place, so that whoever finds an empty file finds
//! a truncated one, and several processes that start at once agree on one.

use std::fs::{DirBuilder, Metadata, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection};

use crate::adapters::registry::db::Db;
use crate::adapters::registry::error::{ErrorKind, RegistryError};
use crate::adapters::registry::schema;

/// How long one process waits for another's write.
const PATIENCE: Duration = Duration::from_secs(10);
/// Readers beside the one writer.
const CONNECTIONS: u32 = 4;

pub async fn open(path: &Path) -> Result<Db, RegistryError> {
    let place = path.to_owned();
    let found = tokio::task::spawn_blocking(move || look(&place)).await;
    let found = found.map_err(|error| RegistryError::new(ErrorKind::Other, error))??;
    if !found {
        make(path).await?;
    }
    let db = connect(path).await?;
    let version = schema::version(&db).await?;
    if version != schema::known() {
        schema::migrate(&db).await?;
    }
    Ok(db)
}

/// Whether the file is there, after its folder was made and both were looked at.
fn look(path: &Path) -> Result<bool, RegistryError> {
    let told =
        |error: io::Error| RegistryError::new(ErrorKind::Lost, format!("the registry {}: {error}", path.display()));
    let folder = path.parent().unwrap_or(Path::new("."));
    DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(told)?;
    check_mode(folder, &std::fs::metadata(folder).map_err(told)?, 0o022, "700")?;
    let meta = match std::fs::symlink_metadata(path) {
        Ok(meta) => meta,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(told(error)),
    };
    if !meta.is_file() {
        return Err(unusable(path, "is no file", format!("move {} away", path.display())));
    }
    check_mode(path, &meta, 0o077, "600")?;
    if meta.len() == 0 {
        return Err(unusable(path, "is empty: it was truncated", remedy(path)));
    }
    // Looked at twice: what another process moves from its log into the file this moment is no damage.
    if is_short(path).map_err(told)? {
        std::thread::sleep(Duration::from_millis(50));
        if is_short(path).map_err(told)? {
            return Err(unusable(path, "is truncated", remedy(path)));
        }
    }
    Ok(true)
}

/// Whether the file ends before the pages that its header counts (<https://sqlite.org/fileformat2.html>): SQLite itself
/// overlooks a last page that is cut. With a write-ahead log beside it nothing can be said.
fn is_short(path: &Path) -> io::Result<bool> {
    let mut header = Vec::new();
    let mut file = std::fs::File::open(path)?;
    Read::by_ref(&mut file).take(100).read_to_end(&mut header)?;
    let length = file.metadata()?.len();
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    if std::fs::metadata(log).is_ok_and(|meta| meta.len() > 0) || !header.starts_with(b"SQLite format 3\0") {
        return Ok(false);
    }
    let number = |at: usize, bytes: usize| {
        header.get(at..at + bytes).map(|bytes| bytes.iter().fold(0u64, |sum, byte| sum << 8 | u64::from(*byte)))
    };
    let (Some(page), Some(pages)) = (number(16, 2), number(28, 4)) else { return Ok(true) };
    let page = if page == 1 { 65_536 } else { page };
    Ok(length < page * pages)
}

fn check_mode(path: &Path, meta: &Metadata, open_to_others: u32, wanted: &str) -> Result<(), RegistryError> {
    let me = nix::unistd::geteuid().as_raw();
    if meta.uid() != me {
        return Err(unusable(path, "belongs to another user", format!("chown {me} {}", path.display())));
    }
    let mode = meta.permissions().mode() & 0o777;
    if mode & open_to_others != 0 {
        let words = format!("is open to other users (mode {mode:04o})");
        return Err(unusable(path, &words, format!("chmod {wanted} {}", path.display())));
    }
    Ok(())
}

fn unusable(path: &Path, words: &str, remedy: String) -> RegistryError {
    RegistryError::new(ErrorKind::Unusable, format!("the registry {} {words}", path.display())).with_remedy(remedy)
}

fn remedy(path: &Path) -> String {
    let path = path.display();
    format!("mv {path} {path}.damaged, then: eksdeck registry import FILE")
}

async fn make(path: &Path) -> Result<(), RegistryError> {
    let mut fresh = path.as_os_str().to_owned();
    fresh.push(format!(".new-{}", std::process::id()));
    let fresh = PathBuf::from(fresh);
    let made = build(&fresh).await;
    let linked = made.and_then(|()| match std::fs::hard_link(&fresh, path) {
        // Somebody else was quicker: theirs counts.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        // Some file systems have no links.
        Err(_) if !path.exists() => std::fs::rename(&fresh, path)
            .map_err(|error| RegistryError::new(ErrorKind::Lost, format!("the registry {}: {error}", path.display()))),
        _ => Ok(()),
    });
    for end in ["", "-wal", "-shm"] {
        let mut name = fresh.as_os_str().to_owned();
        name.push(end);
        let _ = std::fs::remove_file(name);
    }
    linked
}

async fn build(fresh: &Path) -> Result<(), RegistryError> {
    let _ = std::fs::remove_file(fresh);
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(fresh).map_err(|error| {
        let kind = if error.kind() == io::ErrorKind::StorageFull { ErrorKind::Full } else { ErrorKind::Lost };
        RegistryError::new(kind, format!("the registry {}: {error}", fresh.display()))
    })?;
    let db = connect(fresh).await?;
    let migrated = schema::migrate(&db).await;
    // The last connection that closes moves everything from the write-ahead log into the file.
    db.close().await;
    migrated.map(|_| ())
}

async fn connect(path: &Path) -> Result<Db, RegistryError> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        // In WAL mode nothing is torn by a crash; what was committed in the last moment before power fails may be lost.
        .synchronous(SqliteSynchronous::Normal)
        // Overwrites what is deleted: a removed kubeconfig leaves no ciphertext behind.
        .pragma("secure_delete", "ON")
        .busy_timeout(PATIENCE)
        .disable_statement_logging();
    let pool = SqlitePoolOptions::new()
        .max_connections(CONNECTIONS)
        .acquire_timeout(2 * PATIENCE)
        .before_acquire(|connection, _| {
            Box::pin(async move {
                // On a full disk SQLite rolls back by itself, and sqlx still counts the transaction as open: such a
                // connection begins no other one, and another takes its place.
                match connection.begin_with("BEGIN").await {
                    Ok(empty) => empty.rollback().await.map(|()| true),
                    Err(_) => Ok(false),
                }
            })
        })
        .connect_with(options);
    let error = match pool.await {
        Ok(pool) => return Ok(Db::Sqlite(pool)),
        Err(error) => RegistryError::from(error),
    };
    Err(match error.kind {
        ErrorKind::Unusable => unusable(path, "is damaged, truncated or no registry", remedy(path)),
        _ => error,
    })
}
