//! What lives inside a cluster that is to be destroyed, and what AWS says of one that is to be updated.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::Runs;
use crate::domain::ids::ClusterId;
use crate::domain::provision::checks::{Checks, before_update, of_plan};
use crate::domain::provision::{Identity, Kind, Run};
use crate::domain::request::{FetchReply, FetchRequest, PortError};
use crate::domain::terraform::plan::Plan;
use crate::runtime::ports::CloudPort;

/// How long a cluster may take to say what is in it.
const PATIENCE: Duration = Duration::from_secs(15);
/// Objects that are named; more are counted.
const NAMED: usize = 4;

/// What outlives a cluster, or keeps its VPC from being deleted.
const OUTLIVES: [(&str, &str, &str); 4] = [
    ("/api/v1/services?limit=500", "Services of type LoadBalancer", "their load balancers stay, and hold the VPC"),
    ("/apis/networking.k8s.io/v1/ingresses?limit=500", "Ingresses", "their load balancers stay, and hold the VPC"),
    ("/api/v1/persistentvolumes?limit=500", "PersistentVolumes", "their disks stay, and cost"),
    (
        "/api/v1/nodes?limit=500&labelSelector=karpenter.sh%2Fnodepool",
        "Karpenter nodes",
        "their instances stay, and cost",
    ),
];

impl Runs {
    /// AWS beneath the clusters, for what it says of one before an update.
    pub fn with_cloud(self, cloud: Option<Arc<dyn CloudPort>>) -> Self {
        Self { cloud, ..self }
    }

    /// What is to be known before a run's plan is agreed to.
    pub async fn checks(&self, run: &Run, plan: Option<&Plan>) -> Checks {
        let mut checks = plan.map(of_plan).unwrap_or_default();
        match run.kind() {
            Kind::Destroy => {
                let (notes, is_blind) = self.inside(&run.identity).await;
                checks.notes.extend(notes);
                (checks.is_blind, checks.is_dangerous) = (is_blind, true);
            }
            Kind::Update => checks.notes.extend(self.before_update(&run.identity).await),
            _ => {}
        }
        if let Some(plan) = plan {
            let cost = self.cost(&run.identity, plan).await;
            checks.notes.extend(cost.notes());
            checks.cost = Some(cost.column());
        }
        checks
    }

    async fn before_update(&self, identity: &Identity) -> Vec<String> {
        let Some(cloud) = &self.cloud else { return Vec::new() };
        match tokio::time::timeout(PATIENCE, cloud.detail(identity.arn())).await {
            Ok(Ok(detail)) => before_update(&detail.parts, &detail.cluster.version),
            Ok(Err(error)) => vec![format!("AWS could not be asked about it: {}", error.trouble().words)],
            Err(_) => vec!["AWS did not say in time how it stands".to_owned()],
        }
    }

    /// What lives inside, in words; and whether nobody could look.
    async fn inside(&self, identity: &Identity) -> (Vec<String>, bool) {
        let blind = |why: &str| (vec![format!("could not look inside: {why}")], true);
        let wanted = identity.arn();
        let known = self.fleet.clusters();
        let found = known.iter().position(|info| info.arn.as_ref() == Some(&wanted));
        let Some(cluster) = found.and_then(|place| u32::try_from(place).ok()).map(ClusterId) else {
            return blind("the fleet does not know the cluster");
        };
        let asked = OUTLIVES.map(|(path, what, why)| self.count(cluster, path, what, why));
        match tokio::time::timeout(PATIENCE, futures::future::join_all(asked)).await {
            Err(_) => blind("it did not answer in time"),
            Ok(answers) => {
                let mut notes = Vec::new();
                for answer in answers {
                    match answer {
                        Ok(found) => notes.extend(found),
                        // A kind that the cluster does not have holds nothing.
                        Err(PortError::NotFound(_)) => {}
                        Err(error) => return blind(&error.trouble().words),
                    }
                }
                if notes.is_empty() {
                    notes.push("nothing inside outlives it: no load balancers, volumes or Karpenter nodes".to_owned());
                }
                (notes, false)
            }
        }
    }

    async fn count(&self, cluster: ClusterId, path: &str, what: &str, why: &str) -> Result<Option<String>, PortError> {
        let request = FetchRequest::Path { path: path.to_owned() };
        let FetchReply::Object(list) = self.fleet.fetch(cluster, request).await? else { return Ok(None) };
        let is_meant = |item: &&Value| what != OUTLIVES[0].1 || item["spec"]["type"] == "LoadBalancer";
        let items: Vec<&Value> = list["items"].as_array().into_iter().flatten().filter(is_meant).collect();
        if items.is_empty() {
            return Ok(None);
        }
        let more =
            if list["metadata"]["continue"].as_str().is_some_and(|next| !next.is_empty()) { "more than " } else { "" };
        let names: Vec<String> = items.iter().take(NAMED).map(|item| named(item)).collect();
        let rest = if items.len() > NAMED { ", …" } else { "" };
        Ok(Some(format!("{more}{} {what} ({}{rest}): {why}", items.len(), names.join(", "))))
    }
}

fn named(item: &Value) -> String {
    let text = |key: &str| item["metadata"][key].as_str().unwrap_or_default();
    match text("namespace") {
        "" => text("name").to_owned(),
        namespace => format!("{namespace}/{}", text("name")),
    }
}
