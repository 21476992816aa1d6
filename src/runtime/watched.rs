//! Looks through the sessions of this program: the loop puts them here, the worker takes them instead of listing.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::ports::WatchedPort;
use crate::domain::ids::ClusterId;
use crate::domain::survey::Survey;

/// A look that is older tells nothing of how a cluster stands now.
const FRESH: Duration = Duration::from_secs(45);

/// The newest look through each session, at most one a cluster.
#[derive(Debug, Default)]
pub struct Watched {
    newest: Mutex<HashMap<ClusterId, (Instant, Survey)>>,
}

impl Watched {
    pub fn put(&self, cluster: ClusterId, survey: Survey) {
        self.newest.lock().unwrap_or_else(PoisonError::into_inner).insert(cluster, (Instant::now(), survey));
    }
}

impl WatchedPort for Watched {
    fn survey(&self, cluster: ClusterId) -> Option<Survey> {
        // Each is taken once: the same rows are no second look.
        let newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner).remove(&cluster);
        newest.filter(|(at, _)| at.elapsed() < FRESH).map(|(_, survey)| survey)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_look_is_taken_once_and_only_while_it_is_fresh() {
        let watched = Watched::default();
        watched.put(ClusterId(1), Survey::default());
        assert!(watched.survey(ClusterId(2)).is_none());
        assert!(watched.survey(ClusterId(1)).is_some() && watched.survey(ClusterId(1)).is_none());
        watched.put(ClusterId(1), Survey::default());
        tokio::time::advance(FRESH).await;
        assert!(watched.survey(ClusterId(1)).is_none());
    }
}
