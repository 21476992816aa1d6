//! A copy of the journal of writes, beside everybody else's. The local file decides: a line is copied once it stands
//! there, later if the database is away.

use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::db::args;
use super::error::{ErrorKind, RegistryError};
use super::{Opener, Registry};
use crate::adapters::audit;
use crate::domain::audit::Line;
use crate::domain::registry::Role;

/// Lines of one transaction.
const AT_ONCE: usize = 500;

impl Registry {
    /// The number of the last line of a journal that is copied; 0 if none is.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn audit_copied(&self, journal: &str) -> Result<i64, RegistryError> {
        let sql = "SELECT CAST(coalesce(max(number), 0) AS BIGINT) FROM audit_copies WHERE org = $1 AND journal = $2";
        let row = self.db.read().await?.row(sql, &args![self.organisation(), journal]).await?;
        row.map_or(Ok(0), |row| row.int(0))
    }

    /// Adds lines, each with its number, as they stand in the journal; those that are there stay as they are.
    ///
    /// # Errors
    /// The login may not, or the database does not answer.
    pub async fn put_audit(&self, journal: &str, lines: &[(i64, String)]) -> Result<(), RegistryError> {
        for some in lines.chunks(AT_ONCE) {
            let mut tx = self.write(Role::Operator).await?;
            for (number, line) in some {
                let sql = "INSERT INTO audit_copies (org, journal, number, line) VALUES ($1, $2, $3, $4) \
                    ON CONFLICT (org, journal, number) DO NOTHING";
                tx.execute(sql, &args![self.organisation(), journal, *number, line]).await?;
            }
            tx.commit().await?;
        }
        Ok(())
    }

    /// Copied lines of all journals, by journal and number.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn audit_lines(&self) -> Result<Vec<(String, String)>, RegistryError> {
        let sql = "SELECT journal, line FROM audit_copies WHERE org = $1 ORDER BY journal, number";
        let rows = self.db.read().await?.rows(sql, &args![self.organisation()]).await?;
        rows.iter().map(|row| Ok((row.text(0)?, row.text(1)?))).collect()
    }
}

/// Copies what the journal at `path` has and the registry has not; how many lines. A journal is known by the digest of
/// its first line.
///
/// # Errors
/// The file cannot be read, the login may not, or the database does not answer.
pub async fn copy_audit(registry: &Registry, path: &Path) -> Result<usize, RegistryError> {
    let text = match tokio::fs::read(path).await {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(0),
        Err(error) => return Err(RegistryError::new(ErrorKind::Other, format!("{}: {error}", path.display()))),
    };
    let verdict = audit::verify(&text);
    let Some(journal) = verdict.digests.first() else { return Ok(0) };
    let copied = registry.audit_copied(journal).await?;
    let lines = text.split(|byte| *byte == b'\n').filter_map(|line| std::str::from_utf8(line).ok());
    let numbered = lines.filter_map(|line| {
        let number = i64::try_from(serde_json::from_str::<Line>(line).ok()?.number).ok()?;
        (number > copied).then(|| (number, line.to_owned()))
    });
    let numbered: Vec<_> = numbered.collect();
    registry.put_audit(journal, &numbered).await?;
    Ok(numbered.len())
}

/// How often the registry's copy should follow the journal.
pub const COPY_EVERY: Duration = Duration::from_secs(60);

/// Copies the journal's new lines to the registry again and again, for as long as it is polled: spawn it beside the
/// loop, with [`COPY_EVERY`]. While the database is away they wait in the journal. A registry that nobody made yet is not made
/// by this.
pub async fn keep_copied(opener: Arc<Opener>, journal: PathBuf, every: Duration) -> Infallible {
    let mut copied = None;
    loop {
        tokio::time::sleep(every).await;
        let now = stamp(&journal).await;
        if !opener.is_there() || now.is_none() || now == copied {
            continue;
        }
        match copy_as_operator(&opener, &journal).await {
            Ok(()) => copied = now,
            Err(error) => tracing::info!(%error, "the audit's copy in the registry waits"),
        }
    }
}

async fn copy_as_operator(opener: &Opener, journal: &Path) -> Result<(), RegistryError> {
    let registry = opener.registry().await?;
    if registry.role() >= Role::Operator {
        copy_audit(registry, journal).await?;
    }
    Ok(())
}

/// What tells that a journal has grown.
async fn stamp(journal: &Path) -> Option<(u64, SystemTime)> {
    let metadata = tokio::fs::metadata(journal).await.ok()?;
    Some((metadata.len(), metadata.modified().ok()?))
}
