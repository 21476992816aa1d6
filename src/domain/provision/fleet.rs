//! Runs by the cluster that they are about.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Identity, Kind, Outcome, Run, State};

/// A cluster with its runs, as places in the list of all runs: the newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfCluster {
    pub identity: Identity,
    pub runs: Vec<usize>,
}

/// What is known of the difference between a state and the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Drift {
    /// Nobody looked.
    Unknown,
    /// Unix milliseconds of the look.
    None {
        at_ms: i64,
    },
    Found {
        at_ms: i64,
    },
}

impl OfCluster {
    pub fn last<'a>(&self, runs: &'a [Run]) -> Option<&'a Run> {
        runs.get(*self.runs.first()?)
    }

    pub fn all<'a>(&'a self, runs: &'a [Run]) -> impl Iterator<Item = &'a Run> {
        self.runs.iter().filter_map(|place| runs.get(*place))
    }

    /// By the newest look that came to its end; one before the last apply tells nothing any more.
    pub fn drift(&self, runs: &[Run]) -> Drift {
        for run in self.all(runs) {
            match (run.kind(), run.state()) {
                (Kind::Drift, State::Planned { changes: true }) => return Drift::Found { at_ms: run.touched_ms() },
                (Kind::Drift, State::Planned { changes: false }) => return Drift::None { at_ms: run.touched_ms() },
                (_, State::Applied | State::Destroyed) => return Drift::Unknown,
                _ => {}
            }
        }
        Drift::Unknown
    }

    /// How the newest run ended, if somebody else held the state's lock.
    pub fn locked<'a>(&'a self, runs: &'a [Run]) -> Option<&'a Outcome> {
        self.all(runs).find_map(Run::outcome).filter(|outcome| outcome.reason == "lock")
    }
}

/// Whether something of a cluster stands, as far as `runs` (the newest first) tell.
pub fn stands(runs: &[Run], identity: &Identity) -> bool {
    let of_it = runs.iter().filter(|run| run.identity == *identity);
    let last = of_it.map(Run::state).find(|state| matches!(state, State::Applied | State::Destroyed));
    last == Some(State::Applied)
}

/// Of each cluster the newest run that made or destroyed it: what the registry is to hold of it follows from this one
/// alone. `runs`: the newest first.
pub fn newest_settling(runs: &[Run]) -> Vec<&Run> {
    let mut clusters = BTreeSet::new();
    let settles = |run: &&Run| {
        matches!((run.kind(), run.state()), (Kind::Provision, State::Applied) | (Kind::Destroy, State::Destroyed))
    };
    runs.iter().filter(settles).filter(|run| clusters.insert(&run.identity)).collect()
}

/// How long volumes stay of which only tests have made use, in milliseconds.
const TESTED_MS: i64 = 6 * 3_600 * 1_000;

/// Clusters that were only ever tested, and not lately: their volumes hold nothing that anybody needs.
pub fn only_tested(runs: &[Run], now_ms: i64) -> Vec<&Run> {
    let clusters = by_cluster(runs);
    let is_left = |cluster: &&OfCluster| {
        cluster
            .all(runs)
            .all(|run| run.kind() == Kind::Test && run.state().is_over() && now_ms - run.touched_ms() > TESTED_MS)
    };
    let places: Vec<usize> =
        clusters.iter().filter(is_left).filter_map(|cluster| cluster.runs.first().copied()).collect();
    places.into_iter().filter_map(|place| runs.get(place)).collect()
}

/// Every cluster of a list of runs (the newest first), the one whose run is newest first.
pub fn by_cluster(runs: &[Run]) -> Arc<[OfCluster]> {
    let mut places: BTreeMap<&Identity, usize> = BTreeMap::new();
    let mut clusters: Vec<OfCluster> = Vec::new();
    for (place, run) in runs.iter().enumerate() {
        let at = *places.entry(&run.identity).or_insert_with(|| {
            clusters.push(OfCluster { identity: run.identity.clone(), runs: Vec::new() });
            clusters.len() - 1
        });
        clusters[at].runs.push(place);
    }
    clusters.into()
}
