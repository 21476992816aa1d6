//! Starting and stopping a fleet.

use std::fmt::Write as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::api;
use super::random;
use super::runs::story::RunsStory;
use super::story;

/// How large a fleet is, and how lively.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FleetOptions {
    pub clusters: usize,
    /// In every cluster; `None` leaves it to the story.
    pub pods: Option<usize>,
    /// In every cluster; `None` leaves it to the story.
    pub nodes: Option<usize>,
    /// Jobs made in bulk in the first cluster, beside the story's.
    pub jobs: usize,
    /// Changes of pods (and of Jobs made in bulk) a second in every cluster, beside the story's own life.
    pub churn_per_second: u32,
    /// The same seed gives the same names, addresses and fates.
    pub seed: u64,
    /// The bearer token of the kubeconfig; `None` makes one of the seed.
    pub token: Option<String>,
    /// How many changes of each kind a cluster remembers for watches and old lists.
    pub history: usize,
    /// Terraform runs of the past; without them no cluster is made ready for runs.
    pub runs: Option<RunsStory>,
}

impl Default for FleetOptions {
    fn default() -> Self {
        Self {
            clusters: 3,
            pods: None,
            nodes: None,
            jobs: 0,
            churn_per_second: 0,
            seed: 1,
            token: None,
            history: 16_384,
            runs: None,
        }
    }
}

/// Why a fleet could not be started.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    #[error("the embedded cluster {cluster} found no port on 127.0.0.1: {source}")]
    Listen { cluster: String, source: std::io::Error },
    #[error("the embedded fleet's {file} cannot be read: {words}")]
    Data { file: &'static str, words: String },
    #[error("a fleet has 1 to {most} clusters, not {asked}")]
    Clusters { asked: usize, most: usize },
}

/// More ports than that on one machine serve nobody.
const MOST_CLUSTERS: usize = 500;

#[derive(Debug, Clone)]
struct Served {
    name: String,
    address: SocketAddr,
    namespace: String,
}

/// A running fleet; dropping it stops it.
#[derive(Debug)]
pub struct Fleet {
    served: Vec<Served>,
    token: String,
    stop: CancellationToken,
}

impl Fleet {
    /// Makes the clusters and serves each on a port of its own.
    ///
    /// # Errors
    /// [`DemoError`] when a port cannot be had or the options make no sense.
    pub async fn start(options: FleetOptions) -> Result<Self, DemoError> {
        if options.clusters == 0 || options.clusters > MOST_CLUSTERS {
            return Err(DemoError::Clusters { asked: options.clusters, most: MOST_CLUSTERS });
        }
        let token = options
            .token
            .clone()
            .unwrap_or_else(|| format!("demo-{}", random::suffix(random::hash(options.seed, 77), 24)));
        let stop = CancellationToken::new();
        let mut served = Vec::new();
        // Made off the runtime's own threads: a large fleet takes a second of work.
        let made = {
            let (options, token) = (options.clone(), token.clone());
            tokio::task::spawn_blocking(move || story::make(&options, &token)).await
        };
        let made = made.map_err(|error| DemoError::Data { file: "story", words: error.to_string() })??;
        for (cluster, sim) in made {
            let name = cluster.identity.name.clone();
            let listen = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
            let listened = listen.and_then(|listener| listener.local_addr().map(|address| (listener, address)));
            let (listener, address) = match listened {
                Ok(listened) => listened,
                Err(source) => {
                    stop.cancel();
                    return Err(DemoError::Listen { cluster: name, source });
                }
            };
            tokio::spawn(api::serve(Arc::clone(&cluster), listener, stop.clone()));
            tokio::spawn(sim.run(stop.clone()));
            served.push(Served { name, address, namespace: "default".into() });
        }
        Ok(Self { served, token, stop })
    }

    /// A kubeconfig with one context a cluster, named after it; the first is the current one.
    pub fn kubeconfig(&self) -> String {
        let mut text = String::from("apiVersion: v1\nkind: Config\npreferences: {}\nclusters:\n");
        // Writing into memory fails for no text.
        for one in &self.served {
            let _ = writeln!(text, "- name: {}\n  cluster:\n    server: http://{}", one.name, one.address);
        }
        let _ = writeln!(text, "users:\n- name: demo\n  user:\n    token: {}\ncontexts:", self.token);
        for one in &self.served {
            let (name, namespace) = (&one.name, &one.namespace);
            let _ = writeln!(
                text,
                "- name: {name}\n  context:\n    cluster: {name}\n    user: demo\n    namespace: {namespace}"
            );
        }
        if let Some(first) = self.served.first() {
            let _ = writeln!(text, "current-context: {}", first.name);
        }
        text
    }

    /// The cluster where Terraform runs.
    pub fn management(&self) -> &str {
        self.served.get(story::management(self.served.len())).map_or("", |one| &one.name)
    }

    /// Names and URLs of the clusters.
    pub fn servers(&self) -> Vec<(String, String)> {
        self.served.iter().map(|one| (one.name.clone(), format!("http://{}", one.address))).collect()
    }

    /// Stops serving and closes all connections.
    pub fn shutdown(&self) {
        self.stop.cancel();
    }
}

impl Drop for Fleet {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}
