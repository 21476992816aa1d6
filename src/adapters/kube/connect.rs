//! How a session gets at a cluster.

use futures::future::BoxFuture;
use tokio::sync::watch;

use super::client::{ConnectError, ContextStore};
use super::reader::Reader;
use crate::domain::cluster::{ClusterInfo, WayIn};
use crate::domain::ids::ClusterId;

/// The clusters that are known and the ways to them.
pub trait Connect: Send + Sync + 'static {
    /// In the order of their ids.
    fn clusters(&self) -> Vec<ClusterInfo>;
    /// A reader, built without asking the server anything.
    fn connect(&self, cluster: ClusterId) -> BoxFuture<'_, Result<Reader, ConnectError>>;
    fn answer_consent(&self, fingerprint: &str, agreed: bool);
    /// A person wants another try: what was declined is asked again.
    fn ask_again(&self, cluster: ClusterId);
    /// Chooses the way in, for the next connection. `false` if the cluster has no such way.
    fn choose(&self, _cluster: ClusterId, _way: WayIn) -> bool {
        false
    }
    /// Changes when a login that the cluster waits for has come back.
    fn revived(&self, _cluster: ClusterId) -> Option<watch::Receiver<u64>> {
        None
    }
}

impl Connect for ContextStore {
    fn clusters(&self) -> Vec<ClusterInfo> {
        self.clusters().to_vec()
    }

    fn connect(&self, cluster: ClusterId) -> BoxFuture<'_, Result<Reader, ConnectError>> {
        Box::pin(self.connect(cluster))
    }

    fn answer_consent(&self, fingerprint: &str, agreed: bool) {
        if let Err(error) = self.answer_consent(fingerprint, agreed) {
            tracing::warn!(%error, "the answer about a credential plugin is not remembered on disk");
        }
    }

    fn ask_again(&self, cluster: ClusterId) {
        self.ask_again(cluster);
    }
}
