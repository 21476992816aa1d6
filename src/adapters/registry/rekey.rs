//! Encrypting everything anew.

use super::Registry;
use super::clusters::open_sealed;
use super::crypto::{KeyId, key_of, seal};
use super::db::args;
use super::error::{ErrorKind, RegistryError};
use crate::domain::registry::Role;

/// What a rotation came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rekeyed {
    pub kubeconfigs: usize,
    /// The keys that were in use.
    pub from: Vec<KeyId>,
    pub to: KeyId,
}

impl Registry {
    /// Decrypts every kubeconfig of the organisation and encrypts it under the new key, in one transaction: either all
    /// are under it afterwards or none. Old key files stay where they are.
    ///
    /// # Errors
    /// A key is missing or wrong, or a kubeconfig does not open: then nothing is changed.
    pub async fn rekey(&self) -> Result<Rekeyed, RegistryError> {
        self.want(Role::Admin)?;
        let from = self.key_ids().await?;
        let next = self.keys.next(&from).await?;
        let mut tx = self.write(Role::Admin).await?;
        let sql = "SELECT id, kubeconfig FROM clusters WHERE org = $1 AND kubeconfig IS NOT NULL ORDER BY id";
        let rows = tx.rows(sql, &args![self.organisation()]).await?;
        for row in &rows {
            let (id, sealed) = (row.text(0)?, row.maybe_bytes(1)?.unwrap_or_default());
            let key = self.keys.find(key_of(&sealed)?).await?;
            let plain = open_sealed(&key, &self.binding(&id), &sealed)?;
            let sealed = seal(&next, &self.binding(&id), plain.expose().as_bytes())?;
            let sql = "UPDATE clusters SET kubeconfig = $3, key_id = $4 WHERE org = $1 AND id = $2";
            let parameters = args![self.organisation(), &id, Some(sealed), &Some(next.id().to_string())];
            if tx.execute(sql, &parameters).await? != 1 {
                return Err(RegistryError::new(
                    ErrorKind::Forbidden,
                    "the database does not let the login change a cluster",
                ));
            }
        }
        tx.commit().await?;
        Ok(Rekeyed { kubeconfigs: rows.len(), from, to: next.id() })
    }
}
