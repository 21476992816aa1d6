//! From a place to an open registry: a file of one's own, or a PostgreSQL that a team shares.

mod postgres;
mod sqlite;

use std::path::PathBuf;
use std::sync::Arc;

use secrecy::SecretString;

use super::Registry;
use super::crypto::Keys;
use super::db::Db;
use super::error::{ErrorKind, RegistryError};
use super::schema;
use crate::domain::registry::{ORGANISATION_HAS, Role, is_organisation};

pub use postgres::shown as shown_url;

/// Where a registry is.
#[derive(Clone)]
pub enum Place {
    /// One person's, on this machine.
    File(PathBuf),
    /// `postgres://LOGIN:PASSWORD@HOST:PORT/DATABASE`
    Url(SecretString),
}

/// The file's name in the data folder.
pub const FILE: &str = "registry.sqlite";
/// The folder of key files beside it.
pub const KEY_FOLDER: &str = "keys";

/// What it takes to open one.
#[derive(Clone)]
pub struct Options {
    pub place: Place,
    /// Every row that is read or written belongs to it.
    pub organisation: String,
    pub keys: Keys,
}

impl Registry {
    /// Opens the registry; a file is made if there is none, and brought to this program's schema.
    ///
    /// # Errors
    /// In words with the remedy: a file that is truncated, no database or open to others; a schema that is newer, or
    /// (PostgreSQL) not migrated yet; a login that is no member, or that passes row-level security.
    pub async fn open(options: &Options) -> Result<Self, RegistryError> {
        check_organisation(&options.organisation)?;
        let (db, role, place) = match &options.place {
            Place::File(path) => (sqlite::open(path).await?, Role::Admin, path.display().to_string()),
            Place::Url(url) => {
                let db = postgres::connect(url).await?;
                schema::check(schema::version(&db).await?)?;
                let role = postgres::role(&db, &options.organisation).await?;
                (db, role, postgres::shown(url))
            }
        };
        Ok(Self { db, role, place, organisation: options.organisation.clone(), keys: Arc::new(options.keys.clone()) })
    }
}

/// The owner's side of a shared registry: the schema and who belongs to which organisation. The program itself never
/// connects like this.
pub struct Owner {
    db: Db,
}

impl Owner {
    /// # Errors
    /// The database does not answer or does not let the login in.
    pub async fn connect(url: &SecretString) -> Result<Self, RegistryError> {
        Ok(Self { db: postgres::connect(url).await? })
    }

    /// Brings the schema to this program's; how many steps were taken.
    ///
    /// # Errors
    /// The schema is newer than this program, or the login may not change it.
    pub async fn migrate(&self) -> Result<usize, RegistryError> {
        schema::migrate(&self.db).await
    }

    /// Makes a PostgreSQL login a member of an organisation, or changes its role.
    ///
    /// # Errors
    /// There is no such login, or the caller is not the owner.
    pub async fn put_member(&self, organisation: &str, login: &str, role: Role) -> Result<(), RegistryError> {
        check_organisation(organisation)?;
        postgres::put_member(&self.db, organisation, login, role).await
    }

    /// Takes a member away; false if there was none.
    ///
    /// # Errors
    /// The caller is not the owner.
    pub async fn remove_member(&self, organisation: &str, login: &str) -> Result<bool, RegistryError> {
        postgres::remove_member(&self.db, organisation, login).await
    }

    /// Login, organisation and role of every member.
    ///
    /// # Errors
    /// The caller is not the owner.
    pub async fn members(&self) -> Result<Vec<(String, String, String)>, RegistryError> {
        let rows = self.db.read().await?.rows("SELECT login, org, role FROM members ORDER BY org, login", &[]).await?;
        rows.iter().map(|row| Ok((row.text(0)?, row.text(1)?, row.text(2)?))).collect()
    }

    pub async fn close(self) {
        self.db.close().await;
    }
}

fn check_organisation(name: &str) -> Result<(), RegistryError> {
    match is_organisation(name) {
        true => Ok(()),
        false => Err(RegistryError::new(ErrorKind::Invalid, ORGANISATION_HAS)),
    }
}
