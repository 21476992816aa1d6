//! Leases on work, with epochs.

use std::time::Duration;

use super::Registry;
use super::db::{Tx, args};
use super::error::RegistryError;
use crate::domain::registry::{Claim, Role};

impl Registry {
    /// Takes the work for `lease` if nobody holds it, or prolongs what `holder` holds already; `None` if somebody else
    /// does it. The lease runs by the database's clock.
    ///
    /// # Errors
    /// The cluster is not registered any more, the login may not, or the database does not answer.
    pub async fn claim(
        &self,
        cluster: &str,
        purpose: &str,
        holder: &str,
        lease: Duration,
    ) -> Result<Option<Claim>, RegistryError> {
        let mut tx = self.write(Role::Operator).await?;
        let now = tx.now_ms().await?;
        let until_ms = now.saturating_add(i64::try_from(lease.as_millis()).unwrap_or(i64::MAX));
        let sql = "INSERT INTO claims (org, cluster, purpose, holder, epoch, until_ms) VALUES ($1, $2, $3, $4, 1, $5) \
            ON CONFLICT (org, cluster, purpose) DO UPDATE SET \
            epoch = CASE WHEN claims.holder = excluded.holder THEN claims.epoch ELSE claims.epoch + 1 END, \
            holder = excluded.holder, until_ms = excluded.until_ms \
            WHERE claims.until_ms <= $6 OR claims.holder = excluded.holder RETURNING epoch";
        let row = tx.row(sql, &args![self.organisation(), cluster, purpose, holder, until_ms, now]).await?;
        let epoch = row.map(|row| row.int(0)).transpose()?;
        tx.commit().await?;
        let claim = |epoch| Claim {
            cluster: cluster.to_owned(),
            purpose: purpose.to_owned(),
            holder: holder.to_owned(),
            epoch,
            until_ms,
        };
        Ok(epoch.map(claim))
    }

    /// Lets go of the work at once; nothing happens if somebody else has it by now.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn release(&self, claim: &Claim) -> Result<(), RegistryError> {
        let mut tx = self.write(Role::Operator).await?;
        let sql = "UPDATE claims SET until_ms = 0 WHERE org = $1 AND cluster = $2 AND purpose = $3 AND holder = $4 AND epoch = $5";
        let parameters = args![self.organisation(), &claim.cluster, &claim.purpose, &claim.holder, claim.epoch];
        tx.execute(sql, &parameters).await?;
        tx.commit().await
    }

    /// Every claim of the organisation: who looks after what.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn claims(&self) -> Result<Vec<Claim>, RegistryError> {
        let sql =
            "SELECT cluster, purpose, holder, epoch, until_ms FROM claims WHERE org = $1 ORDER BY cluster, purpose";
        let rows = self.db.read().await?.rows(sql, &args![self.organisation()]).await?;
        rows.iter()
            .map(|row| {
                Ok(Claim {
                    cluster: row.text(0)?,
                    purpose: row.text(1)?,
                    holder: row.text(2)?,
                    epoch: row.int(3)?,
                    until_ms: row.int(4)?,
                })
            })
            .collect()
    }

    /// Whether the claim's epoch still is the newest. Until `tx` ends nobody can take the work over.
    pub(super) async fn holds(&self, tx: &mut Tx, claim: &Claim) -> Result<bool, RegistryError> {
        let sql = "UPDATE claims SET epoch = epoch WHERE org = $1 AND cluster = $2 AND purpose = $3 AND epoch = $4";
        let parameters = args![self.organisation(), &claim.cluster, &claim.purpose, claim.epoch];
        Ok(tx.execute(sql, &parameters).await? == 1)
    }
}
