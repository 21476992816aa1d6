//! Every cluster that is known, opened or not, with what is watched of it.

use std::sync::Arc;
use std::time::Duration;

use super::cluster::ClusterStore;
use crate::domain::cloud::LaneRow;
use crate::domain::cluster::{ClusterInfo, Source};
use crate::domain::consent::ConsentRequest;
use crate::domain::eks::{EksCluster, EksDetail};
use crate::domain::fleet::FleetNews;
use crate::domain::health::{Connections, Health, SessionEvent, Trouble, WatchState};
use crate::domain::ids::{ClusterId, KindId};
use crate::domain::provider::{Provider, provider};
use crate::domain::registry::{Snapshot, Transition};
use crate::domain::sync::SyncFigures;

/// The fleet, by `ClusterId`.
#[derive(Debug, Default)]
pub struct Fleet {
    clusters: Vec<ClusterState>,
    /// Logins at AWS, in the order in which they are shown.
    pub logins: Arc<[LaneRow]>,
    /// Clusters are being looked for at AWS.
    pub is_looking: bool,
    /// How the worker does that keeps the clusters' health.
    pub sync: SyncFigures,
}

/// One cluster: what is known of it, how its session stands, its tables.
#[derive(Debug)]
pub struct ClusterState {
    pub id: ClusterId,
    pub info: ClusterInfo,
    pub health: Health,
    pub git_version: Option<String>,
    pub latency: Option<Duration>,
    /// Round trips of the last probes in milliseconds, oldest first, at most [`LATENCIES`].
    pub latencies: Vec<u32>,
    pub identity: Option<String>,
    pub insecure: bool,
    pub connections: Option<Connections>,
    /// The namespaces that are seen, when not the whole cluster.
    pub scope: Option<Vec<Arc<str>>>,
    pub consent: Option<ConsentRequest>,
    pub notes: Vec<String>,
    pub tables: ClusterStore,
    /// What AWS says of it.
    pub eks: Option<Arc<EksCluster>>,
    /// What hangs on it at AWS, once somebody opened its description.
    pub detail: Fetched<Arc<EksDetail>>,
    /// When the worker was last told what its session sees, Unix milliseconds; 0: not yet.
    pub told_ms: i64,
    /// Its session has come back since then: how it stands is to be looked at without waiting for the turn.
    pub is_back: bool,
    /// A person closed it: it is not opened by itself.
    pub is_closed: bool,
    /// AWS listed it once and does not any more.
    pub is_gone: bool,
    /// A run from here destroyed it: that it is gone is no news.
    pub is_destroyed: bool,
    /// The last look at it that was taken in the background.
    pub survey: Option<Arc<Snapshot>>,
    /// How it stands over time, by these looks.
    pub standing: Option<Transition>,
    watches: [WatchState; WATCHED.len()],
    seen: [Option<Vec<Arc<str>>>; WATCHED.len()],
}

/// Something that was asked for.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Fetched<T> {
    #[default]
    Waiting,
    Got(T),
    Failed(Trouble),
}

/// How many probe round trips the sparkline keeps.
pub const LATENCIES: usize = 30;

/// The kinds that a session watches, in the order in which their states are kept.
pub const WATCHED: [KindId; 5] = [KindId::Namespace, KindId::Job, KindId::CronJob, KindId::Pod, KindId::Node];

impl Fleet {
    pub fn new(infos: Vec<ClusterInfo>) -> Self {
        let clusters =
            infos.into_iter().enumerate().map(|(place, info)| ClusterState::new(ClusterId(place as u32), info));
        Self { clusters: clusters.collect(), ..Self::default() }
    }

    pub fn len(&self) -> usize {
        self.clusters.len()
    }

    pub fn is_empty(&self) -> bool {
        self.clusters.is_empty()
    }

    pub fn get(&self, id: ClusterId) -> Option<&ClusterState> {
        self.clusters.get(id.0 as usize)
    }

    pub fn get_mut(&mut self, id: ClusterId) -> Option<&mut ClusterState> {
        self.clusters.get_mut(id.0 as usize)
    }

    pub fn iter(&self) -> impl ExactSizeIterator<Item = &ClusterState> {
        self.clusters.iter()
    }

    pub fn iter_mut(&mut self) -> impl ExactSizeIterator<Item = &mut ClusterState> {
        self.clusters.iter_mut()
    }

    /// Takes in what is known of the clusters by now, in the order of their ids. The list only grows, so that an id means
    /// one cluster for as long as the program runs.
    pub fn refresh(&mut self, infos: Vec<ClusterInfo>) {
        for (place, info) in infos.into_iter().enumerate() {
            match self.clusters.get_mut(place) {
                Some(cluster) => cluster.info = info,
                None => self.clusters.push(ClusterState::new(ClusterId(place as u32), info)),
            }
        }
    }

    /// Takes in what a session tells.
    pub fn session(&mut self, id: ClusterId, event: SessionEvent) {
        if let Some(cluster) = self.get_mut(id) {
            cluster.session(event);
        }
    }

    /// Takes in what the background tells. Gives the clusters that look different now.
    pub fn news(&mut self, news: FleetNews) -> Vec<ClusterId> {
        match news {
            FleetNews::Found { from, clusters } => return self.found(from, clusters),
            FleetNews::Logins(logins) => self.logins = logins,
            FleetNews::Sync(figures) => self.sync = figures,
            // The terminal's, not the fleet's.
            FleetNews::Ring(..) | FleetNews::Runs(_) => {}
            FleetNews::Described { cluster, eks } => {
                return self.on(cluster, |state| (state.eks, state.is_gone) = (Some(eks), false));
            }
            FleetNews::Detailed { cluster, detail } => {
                return self.on(cluster, |state| {
                    state.detail = match detail {
                        Ok(detail) => Fetched::Got(detail),
                        Err(trouble) => Fetched::Failed(trouble),
                    };
                });
            }
            FleetNews::Gone { cluster } => return self.on(cluster, |state| state.is_gone = true),
            FleetNews::Renewed { cluster, info } => return self.on(cluster, |state| state.info = *info),
            FleetNews::Looking(is_looking) => self.is_looking = is_looking,
            // What was asked for it speaks to whoever asked.
            FleetNews::Answered { .. } => {}
            // Of a cluster that is down the last look stays, with its age.
            FleetNews::Surveyed { cluster, snapshot } => {
                return self.on(cluster, |state| state.survey = Some(snapshot));
            }
            FleetNews::Stands { cluster, standing } => {
                return self.on(cluster, |state| state.standing = Some(standing));
            }
        }
        Vec::new()
    }

    fn on(&mut self, id: ClusterId, change: impl FnOnce(&mut ClusterState)) -> Vec<ClusterId> {
        let Some(cluster) = self.get_mut(id) else { return Vec::new() };
        change(cluster);
        vec![id]
    }

    /// Clusters are only ever added behind the others: an id means one cluster for as long as the program runs.
    fn found(&mut self, from: ClusterId, infos: Vec<ClusterInfo>) -> Vec<ClusterId> {
        let known = self.clusters.len().saturating_sub(from.0 as usize);
        let mut ids = Vec::new();
        for info in infos.into_iter().skip(known) {
            let id = ClusterId(self.clusters.len() as u32);
            self.clusters.push(ClusterState::new(id, info));
            ids.push(id);
        }
        ids
    }
}

impl ClusterState {
    /// Only the registry knew it, and knows it no longer; or AWS does not list any more what was destroyed from here.
    pub fn is_removed(&self) -> bool {
        let is_unknown = match self.info.source {
            Source::Registry { .. } => self.info.ways.is_empty() || (self.is_destroyed && self.is_gone),
            Source::Iam { .. } => self.is_destroyed && self.is_gone,
            _ => false,
        };
        is_unknown && self.info.record.is_none()
    }

    pub fn new(id: ClusterId, info: ClusterInfo) -> Self {
        let health = match &info.broken {
            Some(trouble) => Health::Broken { trouble: trouble.clone() },
            None => Health::NotOpened,
        };
        Self {
            id,
            insecure: info.insecure,
            info,
            health,
            git_version: None,
            latency: None,
            latencies: Vec::new(),
            identity: None,
            connections: None,
            scope: None,
            consent: None,
            notes: Vec::new(),
            tables: ClusterStore::default(),
            eks: None,
            detail: Fetched::default(),
            told_ms: 0,
            is_back: false,
            is_closed: false,
            is_gone: false,
            is_destroyed: false,
            survey: None,
            standing: None,
            watches: Default::default(),
            seen: Default::default(),
        }
    }

    /// The session's first rows are under way: a look would fetch the same once more, over the same link.
    pub fn is_filling(&self) -> bool {
        match self.health {
            Health::Connecting { .. } => true,
            Health::Live => self.watches.iter().any(|state| matches!(state, WatchState::Idle | WatchState::Loading)),
            _ => false,
        }
    }

    pub fn watch(&self, kind: KindId) -> &WatchState {
        match WATCHED.iter().position(|watched| *watched == kind) {
            Some(place) => &self.watches[place],
            None => &WatchState::Idle,
        }
    }

    /// The namespaces that a kind is seen in, where it may not be listed over the whole cluster.
    pub fn seen_in(&self, kind: KindId) -> Option<&[Arc<str>]> {
        let place = WATCHED.iter().position(|watched| *watched == kind)?;
        self.seen[place].as_deref()
    }

    /// Whether the rows of a kind in a namespace are known: without, a count of zero would be a lie.
    pub fn sees(&self, kind: KindId, namespace: &str) -> bool {
        matches!(self.watch(kind), WatchState::Live | WatchState::Stale { .. })
            && self.seen_in(kind).is_none_or(|names| names.iter().any(|name| **name == *namespace))
    }

    /// Whether the rows of a kind in a namespace may not be seen, as far as that is known by now.
    pub fn hides(&self, kind: KindId, namespace: &str) -> bool {
        matches!(self.watch(kind), WatchState::Forbidden { .. })
            || self.seen_in(kind).is_some_and(|names| names.iter().all(|name| **name != *namespace))
    }

    pub fn provider(&self) -> Provider {
        if self.info.arn.is_some() || matches!(self.info.source, Source::Iam { .. }) {
            return Provider::Eks;
        }
        let nodes = self.tables.nodes.iter().take(8).map(|(_, node)| node);
        provider(self.git_version.as_deref().unwrap_or_default(), nodes)
    }

    /// The provider in words; empty until somebody was there.
    pub fn provider_name(&self) -> &'static str {
        if self.eks.is_some() {
            return Provider::Eks.name();
        }
        match (&self.git_version, self.info.record.as_ref().and_then(|record| record.provider)) {
            (Some(_), _) => self.provider().name(),
            (None, Some(provider)) => provider.name(),
            (None, None) => "",
        }
    }

    /// When the last look was taken, Unix milliseconds.
    pub fn surveyed_ms(&self) -> Option<i64> {
        self.survey.as_ref().map(|snapshot| snapshot.at_ms)
    }

    /// What a watch brought that could not be read, in words.
    pub fn undecoded(&self) -> Option<&str> {
        self.notes.iter().rfind(|note| note.contains("could not be decoded")).map(String::as_str)
    }

    /// Whether the cluster was opened and its session runs.
    pub fn is_open(&self) -> bool {
        !matches!(self.health, Health::NotOpened | Health::Broken { .. })
    }

    /// Forgets what the session brought, when the cluster is closed.
    pub fn close(&mut self) {
        let fresh = Self::new(self.id, self.info.clone());
        // What was told without a session is known without one.
        *self = Self {
            eks: self.eks.take(),
            detail: std::mem::take(&mut self.detail),
            is_closed: true,
            is_gone: self.is_gone,
            is_destroyed: self.is_destroyed,
            survey: self.survey.take(),
            standing: self.standing.take(),
            ..fresh
        };
    }

    fn session(&mut self, event: SessionEvent) {
        match event {
            SessionEvent::Health(health) => {
                self.is_back |= self.told_ms > 0 && health == Health::Live && self.health != Health::Live;
                self.health = health;
            }
            SessionEvent::Version { git_version } => self.git_version = Some(git_version),
            SessionEvent::Latency(latency) => {
                self.latency = Some(latency);
                if self.latencies.len() == LATENCIES {
                    self.latencies.remove(0);
                }
                self.latencies.push(latency.as_millis().min(u128::from(u32::MAX)) as u32);
            }
            SessionEvent::Watch { kind, state } => {
                if let Some(place) = WATCHED.iter().position(|watched| *watched == kind) {
                    self.watches[place] = state;
                }
            }
            SessionEvent::Scope { namespaces } => self.scope = namespaces,
            SessionEvent::Seen { kind, namespaces } => {
                if let Some(place) = WATCHED.iter().position(|watched| *watched == kind) {
                    self.seen[place] = namespaces;
                }
            }
            SessionEvent::Insecure => self.insecure = true,
            SessionEvent::Connections(connections) => self.connections = Some(connections),
            SessionEvent::ConsentNeeded(request) => self.consent = Some(request),
            SessionEvent::Identity { user } => self.identity = Some(user),
            SessionEvent::Note(words) => {
                if !self.notes.contains(&words) {
                    self.notes.push(words);
                }
            }
        }
    }
}
