//! The registry of clusters: one SQLite file, or a PostgreSQL that a team shares.
//!
//! [`Registry::open`] gives a registry that is bound to one organisation: every statement names it, and in PostgreSQL
//! row-level security holds the login to it besides. Kubeconfigs are encrypted before they come near the database
//! ([`crypto`]) and decrypted when a cluster is connected ([`way`]).

mod audit;
mod claims;
mod clusters;
pub mod crypto;
mod db;
mod desk;
mod error;
mod export;
mod finished;
mod keep;
mod kubeconfig;
mod later;
mod open;
mod opener;
mod recorded;
mod rekey;
mod runs;
mod runs_keeper;
mod schema;
mod snapshots;
mod transitions;
mod trial;
mod way;

use std::sync::Arc;

pub use audit::{COPY_EVERY, copy_audit, keep_copied};
pub use clusters::PlainKubeconfig;
pub use desk::{RegistryDesk, Tools};
pub use error::{ErrorKind, RegistryError};
pub use export::{Export, Imported, write_export};
pub use keep::{Keeper, holder};
pub use kubeconfig::{kubeconfig_of, read_kubeconfig, read_kubeconfig_from};
pub use later::{Later, Seen};
pub use open::{FILE, KEY_FOLDER, Options, Owner, Place, shown_url};
pub use opener::Opener;
pub use recorded::recorded;
pub use rekey::Rekeyed;
pub use runs_keeper::RunsKeeper;
pub use snapshots::Stored;
pub use trial::{ByIam, Candidate, Untried, by_arn, by_hand, candidate, learn, no_answer, trial};
pub use way::{RegisteredWay, registered_info};

use crate::domain::registry::Role;
use crypto::Keys;
use db::Db;

/// An open registry, for one organisation. Cheap to clone; clones share connections.
#[derive(Clone)]
pub struct Registry {
    db: Db,
    organisation: String,
    role: Role,
    place: String,
    keys: Arc<Keys>,
}

impl Registry {
    pub fn organisation(&self) -> &str {
        &self.organisation
    }

    /// What the login may do here; the file's owner may do everything.
    pub fn role(&self) -> Role {
        self.role
    }

    /// The file's path, or `LOGIN@HOST:PORT/DATABASE`.
    pub fn place(&self) -> &str {
        &self.place
    }

    pub fn is_shared(&self) -> bool {
        matches!(self.db, Db::Postgres(_))
    }

    /// The schema that the database has.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn schema_version(&self) -> Result<i64, RegistryError> {
        schema::version(&self.db).await
    }

    /// Unix milliseconds by the database's clock.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn now_ms(&self) -> Result<i64, RegistryError> {
        self.db.read().await?.now_ms().await
    }

    /// Ends all connections; a file is left without a write-ahead log if nobody else has it open.
    pub async fn close(&self) {
        self.db.close().await;
    }

    /// # Errors
    /// The login's role is not enough. The database would refuse it too, in other words or in none.
    fn want(&self, role: Role) -> Result<(), RegistryError> {
        if self.role >= role {
            return Ok(());
        }
        let words = format!(
            "this wants the role {} in the organisation {}, and the login is {}",
            role.word(),
            self.organisation,
            self.role.word()
        );
        Err(RegistryError::new(ErrorKind::Forbidden, words))
    }
}
