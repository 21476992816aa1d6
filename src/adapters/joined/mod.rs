//! Clusters that the kubeconfig, IAM and the registry know: one list, one row for each cluster.

#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use futures::future::BoxFuture;
use tokio::sync::watch;

use crate::adapters::aws::{IamCluster, Ways};
use crate::adapters::kube::reader::Reader;
use crate::adapters::kube::{Connect, ConnectError};
use crate::adapters::registry::{Registry, RegistryError, RegistryWays};
use crate::domain::aws::arn::ClusterArn;
use crate::domain::aws::login::LoginKey;
use crate::domain::cluster::ClusterInfo;
use crate::domain::gate::{Environment, Policy};
use crate::domain::health::Trouble;
use crate::domain::ids::ClusterId;
use crate::domain::registry::{ClusterRecord, Way};
use crate::domain::sync::Target;

/// [`Connect`] over all of them. The list only grows, so that a `ClusterId` stays a position in it; what left the
/// registry keeps its row and is no target any more.
pub struct Joined {
    ways: Arc<Ways>,
    registry: Option<Registry>,
    state_dir: PathBuf,
    rows: RwLock<Vec<Row>>,
}

/// One that was entered by hand has neither way in.
#[derive(Clone)]
struct Row {
    info: ClusterInfo,
    record: Option<Arc<ClusterRecord>>,
    /// The row of [`Ways`] that it stands for.
    own: Option<ClusterId>,
    /// Its kubeconfig in the registry, which goes before whatever else leads there.
    kept: Option<(Arc<RegistryWays>, ClusterId)>,
}

impl Joined {
    /// The rows of `ways` first, in their order; those of the registry come with [`Self::refresh`].
    pub fn new(ways: Arc<Ways>, registry: Option<Registry>, state_dir: PathBuf) -> Self {
        let joined = Self { ways, registry, state_dir, rows: RwLock::default() };
        joined.take_own();
        joined
    }

    /// Takes in clusters that are new, and forgets records that are gone. No kubeconfig is touched, no cluster asked.
    ///
    /// # Errors
    /// The registry does not answer: the list stays as it is.
    pub async fn refresh(&self) -> Result<(), RegistryError> {
        if let Some(registry) = &self.registry {
            let records = registry.clusters().await?;
            let (limits, permits) = self.ways.store().limits();
            let (limits, permits) = (limits.clone(), Some(permits.clone()));
            let kept = RegistryWays::load(registry.clone(), self.state_dir.clone(), limits, permits).await?;
            self.take_records(records, Arc::new(kept));
        }
        self.take_own();
        Ok(())
    }

    /// Rows of [`Ways`] that no row here stands for yet.
    fn take_own(&self) {
        let mut rows = self.write();
        for (place, info) in self.ways.clusters().into_iter().enumerate() {
            let own = position(place);
            match rows.iter_mut().find(|row| row.own == Some(own)) {
                // A row that was known by its name alone may have an ARN by now.
                Some(row) if row.record.is_none() => row.info = info,
                Some(_) => {}
                None => rows.push(Row { info, record: None, own: Some(own), kept: None }),
            }
        }
    }

    fn take_records(&self, records: Vec<ClusterRecord>, kept: Arc<RegistryWays>) {
        let places: Vec<String> = kept.records().map(|record| record.id.clone()).collect();
        let of = |id: &str| places.iter().position(|known| known == id);
        let mut rows = self.write();
        for row in rows.iter_mut().filter(|row| row.record.is_some()) {
            if !records.iter().any(|known| is_of(row, known)) {
                (row.record, row.kept) = (None, None);
            }
        }
        for record in records {
            let record = Arc::new(record);
            if let Some(row) = rows.iter_mut().find(|row| is_of(row, &record)) {
                row.info.name.clone_from(&record.name);
                row.record = Some(record);
                continue;
            }
            let place = of(&record.id);
            let kept = place.map(|place| (kept.clone(), position(place)));
            let own = self.own(&record, &rows);
            let mut info = RegistryWays::info(&record);
            match own.and_then(|own| rows.iter_mut().find(|row| row.own == Some(own))) {
                Some(row) => {
                    if kept.is_some() {
                        row.info = info;
                    }
                    row.info.name.clone_from(&record.name);
                    (row.kept, row.record) = (kept, Some(record));
                }
                None => {
                    if let Some(found) = own.and_then(|own| self.ways.clusters().into_iter().nth(own.0 as usize)) {
                        info = ClusterInfo { name: record.name.clone(), ..found };
                    }
                    rows.push(Row { info, record: Some(record), own, kept });
                }
            }
        }
    }

    /// The cluster of [`Ways`] that a record means; one that is reached by IAM is added there.
    fn own(&self, record: &ClusterRecord, rows: &[Row]) -> Option<ClusterId> {
        let arn = record.identity.arn.as_deref().and_then(ClusterArn::parse);
        match (record.way, arn) {
            (Way::Iam, Some(arn)) => {
                let (name, region, login) = (arn.name.clone(), arn.region.clone(), LoginKey::default());
                Some(self.ways.add(IamCluster { name, region, login, arn: Some(arn), endpoint: None }))
            }
            _ => rows.iter().find(|row| row.record.is_none() && is_same(&row.info, record))?.own,
        }
    }

    /// The row of a cluster of [`Ways`].
    pub fn of_own(&self, own: ClusterId) -> Option<ClusterId> {
        self.read().iter().position(|row| row.own == Some(own)).map(position)
    }

    /// What the registry says of a row.
    pub fn record(&self, cluster: ClusterId) -> Option<Arc<ClusterRecord>> {
        self.read().get(cluster.0 as usize)?.record.clone()
    }

    /// The registered clusters that can be reached, and these others, as the sync worker takes them.
    pub fn targets(&self, policy: &Policy, others: &[ClusterId]) -> Vec<Target> {
        let rows = self.read();
        let wanted = rows.iter().enumerate().map(|(place, row)| (position(place), row)).filter(|(id, row)| {
            (row.own.is_some() || row.kept.is_some()) && (row.record.is_some() || others.contains(id))
        });
        wanted.map(|(id, row)| target(id, row, policy)).collect()
    }

    fn read(&self) -> RwLockReadGuard<'_, Vec<Row>> {
        // Rows are pushed or changed field by field, each whole, so a panic elsewhere leaves the list sound.
        self.rows.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Vec<Row>> {
        self.rows.write().unwrap_or_else(PoisonError::into_inner)
    }
}

fn target(id: ClusterId, row: &Row, policy: &Policy) -> Target {
    let name = row.info.name.clone();
    let registered = row.record.as_ref();
    let environment = registered.map(|record| record.environment).filter(|it| *it != Environment::Unclassified);
    let environment = environment.unwrap_or_else(|| policy.environment(&name));
    Target { id, name, environment, registered: registered.map(|record| record.id.clone()) }
}

fn is_of(row: &Row, record: &ClusterRecord) -> bool {
    row.record.as_ref().is_some_and(|known| known.id == record.id)
}

/// By ARN; where one of both has none, by the server. Two ARNs are never one cluster.
fn is_same(info: &ClusterInfo, record: &ClusterRecord) -> bool {
    match (&info.arn, record.identity.arn.as_deref().and_then(ClusterArn::parse)) {
        (Some(one), Some(other)) => *one == other,
        _ => info.server.contains("://") && info.server.trim_end_matches('/') == record.server.trim_end_matches('/'),
    }
}

fn position(place: usize) -> ClusterId {
    ClusterId(u32::try_from(place).unwrap_or(u32::MAX))
}

impl Connect for Joined {
    fn clusters(&self) -> Vec<ClusterInfo> {
        self.read().iter().map(|row| row.info.clone()).collect()
    }

    fn connect(&self, cluster: ClusterId) -> BoxFuture<'_, Result<Reader, ConnectError>> {
        let row = self.read().get(cluster.0 as usize).cloned();
        Box::pin(async move {
            let unknown = || ConnectError::Broken(Trouble::new(format!("there is no cluster number {}", cluster.0)));
            let Row { info, own, kept, .. } = row.ok_or_else(unknown)?;
            match (kept, own) {
                (Some((kept, place)), _) => kept.connect(place).await,
                (None, Some(own)) => self.ways.connect(own).await,
                (None, None) => {
                    let words = format!("{} was registered by hand: nothing says how it is reached", info.name);
                    Err(ConnectError::Broken(Trouble::new(words).with_remedy("eksdeck clusters add")))
                }
            }
        })
    }

    fn answer_consent(&self, fingerprint: &str, agreed: bool) {
        Connect::answer_consent(&*self.ways, fingerprint, agreed);
        self.read().iter().filter_map(|row| row.kept.as_ref()).for_each(|(kept, _)| {
            kept.answer_consent(fingerprint, agreed);
        });
    }

    fn ask_again(&self, cluster: ClusterId) {
        let row = self.read().get(cluster.0 as usize).cloned();
        match row.map(|row| (row.kept, row.own)) {
            Some((Some((kept, place)), _)) => kept.ask_again(place),
            Some((None, Some(own))) => self.ways.ask_again(own),
            _ => {}
        }
    }

    fn revived(&self, cluster: ClusterId) -> Option<watch::Receiver<u64>> {
        let row = self.read().get(cluster.0 as usize).cloned()?;
        if row.kept.is_some() { None } else { self.ways.revived(row.own?) }
    }
}
