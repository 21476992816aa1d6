//! The deck's sessions without the deck: opens clusters, keeps their tables, tells when each is there or has failed.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use futures::stream::FuturesUnordered;
use tokio::time::{Instant, timeout_at};
use tokio_util::sync::{CancellationToken, DropGuard};

use super::exit::{FAILED, FORBIDDEN, Failure, UNREACHABLE};
use crate::app::clock::now_ms;
use crate::domain::age::Age;
use crate::domain::event::EventRow;
use crate::domain::health::{Health, Trouble, WatchState};
use crate::domain::ids::{ClusterId, KindId, Uid};
use crate::domain::request::{FetchReply, FetchRequest, OpenOptions};
use crate::domain::shell::{command_line, quoted};
use crate::kinds::table::entry;
use crate::runtime::inbox::Inbox;
use crate::runtime::ports::FleetPort;
use crate::store::cluster::Unexplained;
use crate::store::fleet::{ClusterState, Fleet};
use crate::store::table::RowId;

/// Questions for events that are under way at once.
const QUESTIONS: usize = 16;
/// Questions for events in all, per cluster: what stands beyond is told without them.
const EXPLAINED: usize = 200;

/// Open sessions and what they brought. Dropping it closes them.
pub struct Headless {
    pub fleet: Fleet,
    pub again: String,
    port: Arc<dyn FleetPort>,
    inbox: Arc<Inbox>,
    cancel: CancellationToken,
    _ended_on_drop: DropGuard,
    open: Vec<ClusterId>,
    kinds: Vec<KindId>,
    waited: Duration,
}

/// Where a cluster stands for what is asked of it.
#[derive(Debug)]
pub enum Standing {
    Waits,
    Ready,
    Failed(Failure),
}

impl Headless {
    /// `again` is how the program is called with the same clusters, as [`super::setup::Setup::again`] tells.
    pub fn new(port: Arc<dyn FleetPort>, again: &str) -> Self {
        let cancel = CancellationToken::new();
        Self {
            fleet: Fleet::new(port.clusters()),
            port,
            again: again.to_owned(),
            inbox: Inbox::new(),
            _ended_on_drop: cancel.clone().drop_guard(),
            cancel,
            open: Vec::new(),
            kinds: Vec::new(),
            waited: Duration::ZERO,
        }
    }

    pub fn port(&self) -> &Arc<dyn FleetPort> {
        &self.port
    }

    /// Clusters that were opened, in the order of opening.
    pub fn opened(&self) -> impl Iterator<Item = &ClusterState> {
        self.open.iter().filter_map(|id| self.fleet.get(*id))
    }

    /// Opens clusters, all at once, and watches `options.kinds` in them.
    pub fn open(&mut self, ids: &[ClusterId], options: &OpenOptions) {
        self.kinds.clone_from(&options.kinds);
        for id in ids {
            let Some(cluster) = self.fleet.get_mut(*id) else { continue };
            self.open.push(*id);
            if cluster.health == Health::NotOpened {
                cluster.health = Health::Connecting { since_ms: now_ms() };
                self.port.open(*id, options.clone(), self.inbox.clone(), self.cancel.child_token());
            }
        }
    }

    /// Waits until every opened cluster is there with all its kinds or has failed, `limit` at the longest.
    pub async fn settle(&mut self, limit: Duration) {
        self.waited = limit;
        self.until(limit, |headless| headless.opened().all(|cluster| headless.is_decided(cluster))).await;
        // Who was asked may have turned out to be another one.
        self.fleet.refresh(self.port.clusters());
    }

    /// Waits until `done` holds, `limit` at the longest.
    pub async fn until(&mut self, limit: Duration, done: impl Fn(&Self) -> bool) {
        let deadline = Instant::now() + limit;
        self.drain();
        while !done(self) {
            if timeout_at(deadline, self.inbox.ready()).await.is_err() {
                return;
            }
            self.drain();
        }
    }

    /// Waits for something to change, then takes it in.
    pub async fn changed(&mut self) {
        self.inbox.ready().await;
        self.drain();
    }

    /// Takes in whatever has come.
    pub fn drain(&mut self) {
        loop {
            let batch = self.inbox.take();
            for (id, event) in batch.events {
                self.fleet.session(id, event);
            }
            for change in batch.deltas {
                if let Some(cluster) = self.fleet.get_mut(change.cluster) {
                    cluster.tables.apply(change.delta);
                }
            }
            if !batch.more {
                break;
            }
        }
        for id in &self.open {
            if let Some(cluster) = self.fleet.get_mut(*id) {
                cluster.tables.settle();
            }
        }
    }

    /// Nothing more is to be waited for: it failed, or each kind has been listed or cannot be.
    fn is_decided(&self, cluster: &ClusterState) -> bool {
        match cluster.health {
            Health::Connecting { .. } => false,
            Health::Live => {
                self.kinds.iter().all(|kind| !matches!(cluster.watch(*kind), WatchState::Idle | WatchState::Loading))
            }
            _ => true,
        }
    }

    /// Where a cluster stands, if these kinds must be seen.
    pub fn standing(&self, cluster: &ClusterState, required: &[KindId]) -> Standing {
        let name = &cluster.info.name;
        if let Some(failure) = health_failure(cluster, &self.again) {
            return Standing::Failed(failure);
        }
        for kind in required {
            let plural = entry(*kind).plural;
            let failed = |code, trouble: &Trouble| Standing::Failed(told(code, name, trouble));
            match cluster.watch(*kind) {
                WatchState::Forbidden { trouble } => return failed(FORBIDDEN, trouble),
                WatchState::Stale { trouble, .. } => return failed(FAILED, trouble),
                WatchState::Absent => {
                    return Standing::Failed(Failure::new(
                        FAILED,
                        format!("{name}: the server does not serve {plural}"),
                    ));
                }
                WatchState::Idle | WatchState::Loading => return Standing::Waits,
                WatchState::Live => {}
            }
        }
        Standing::Ready
    }

    /// What failed, and who was waited for in vain, a failure for each cluster.
    pub fn failures(&self, required: &[KindId]) -> Vec<Failure> {
        let failure = |cluster: &ClusterState| match self.standing(cluster, required) {
            Standing::Ready => None,
            Standing::Failed(failure) => Some(failure),
            Standing::Waits => {
                let waited = Age(self.waited.as_secs().cast_signed());
                let words =
                    format!("{}: no whole answer from {} within {waited}", cluster.info.name, cluster.info.server);
                Some(Failure::new(UNREACHABLE, words))
            }
        };
        self.opened().filter_map(failure).collect()
    }

    /// Asks for the events of Jobs that are not well and whose pods do not tell why, as the deck does for the rows that
    /// it shows. `wanted` picks the Jobs.
    pub async fn explain(&mut self, limit: Duration, wanted: impl Fn(&ClusterState, RowId) -> bool) {
        let deadline = Instant::now() + limit;
        let mut waiting: Vec<(ClusterId, Unexplained)> = Vec::new();
        for id in self.open.clone() {
            let Some(cluster) = self.fleet.get(id) else { continue };
            let jobs = cluster.tables.jobs.iter().map(|(row, _)| row);
            let ids: Vec<u32> = jobs.filter(|row| wanted(cluster, *row)).map(|row| row.0).collect();
            let Some(cluster) = self.fleet.get_mut(id) else { continue };
            let unexplained = cluster.tables.unexplained(&ids, EXPLAINED, now_ms());
            waiting.extend(unexplained.into_iter().map(|job| (id, job)));
        }
        let mut asking = FuturesUnordered::new();
        loop {
            while let Some((id, job)) = waiting.pop_if(|_| asking.len() < QUESTIONS) {
                let Unexplained { job, namespace, objects } = job;
                let answer = self.port.fetch(id, FetchRequest::Events { namespace, objects });
                asking.push(async move { (id, job, answer.await) });
            }
            let Ok(Some((id, uid, answer))) = timeout_at(deadline, asking.next()).await else { return };
            if let (Ok(FetchReply::Events(events)), Some(cluster)) = (answer, self.fleet.get_mut(id)) {
                cluster.tables.put_events(uid, events);
            }
        }
    }

    /// Events of these objects of one cluster, oldest first.
    ///
    /// # Errors
    /// Why those of the first object cannot be had.
    pub async fn events(
        &self,
        cluster: ClusterId,
        objects: &[(Arc<str>, Uid)],
        limit: Duration,
    ) -> Result<Vec<EventRow>, Trouble> {
        let ask = |(namespace, uid): &(Arc<str>, Uid)| {
            self.port.fetch(cluster, FetchRequest::Events { namespace: namespace.clone(), objects: vec![*uid] })
        };
        let answers = futures::future::join_all(objects.iter().map(ask));
        let Ok(answers) = tokio::time::timeout(limit, answers).await else {
            return Err(Trouble::new(format!("no events within {}", Age(limit.as_secs().cast_signed()))));
        };
        let mut events = Vec::new();
        for (place, answer) in answers.into_iter().enumerate() {
            match answer {
                Ok(FetchReply::Events(rows)) => events.extend(rows),
                Err(error) if place == 0 => return Err(error.trouble().clone()),
                _ => {}
            }
        }
        events.sort_by_key(|event| event.last_seen);
        Ok(events)
    }
}

/// What a cluster's health says against asking it; `None` while it connects or is live. `again` as in
/// [`Headless::new`].
pub fn health_failure(cluster: &ClusterState, again: &str) -> Option<Failure> {
    let name = &cluster.info.name;
    let failure = match &cluster.health {
        Health::NotOpened | Health::Connecting { .. } | Health::Live => return None,
        Health::NeedsConsent => Failure::new(FORBIDDEN, format!("{name}: {}", consent_words(cluster, again))),
        Health::Unauthorised { trouble, .. } => told(FORBIDDEN, name, trouble),
        Health::Stale { trouble, .. } | Health::Unreachable { trouble, .. } => told(UNREACHABLE, name, trouble),
        Health::Broken { trouble } => told(FAILED, name, trouble),
    };
    Some(failure)
}

/// Which program would be run, and how to agree to it. `again` is how the program is called with these kubeconfigs.
pub fn consent_words(cluster: &ClusterState, again: &str) -> String {
    let argv = cluster.consent.as_ref().map(|consent| command_line(&consent.argv)).unwrap_or_default();
    let context = quoted(cluster.info.context().unwrap_or(&cluster.info.name));
    format!(
        "its kubeconfig logs in with a program that was not agreed to yet: `{argv}` ({again} --context {context}, then enter on its row, asks)"
    )
}

/// A trouble that names its cluster, with what mends it.
fn told(code: u8, name: &str, trouble: &Trouble) -> Failure {
    let named = if trouble.words.starts_with(name) { String::new() } else { format!("{name}: ") };
    let remedy = trouble.remedy.as_ref().map(|remedy| format!(" ({remedy})")).unwrap_or_default();
    Failure::new(code, format!("{named}{}{remedy}", trouble.words))
}

/// Clusters whose health became worse or better, in words, since the last call.
#[derive(Debug, Default)]
pub struct HealthWords(HashMap<ClusterId, Option<String>>);

impl HealthWords {
    /// One line for each cluster that changed. The first call only remembers.
    pub fn changes(&mut self, headless: &Headless) -> Vec<String> {
        let mut lines = Vec::new();
        for cluster in headless.opened() {
            let words = health_failure(cluster, &headless.again).map(|failure| failure.words);
            let back = format!("{}: live again", cluster.info.name);
            match self.0.insert(cluster.id, words.clone()) {
                None => {}
                Some(before) if before.is_some() == words.is_some() => {}
                Some(_) => lines.push(words.unwrap_or(back)),
            }
        }
        lines
    }
}
