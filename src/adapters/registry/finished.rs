//! Jobs that ended, kept beyond their TTL.

use super::db::{Row, args};
use super::error::RegistryError;
use super::{Registry, Stored};
use crate::domain::registry::{Claim, FinishedJob, Role, last_lines};

impl Registry {
    /// Keeps a Job that ended, once, while the claim under which it was read is the newest. Of its log the last lines are
    /// kept.
    ///
    /// # Errors
    /// The cluster is not registered any more, the login may not, or the database does not answer.
    pub async fn put_finished(&self, claim: Option<&Claim>, job: &FinishedJob) -> Result<Stored, RegistryError> {
        let mut tx = self.write(Role::Operator).await?;
        if let Some(claim) = claim
            && !self.holds(&mut tx, claim).await?
        {
            return Ok(Stored::Stale);
        }
        let sql = "INSERT INTO finished_jobs (org, cluster, uid, namespace, name, succeeded, reason, exit_code, started_ms, \
            finished_ms, log) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (org, cluster, uid) DO NOTHING";
        let parameters = args![
            self.organisation(),
            &job.cluster,
            &job.uid,
            &job.namespace,
            &job.name,
            job.succeeded,
            &job.reason,
            job.exit_code,
            job.started_ms,
            job.finished_ms,
            last_lines(&job.log),
        ];
        let kept = tx.execute(sql, &parameters).await? == 1;
        tx.commit().await?;
        Ok(if kept { Stored::Kept } else { Stored::Already })
    }

    /// The uids of a cluster's Jobs that are kept, newest first.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn finished_uids(&self, cluster: &str, most: u32) -> Result<Vec<String>, RegistryError> {
        let sql = "SELECT uid FROM finished_jobs WHERE org = $1 AND cluster = $2 ORDER BY finished_ms DESC LIMIT $3";
        let parameters = args![self.organisation(), cluster, i64::from(most)];
        self.db.read().await?.rows(sql, &parameters).await?.iter().map(|row| row.text(0)).collect()
    }

    /// Jobs that ended since, newest first; of one cluster if it is named.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn finished(
        &self,
        cluster: Option<&str>,
        since_ms: i64,
        most: u32,
    ) -> Result<Vec<FinishedJob>, RegistryError> {
        let sql = "SELECT cluster, uid, namespace, name, succeeded, reason, exit_code, started_ms, finished_ms, log \
            FROM finished_jobs WHERE org = $1 AND finished_ms >= $2 AND ($3 = '' OR cluster = $3) \
            ORDER BY finished_ms DESC, uid LIMIT $4";
        let parameters = args![self.organisation(), since_ms, cluster.unwrap_or_default(), i64::from(most)];
        self.db.read().await?.rows(sql, &parameters).await?.iter().map(read).collect()
    }
}

fn read(row: &Row) -> Result<FinishedJob, RegistryError> {
    Ok(FinishedJob {
        cluster: row.text(0)?,
        uid: row.text(1)?,
        namespace: row.text(2)?,
        name: row.text(3)?,
        succeeded: row.truth(4)?,
        reason: row.text(5)?,
        exit_code: row.maybe_int(6)?,
        started_ms: row.maybe_int(7)?,
        finished_ms: row.int(8)?,
        log: row.text(9)?,
    })
}
