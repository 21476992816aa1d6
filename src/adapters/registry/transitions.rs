//! Since when clusters are up, degraded or down.

use super::db::{Row, args};
use super::error::{ErrorKind, RegistryError};
use super::{Registry, Stored};
use crate::domain::registry::{Claim, Role, Status, Transition};

impl Registry {
    /// Stores a transition if it is news against the last one, and the claim under which it was made is the newest.
    ///
    /// # Errors
    /// The cluster is not registered any more, the login may not, or the database does not answer.
    pub async fn put_transition(
        &self,
        claim: Option<&Claim>,
        transition: &Transition,
    ) -> Result<Stored, RegistryError> {
        let mut tx = self.write(Role::Operator).await?;
        if let Some(claim) = claim
            && !self.holds(&mut tx, claim).await?
        {
            return Ok(Stored::Stale);
        }
        let last = "SELECT cluster, status, since_ms, why FROM transitions WHERE org = $1 AND cluster = $2 \
            ORDER BY since_ms DESC LIMIT 1";
        let last = tx.row(last, &args![self.organisation(), &transition.cluster]).await?;
        let last = last.as_ref().map(read).transpose()?;
        let is_later = last.as_ref().is_none_or(|last| last.since_ms < transition.since_ms);
        if !is_later || !transition.is_news(last.as_ref()) {
            return Ok(Stored::Already);
        }
        let sql = "INSERT INTO transitions (org, cluster, since_ms, status, why) VALUES ($1, $2, $3, $4, $5) \
            ON CONFLICT (org, cluster, since_ms) DO NOTHING";
        let parameters = args![
            self.organisation(),
            &transition.cluster,
            transition.since_ms,
            transition.status.word(),
            &transition.why
        ];
        let kept = tx.execute(sql, &parameters).await? == 1;
        tx.commit().await?;
        Ok(if kept { Stored::Kept } else { Stored::Already })
    }

    /// How each cluster stands: its last transition.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn standing(&self) -> Result<Vec<Transition>, RegistryError> {
        let sql = "SELECT t.cluster, t.status, t.since_ms, t.why FROM transitions t \
            JOIN (SELECT cluster, max(since_ms) AS since_ms FROM transitions WHERE org = $1 GROUP BY cluster) newest \
            ON newest.cluster = t.cluster AND newest.since_ms = t.since_ms WHERE t.org = $1 ORDER BY t.cluster";
        let rows = self.db.read().await?.rows(sql, &args![self.organisation()]).await?;
        rows.iter().map(read).collect()
    }

    /// One cluster's last transitions, newest first.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn transitions(&self, cluster: &str, most: u32) -> Result<Vec<Transition>, RegistryError> {
        let sql = "SELECT cluster, status, since_ms, why FROM transitions WHERE org = $1 AND cluster = $2 \
            ORDER BY since_ms DESC LIMIT $3";
        let rows = self.db.read().await?.rows(sql, &args![self.organisation(), cluster, i64::from(most)]).await?;
        rows.iter().map(read).collect()
    }
}

fn read(row: &Row) -> Result<Transition, RegistryError> {
    let word = row.text(1)?;
    let status = Status::of_word(&word).ok_or_else(|| {
        RegistryError::new(ErrorKind::Other, format!("`{word}` is no status that this eksdeck knows"))
    })?;
    Ok(Transition { cluster: row.text(0)?, status, since_ms: row.int(2)?, why: row.text(3)? })
}
