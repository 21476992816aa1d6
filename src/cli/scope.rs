//! Which clusters and which namespaces a subcommand is about.

use std::sync::Arc;

use super::Global;
use super::exit::{FORBIDDEN, Failure, NOT_FOUND, USAGE};
use super::setup::{self, Known, Setup};
use crate::domain::cluster::ClusterInfo;
use crate::domain::ids::ClusterId;
use crate::domain::request::OpenOptions;
use crate::runtime::ports::FleetPort;
use crate::store::fleet::ClusterState;

/// What every subcommand that asks clusters starts from.
pub struct Asked {
    pub setup: Setup,
    pub port: Arc<dyn FleetPort>,
    /// In the order in which they were named.
    pub ids: Vec<ClusterId>,
}

impl Asked {
    /// The clusters that `--context` names, else the current one.
    ///
    /// # Errors
    /// No cluster is known, none is the current one, or a name that no cluster has.
    pub fn read(global: &Global) -> Result<Self, Failure> {
        let (setup, known, ids) = known(global)?;
        if known.port_is_empty() {
            return Err(no_clusters(&known));
        }
        if ids.is_empty() {
            let clusters = known.fleet.clusters();
            let names: Vec<&str> = clusters.iter().map(|info| info.name.as_str()).collect();
            let words = format!("no context is the current one: name one with --context ({})", names.join(", "));
            return Err(Failure::new(USAGE, words));
        }
        Ok(Self { setup, port: known.fleet, ids })
    }

    /// Like [`Self::read`], but no current context is no mistake.
    ///
    /// # Errors
    /// No cluster is known, or a name that no cluster has.
    pub fn read_lenient(global: &Global) -> Result<Self, Failure> {
        let (setup, known, ids) = known(global)?;
        if known.port_is_empty() {
            return Err(no_clusters(&known));
        }
        Ok(Self { setup, port: known.fleet, ids })
    }

    pub fn open_options(&self, kinds: &[crate::domain::ids::KindId]) -> OpenOptions {
        OpenOptions { kinds: kinds.to_vec(), ..self.setup.open_options() }
    }
}

impl Known {
    fn port_is_empty(&self) -> bool {
        self.fleet.clusters().is_empty()
    }
}

fn known(global: &Global) -> Result<(Setup, Known, Vec<ClusterId>), Failure> {
    let setup = Setup::read(global)?;
    let known = setup.known(global);
    let ids = match global.context.is_empty() {
        true => known.current.into_iter().collect(),
        // Without any cluster the reason is told, not that a name is unknown.
        false if known.port_is_empty() => Vec::new(),
        false => once(setup::named(&*known.fleet, &global.context)?),
    };
    Ok((setup, known, ids))
}

fn once(mut ids: Vec<ClusterId>) -> Vec<ClusterId> {
    let mut seen = std::collections::HashSet::new();
    ids.retain(|id| seen.insert(*id));
    ids
}

/// Why there is nothing to ask.
pub fn no_clusters(known: &Known) -> Failure {
    let told = known.troubles.first().map(|trouble| match &trouble.remedy {
        Some(remedy) => format!("{} ({remedy})", trouble.words),
        None => trouble.words.clone(),
    });
    Failure::new(NOT_FOUND, told.unwrap_or_else(|| "no cluster is known: there is no kubeconfig".to_owned()))
}

/// The namespaces that a subcommand looks into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Namespaces {
    All,
    /// Each context's own, or `default`.
    Own,
    Named(Vec<String>),
}

impl Namespaces {
    /// As `-n` and `-A` say.
    ///
    /// # Errors
    /// Both at once.
    pub fn of(global: &Global, all: bool) -> Result<Self, Failure> {
        match (all, global.namespace.is_empty()) {
            (true, false) => Err(Failure::new(USAGE, "-A and -n cannot be used together")),
            (true, true) => Ok(Self::All),
            (false, true) => Ok(Self::Own),
            (false, false) => Ok(Self::Named(global.namespace.clone())),
        }
    }

    pub fn contains(&self, cluster: &ClusterInfo, namespace: &str) -> bool {
        match self {
            Self::All => true,
            Self::Own => own(cluster) == namespace,
            Self::Named(names) => names.iter().any(|name| name == namespace),
        }
    }

    /// The names, where they are known; `None` is all of them.
    pub fn names<'a>(&'a self, cluster: &'a ClusterInfo) -> Option<Vec<&'a str>> {
        match self {
            Self::All => None,
            Self::Own => Some(vec![own(cluster)]),
            Self::Named(names) => Some(names.iter().map(String::as_str).collect()),
        }
    }

    /// Whether rows of several namespaces may come: then each says which one it is of.
    pub fn is_many(&self) -> bool {
        match self {
            Self::All => true,
            Self::Own => false,
            Self::Named(names) => names.len() > 1,
        }
    }

    /// `in namespace web`, `in namespaces a, b`, `in any namespace`.
    pub fn words(&self, cluster: &ClusterInfo) -> String {
        match self.names(cluster).as_deref() {
            None => "in any namespace".to_owned(),
            Some([name]) => format!("in namespace {name}"),
            Some(names) => format!("in namespaces {}", names.join(", ")),
        }
    }

    /// A namespace that is wanted but not seen, where the cluster may only be seen in some.
    pub fn hidden(&self, cluster: &ClusterState, what: &str) -> Option<Failure> {
        let seen = cluster.scope.as_ref()?;
        let names = self.names(&cluster.info)?;
        let name = names.into_iter().find(|name| !seen.iter().any(|seen| **seen == **name))?;
        let words = format!("{}: no permission to list {what} in namespace {name}", cluster.info.name);
        Some(Failure::new(FORBIDDEN, words))
    }
}

/// As kubectl has it: the context's own namespace, else `default`.
pub fn own(cluster: &ClusterInfo) -> &str {
    cluster.namespace.as_deref().unwrap_or("default")
}
