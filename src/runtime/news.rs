//! News of the fleet on their way to the loop: a newer piece takes the place of an older one that says the same thing.

use std::mem::{Discriminant, discriminant};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;

use crate::domain::fleet::FleetNews;
use crate::domain::ids::ClusterId;

/// Bounded by what there is to tell: clusters and kinds of news, not by how often they are told.
#[derive(Debug, Default)]
pub struct NewsInbox {
    waiting: Mutex<Vec<FleetNews>>,
    wake: Notify,
}

impl NewsInbox {
    pub fn new() -> Arc<Self> {
        Arc::default()
    }

    /// Never waits.
    pub fn put(&self, news: FleetNews) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let subject = about(&news);
        // Clusters that are found come in order, each once; so do answers, and no ring stands for another.
        let is_list = matches!(
            news,
            FleetNews::Found { .. } | FleetNews::Ring(..) | FleetNews::Answered { .. } | FleetNews::Runs(_)
        );
        match waiting.iter().position(|older| !is_list && self::about(older) == subject) {
            Some(place) => {
                waiting[place] = news;
            }
            None => waiting.push(news),
        }
        drop(waiting);
        self.wake.notify_one();
    }

    /// Returns once something waits.
    pub async fn ready(&self) {
        self.wake.notified().await;
    }

    pub fn take(&self) -> Vec<FleetNews> {
        std::mem::take(&mut *self.waiting.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn about(news: &FleetNews) -> (Discriminant<FleetNews>, Option<ClusterId>) {
    (discriminant(news), news.cluster())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_of_a_cluster_is_told_and_nothing_of_another_is_lost() {
        let inbox = NewsInbox::default();
        inbox.put(FleetNews::Gone { cluster: ClusterId(1) });
        inbox.put(FleetNews::Gone { cluster: ClusterId(2) });
        inbox.put(FleetNews::Gone { cluster: ClusterId(1) });
        inbox.put(FleetNews::Logins([].into()));
        inbox.put(FleetNews::Logins([].into()));
        for from in [3, 4] {
            inbox.put(FleetNews::Found { from: ClusterId(from), clusters: Vec::new() });
        }
        assert_eq!(inbox.take().len(), 5);
        assert!(inbox.take().is_empty());
    }
}
