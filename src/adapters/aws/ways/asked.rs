//! Clusters of which nothing is known but their ARN, asked what they are.

use futures::FutureExt;
use futures::future::BoxFuture;

use super::{IamCluster, Ways};
use crate::adapters::kube::{Known, recognise};
use crate::adapters::registry::{ByIam, Untried};
use crate::domain::aws::arn::ClusterArn;
use crate::domain::aws::login::LoginKey;

impl ByIam for Ways {
    fn login(&self, arn: &ClusterArn) -> LoginKey {
        let login = self.by_arn(arn).and_then(|(_, login)| login);
        login.map(|login| login.key().clone()).unwrap_or_default()
    }

    fn ask<'a>(&'a self, arn: &'a ClusterArn) -> BoxFuture<'a, Result<Known, Untried>> {
        async move {
            // A way of its own: the list stays as it is, whatever comes of this.
            let way = self.way(IamCluster {
                name: arn.name.clone(),
                region: arn.region.clone(),
                login: ByIam::login(self, arn),
                arn: Some(arn.clone()),
                endpoint: None,
            });
            let (limits, permits) = self.store.limits();
            let reader = way.connect(&arn.name, limits, permits).await?;
            recognise(&reader).await.map_err(Untried::Failed)
        }
        .boxed()
    }
}
