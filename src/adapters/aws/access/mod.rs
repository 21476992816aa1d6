//! Who may enter a cluster, and changes of it, under one login.

mod auth_map;

pub use auth_map::auth_map;

use std::sync::Arc;

use aws_config::{Region, SdkConfig};
use futures::future::BoxFuture;

use super::api::{Patience, eks, mutate};
use super::faults::{Question, fault, port_error};
use crate::adapters::kube::errors::say;
use crate::domain::aws::arn::ClusterArn;
use crate::domain::eks::{AuthMode, FaultKind, LaneFault};
use crate::domain::gate::aws::{AccessKnown, ApprovedMutation};
use crate::domain::health::Trouble;
use crate::domain::request::{PortError, WriteError};
use crate::runtime::ports::AccessPort;

/// The access of clusters that one login reaches.
#[derive(Debug, Clone)]
pub struct AwsAccess {
    config: Arc<SdkConfig>,
    patience: Patience,
}

impl AwsAccess {
    pub fn new(config: &SdkConfig, patience: Patience) -> Self {
        Self { config: Arc::new(config.clone()), patience }
    }

    async fn read(&self, cluster: &ClusterArn) -> Result<AccessKnown, LaneFault> {
        let eks = eks(&self.config, &cluster.region, self.patience);
        let (found, caller) = futures::try_join!(eks.cluster(&cluster.name), caller(&self.config, &cluster.region))?;
        let not_found = |words: String| LaneFault { kind: FaultKind::NotFound, trouble: Trouble::new(words) };
        let found = found.ok_or_else(|| {
            not_found(format!("there is no cluster {} in {}", say(&cluster.name), say(&cluster.region)))
        })?;
        if found.id != *cluster {
            let words = "these credentials are of another account: the cluster of that name there is";
            return Err(not_found(format!("{words} {}, not {}", found.id, say(&cluster.to_string()))));
        }
        let auth_mode = found.auth_mode.unwrap_or(AuthMode::ConfigMap);
        let entries = match auth_mode.has_entries() {
            true => eks.access_entries(&cluster.name).await?,
            false => Vec::new(),
        };
        Ok(AccessKnown { auth_mode, entries, caller, tags: found.tags })
    }
}

impl AccessPort for AwsAccess {
    fn known(&self, cluster: ClusterArn) -> BoxFuture<'static, Result<AccessKnown, PortError>> {
        let access = self.clone();
        Box::pin(async move { access.read(&cluster).await.map_err(port_error) })
    }

    fn mutate(&self, mutation: ApprovedMutation) -> BoxFuture<'static, Result<(), WriteError>> {
        let access = self.clone();
        Box::pin(async move {
            let eks = eks(&access.config, &mutation.mutation().cluster.region, access.patience);
            mutate(&eks.client, mutation).await
        })
    }
}

/// The ARN of whoever holds the credentials.
async fn caller(config: &SdkConfig, region: &str) -> Result<String, LaneFault> {
    let config = aws_sdk_sts::config::Builder::from(config).region(Region::new(region.to_owned())).build();
    let answer = aws_sdk_sts::Client::from_conf(config).get_caller_identity().send().await;
    let question = Question { service: "sts", operation: "GetCallerIdentity", region };
    Ok(say(answer.map_err(|error| fault(question, &error))?.arn().unwrap_or_default()))
}
