//! The words of the deck that stand in more than one place.

use crate::domain::age::Age;
use crate::domain::health::{Health, WatchState};
use crate::domain::ids::KindId;
use crate::store::fleet::ClusterState;

/// A cluster's health as one word, for the filter and the header.
pub fn health_words(cluster: &ClusterState) -> &'static str {
    match &cluster.health {
        Health::NotOpened => "not opened",
        Health::NeedsConsent => "asks",
        Health::Connecting { .. } => "connecting",
        Health::Live => "live",
        Health::Stale { .. } => "stale",
        Health::Unauthorised { .. } => "needs login",
        Health::Unreachable { .. } => "unreachable",
        Health::Broken { .. } => "broken",
    }
}

/// How fresh a pane is, for its title: "live", "loading", "stale 40s", "of 3 namespaces".
pub fn freshness(cluster: &ClusterState, kind: KindId, now_ms: i64) -> (String, bool) {
    let stale = |since_ms: i64| (format!("stale {}", Age((now_ms - since_ms) / 1_000)), true);
    match (&cluster.health, cluster.watch(kind)) {
        (Health::NotOpened, _) => ("not opened".to_owned(), false),
        (Health::Broken { .. } | Health::Unauthorised { .. } | Health::Unreachable { .. }, _) => {
            (health_words(cluster).to_owned(), true)
        }
        (Health::NeedsConsent, _) => ("asks".to_owned(), true),
        (Health::Stale { since_ms, .. }, _) => stale(*since_ms),
        (_, WatchState::Stale { since_ms, .. }) => stale(*since_ms),
        (_, WatchState::Forbidden { .. }) => ("no permission".to_owned(), true),
        (_, WatchState::Absent) => ("not served".to_owned(), true),
        (Health::Connecting { .. }, _) => ("connecting".to_owned(), false),
        (_, WatchState::Idle | WatchState::Loading) => ("loading".to_owned(), false),
        (_, WatchState::Live) => match &cluster.scope {
            Some(namespaces) if namespaces.len() == 1 => ("of 1 namespace".to_owned(), false),
            Some(namespaces) => (format!("of {} namespaces", namespaces.len()), false),
            None => ("live".to_owned(), false),
        },
    }
}

/// What an empty pane says of a kind, and the step that changes it.
pub fn emptiness(cluster: &ClusterState, kind: KindId, what: &str) -> Vec<String> {
    let told = |words: &str, remedy: &Option<String>| {
        let mut lines = vec![words.to_owned()];
        lines.extend(remedy.iter().cloned());
        lines
    };
    match (&cluster.health, cluster.watch(kind)) {
        (Health::NotOpened, _) => {
            vec![format!("{} is not opened.", cluster.info.name), "enter on its row opens it".to_owned()]
        }
        (Health::NeedsConsent, _) => {
            vec![
                "Its kubeconfig wants to run a program to log in.".to_owned(),
                "enter on its row shows the command".to_owned(),
            ]
        }
        (
            Health::Broken { trouble }
            | Health::Unauthorised { trouble, .. }
            | Health::Unreachable { trouble, .. }
            | Health::Stale { trouble, .. },
            _,
        ) => told(&trouble.words, &trouble.remedy),
        (_, WatchState::Forbidden { trouble }) => told(&trouble.words, &trouble.remedy),
        (_, WatchState::Stale { trouble, .. }) => told(&trouble.words, &trouble.remedy),
        (_, WatchState::Absent) => vec![format!("This server does not serve {what}.")],
        (Health::Connecting { .. }, _) => vec![format!("Connecting to {} …", cluster.info.server)],
        (_, WatchState::Idle | WatchState::Loading) => vec![format!("Loading {what} …")],
        (_, WatchState::Live) => vec![format!("No {what} here.")],
    }
}
