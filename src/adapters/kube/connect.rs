//! How a session gets at a cluster.

use std::sync::Arc;

use futures::future::BoxFuture;

pub use super::client::ConnectError;
use super::client::ContextStore;
use super::reader::Reader;
use crate::domain::cluster::ClusterInfo;
use crate::domain::ids::ClusterId;

/// The clusters that are known and the ways to them.
pub trait Connect: Send + Sync + 'static {
    /// In the order of their ids.
    fn clusters(&self) -> Vec<ClusterInfo>;
    /// A reader, built without asking the server anything.
    fn connect(&self, cluster: ClusterId) -> BoxFuture<'static, Result<Reader, ConnectError>>;
    fn answer_consent(&self, cluster: ClusterId, fingerprint: &str, agreed: bool);
    /// Forgets a refusal, so that the next `connect` asks again.
    fn ask_again(&self, cluster: ClusterId);
}

impl Connect for Arc<ContextStore> {
    fn clusters(&self) -> Vec<ClusterInfo> {
        ContextStore::clusters(self).to_vec()
    }

    fn connect(&self, cluster: ClusterId) -> BoxFuture<'static, Result<Reader, ConnectError>> {
        let store = self.clone();
        Box::pin(async move { ContextStore::connect(&store, cluster).await })
    }

    fn answer_consent(&self, cluster: ClusterId, fingerprint: &str, agreed: bool) {
        if let Err(error) = ContextStore::answer_consent(self, fingerprint, agreed) {
            tracing::warn!(?cluster, %error, "the answer could not be written down; it counts until the program ends");
        }
    }

    fn ask_again(&self, cluster: ClusterId) {
        ContextStore::ask_again(self, cluster);
    }
}
