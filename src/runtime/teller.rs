//! What the background says of the fleet, on its way to the loop.

use std::sync::{Arc, Mutex, PoisonError};

use super::news::NewsInbox;
use super::ports::{CloudSink, FleetPort, SyncSink};
use crate::domain::cloud::{CloudCluster, CloudNews};
use crate::domain::cluster::{ClusterInfo, WayIn};
use crate::domain::fleet::FleetNews;
use crate::domain::ids::ClusterId;
use crate::domain::sync::SyncNews;

/// Tells the loop what the background brings.
pub struct Teller {
    fleet: Arc<dyn FleetPort>,
    news: Arc<NewsInbox>,
    /// The fleet's rows as the loop knows them.
    told: Mutex<Vec<ClusterInfo>>,
}

impl Teller {
    /// `told`: the rows that the loop was started with.
    pub fn new(fleet: Arc<dyn FleetPort>, news: Arc<NewsInbox>, told: Vec<ClusterInfo>) -> Self {
        Self { fleet, news, told: Mutex::new(told) }
    }

    pub fn news(&self) -> Arc<NewsInbox> {
        self.news.clone()
    }

    /// Tells of rows that are different from what was told last, and of those behind them; the list only grows.
    pub fn changed(&self) {
        // Under the lock: what is told later is not older than what was told before.
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let all = self.fleet.clusters();
        if all.len() > told.len() {
            let from = ClusterId(u32::try_from(told.len()).unwrap_or(u32::MAX));
            self.news.put(FleetNews::Found { from, clusters: all[told.len()..].to_vec() });
        }
        for (place, (info, _)) in all.iter().zip(told.iter()).enumerate().filter(|(_, (now, before))| now != before) {
            let cluster = ClusterId(u32::try_from(place).unwrap_or(u32::MAX));
            self.news.put(FleetNews::Renewed { cluster, info: Box::new(info.clone()) });
        }
        *told = all;
    }

    /// Chooses how a cluster is reached, and tells what that makes of its row.
    pub fn choose(&self, cluster: ClusterId, way: WayIn) {
        self.fleet.choose(cluster, way);
        self.changed();
    }

    fn described(&self, CloudCluster { id, info, cluster, .. }: CloudCluster) {
        let is_told = {
            let told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
            told.get(id.0 as usize) == Some(&info)
        };
        if !is_told {
            self.changed();
        }
        self.news.put(FleetNews::Described { cluster: id, eks: cluster });
    }
}

impl CloudSink for Teller {
    fn news(&self, news: CloudNews) {
        match news {
            CloudNews::Lane(rows) => self.news.put(FleetNews::Logins(rows)),
            CloudNews::Found(cluster) | CloudNews::Changed(cluster) => self.described(cluster),
            CloudNews::Vanished { id, .. } => self.news.put(FleetNews::Gone { cluster: id }),
            CloudNews::Looking => self.news.put(FleetNews::Looking(true)),
            CloudNews::Looked(_) => self.news.put(FleetNews::Looking(false)),
        }
    }
}

impl SyncSink for Teller {
    fn news(&self, news: SyncNews) {
        match news {
            SyncNews::Looked { target, snapshot: Some(snapshot), .. } => {
                self.news.put(FleetNews::Surveyed { cluster: target.id, snapshot });
            }
            SyncNews::Standing { target, transition, .. } => {
                self.news.put(FleetNews::Stands { cluster: target.id, standing: transition });
            }
            // The worker's figures tell of these.
            SyncNews::Looked { snapshot: None, .. }
            | SyncNews::Finished { .. }
            | SyncNews::Theirs { .. }
            | SyncNews::NotKept { .. } => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use futures::future::BoxFuture;
    use tokio_util::sync::CancellationToken;

    use super::*;
    use crate::domain::health::Trouble;
    use crate::domain::logs::LogSource;
    use crate::domain::registry::ClusterRecord;
    use crate::runtime::ports::{FetchReply, FetchRequest, LogReader, LogRequest, OpenOptions, PortError, SessionSink};

    /// Rows, and nothing behind them.
    struct Rows(Mutex<Vec<ClusterInfo>>);

    impl FleetPort for Rows {
        fn clusters(&self) -> Vec<ClusterInfo> {
            self.0.lock().unwrap().clone()
        }

        fn open(&self, _: ClusterId, _: OpenOptions, _: Arc<dyn SessionSink>, _: CancellationToken) {}

        fn retry_now(&self, _: ClusterId) {}

        fn answer_consent(&self, _: ClusterId, _: String, _: bool) {}

        fn fetch(&self, _: ClusterId, _: FetchRequest) -> BoxFuture<'static, Result<FetchReply, PortError>> {
            Box::pin(async { Err(PortError::Broken(Trouble::new("nothing is behind these rows"))) })
        }

        fn open_log(&self, _: LogSource, _: LogRequest) -> BoxFuture<'static, Result<LogReader, PortError>> {
            Box::pin(async { Err(PortError::Broken(Trouble::new("nothing is behind these rows"))) })
        }
    }

    #[test]
    fn rows_that_change_are_told_and_new_ones_and_each_once() {
        let recorded =
            || ClusterInfo { record: Some(Arc::new(ClusterRecord::sample("told"))), ..ClusterInfo::sample("told") };
        let first = vec![ClusterInfo::sample("stays"), recorded()];
        let rows = Arc::new(Rows(Mutex::new(first.clone())));
        let teller = Teller::new(rows.clone(), NewsInbox::new(), first);
        teller.changed();
        assert_eq!(teller.news.take(), []);

        rows.0.lock().unwrap()[1].record = None;
        rows.0.lock().unwrap().push(ClusterInfo::sample("new"));
        teller.changed();
        let found = FleetNews::Found { from: ClusterId(2), clusters: vec![ClusterInfo::sample("new")] };
        let renewed = FleetNews::Renewed { cluster: ClusterId(1), info: Box::new(ClusterInfo::sample("told")) };
        assert_eq!(teller.news.take(), [found, renewed]);
        teller.changed();
        assert_eq!(teller.news.take(), []);
    }
}
