//! AWS beneath the fleet: logins in their lane, and clusters that are looked for again and again.

mod ground;
mod lane;
mod look;
mod offers;
mod port;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, Semaphore};

use self::ground::Ground;
use self::lane::{Look, Sight};
use super::discovery::Limits;
use super::{Aws, Ways};
use crate::domain::aws::arn::ClusterArn;
use crate::domain::aws::login::LoginKey;
use crate::domain::cloud::{CloudNews, LaneRow, Reach};
use crate::domain::eks::EksCluster;
use crate::domain::ids::ClusterId;
use crate::runtime::ports::{CloudSink, FleetPort};

/// The adapter. Cheap to clone; clones share all.
#[derive(Clone)]
pub struct Cloud {
    shared: Arc<Shared>,
}

struct Shared {
    aws: Aws,
    ways: Arc<Ways>,
    /// Over the same ways: it wakes sessions, and Kubernetes is asked through it.
    fleet: Arc<dyn FleetPort>,
    reach: Reach,
    limits: Limits,
    /// Calls under way over all looks.
    in_flight: Arc<Semaphore>,
    /// Ends the pause between two rounds.
    wake: Notify,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    ground: Option<Arc<Ground>>,
    /// Logins that a person asked for.
    asked: BTreeSet<LoginKey>,
    looks: BTreeMap<LoginKey, Look>,
    clusters: BTreeMap<ClusterArn, Known>,
    lane: Option<Arc<[LaneRow]>>,
    sink: Option<Arc<dyn CloudSink>>,
}

/// A cluster that was seen.
#[derive(Clone)]
struct Known {
    id: ClusterId,
    /// It is reached with this, and this login's word on it counts.
    login: LoginKey,
    cluster: Arc<EksCluster>,
    is_gone: bool,
}

impl Cloud {
    /// Contacts nobody. `fleet` is over the same `ways`.
    pub fn new(ways: Arc<Ways>, fleet: Arc<dyn FleetPort>, reach: Reach) -> Self {
        Self::with_limits(ways, fleet, reach, Limits::default())
    }

    fn with_limits(ways: Arc<Ways>, fleet: Arc<dyn FleetPort>, reach: Reach, limits: Limits) -> Self {
        let (aws, in_flight) = (ways.aws().clone(), Arc::new(Semaphore::new(limits.in_flight.max(1))));
        let (wake, seen) = (Notify::new(), Mutex::default());
        Self { shared: Arc::new(Shared { aws, ways, fleet, reach, limits, in_flight, wake, seen }) }
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        // What is changed under the lock is replaced whole, so a panic elsewhere leaves it sound.
        self.shared.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn news(&self, news: CloudNews) {
        let sink = self.seen().sink.clone();
        if let Some(sink) = sink {
            sink.news(news);
        }
    }

    /// Logins that look: those of the configuration, and those that a person asked for.
    fn used(&self) -> BTreeSet<LoginKey> {
        let configured = if self.shared.reach.discover { self.shared.reach.logins() } else { Vec::new() };
        let asked = self.seen().asked.clone();
        configured.into_iter().chain(asked).collect()
    }

    /// Reads what the files say now.
    async fn read_ground(&self) -> Arc<Ground> {
        let ground = Arc::new(Ground::read(&self.shared.aws).await);
        self.seen().ground = Some(ground.clone());
        ground
    }

    /// Makes the lane anew and tells it if it is another.
    fn tell_lane(&self) {
        let (ground, looks) = {
            let seen = self.seen();
            (seen.ground.clone(), seen.looks.clone())
        };
        let Some(ground) = ground else { return };
        let (used, hanging) = (self.used(), self.shared.ways.hanging());
        let (aws, looks, now_ms) = (&self.shared.aws, &looks, now_ms());
        let sight = Sight { aws, ground: &ground, used: &used, looks, hanging: &hanging, now_ms };
        let rows: Arc<[LaneRow]> = lane::rows(&sight).into();
        let is_news = {
            let mut seen = self.seen();
            let is_news = seen.lane.as_ref() != Some(&rows);
            seen.lane = Some(rows.clone());
            is_news
        };
        if is_news {
            self.news(CloudNews::Lane(rows));
        }
    }
}

fn now_ms() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}
