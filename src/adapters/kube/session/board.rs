//! How each watch and the probe stand, and what that makes of the cluster's health. Pure: times are told.

use crate::domain::delta::Scope;
use crate::domain::health::{Health, Trouble, WatchState};
use crate::domain::ids::KindId;
use crate::runtime::ports::PortError;

/// Something that does not work at the moment. Times are Unix milliseconds.
#[derive(Debug, Clone, PartialEq)]
pub struct Failing {
    pub since_ms: i64,
    pub retry_ms: i64,
    pub error: PortError,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Standing {
    /// The first list is under way.
    Loading,
    Live,
    Failing(Failing),
    Forbidden(Trouble),
    Absent,
}

#[derive(Debug)]
pub struct Board {
    opened_ms: i64,
    watches: Vec<(KindId, Scope, Standing)>,
    probe: Option<Failing>,
    /// The server answered some list, be it with a refusal.
    reached: bool,
}

impl Board {
    pub fn new(opened_ms: i64) -> Self {
        Self { opened_ms, watches: Vec::new(), probe: None, reached: false }
    }

    /// Puts a watch's standing in place of its last one. A failure keeps the time at which failing began.
    pub fn set(&mut self, kind: KindId, scope: &Scope, mut standing: Standing) {
        self.reached |= matches!(standing, Standing::Live | Standing::Forbidden(_) | Standing::Absent);
        let place = self.watches.iter_mut().find(|(k, s, _)| *k == kind && s == scope);
        match place {
            Some((_, _, old)) => {
                if let (Standing::Failing(old), Standing::Failing(new)) = (&*old, &mut standing) {
                    new.since_ms = old.since_ms;
                }
                *old = standing;
            }
            None => self.watches.push((kind, scope.clone(), standing)),
        }
    }

    /// The kind is no longer watched in this scope.
    pub fn remove(&mut self, kind: KindId, scope: &Scope) {
        self.watches.retain(|(k, s, _)| !(*k == kind && s == scope));
    }

    pub fn set_probe(&mut self, failing: Option<Failing>) {
        self.probe = failing;
    }

    pub fn probe_fails(&self) -> bool {
        self.probe.is_some()
    }

    /// Whether rights are missing that a person might have been given since.
    pub fn misses_rights(&self) -> bool {
        self.watches.iter().any(|(_, _, standing)| matches!(standing, Standing::Forbidden(_)))
    }

    /// The namespaces in which at least one kind is or may yet be seen.
    pub fn seen_namespaces(&self) -> Vec<std::sync::Arc<str>> {
        let mut names: Vec<_> = self
            .watches
            .iter()
            .filter(|(_, _, standing)| !matches!(standing, Standing::Forbidden(_) | Standing::Absent))
            .filter_map(|(_, scope, _)| match scope {
                Scope::Namespace(name) => Some(name.clone()),
                Scope::Cluster => None,
            })
            .collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// The namespaces in which a kind is or may yet be seen; `None` where it is not looked for namespace by namespace.
    pub fn seen_of(&self, kind: KindId) -> Option<Vec<std::sync::Arc<str>>> {
        let mut by_namespace = false;
        let mut names = Vec::new();
        for (_, scope, standing) in self.watches.iter().filter(|(k, ..)| *k == kind) {
            let Scope::Namespace(name) = scope else { continue };
            by_namespace = true;
            if !matches!(standing, Standing::Forbidden(_) | Standing::Absent) {
                names.push(name.clone());
            }
        }
        names.sort_unstable();
        by_namespace.then_some(names)
    }

    /// A kind over all its scopes. One namespace that may be seen is enough to be live, once each of them has answered:
    /// before that, rows that are still on their way look as if they were not there.
    pub fn kind(&self, kind: KindId) -> WatchState {
        let of_kind = || self.watches.iter().filter(|(k, _, _)| *k == kind).map(|(_, _, standing)| standing);
        let failing = of_kind().filter_map(|standing| match standing {
            Standing::Failing(failing) => Some(failing),
            _ => None,
        });
        if let Some(failing) = failing.min_by_key(|failing| failing.since_ms) {
            return WatchState::Stale { since_ms: failing.since_ms, trouble: failing.error.trouble().clone() };
        }
        let has = |wanted: Standing| of_kind().any(|standing| *standing == wanted);
        if has(Standing::Loading) {
            return WatchState::Loading;
        }
        if has(Standing::Live) {
            return WatchState::Live;
        }
        if has(Standing::Absent) {
            return WatchState::Absent;
        }
        let forbidden = of_kind().find_map(|standing| match standing {
            Standing::Forbidden(trouble) => Some(trouble.clone()),
            _ => None,
        });
        forbidden.map_or(WatchState::Idle, |trouble| WatchState::Forbidden { trouble })
    }

    /// The cluster as a whole; `heard_ms` is when it last said anything.
    pub fn health(&self, heard_ms: i64) -> Health {
        let is_live = |standing: &Standing| *standing == Standing::Live;
        let any_live = self.watches.iter().any(|(_, _, standing)| is_live(standing));
        let failing: Vec<&Failing> = self
            .watches
            .iter()
            .filter_map(|(_, _, standing)| match standing {
                Standing::Failing(failing) => Some(failing),
                _ => None,
            })
            .collect();
        let all_fail = !any_live
            && !failing.is_empty()
            && self.watches.iter().all(|(_, _, standing)| *standing != Standing::Loading);
        let worst = match &self.probe {
            Some(probe) => Some(probe),
            None if all_fail => failing.iter().copied().min_by_key(|failing| failing.retry_ms),
            None => None,
        };
        let refused =
            failing.iter().copied().chain(&self.probe).find(|f| matches!(f.error, PortError::Unauthorised(_)));
        if let Some(refused) = refused.filter(|_| !any_live || self.probe.is_some()) {
            return Health::Unauthorised { retry_ms: refused.retry_ms, trouble: refused.error.trouble().clone() };
        }
        match worst {
            Some(Failing { retry_ms, error, .. }) if self.reached => {
                Health::Stale { since_ms: heard_ms, retry_ms: *retry_ms, trouble: error.trouble().clone() }
            }
            Some(Failing { retry_ms, error, .. }) => {
                Health::Unreachable { retry_ms: *retry_ms, trouble: error.trouble().clone() }
            }
            None if self.reached => Health::Live,
            None => Health::Connecting { since_ms: self.opened_ms },
        }
    }
}

#[cfg(test)]
mod tests;
