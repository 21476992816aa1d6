//! The story's file: who is in it.

use serde::Deserialize;
use serde_json::Value;

use crate::demo::cluster::Access;
use crate::demo::fleet::DemoError;
use crate::demo::random;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plot {
    pub cluster: Vec<ClusterPlot>,
    pub namespace: Vec<NamespacePlot>,
    pub deployment: Vec<DeploymentPlot>,
    #[serde(default)]
    pub job: Vec<JobPlot>,
    #[serde(default)]
    pub cronjob: Vec<CronJobPlot>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClusterPlot {
    pub name: String,
    /// `eks`, `gke` or `k3s`: what its nodes are labelled like.
    pub provider: String,
    pub git_version: String,
    pub kubelet: String,
    pub region: String,
    pub env: String,
    pub nodes: usize,
    pub days: i64,
    /// How many nodes do not answer, and how many come and go.
    #[serde(default)]
    pub lost_nodes: usize,
    #[serde(default)]
    pub flapping_nodes: usize,
    /// What one may do there.
    #[serde(default)]
    pub access: Access,
    /// Whose namespaces and workloads it has, when it is not in the story itself.
    #[serde(default)]
    pub like: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NamespacePlot {
    pub name: String,
    #[serde(default)]
    pub team: String,
    #[serde(default)]
    pub cost_center: String,
    pub clusters: Vec<String>,
    #[serde(default = "month")]
    pub days: i64,
    /// Hard limits.
    pub quota: Option<Value>,
    /// What containers get that say nothing: `default` and `defaultRequest`.
    pub limits: Option<Value>,
    /// A finalizer that keeps it Terminating.
    #[serde(default)]
    pub held_by: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeploymentPlot {
    pub name: String,
    pub namespace: String,
    pub clusters: Vec<String>,
    pub replicas: usize,
    pub image: String,
    #[serde(default = "tenth")]
    pub cpu: String,
    #[serde(default = "quarter")]
    pub memory: String,
    /// Which behaviour of its own its pods have; each of them is then simulated.
    #[serde(default)]
    pub behaviour: String,
}

/// What a Job's pods are.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Work {
    pub behaviour: String,
    pub image: String,
    pub memory: Option<String>,
    pub cpu: Option<String>,
    pub parallelism: Option<i64>,
    pub completions: Option<i64>,
    #[serde(default)]
    pub indexed: bool,
    pub backoff: Option<i64>,
    pub deadline: Option<i64>,
    pub ttl: Option<i64>,
    #[serde(default)]
    pub suspend: bool,
    #[serde(default)]
    pub restart_in_place: bool,
    /// A second container beside the first, such as a proxy.
    pub sidecar: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JobPlot {
    pub name: String,
    pub namespace: String,
    pub clusters: Vec<String>,
    /// Minutes ago that it was created.
    pub ago: f64,
    pub work: Work,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CronJobPlot {
    pub name: String,
    pub namespace: String,
    pub clusters: Vec<String>,
    pub schedule: String,
    #[serde(default)]
    pub time_zone: String,
    #[serde(default)]
    pub suspend: bool,
    pub work: Work,
}

fn month() -> i64 {
    120
}

fn tenth() -> String {
    "100m".into()
}

fn quarter() -> String {
    "256Mi".into()
}

impl Plot {
    /// # Errors
    /// [`DemoError::Data`] when the file is broken.
    pub fn read() -> Result<Self, DemoError> {
        toml::from_str(include_str!("../../../assets/demo/fleet.toml"))
            .map_err(|error| DemoError::Data { file: "fleet.toml", words: error.to_string() })
    }

    /// The first `count` clusters; beyond the story's there are more like its first.
    pub fn clusters(&self, count: usize) -> Vec<ClusterPlot> {
        const TEAMS: [&str; 8] = ["orders", "ledger", "media", "identity", "catalog", "ml", "data", "platform"];
        const REGIONS: [&str; 6] =
            ["us-east-1", "eu-west-1", "us-west-2", "ap-southeast-2", "eu-central-1", "sa-east-1"];
        const ENVIRONMENTS: [&str; 3] = ["prod", "staging", "dev"];
        let mut clusters: Vec<ClusterPlot> = self.cluster.iter().take(count).cloned().collect();
        let Some(model) = self.cluster.first() else { return clusters };
        for at in clusters.len()..count {
            let draw = random::hash(11, at as u64) as usize;
            let env = ENVIRONMENTS[draw / 64 % 3];
            clusters.push(ClusterPlot {
                name: format!("{}-{env}-{at:02}", TEAMS[draw % 8]),
                region: REGIONS[draw / 8 % 6].into(),
                env: env.into(),
                nodes: 3 + draw / 256 % 12,
                lost_nodes: 0,
                flapping_nodes: 0,
                like: model.name.clone(),
                ..model.clone()
            });
        }
        clusters
    }

    pub fn namespaces_of<'a>(&'a self, cluster: &'a ClusterPlot) -> impl Iterator<Item = &'a NamespacePlot> {
        self.namespace.iter().filter(move |namespace| cluster.is_in(&namespace.clusters))
    }

    pub fn deployments_of<'a>(&'a self, cluster: &'a ClusterPlot) -> impl Iterator<Item = &'a DeploymentPlot> {
        self.deployment.iter().filter(move |deployment| cluster.is_in(&deployment.clusters))
    }
}

impl ClusterPlot {
    pub fn is_in(&self, names: &[String]) -> bool {
        names.iter().any(|name| *name == self.name || *name == self.like)
    }
}
