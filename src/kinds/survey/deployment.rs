//! Deployments with their replicas.

use serde::Deserialize;

use crate::domain::registry;
use crate::kinds::meta::{LeanMeta, nullable};

#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(default)]
pub struct Deployment {
    #[prost(message, optional, tag = "1")]
    metadata: Option<LeanMeta>,
    #[prost(message, optional, tag = "2")]
    spec: Option<Spec>,
    #[prost(message, optional, tag = "3")]
    status: Option<Status>,
}

#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(default)]
struct Spec {
    #[prost(int32, optional, tag = "1")]
    replicas: Option<i32>,
}

#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Status {
    #[prost(int32, tag = "7")]
    #[serde(deserialize_with = "nullable")]
    ready_replicas: i32,
}

impl From<Deployment> for registry::Deployment {
    fn from(deployment: Deployment) -> Self {
        let meta = deployment.metadata.unwrap_or_default();
        Self {
            namespace: meta.namespace,
            name: meta.name,
            // The API server's default.
            wanted: deployment.spec.unwrap_or_default().replicas.unwrap_or(1),
            ready: deployment.status.unwrap_or_default().ready_replicas,
        }
    }
}
