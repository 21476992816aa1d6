//! What follows from the end of runs: a new cluster is registered, one that is gone is taken out.

use crate::domain::provision::{Kind, Run, Site, State};
use crate::runtime::ports::KeptRunsPort;

/// Does it for each of `runs` that has ended and made a cluster; again does nothing. What fails is tried with the next
/// look of whoever looks.
pub async fn settle(kept: &dyn KeptRunsPort, site: &Site, runs: &[Run]) -> Vec<String> {
    let mut told = Vec::new();
    for run in runs.iter().filter(|run| !site.is_trial(run)) {
        let name = &run.identity.name;
        let done = match (run.kind(), run.state()) {
            (Kind::Provision, State::Applied) => kept.made(run.clone()).await.map(|is_new| (is_new, "is registered")),
            (Kind::Destroy, State::Destroyed) => {
                kept.gone(run.clone()).await.map(|is_new| (is_new, "has left the registry"))
            }
            _ => continue,
        };
        match done {
            Ok((true, words)) => told.push(format!("{name} {words}")),
            Ok((false, _)) => {}
            Err(trouble) => {
                tracing::info!(name, words = trouble.words, "a run's cluster stays as it is in the registry");
                told.push(format!("{name} stays as it is in the registry: {}", trouble.words));
            }
        }
    }
    told
}
