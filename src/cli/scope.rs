//! Which clusters and which namespaces a subcommand is about.

use std::sync::Arc;

use super::exit::{FAILED, FORBIDDEN, Failure, NOT_FOUND, USAGE, say};
use super::setup::{self, Known, Setup};
use super::{Global, joined};
use crate::domain::cluster::ClusterInfo;
use crate::domain::health::{Trouble, WatchState};
use crate::domain::ids::{ClusterId, KindId};
use crate::domain::request::OpenOptions;
use crate::kinds::table::entry;
use crate::runtime::ports::WritePort;
use crate::store::fleet::ClusterState;

/// What every subcommand that asks clusters starts from.
pub struct Asked {
    pub setup: Setup,
    pub port: Arc<dyn WritePort>,
    pub known: Known,
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
        Ok(Self { setup, port: known.fleet.clone(), known, ids })
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
        Ok(Self { setup, port: known.fleet.clone(), known, ids })
    }

    pub fn open_options(&self, kinds: &[KindId]) -> OpenOptions {
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
    setup.loaded.problems.iter().for_each(|problem| say(&problem.to_string()));
    let known = setup.known(global, joined::WHOLE);
    if let Some(trouble) = known.registry_trouble.as_ref().filter(|_| !known.port_is_empty()) {
        say(&trouble.told());
    }
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
    let told = known.registry_trouble.as_ref().or(known.troubles.first()).map(Trouble::told);
    let code = if known.is_broken { FAILED } else { NOT_FOUND };
    Failure::new(code, told.unwrap_or_else(|| "no cluster is known: there is no kubeconfig".to_owned()))
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

    /// The namespaces that are wanted but in which this kind may not be seen. A kind that may be seen nowhere has
    /// failed as a whole, and is not told here again.
    pub fn hidden(&self, cluster: &ClusterState, kind: KindId) -> Option<Failure> {
        let seen = seen(cluster, kind)?;
        let mut missing = self.names(&cluster.info)?;
        missing.retain(|name| !seen.iter().any(|seen| **seen == **name));
        let words = match missing.as_slice() {
            [] => return None,
            [name] => format!("namespace {name}"),
            names => format!("namespaces {}", names.join(", ")),
        };
        let (cluster, plural) = (&cluster.info.name, entry(kind).plural);
        let remedy = "name a namespace that you may look into with -n NAMESPACE";
        Some(Failure::new(FORBIDDEN, format!("{cluster}: no permission to list {plural} in {words} ({remedy})")))
    }

    /// Where everything is wanted and only some namespaces may be seen: which these are.
    pub fn narrowed(&self, cluster: &ClusterState, kind: KindId) -> Option<String> {
        let seen = seen(cluster, kind).filter(|_| *self == Self::All)?;
        let names: Vec<&str> = seen.iter().map(|name| &**name).collect();
        let (cluster, plural) = (&cluster.info.name, entry(kind).plural);
        Some(format!("{cluster}: {plural} of these namespaces only, the others may not be seen: {}", names.join(", ")))
    }
}

/// The namespaces in which a kind is seen, if it is in some but not over the whole cluster.
fn seen(cluster: &ClusterState, kind: KindId) -> Option<&[std::sync::Arc<str>]> {
    let is_somewhere = !matches!(cluster.watch(kind), WatchState::Forbidden { .. });
    cluster.seen_in(kind).filter(|_| is_somewhere)
}

/// As kubectl has it: the context's own namespace, else `default`.
pub fn own(cluster: &ClusterInfo) -> &str {
    cluster.namespace.as_deref().unwrap_or("default")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::health::SessionEvent;
    use crate::store::fleet::Fleet;

    fn fleet(seen: &[&str]) -> Fleet {
        let info = ClusterInfo::sample("web");
        let mut fleet = Fleet::new(vec![info]);
        let namespaces = Some(seen.iter().map(|name| (*name).into()).collect());
        fleet.session(ClusterId(0), SessionEvent::Seen { kind: KindId::Job, namespaces });
        fleet.session(ClusterId(0), SessionEvent::Watch { kind: KindId::Job, state: WatchState::Live });
        fleet
    }

    fn named(names: &[&str]) -> Namespaces {
        Namespaces::Named(names.iter().map(|name| (*name).to_owned()).collect())
    }

    #[test]
    fn every_wanted_namespace_that_may_not_be_seen_is_named() {
        let fleet = fleet(&["a"]);
        let cluster = fleet.get(ClusterId(0)).unwrap();
        let words = |wanted: Namespaces| wanted.hidden(cluster, KindId::Job).map(|failure| failure.words);
        assert_eq!(words(named(&["a"])), None);
        assert!(words(named(&["a", "b", "c"])).unwrap().contains("list jobs in namespaces b, c (name a namespace"));
        assert!(words(Namespaces::Own).unwrap().contains("in namespace default"));
        assert_eq!(named(&["b"]).hidden(cluster, KindId::Pod).map(|failure| failure.words), None, "seen everywhere");
    }

    #[test]
    fn who_wants_all_namespaces_and_sees_some_is_told_which() {
        let fleet = fleet(&["a", "b"]);
        let cluster = fleet.get(ClusterId(0)).unwrap();
        assert!(Namespaces::All.narrowed(cluster, KindId::Job).unwrap().ends_with(": a, b"));
        assert_eq!(Namespaces::All.narrowed(cluster, KindId::Pod), None);
        assert_eq!(named(&["a"]).narrowed(cluster, KindId::Job), None);
    }
}
