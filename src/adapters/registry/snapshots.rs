//! What was seen of clusters over time: one row a cluster and interval, then one an hour.

use std::time::Duration;

use serde::de::DeserializeOwned;

use super::Registry;
use super::db::{Row, args};
use super::error::{ErrorKind, RegistryError};
use crate::domain::registry::{Claim, Role, Snapshot};

/// What became of a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stored {
    Kept,
    /// The interval has its result already.
    Already,
    /// Somebody else took the work over: the result was dropped.
    Stale,
}

const HOUR_MS: i64 = 3_600_000;
/// Single looks are kept for a day, their hours for ninety.
const SINGLE_MS: i64 = 24 * HOUR_MS;
const HOURS_MS: i64 = 90 * 24 * HOUR_MS;

impl Registry {
    /// Stores one look at a cluster: the first one of each interval counts, and only while the claim under which it was
    /// made is the newest. `None`: made without a claim, by whoever needs none.
    ///
    /// # Errors
    /// The cluster is not registered any more, the login may not, or the database does not answer.
    pub async fn put_snapshot(
        &self,
        claim: Option<&Claim>,
        snapshot: &Snapshot,
        interval: Duration,
    ) -> Result<Stored, RegistryError> {
        let span = i64::try_from(interval.as_millis()).unwrap_or(HOUR_MS).clamp(1, HOUR_MS - 1);
        let mut tx = self.write(Role::Operator).await?;
        if let Some(claim) = claim
            && !self.holds(&mut tx, claim).await?
        {
            return Ok(Stored::Stale);
        }
        let sql = "INSERT INTO snapshots (org, cluster, span_ms, slot, at_ms, summary, space) \
            VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (org, cluster, span_ms, slot) DO NOTHING";
        let parameters = args![
            self.organisation(),
            &snapshot.cluster,
            span,
            snapshot.at_ms.div_euclid(span),
            snapshot.at_ms,
            &json(&snapshot.summary)?,
            &Some(json(&snapshot.space)?),
        ];
        let kept = tx.execute(sql, &parameters).await? == 1;
        tx.commit().await?;
        Ok(if kept { Stored::Kept } else { Stored::Already })
    }

    /// The newest look at each cluster.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn latest_snapshots(&self) -> Result<Vec<Snapshot>, RegistryError> {
        let sql = "SELECT s.cluster, s.at_ms, s.summary, s.space FROM snapshots s \
            JOIN (SELECT cluster, max(at_ms) AS at_ms FROM snapshots WHERE org = $1 GROUP BY cluster) newest \
            ON newest.cluster = s.cluster AND newest.at_ms = s.at_ms WHERE s.org = $1 ORDER BY s.cluster, s.span_ms";
        let rows = self.db.read().await?.rows(sql, &args![self.organisation()]).await?;
        let mut found = rows.iter().map(snapshot).collect::<Result<Vec<_>, _>>()?;
        // Of a look and its hour the look itself, which has the shorter span, says more.
        found.dedup_by(|later, kept| later.cluster == kept.cluster);
        Ok(found)
    }

    /// Looks at one cluster from `since_ms` on, oldest first.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn snapshots(&self, cluster: &str, since_ms: i64) -> Result<Vec<Snapshot>, RegistryError> {
        let sql = "SELECT cluster, at_ms, summary, space FROM snapshots WHERE org = $1 AND cluster = $2 AND at_ms >= $3 \
            ORDER BY at_ms, span_ms";
        let rows = self.db.read().await?.rows(sql, &args![self.organisation(), cluster, since_ms]).await?;
        let mut found = rows.iter().map(snapshot).collect::<Result<Vec<_>, _>>()?;
        found.dedup_by(|later, kept| later.at_ms == kept.at_ms);
        Ok(found)
    }

    /// Rolls up what is old: of looks that are over a day old the last one of each hour stays, without its details, and
    /// goes after ninety days. Finished Jobs and transitions go then too, but for each cluster's last transition.
    ///
    /// # Errors
    /// The login may not, or the database does not answer.
    pub async fn roll_up(&self, now_ms: i64) -> Result<(), RegistryError> {
        let mut tx = self.write(Role::Operator).await?;
        let org = self.organisation();
        // Whole hours only, so that the last look of each is known.
        let single = (now_ms - SINGLE_MS).div_euclid(HOUR_MS) * HOUR_MS;
        let hours = now_ms - HOURS_MS;
        let keep = "INSERT INTO snapshots (org, cluster, span_ms, slot, at_ms, summary, space) \
            SELECT s.org, s.cluster, 3600000, s.at_ms / 3600000, s.at_ms, s.summary, NULL FROM snapshots s \
            WHERE s.org = $1 AND s.span_ms < 3600000 AND s.at_ms < $2 AND NOT EXISTS (\
                SELECT 1 FROM snapshots later WHERE later.org = s.org AND later.cluster = s.cluster \
                AND later.span_ms < 3600000 AND later.at_ms > s.at_ms AND later.at_ms / 3600000 = s.at_ms / 3600000) \
            ON CONFLICT (org, cluster, span_ms, slot) DO NOTHING";
        tx.execute(keep, &args![org, single]).await?;
        let drop_single = "DELETE FROM snapshots WHERE org = $1 AND span_ms < 3600000 AND at_ms < $2";
        tx.execute(drop_single, &args![org, single]).await?;
        tx.execute("DELETE FROM snapshots WHERE org = $1 AND at_ms < $2", &args![org, hours]).await?;
        tx.execute("DELETE FROM finished_jobs WHERE org = $1 AND finished_ms < $2", &args![org, hours]).await?;
        let drop_transitions = "DELETE FROM transitions WHERE org = $1 AND since_ms < $2 AND since_ms < (\
            SELECT max(last.since_ms) FROM transitions last WHERE last.org = transitions.org AND last.cluster = transitions.cluster)";
        tx.execute(drop_transitions, &args![org, hours]).await?;
        tx.commit().await
    }
}

fn snapshot(row: &Row) -> Result<Snapshot, RegistryError> {
    let space = row.maybe_text(3)?;
    Ok(Snapshot {
        cluster: row.text(0)?,
        at_ms: row.int(1)?,
        summary: read(&row.text(2)?)?,
        space: space.as_deref().map(read).transpose()?.unwrap_or_default(),
    })
}

fn json(value: &impl serde::Serialize) -> Result<String, RegistryError> {
    serde_json::to_string(value).map_err(|error| RegistryError::new(ErrorKind::Other, error))
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T, RegistryError> {
    serde_json::from_str(text)
        .map_err(|error| RegistryError::new(ErrorKind::Other, format!("a stored snapshot: {error}")))
}
