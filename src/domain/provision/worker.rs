//! Where runs are carried out, as the configuration says.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Where runs are carried out, and how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Worker {
    pub namespace: String,
    /// With its digest where it is to be pinned.
    pub image: String,
    /// The program in it: `terraform`, or `tofu`.
    pub program: String,
    pub pull_secrets: Vec<String>,
    pub service_account: String,
    /// A Secret with AWS credentials as environment variables; without one the ServiceAccount brings them.
    pub credentials_secret: Option<String>,
    /// Variables besides, such as a provider mirror's.
    pub environment: BTreeMap<String, String>,
    /// The user that Terraform runs as; the volume is its group's.
    pub user: u32,
    pub storage_class: Option<String>,
    /// Of the cluster's work volume: `2Gi`.
    pub storage: String,
    pub cpu: String,
    pub memory: String,
    /// A Job that takes longer is ended, in seconds.
    pub deadline_s: u64,
    /// Between TERM and KILL, in seconds: Terraform finishes what it has begun.
    pub grace_s: u64,
    /// How long a lock is waited for, in seconds.
    pub lock_wait_s: u64,
    pub state: StateBackend,
}

/// Where Terraform's state lies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StateBackend {
    /// A bucket, locked by a file beside the state (Terraform 1.11 and later). `extra` goes into the backend's block.
    S3 { bucket: String, region: String, extra: BTreeMap<String, Value> },
    /// A Secret in the worker's namespace, locked by a Lease.
    Kubernetes,
    /// A file on a volume of the cluster's own.
    Volume,
}

impl Default for Worker {
    fn default() -> Self {
        Self {
            namespace: "eksdeck".to_owned(),
            image: "hashicorp/terraform:1.11.4".to_owned(),
            program: "terraform".to_owned(),
            pull_secrets: Vec::new(),
            service_account: "eksdeck-worker".to_owned(),
            credentials_secret: None,
            environment: BTreeMap::new(),
            user: 65_532,
            storage_class: None,
            storage: "2Gi".to_owned(),
            cpu: "500m".to_owned(),
            memory: "1Gi".to_owned(),
            deadline_s: 2 * 3_600,
            grace_s: 900,
            lock_wait_s: 60,
            state: StateBackend::Kubernetes,
        }
    }
}
