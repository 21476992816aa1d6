//! How a session gets at a cluster.

use futures::future::BoxFuture;

use super::reader::Reader;
use crate::domain::cluster::ClusterInfo;
use crate::domain::consent::ConsentRequest;
use crate::domain::health::Trouble;
use crate::domain::ids::ClusterId;

/// Why there is no reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConnectError {
    /// An exec plugin must be agreed to first.
    NeedsConsent(ConsentRequest),
    /// No credential can be had now.
    Unauthorised(Trouble),
    /// The configuration must be mended first.
    Broken(Trouble),
}

/// The clusters that are known and the ways to them.
pub trait Connect: Send + Sync + 'static {
    /// In the order of their ids.
    fn clusters(&self) -> Vec<ClusterInfo>;
    /// A reader, built without asking the server anything.
    fn connect(&self, cluster: ClusterId) -> BoxFuture<'static, Result<Reader, ConnectError>>;
    fn answer_consent(&self, cluster: ClusterId, fingerprint: &str, agreed: bool);
}
