//! What hangs on a cluster: asked for on demand, one part failing alone.

use std::collections::BTreeMap;

use serde::Serialize;

use super::access::{AccessEntry, PodIdentityAssociation};
use super::auth_map::AuthMap;
use super::cluster::HealthIssue;
use super::identity::ServiceAccountRole;
use super::words::words;
use crate::domain::health::Trouble;

words! {
    InsightStatus {
        Passing = "PASSING",
        Warning = "WARNING",
        Error = "ERROR",
        Unknown = "UNKNOWN",
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Nodegroup {
    pub name: String,
    /// `ACTIVE`, `DEGRADED`, `CREATE_FAILED`, …
    pub status: String,
    pub version: String,
    /// Of the machine image: `1.34.4-20261101`.
    pub release_version: String,
    pub ami_type: String,
    /// `ON_DEMAND`, `SPOT`, `CAPACITY_BLOCK`
    pub capacity_type: String,
    pub instance_types: Vec<String>,
    /// Nodes: least, most, wanted.
    pub min: i32,
    pub max: i32,
    pub desired: i32,
    pub issues: Vec<HealthIssue>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Addon {
    pub name: String,
    /// `v1.20.4-eksbuild.1`
    pub version: String,
    /// `ACTIVE`, `DEGRADED`, `UPDATE_FAILED`, …
    pub status: String,
    /// The IRSA role, if it has one.
    pub role: Option<String>,
    pub issues: Vec<HealthIssue>,
}

/// Which pods a Fargate profile takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FargateSelector {
    pub namespace: String,
    pub labels: BTreeMap<String, String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FargateProfile {
    pub name: String,
    pub status: String,
    pub selectors: Vec<FargateSelector>,
    pub issues: Vec<HealthIssue>,
}

/// One check of AWS; refreshed every 24 hours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Insight {
    pub id: String,
    pub name: String,
    /// `UPGRADE_READINESS`, `MISCONFIGURATION`, `ROLLBACK_READINESS`
    pub category: String,
    pub status: InsightStatus,
    pub reason: String,
    /// The version that it is about.
    pub kubernetes_version: String,
    pub refreshed: Option<i64>,
    pub description: String,
    /// Asked for only where the check does not pass.
    pub recommendation: Option<String>,
}

/// A part of the detail, or why it could not be read.
pub type Part<T> = Result<Vec<T>, Trouble>;

/// Everything that is asked for when a person opens a cluster.
#[derive(Debug, Clone, PartialEq)]
pub struct EksDetail {
    pub nodegroups: Part<Nodegroup>,
    pub addons: Part<Addon>,
    pub fargate_profiles: Part<FargateProfile>,
    pub insights: Part<Insight>,
    /// A cluster of authentication mode CONFIG_MAP has none and says why.
    pub access_entries: Part<AccessEntry>,
    pub pod_identities: Part<PodIdentityAssociation>,
    /// Whether IAM knows the issuer of the cluster's service account tokens, which IRSA needs.
    pub oidc_provider: Result<bool, Trouble>,
    /// Service accounts whose pods get a role; Kubernetes is asked for their annotations.
    pub service_accounts: Part<ServiceAccountRole>,
    /// The ConfigMap `aws-auth`, of a cluster that logs in by it alone.
    pub auth_map: Option<Result<AuthMap, Trouble>>,
}

impl EksDetail {
    /// `nodegroup ng-spot: message` for everything that AWS finds wrong, insights that do not pass included.
    pub fn complaints(&self) -> Vec<String> {
        let of = |what: &str, name: &str, issues: &[HealthIssue]| -> Vec<String> {
            issues.iter().map(|issue| format!("{what} {name}: {} ({})", issue.message, issue.code)).collect()
        };
        let mut told = Vec::new();
        let nodegroups = self.nodegroups.iter().flatten();
        told.extend(nodegroups.flat_map(|one| of("nodegroup", &one.name, &one.issues)));
        told.extend(self.addons.iter().flatten().flat_map(|one| of("addon", &one.name, &one.issues)));
        let profiles = self.fargate_profiles.iter().flatten();
        told.extend(profiles.flat_map(|one| of("Fargate profile", &one.name, &one.issues)));
        let insights = self.insights.iter().flatten().filter(|insight| insight.status != InsightStatus::Passing);
        told.extend(insights.map(|one| format!("insight {}: {}: {}", one.name, one.status, one.reason)));
        told
    }
}
