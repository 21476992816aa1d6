//! Registered clusters as rows of the deck: a kubeconfig is decrypted when its cluster is connected, in memory alone.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;

use futures::future::BoxFuture;
use tokio::sync::OnceCell;

use super::Registry;
use super::error::RegistryError;
use crate::adapters::kube::reader::Reader;
use crate::adapters::kube::{Connect, ConnectError, ContextStore, FleetPermits, Limits};
use crate::domain::aws::arn::ClusterArn;
use crate::domain::cluster::{ClusterInfo, Source};
use crate::domain::health::Trouble;
use crate::domain::ids::ClusterId;
use crate::domain::registry::{ClusterRecord, Way};

/// [`Connect`] over the registry's clusters whose way in is a kubeconfig. A `ClusterId` is the position among them.
pub struct RegistryWays {
    registry: Registry,
    clusters: Vec<Registered>,
    state_dir: PathBuf,
    limits: Limits,
    permits: FleetPermits,
}

struct Registered {
    record: ClusterRecord,
    info: ClusterInfo,
    /// Made with the first connection.
    store: OnceCell<Arc<ContextStore>>,
}

impl RegistryWays {
    /// Reads the list of clusters; no kubeconfig is touched. `permits` are those of the whole fleet, if there is one.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn load(
        registry: Registry,
        state_dir: PathBuf,
        limits: Limits,
        permits: Option<FleetPermits>,
    ) -> Result<Self, RegistryError> {
        let records = registry.clusters().await?;
        let with_kubeconfig = records.into_iter().filter(|record| record.way == Way::Kubeconfig);
        let clusters =
            with_kubeconfig.map(|record| Registered { info: Self::info(&record), record, store: OnceCell::new() });
        let permits = permits.unwrap_or_else(|| FleetPermits::new(&limits));
        Ok(Self { clusters: clusters.collect(), registry, state_dir, limits, permits })
    }

    /// A record as a row of the fleet.
    pub fn info(record: &ClusterRecord) -> ClusterInfo {
        ClusterInfo {
            name: record.name.clone(),
            arn: record.identity.arn.as_deref().and_then(ClusterArn::parse),
            source: Source::Registry { id: record.id.clone() },
            server: record.server.clone(),
            region: record.region.clone(),
            namespace: record.namespace.clone(),
            broken: None,
            insecure: record.insecure,
        }
    }

    /// The records, in the order of their ids here.
    pub fn records(&self) -> impl Iterator<Item = &ClusterRecord> {
        self.clusters.iter().map(|cluster| &cluster.record)
    }

    /// Leaves out clusters that another way already shows.
    pub fn without(mut self, ids: &HashSet<String>) -> Self {
        self.clusters.retain(|cluster| !ids.contains(&cluster.record.id));
        self
    }

    async fn store(&self, cluster: &Registered) -> Result<Arc<ContextStore>, ConnectError> {
        let made = cluster.store.get_or_try_init(|| async {
            let plain = self.registry.kubeconfig(&cluster.record.id).await?;
            let permits = Some(self.permits.clone());
            let store =
                ContextStore::registered(&cluster.info, plain.expose(), &self.state_dir, self.limits.clone(), permits);
            Ok(Arc::new(store))
        });
        made.await.cloned().map_err(|error: RegistryError| match error.is_for_now() {
            true => ConnectError::Unauthorised(error.trouble),
            false => ConnectError::Broken(error.trouble),
        })
    }
}

impl Connect for RegistryWays {
    fn clusters(&self) -> Vec<ClusterInfo> {
        self.clusters.iter().map(|cluster| cluster.info.clone()).collect()
    }

    fn connect(&self, cluster: ClusterId) -> BoxFuture<'_, Result<Reader, ConnectError>> {
        Box::pin(async move {
            let unknown = || ConnectError::Broken(Trouble::new(format!("there is no cluster number {}", cluster.0)));
            let found = self.clusters.get(cluster.0 as usize).ok_or_else(unknown)?;
            self.store(found).await?.connect(ClusterId(0)).await
        })
    }

    fn answer_consent(&self, fingerprint: &str, agreed: bool) {
        let open = self.clusters.iter().filter_map(|cluster| cluster.store.get());
        open.for_each(|store| Connect::answer_consent(&**store, fingerprint, agreed));
    }

    fn ask_again(&self, cluster: ClusterId) {
        if let Some(store) = self.clusters.get(cluster.0 as usize).and_then(|cluster| cluster.store.get()) {
            store.ask_again(ClusterId(0));
        }
    }
}
