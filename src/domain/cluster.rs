//! A cluster of the fleet as it is known before anything is opened.

use std::sync::Arc;

use super::aws::arn::ClusterArn;
use super::aws::login::LoginKey;
use super::health::Trouble;
use super::registry::ClusterRecord;

/// Where the way into a cluster comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A kubeconfig context, and the file that names it.
    Context { context: String, file: String },
    /// The service account of the pod that the program runs in.
    InCluster,
    /// The registry, where the cluster has this id.
    Registry { id: String },
    /// The embedded fleet of `eksdeck demo`.
    Embedded,
    /// IAM alone: EKS tells the endpoint, the login makes the tokens.
    Iam { cluster: String, region: String, login: LoginKey },
}

/// How a cluster is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WayIn {
    /// The kubeconfig's context, or the pod's service account.
    Context,
    /// The kubeconfig that the registry keeps encrypted.
    Registered,
    Iam,
}

impl WayIn {
    pub fn word(self) -> &'static str {
        match self {
            Self::Context => "kubeconfig",
            Self::Registered => "registry",
            Self::Iam => "iam",
        }
    }
}

/// One cluster of the fleet. Its `ClusterId` is its position in the fleet's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClusterInfo {
    /// Shown and matched name: the context's, shortened for EKS ARNs (`arn:aws:eks:REGION:ACCOUNT:cluster/NAME` → `NAME`,
    /// unless two would collide).
    pub name: String,
    pub source: Source,
    /// What tells it from every other EKS cluster, once it is known: one ARN is one row.
    pub arn: Option<ClusterArn>,
    /// The server's URL, without credentials.
    pub server: String,
    /// The AWS region or other location if the context, server host or exec arguments tell it.
    pub region: Option<String>,
    /// The context's own namespace, if set.
    pub namespace: Option<String>,
    /// What is wrong with the context already on disk (missing user, unreadable file, …).
    pub broken: Option<Trouble>,
    pub insecure: bool,
    /// The ways in, the chosen one first; empty where there is none, or nothing to choose.
    pub ways: Vec<WayIn>,
    /// What the registry holds of it.
    pub record: Option<Arc<ClusterRecord>>,
}

impl ClusterInfo {
    /// The kubeconfig context's name, if one names the cluster.
    pub fn context(&self) -> Option<&str> {
        match &self.source {
            Source::Context { context, .. } => Some(context),
            Source::InCluster | Source::Registry { .. } | Source::Embedded | Source::Iam { .. } => None,
        }
    }

    /// Whether a person means it by this name: its own, its context's, or the registry's.
    pub fn is_called(&self, name: &str) -> bool {
        let registered = || self.record.as_ref().is_some_and(|record| record.name == name);
        self.name == name || self.context() == Some(name) || registered()
    }
}

#[cfg(test)]
impl ClusterInfo {
    /// A cluster for tests: well, and known to nobody.
    pub fn sample(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            source: Source::Embedded,
            arn: None,
            server: "https://a.test".to_owned(),
            region: None,
            namespace: None,
            broken: None,
            insecure: false,
            ways: Vec::new(),
            record: None,
        }
    }
}
