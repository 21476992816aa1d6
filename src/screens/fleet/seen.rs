//! What one cluster of the fleet shows, and what a filter finds in it.

use std::borrow::Cow;

use super::FleetScene;
use super::clusters::{ACCOUNT, column};
use crate::domain::cluster::Source;
use crate::domain::eks::{ClusterStatus, Phase};
use crate::domain::filter::{FieldId, Filterable};
use crate::domain::gate::Environment;
use crate::domain::health::{Health, WatchState};
use crate::domain::ids::KindId;
use crate::domain::provider::short_version;
use crate::domain::registry::{Status, Summary};
use crate::screens::deck::clusters::{region, state_of};
use crate::store::fleet::ClusterState;
use crate::ui::theme::{Role, State};

/// One cluster at one time.
pub(super) struct Seen<'a> {
    pub cluster: &'a ClusterState,
    pub scene: FleetScene<'a>,
}

impl<'a> Seen<'a> {
    pub fn summary(&self) -> Option<&'a Summary> {
        self.cluster.survey.as_ref().map(|snapshot| &snapshot.summary)
    }

    pub fn environment(&self) -> Environment {
        self.scene.policy.care(&self.cluster.info, self.cluster.insecure).environment
    }

    /// The word of the status column and its state: what was looked at over time, else what the session says.
    pub fn standing(&self) -> (Cow<'a, str>, State) {
        let cluster = self.cluster;
        if cluster.is_gone {
            return ("gone".into(), State::Stale);
        }
        if let Some(eks) = &cluster.eks
            && !eks.status.serves()
        {
            let state = match eks.status {
                ClusterStatus::Failed => State::Broken,
                _ => State::Connecting,
            };
            return (eks.status.to_string().to_lowercase().into(), state);
        }
        match &cluster.standing {
            Some(standing) => match standing.status {
                Status::Up => ("up".into(), State::Ok),
                Status::Degraded => ("degraded".into(), State::Warning),
                Status::Down => ("down".into(), State::Broken),
            },
            None => {
                let state = state_of(cluster);
                let word = match &cluster.health {
                    Health::NotOpened => "not looked at",
                    Health::NeedsConsent => "asks first",
                    Health::Connecting { .. } => "connecting",
                    Health::Live => "up",
                    Health::Stale { .. } => "stale",
                    Health::Unauthorised { .. } => "needs login",
                    Health::Unreachable { .. } => "down",
                    Health::Broken { .. } => "broken",
                };
                (word.into(), state)
            }
        }
    }

    pub fn support_days(&self) -> Option<i64> {
        match self.cluster.eks.as_ref()?.support.phase(self.scene.scene.now()) {
            Phase::Standard { days_left } | Phase::Extended { days_left } => Some(days_left),
            Phase::Ended { days_ago } => Some(-days_ago),
            Phase::Unknown => None,
        }
    }

    /// Nodes that are ready, and all: as they are watched, else as the last look had them.
    pub fn nodes(&self) -> Option<(u32, u32)> {
        let tables = &self.cluster.tables;
        if *self.cluster.watch(KindId::Node) == WatchState::Live {
            return Some((tables.nodes_ready() as u32, tables.nodes.len() as u32));
        }
        self.summary().map(|summary| (summary.nodes_ready, summary.nodes))
    }

    /// Pods that run, and all.
    pub fn pods(&self) -> Option<(u32, u32)> {
        if *self.cluster.watch(KindId::Pod) == WatchState::Live {
            let counts = &self.cluster.tables.counts.total;
            return Some((counts.pods_running, counts.pods));
        }
        let phases = &self.summary()?.pods.phases;
        Some((phases.get("Running").copied().unwrap_or(0), phases.values().sum()))
    }

    /// Used and whole, of CPU or memory.
    pub fn share(&self, column: usize) -> Option<f64> {
        let summary = self.summary()?;
        let (used, whole) = match column {
            column::CPU => (summary.cpu_requested, summary.cpu_allocatable),
            _ => (summary.memory_requested, summary.memory_allocatable),
        };
        (whole > 0).then(|| used as f64 / whole as f64)
    }
}

impl Filterable for Seen<'_> {
    fn text(&self, field: FieldId) -> Cow<'_, str> {
        let cluster = self.cluster;
        if field == ACCOUNT {
            let of_eks = cluster.eks.as_ref().map(|eks| eks.id.account.as_str());
            let told = || cluster.info.record.as_ref().and_then(|record| record.account.as_deref());
            return of_eks.or_else(told).unwrap_or_default().into();
        }
        match usize::from(field.0) {
            column::NAME => cluster.info.name.as_str().into(),
            column::STATUS => self.standing().0,
            column::ENVIRONMENT => self.environment().to_string().into(),
            column::TEAM => {
                cluster.info.record.as_ref().and_then(|record| record.team.as_deref()).unwrap_or_default().into()
            }
            column::PROVIDER => cluster.provider_name().into(),
            column::VIA => via(cluster).into(),
            column::REGION => region(cluster).into(),
            column::VERSION => version(cluster).into(),
            column::SUPPORT => support(self).map(|(words, _)| words).unwrap_or_default().into(),
            _ => Cow::default(),
        }
    }

    fn number(&self, field: FieldId) -> Option<f64> {
        match usize::from(field.0) {
            column::NODES => self.nodes().map(|(_, all)| f64::from(all)),
            column::PODS => self.pods().map(|(_, all)| f64::from(all)),
            column @ (column::CPU | column::MEMORY) => self.share(column).map(|share| share * 100.0),
            column::WARNINGS => self.summary()?.warnings.map(f64::from),
            _ => None,
        }
    }

    fn label(&self, key: &str) -> Option<&str> {
        let cluster = self.cluster;
        let registered = cluster.info.record.as_ref().and_then(|record| record.labels.get(key));
        let tagged = || cluster.eks.as_ref().and_then(|eks| eks.tags.get(key));
        registered.or_else(tagged).map(String::as_str)
    }

    fn haystacks(&self, visit: &mut dyn FnMut(&str) -> bool) -> bool {
        visit(&self.cluster.info.name) || visit(&region(self.cluster)) || visit(&self.standing().0)
    }
}

pub(super) fn version(cluster: &ClusterState) -> String {
    match (&cluster.eks, cluster.git_version.as_deref()) {
        (Some(eks), _) => eks.version.clone(),
        (None, Some(version)) => short_version(version).to_owned(),
        (None, None) => cluster
            .info
            .record
            .as_ref()
            .and_then(|record| record.version.as_deref())
            .map_or_else(String::new, |version| short_version(version).to_owned()),
    }
}

/// What a cluster is reached with: a login of AWS, or whose kubeconfig.
pub(super) fn via(cluster: &ClusterState) -> String {
    match (&cluster.info.source, cluster.info.ways.first()) {
        (Source::Iam { login, .. }, _) => login.words(),
        (_, Some(way)) => way.word().to_owned(),
        (Source::Context { .. }, None) => "kubeconfig".to_owned(),
        (Source::Registry { .. }, None) => "registry".to_owned(),
        (Source::InCluster, None) => "this pod".to_owned(),
        (Source::Embedded, None) => "embedded".to_owned(),
    }
}

/// Days of standard support below which a person should have an upgrade in mind.
const SOON_DAYS: i64 = 60;

pub(super) fn support(seen: &Seen<'_>) -> Option<(String, Role)> {
    let eks = seen.cluster.eks.as_ref()?;
    let now = seen.scene.scene.now();
    let role = match eks.support.phase(now) {
        Phase::Standard { days_left } if days_left > SOON_DAYS => Role::Dim,
        Phase::Standard { .. } | Phase::Extended { .. } => Role::Warning,
        Phase::Ended { .. } => Role::Broken,
        Phase::Unknown => Role::Muted,
    };
    Some((eks.support.words(now, eks.upgrade_policy.as_ref()), role))
}
