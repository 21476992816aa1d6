//! One region under one login: pages of names, and each cluster described while the next page comes.

use std::time::Duration;

use futures::future::{BoxFuture, FutureExt};
use futures::stream::{FuturesUnordered, StreamExt};
use tokio::sync::{OnceCell, Semaphore};

use super::{Found, Limits, Scope, Sink};
use crate::adapters::aws::api::{Eks, eks};
use crate::adapters::kube::errors::say;
use crate::domain::aws::partition::is_region;
use crate::domain::eks::{EksCluster, FaultKind, LaneFault, RegionRow, Versions};
use crate::domain::health::Trouble;

/// A cluster that is described waits so long for what AWS says of the versions; then the table has to do.
const VERSIONS: Duration = Duration::from_secs(3);

type Described = (String, Result<Option<EksCluster>, LaneFault>);

/// What all regions of one login share.
pub struct Shared<'a> {
    /// Bounds everything.
    pub in_flight: &'a Semaphore,
    /// What AWS says of the versions is the same everywhere: whoever finds clusters first asks.
    pub versions: OnceCell<Versions>,
    pub sink: Sink<'a>,
}

/// Looks into one region. Its failures stand in the row.
pub async fn look(scope: &Scope, name: String, limits: Limits, shared: &Shared<'_>) -> RegionRow {
    let mut row =
        RegionRow { login: scope.login.clone(), region: say(&name), clusters: 0, undescribed: Vec::new(), fault: None };
    if !is_region(&name) {
        let trouble = Trouble::new(format!("{:?} is no name of a region", say(&name)));
        row.fault = Some(LaneFault { kind: FaultKind::Unreachable, trouble });
        return row;
    }
    let eks = eks(&scope.config, &name, limits.patience);
    let own = Semaphore::new(limits.per_region.max(1));
    Look { eks: &eks, own: &own, shared, row: &mut row }.run().await;
    row
}

struct Look<'a> {
    eks: &'a Eks,
    /// Bounds the descriptions of this region.
    own: &'a Semaphore,
    shared: &'a Shared<'a>,
    row: &'a mut RegionRow,
}

impl<'a> Look<'a> {
    async fn run(self) {
        let (eks, own, in_flight) = (self.eks, self.own, self.shared.in_flight);
        let list = |next: Option<String>| -> BoxFuture<'a, _> {
            async move {
                let _permit = in_flight.acquire().await;
                eks.cluster_names(next).await
            }
            .boxed()
        };
        let describe = |name: String| -> BoxFuture<'a, Described> {
            async move {
                let _own = own.acquire().await;
                let _permit = in_flight.acquire().await;
                let answer = eks.cluster(&name).await;
                (name, answer)
            }
            .boxed()
        };
        let mut listing = Some(list(None));
        let mut describing: FuturesUnordered<BoxFuture<'a, Described>> = FuturesUnordered::new();
        // Only where there are clusters.
        let mut asking: Option<BoxFuture<'a, Versions>> = None;
        let mut versions: Option<Versions> = None;
        let mut waiting: Vec<EksCluster> = Vec::new();
        loop {
            tokio::select! {
                page = next(&mut listing), if listing.is_some() => match page {
                    Ok((names, more)) => {
                        if !names.is_empty() && asking.is_none() && versions.is_none() {
                            asking = Some(self.versions());
                        }
                        describing.extend(names.into_iter().map(describe));
                        listing = more.filter(|more| !more.is_empty()).map(|more| list(Some(more)));
                    }
                    Err(fault) => {
                        listing = None;
                        self.row.fault = Some(fault);
                    }
                },
                Some((name, answer)) = describing.next() => match answer {
                    Ok(Some(cluster)) => waiting.push(cluster),
                    // Deleted since it was listed.
                    Ok(None) => {}
                    Err(fault) => self.row.undescribed.push((say(&name), fault)),
                },
                told = next(&mut asking), if asking.is_some() => {
                    asking = None;
                    versions = Some(told);
                }
                else => break,
            }
            if let Some(versions) = &versions {
                for mut cluster in waiting.drain(..) {
                    cluster.support = versions.support(&cluster.version);
                    self.row.clusters += 1;
                    (self.shared.sink)(Found::Cluster { login: self.row.login.clone(), cluster: Box::new(cluster) });
                }
            }
        }
    }

    /// What AWS says of the versions; nothing if it does not say so in time.
    fn versions(&self) -> BoxFuture<'a, Versions> {
        let (eks, shared) = (self.eks, self.shared);
        async move {
            let ask = shared.versions.get_or_try_init(|| async {
                let _permit = shared.in_flight.acquire().await;
                eks.versions().await
            });
            match tokio::time::timeout(VERSIONS, ask).await {
                Ok(Ok(versions)) => versions.clone(),
                Ok(Err(_)) | Err(_) => Versions::default(),
            }
        }
        .boxed()
    }
}

/// The next answer of what may be under way; never, if nothing is.
async fn next<T>(future: &mut Option<BoxFuture<'_, T>>) -> T {
    match future {
        Some(future) => future.await,
        None => std::future::pending().await,
    }
}
