//! What keeps the fleet while somebody looks at it: discovery and logins at AWS, and the worker that looks at health.
//! News go to the loop by its [`NewsInbox`].

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::runtime::Handle as Runtime;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::news::NewsInbox;
use super::ports::{CloudPort, CloudSink, FleetDesk, FleetPort, SyncSink};
use super::sync::Handle;
use crate::domain::cloud::{CloudCluster, CloudNews};
use crate::domain::effect::FleetEffect;
use crate::domain::fleet::FleetNews;
use crate::domain::ids::ClusterId;
use crate::domain::sync::SyncNews;

/// The background of one interactive program. Dropped, it ends.
pub struct Desk {
    cloud: Option<Arc<dyn CloudPort>>,
    sync: Option<Handle>,
    news: Arc<NewsInbox>,
    runtime: Runtime,
    _looking: DropGuard,
}

impl Desk {
    /// Begins to look. `sync` is the worker, if one runs; its news go to a [`Teller`]. Call it inside a tokio runtime.
    pub fn start(cloud: Option<Arc<dyn CloudPort>>, sync: Option<Handle>, teller: Arc<Teller>) -> Self {
        let cancel = CancellationToken::new();
        let news = teller.news.clone();
        if let Some(cloud) = &cloud {
            cloud.watch(teller, cancel.clone());
        }
        if let Some(worker) = &sync {
            let (mut figures, news, ended) = (worker.figures(), news.clone(), cancel.clone());
            tokio::spawn(ended.run_until_cancelled_owned(async move {
                while figures.changed().await.is_ok() {
                    news.put(FleetNews::Sync(figures.borrow_and_update().clone()));
                }
            }));
        }
        Self { cloud, sync, news, runtime: Runtime::current(), _looking: cancel.drop_guard() }
    }

    fn detail(&self, cloud: &Arc<dyn CloudPort>, cluster: ClusterId, arn: crate::domain::aws::arn::ClusterArn) {
        let (asked, news) = (cloud.detail(arn), self.news.clone());
        self.runtime.spawn(async move {
            let detail = match asked.await {
                Ok(detail) => Ok(Arc::new(detail.parts)),
                Err(error) => Err(error.trouble().clone()),
            };
            news.put(FleetNews::Detailed { cluster, detail });
        });
    }
}

impl FleetDesk for Desk {
    fn ask(&self, effect: FleetEffect) {
        match (effect, &self.cloud, &self.sync) {
            (FleetEffect::Sync(clusters), _, Some(sync)) => sync.now(Some(clusters)),
            (FleetEffect::Discover, Some(cloud), _) => cloud.look_now(),
            (FleetEffect::Detail { cluster, arn }, Some(cloud), _) => self.detail(cloud, cluster, arn),
            // What comes of both stands in the lane.
            (FleetEffect::LoginAgain(login), Some(cloud), _) => {
                let asked = cloud.log_in(login);
                self.runtime.spawn(async move { drop(asked.await) });
            }
            (FleetEffect::MfaCode { login, code }, Some(cloud), _) => {
                let asked = cloud.with_code(login, code);
                self.runtime.spawn(async move { drop(asked.await) });
            }
            (effect, ..) => tracing::debug!(?effect, "nothing here does that"),
        }
    }
}

/// Tells the loop what the background brings.
pub struct Teller {
    fleet: Arc<dyn FleetPort>,
    news: Arc<NewsInbox>,
    /// How many clusters of the fleet's list the loop knows.
    known: AtomicUsize,
}

impl Teller {
    /// `known`: how many clusters the loop was started with.
    pub fn new(fleet: Arc<dyn FleetPort>, news: Arc<NewsInbox>, known: usize) -> Self {
        Self { fleet, news, known: AtomicUsize::new(known) }
    }

    /// Tells of clusters behind those that are known; the list only grows.
    pub fn grown(&self) {
        let all = self.fleet.clusters();
        let known = self.known.fetch_max(all.len(), Ordering::Relaxed);
        if all.len() > known {
            let from = ClusterId(u32::try_from(known).unwrap_or(u32::MAX));
            self.news.put(FleetNews::Found { from, clusters: all[known..].to_vec() });
        }
    }

    fn described(&self, CloudCluster { id, info, cluster, .. }: CloudCluster) {
        if id.0 as usize >= self.known.load(Ordering::Relaxed) {
            self.grown();
        }
        self.news.put(FleetNews::Described { cluster: id, info: Box::new(info), eks: cluster });
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
