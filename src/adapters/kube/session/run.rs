//! One stretch of a session with one reader: followers, probe and facts as tasks, their reports on the board.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

use super::board::{Board, Failing, Standing};
use super::namespaces::{self, Candidates};
use super::probe::{self, Probed};
use super::{Session, after, facts};
use crate::adapters::kube::feed::{Feed, now_ms};
use crate::adapters::kube::follower::{End, Follower, News, Report, changed};
use crate::adapters::kube::reader::Reader;
use crate::adapters::kube::target::Target;
use crate::domain::delta::{Delta, Row, Scope};
use crate::domain::health::{Connections, Health, SessionEvent, Trouble, WatchState};
use crate::domain::ids::KindId;
use crate::kinds::table::{self, KINDS};

/// Reports that wait for the board; who has one more waits too.
const REPORTS: usize = 64;

/// How often a person without rights over the cluster is asked about anew: namespaces and rights come and go.
const SEARCHED_EVERY: Duration = Duration::from_secs(60);

/// What a task ended with.
enum Done {
    /// A follower gave up.
    Follower { kind: KindId, scope: Scope, end: End },
    /// Where to look, for kinds that may not be listed over the cluster.
    Candidates(Candidates),
    /// Rows for namespaces that may not be listed.
    Namespaces(Vec<Row>),
    /// A task that only reports.
    Quiet,
}

pub struct Run {
    reader: Reader,
    feed: Feed,
    kinds: Vec<KindId>,
    given: Vec<Arc<str>>,
    own: Option<String>,
    tasks: JoinSet<Done>,
    board: Board,
    /// Makes followers stop waiting and open their watches anew.
    wake: watch::Sender<u64>,
    watched: (mpsc::Sender<Report>, mpsc::Receiver<Report>),
    probed: (mpsc::Sender<Probed>, mpsc::Receiver<Probed>),
    scope: ScopeSearch,
    told: Told,
}

/// Where the search for namespaces stands.
#[derive(Default)]
enum ScopeSearch {
    /// Every kind is seen over the whole cluster so far.
    #[default]
    Unneeded,
    /// These kinds wait for its result.
    Running(Vec<KindId>),
    /// These kinds are followed in each of the namespaces.
    Found { candidates: Candidates, kinds: Vec<KindId> },
}

/// What the loop knows already.
#[derive(Default)]
struct Told {
    health: Option<Health>,
    watches: Vec<(KindId, WatchState)>,
    namespaces: Option<Vec<Arc<str>>>,
    seen: Vec<(KindId, Option<Vec<Arc<str>>>)>,
    undecoded: Vec<KindId>,
    connections: Option<Connections>,
}

impl Run {
    pub fn new(session: &Session, reader: Reader) -> Self {
        let wanted = &session.options.kinds;
        // In the table's order, which is the order of opening.
        let watchable = KINDS.iter().filter(|entry| entry.decode_protobuf.is_some()).map(|entry| entry.id);
        Self {
            reader,
            feed: session.feed.clone(),
            kinds: watchable.filter(|kind| wanted.is_empty() || wanted.contains(kind)).collect(),
            given: session.options.namespaces.clone(),
            own: session.info.namespace.clone(),
            tasks: JoinSet::new(),
            board: Board::new(now_ms()),
            wake: watch::Sender::new(0),
            watched: mpsc::channel(REPORTS),
            probed: mpsc::channel(REPORTS),
            scope: ScopeSearch::default(),
            told: Told::default(),
        }
    }

    /// Runs until a person's wish for a retry needs a new reader: credentials were refused, or rights were missing.
    pub async fn until_restart(mut self, retry: &mut watch::Receiver<u64>) {
        for kind in self.kinds.clone() {
            self.follow(kind, Scope::Cluster);
        }
        let (reader, feed) = (self.reader.clone(), self.feed.clone());
        let (reports, wake) = (self.probed.0.clone(), self.wake.subscribe());
        self.tasks.spawn(async move {
            probe::run(reader, feed, reports, wake).await;
            Done::Quiet
        });
        let (reader, feed) = (self.reader.clone(), self.feed.clone());
        self.tasks.spawn(async move {
            facts::tell(reader, feed).await;
            Done::Quiet
        });
        let mut search = tokio::time::interval_at(tokio::time::Instant::now() + SEARCHED_EVERY, SEARCHED_EVERY);
        search.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            self.tell();
            tokio::select! {
                _ = search.tick() => {
                    if matches!(self.scope, ScopeSearch::Found { .. }) {
                        self.search();
                    }
                }
                Some(report) = self.watched.1.recv() => self.take_report(report),
                Some(probed) = self.probed.1.recv() => self.take_probe(probed),
                Some(done) = self.tasks.join_next() => match done {
                    Ok(done) => self.take_done(done),
                    Err(error) => tracing::error!(cluster = self.reader.cluster(), %error, "a task of the session died"),
                },
                () = changed(retry) => {
                    let refused = matches!(self.told.health, Some(Health::Unauthorised { .. }));
                    if refused || self.board.misses_rights() {
                        return;
                    }
                    self.wake_all();
                }
            }
        }
    }

    fn follow(&mut self, kind: KindId, scope: Scope) {
        self.board.set(kind, &scope, Standing::Loading);
        let follower = Follower {
            reader: self.reader.clone(),
            target: Target { entry: table::entry(kind), scope: scope.clone() },
            feed: self.feed.clone(),
            reports: self.watched.0.clone(),
            wake: self.wake.subscribe(),
        };
        self.tasks.spawn(async move { Done::Follower { kind, scope, end: follower.run().await } });
    }

    fn wake_all(&self) {
        self.wake.send_modify(|count| *count = count.wrapping_add(1));
    }

    fn take_report(&mut self, report: Report) {
        match report.news {
            News::Live => {
                self.board.set(report.kind, &report.scope, Standing::Live);
                // A watch that is served proves as much as a probe, and may come sooner.
                self.probe_is_fine();
            }
            News::Failed { error, pause } => {
                let failing = Failing { since_ms: now_ms(), retry_ms: after(pause), error };
                self.board.set(report.kind, &report.scope, Standing::Failing(failing));
            }
            News::Undecoded(undecoded) => {
                if !self.told.undecoded.contains(&report.kind) {
                    self.told.undecoded.push(report.kind);
                    let plural = table::entry(report.kind).plural;
                    let words = format!("{} {plural} could not be decoded: {}", undecoded.count, undecoded.first);
                    self.feed.event(SessionEvent::Note(words));
                }
            }
        }
    }

    fn take_probe(&mut self, probed: Probed) {
        // They come and go by the dozen while lists are read; what a person wants to see is where they settle.
        let ((open, limit), (open_in_all, limit_in_all)) = (self.reader.connections(), self.reader.all_connections());
        let connections = Connections { open, limit, open_in_all, limit_in_all };
        if self.told.connections != Some(connections) {
            self.told.connections = Some(connections);
            self.feed.event(SessionEvent::Connections(connections));
        }
        match probed {
            Probed::Fine { latency } => {
                if let Some(latency) = latency {
                    self.feed.event(SessionEvent::Latency(latency));
                }
                self.probe_is_fine();
            }
            Probed::Failed { error, pause } => {
                let failing = Failing { since_ms: now_ms(), retry_ms: after(pause), error };
                self.board.set_probe(Some(failing));
            }
        }
    }

    /// The server is there; if it was not, nobody need wait any longer.
    fn probe_is_fine(&mut self) {
        if self.board.probe_fails() {
            self.board.set_probe(None);
            self.wake_all();
        }
    }

    fn take_done(&mut self, done: Done) {
        match done {
            Done::Quiet => {}
            Done::Follower { kind, scope, end: End::Absent } => self.board.set(kind, &scope, Standing::Absent),
            Done::Follower { kind, scope, end: End::Forbidden(trouble) } => self.forbidden(kind, scope, trouble),
            Done::Candidates(found) => self.found(found),
            Done::Namespaces(rows) => {
                let (kind, epoch) = (KindId::Namespace, self.feed.next_epoch());
                let upserts = rows.into_iter().map(|row| Delta::Upsert { epoch, row });
                self.feed.deltas(upserts.chain([Delta::Listed { kind, scope: Scope::Cluster, epoch }]).collect());
                self.board.set(kind, &Scope::Cluster, Standing::Live);
            }
        }
    }

    /// A kind may not be listed in a scope. Over the cluster, its namespaces are looked into one by one.
    fn forbidden(&mut self, kind: KindId, scope: Scope, trouble: Trouble) {
        let falls_back = scope == Scope::Cluster && (table::entry(kind).namespaced || kind == KindId::Namespace);
        if !falls_back {
            self.feed.deltas(vec![Delta::Dropped { kind, scope: scope.clone() }]);
            self.board.set(kind, &scope, Standing::Forbidden(trouble));
            return;
        }
        // Rights may have been taken away from a kind that was seen.
        self.feed.deltas(vec![Delta::Dropped { kind, scope }]);
        match &mut self.scope {
            ScopeSearch::Found { candidates, kinds } => {
                kinds.push(kind);
                let names = candidates.names.clone();
                self.follow_in_namespaces(kind, names);
            }
            ScopeSearch::Running(waiting) => waiting.push(kind),
            ScopeSearch::Unneeded => {
                self.scope = ScopeSearch::Running(vec![kind]);
                self.search();
            }
        }
    }

    fn search(&mut self) {
        let (reader, given, own) = (self.reader.clone(), self.given.clone(), self.own.clone());
        let kinds = self.kinds.clone();
        self.tasks.spawn(async move {
            Done::Candidates(namespaces::candidates(&reader, &given, own.as_deref(), &kinds).await)
        });
    }

    /// Where to look, for the first time or anew: what is new is followed. What is gone stays; its lists are empty.
    fn found(&mut self, found: Candidates) {
        let (known, kinds, left_out) = match std::mem::take(&mut self.scope) {
            ScopeSearch::Found { candidates, kinds } => (candidates.names, kinds, Some(candidates.left_out)),
            ScopeSearch::Running(waiting) => (Vec::new(), waiting, None),
            ScopeSearch::Unneeded => return,
        };
        let room =
            namespaces::MOST.saturating_sub(known.len()).max(if known.is_empty() { found.names.len() } else { 0 });
        let (fresh, beyond): (Vec<_>, Vec<_>) =
            found.names.into_iter().filter(|name| !known.contains(name)).enumerate().partition(|(at, _)| *at < room);
        let fresh: Vec<Arc<str>> = fresh.into_iter().map(|(_, name)| name).collect();
        let names: Vec<Arc<str>> = known.into_iter().chain(fresh.iter().cloned()).collect();
        let candidates = Candidates { left_out: found.left_out + beyond.len(), names };
        if candidates.left_out > 0 && left_out != Some(candidates.left_out) {
            self.feed.event(SessionEvent::Note(format!(
                "{} namespaces are watched, {} more are not: name those you need with -n",
                candidates.names.len(),
                candidates.left_out
            )));
        }
        let all = candidates.names.clone();
        self.scope = ScopeSearch::Found { candidates, kinds: kinds.clone() };
        if !fresh.is_empty() {
            for kind in kinds {
                self.follow_in_namespaces(kind, if kind == KindId::Namespace { all.clone() } else { fresh.clone() });
            }
        }
    }

    fn follow_in_namespaces(&mut self, kind: KindId, names: Vec<Arc<str>>) {
        if kind == KindId::Namespace {
            let reader = self.reader.clone();
            self.tasks.spawn(async move { Done::Namespaces(namespaces::rows(&reader, &names).await) });
            return;
        }
        self.board.remove(kind, &Scope::Cluster);
        for name in names {
            self.follow(kind, Scope::Namespace(name));
        }
    }

    /// Tells the loop what has changed since it was last told.
    fn tell(&mut self) {
        let health = self.board.health(self.feed.last_heard());
        if self.told.health.as_ref() != Some(&health) {
            tracing::info!(cluster = self.reader.cluster(), ?health, "health");
            self.told.health = Some(health.clone());
            self.feed.event(SessionEvent::Health(health));
        }
        // Before the watches: whoever waits for a kind to be there must not miss where it is seen.
        if let ScopeSearch::Found { candidates, .. } = &self.scope {
            // Where nothing may be seen at all, the places that were looked into say more than "0 namespaces".
            let seen = self.board.seen_namespaces();
            let namespaces = if seen.is_empty() { candidates.names.clone() } else { seen };
            if self.told.namespaces.as_ref() != Some(&namespaces) {
                self.told.namespaces = Some(namespaces.clone());
                self.feed.event(SessionEvent::Scope { namespaces: Some(namespaces) });
            }
        }
        for kind in &self.kinds {
            let namespaces = self.board.seen_of(*kind);
            match self.told.seen.iter_mut().find(|(known, _)| known == kind) {
                Some((_, old)) if *old == namespaces => continue,
                Some((_, old)) => old.clone_from(&namespaces),
                None => self.told.seen.push((*kind, namespaces.clone())),
            }
            self.feed.event(SessionEvent::Seen { kind: *kind, namespaces });
        }
        for kind in &self.kinds {
            let state = self.board.kind(*kind);
            let told = self.told.watches.iter_mut().find(|(known, _)| known == kind);
            match told {
                Some((_, old)) if *old == state => continue,
                Some((_, old)) => *old = state.clone(),
                None => self.told.watches.push((*kind, state.clone())),
            }
            self.feed.event(SessionEvent::Watch { kind: *kind, state });
        }
    }
}
