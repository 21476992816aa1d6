//! Terraform runs, kept beyond their Jobs. The management cluster's Jobs are the truth while they are there.

use super::Registry;
use super::db::args;
use super::error::RegistryError;
use crate::domain::provision::Run;
use crate::domain::registry::Role;

/// Runs of a management cluster that are remembered.
const MOST: i64 = 5_000;

impl Registry {
    /// Keeps runs as they are now; a newer word of the same run takes the older one's place.
    ///
    /// # Errors
    /// The login may not, or the database does not answer.
    pub async fn keep_runs(&self, management: &str, runs: &[Run]) -> Result<(), RegistryError> {
        let mut tx = self.write(Role::Operator).await?;
        let sql = "INSERT INTO runs (org, id, management, cluster, touched_ms, over, settled, run) \
            VALUES ($1, $2, $3, $4, $5, $6, 0, $7) ON CONFLICT (org, id) DO UPDATE SET \
            touched_ms = excluded.touched_ms, over = excluded.over, run = excluded.run \
            WHERE runs.run <> excluded.run";
        for run in runs {
            let text = serde_json::to_string(run).unwrap_or_default();
            let (touched, over) = (run.touched_ms(), run.state().is_over());
            let slug = run.identity.slug();
            tx.execute(sql, &args![self.organisation(), &run.id, management, &slug, touched, over, &text]).await?;
        }
        tx.commit().await
    }

    /// Runs of a management cluster, the newest first. What this program cannot read is left out.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn kept_runs(&self, management: &str) -> Result<Vec<Run>, RegistryError> {
        let sql = "SELECT run FROM runs WHERE org = $1 AND management = $2 ORDER BY touched_ms DESC, id LIMIT $3";
        let rows = self.db.read().await?.rows(sql, &args![self.organisation(), management, MOST]).await?;
        let mut runs = Vec::with_capacity(rows.len());
        for row in rows {
            runs.extend(serde_json::from_str(&row.text(0)?).ok());
        }
        Ok(runs)
    }

    /// Forgets a run whose Jobs were taken away.
    ///
    /// # Errors
    /// The login may not, or the database does not answer.
    pub async fn forget_run(&self, id: &str) -> Result<(), RegistryError> {
        let mut tx = self.write(Role::Operator).await?;
        tx.execute("DELETE FROM runs WHERE org = $1 AND id = $2", &args![self.organisation(), id]).await?;
        tx.commit().await
    }

    /// Whether what follows from a run's end was done: its cluster is registered, or taken out.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn is_settled(&self, id: &str) -> Result<bool, RegistryError> {
        let sql = "SELECT settled FROM runs WHERE org = $1 AND id = $2";
        let row = self.db.read().await?.row(sql, &args![self.organisation(), id]).await?;
        row.map_or(Ok(false), |row| row.truth(0))
    }

    /// Notes that it was done.
    ///
    /// # Errors
    /// The login may not, or the database does not answer.
    pub async fn settle(&self, id: &str) -> Result<(), RegistryError> {
        let mut tx = self.write(Role::Operator).await?;
        tx.execute("UPDATE runs SET settled = 1 WHERE org = $1 AND id = $2", &args![self.organisation(), id]).await?;
        tx.commit().await
    }
}
