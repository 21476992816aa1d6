//! What follows from the end of a run: a new cluster is registered, one that is gone is taken out.

use crate::domain::provision::{Kind, Run, Site, State};
use crate::runtime::ports::KeptRunsPort;

/// Does it if the run made or destroyed a cluster, and gives words if anything became different; again does nothing.
///
/// # Errors
/// The registry, or AWS behind it, does not take it; in words.
pub async fn settle(kept: &dyn KeptRunsPort, site: &Site, run: &Run) -> Result<Option<String>, String> {
    if site.is_trial(run) {
        return Ok(None);
    }
    let name = &run.identity.name;
    let done = match (run.kind(), run.state()) {
        (Kind::Provision, State::Applied) => kept.made(run.clone()).await.map(|is_new| (is_new, "is registered")),
        (Kind::Destroy, State::Destroyed) => {
            kept.gone(run.clone()).await.map(|is_new| (is_new, "has left the registry"))
        }
        _ => return Ok(None),
    };
    match done {
        Ok((is_new, words)) => Ok(is_new.then(|| format!("{name} {words}"))),
        Err(trouble) => {
            tracing::info!(name, words = trouble.words, "a run's cluster stays as it is in the registry");
            Err(format!("{name} stays as it is in the registry: {}", trouble.words))
        }
    }
}
