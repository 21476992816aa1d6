//! Which version the database's schema has, and the way to this program's.

pub mod steps;

use steps::{STEPS, Step};

use super::db::{Db, Tx, args};
use super::error::{ErrorKind, RegistryError};

/// The schema that this program reads and writes.
pub fn known() -> i64 {
    STEPS.last().map_or(0, |step| step.version)
}

/// The database's version; 0 where nothing was set up yet.
pub async fn version(db: &Db) -> Result<i64, RegistryError> {
    version_in(&mut db.read().await?).await
}

async fn version_in(tx: &mut Tx) -> Result<i64, RegistryError> {
    let there = match tx {
        Tx::Sqlite(_) => "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'schema_version'",
        Tx::Postgres(_) => {
            "SELECT count(*) FROM pg_catalog.pg_tables WHERE schemaname = 'eksdeck' AND tablename = 'schema_version'"
        }
    };
    if tx.row(there, &[]).await?.map_or(Ok(0), |row| row.int(0))? == 0 {
        return Ok(0);
    }
    let row = tx.row("SELECT CAST(coalesce(max(version), 0) AS BIGINT) FROM schema_version", &[]).await?;
    row.map_or(Ok(0), |row| row.int(0))
}

/// # Errors
/// The database is newer than this program, or wants migrating.
pub fn check(version: i64) -> Result<(), RegistryError> {
    let known = known();
    match version {
        same if same == known => Ok(()),
        newer if newer > known => Err(RegistryError::new(
            ErrorKind::Schema,
            format!("the registry has schema {newer}, and this eksdeck knows none after {known}; nothing was changed"),
        )
        .with_remedy("use the newer eksdeck that wrote it")),
        0 => Err(RegistryError::new(ErrorKind::Schema, "the database holds no registry yet").with_remedy(MIGRATE)),
        older => Err(RegistryError::new(
            ErrorKind::Schema,
            format!("the registry has schema {older}, and this eksdeck wants {known}"),
        )
        .with_remedy(MIGRATE)),
    }
}

const MIGRATE: &str = "EKSDECK_DATABASE_OWNER_URL=… eksdeck registry migrate";

/// Takes every step that is missing, all in one transaction; how many. Several processes may do so at once.
///
/// # Errors
/// The schema is newer than this program, or a step fails: then nothing is changed.
pub async fn migrate(db: &Db) -> Result<usize, RegistryError> {
    let mut tx = db.write().await?;
    tx.lock("eksdeck schema").await?;
    let found = version_in(&mut tx).await?;
    if found > known() {
        check(found)?;
    }
    if found == 0 {
        if matches!(tx, Tx::Postgres(_)) {
            tx.script("CREATE SCHEMA IF NOT EXISTS eksdeck").await?;
        }
        tx.script("CREATE TABLE schema_version (version BIGINT PRIMARY KEY, at_ms BIGINT NOT NULL)").await?;
    }
    let missing: Vec<&Step> = STEPS.iter().filter(|step| step.version > found).collect();
    for step in &missing {
        tx.script(step.both).await?;
        if matches!(tx, Tx::Postgres(_)) {
            let owner = tx
                .row("SELECT quote_literal(session_user)", &[])
                .await?
                .map_or(Ok(String::new()), |row| row.text(0))?;
            tx.script(&step.postgres.replace(":owner", &owner)).await?;
        }
        let now = tx.now_ms().await?;
        tx.execute("INSERT INTO schema_version (version, at_ms) VALUES ($1, $2)", &args![step.version, now]).await?;
    }
    tx.commit().await?;
    Ok(missing.len())
}
