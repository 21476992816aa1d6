//! The ways into all clusters: those of the kubeconfig, and those of IAM, one row for each cluster.

mod exec;
mod iam;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use futures::future::BoxFuture;
use tokio::sync::watch;

pub use iam::{IamCluster, access_entry};

use self::iam::IamWay;
use super::login::{Aws, Login};
use crate::adapters::kube::reader::Reader;
use crate::adapters::kube::{Connect, ConnectError, ContextStore};
use crate::domain::aws::arn::ClusterArn;
use crate::domain::aws::login::LoginKey;
use crate::domain::cluster::ClusterInfo;
use crate::domain::health::Trouble;
use crate::domain::ids::ClusterId;

/// How a cluster is reached that can be reached in two ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WayIn {
    /// The kubeconfig's context.
    Context,
    Iam,
}

/// The joined list. It only grows, so that a `ClusterId` stays a position in it.
pub struct Ways {
    store: ContextStore,
    aws: Aws,
    rows: RwLock<Vec<Row>>,
    grown: watch::Sender<usize>,
}

struct Row {
    info: ClusterInfo,
    context: Option<ClusterId>,
    iam: Option<Arc<IamWay>>,
    way: WayIn,
}

impl Ways {
    /// The kubeconfig's clusters, in their order. Those that log in with `aws eks get-token` get their tokens from `aws`.
    pub fn new(store: ContextStore, aws: Aws) -> Self {
        let store = store.with_stand_in(Arc::new(aws.clone()));
        let row = |(position, info): (usize, &ClusterInfo)| Row {
            info: info.clone(),
            context: Some(id(position)),
            iam: None,
            way: WayIn::Context,
        };
        let rows: Vec<Row> = store.clusters().iter().enumerate().map(row).collect();
        Self { grown: watch::Sender::new(rows.len()), rows: RwLock::new(rows), store, aws }
    }

    /// The kubeconfig beneath.
    pub fn store(&self) -> &ContextStore {
        &self.store
    }

    pub fn aws(&self) -> &Aws {
        &self.aws
    }

    /// The length of the list, as it grows.
    pub fn grown(&self) -> watch::Receiver<usize> {
        self.grown.subscribe()
    }

    /// Adds a cluster, or finds the row that it has already: a row with its ARN, else a row without one that has its
    /// endpoint. Two ARNs are never one row. The login that a row has first stays its login.
    pub fn add(&self, cluster: IamCluster) -> ClusterId {
        let mut rows = self.write();
        if let Some(position) = rows.iter().position(|row| is_same(row, &cluster)) {
            let row = &mut rows[position];
            row.info.arn = row.info.arn.take().or_else(|| cluster.arn.clone());
            row.info.region = row.info.region.take().or_else(|| Some(cluster.region.clone()));
            if row.iam.is_none() {
                row.iam = Some(self.way(cluster));
            }
            return id(position);
        }
        let name = free_name(&rows, &cluster);
        let info = cluster.info(name);
        rows.push(Row { info, context: None, iam: Some(self.way(cluster)), way: WayIn::Iam });
        let length = rows.len();
        drop(rows);
        self.grown.send_replace(length);
        id(length - 1)
    }

    /// How a cluster is reached, and whether there is another way.
    pub fn way_in(&self, cluster: ClusterId) -> Option<(WayIn, bool)> {
        let rows = self.read();
        let row = rows.get(cluster.0 as usize)?;
        Some((row.way, row.context.is_some() && row.iam.is_some()))
    }

    /// Chooses the way in, for the next connection. `false` if the cluster has no such way.
    pub fn choose(&self, cluster: ClusterId, way: WayIn) -> bool {
        let mut rows = self.write();
        let Some(row) = rows.get_mut(cluster.0 as usize) else { return false };
        let exists = match way {
            WayIn::Context => row.context.is_some(),
            WayIn::Iam => row.iam.is_some(),
        };
        if exists {
            row.way = way;
        }
        exists
    }

    /// The login that a cluster is reached with, if it is reached by IAM.
    pub fn login(&self, cluster: ClusterId) -> Option<Login> {
        match self.chosen(cluster)? {
            (_, Chosen::Iam(way)) => Some(way.login().clone()),
            (_, Chosen::Context(_)) => None,
        }
    }

    /// The cluster of an ARN, with the login that it has where it is known by IAM.
    pub fn by_arn(&self, arn: &ClusterArn) -> Option<(ClusterId, Option<Login>)> {
        let rows = self.read();
        let position = rows.iter().position(|row| row.info.arn.as_ref() == Some(arn))?;
        Some((id(position), rows[position].iam.as_ref().map(|way| way.login().clone())))
    }

    /// The clusters that hang on each login.
    pub fn hanging(&self) -> BTreeMap<LoginKey, Vec<ClusterArn>> {
        let mut hanging: BTreeMap<LoginKey, Vec<ClusterArn>> = BTreeMap::new();
        for row in self.read().iter() {
            if let (Some(way), Some(arn)) = (&row.iam, &row.info.arn) {
                hanging.entry(way.login().key().clone()).or_default().push(arn.clone());
            }
        }
        hanging
    }

    /// A cluster that was known by its name alone has an ARN and an endpoint once EKS was asked.
    fn learn(&self, cluster: ClusterId, way: &IamWay) {
        let Some((arn, endpoint)) = way.told() else { return };
        let is_whole = |row: &Row| row.info.server.contains("://") && (row.info.arn.is_some() || arn.is_none());
        if self.read().get(cluster.0 as usize).is_none_or(is_whole) {
            return;
        }
        let mut rows = self.write();
        let is_taken = rows.iter().any(|row| arn.is_some() && row.info.arn == *arn);
        if let Some(row) = rows.get_mut(cluster.0 as usize) {
            if !row.info.server.contains("://") {
                row.info.server = crate::adapters::kube::errors::say(endpoint.trim_end_matches('/'));
            }
            if !is_taken && row.info.arn.is_none() {
                row.info.arn.clone_from(arn);
            }
        }
    }

    fn way(&self, cluster: IamCluster) -> Arc<IamWay> {
        let login = self.aws.login(&cluster.login);
        Arc::new(IamWay::new(cluster, login))
    }

    fn chosen(&self, cluster: ClusterId) -> Option<(String, Chosen)> {
        let rows = self.read();
        let row = rows.get(cluster.0 as usize)?;
        let chosen = match (row.way, row.context, &row.iam) {
            (WayIn::Context, Some(context), _) => Chosen::Context(context),
            (WayIn::Iam, _, Some(iam)) => Chosen::Iam(iam.clone()),
            _ => return None,
        };
        Some((row.info.name.clone(), chosen))
    }

    fn read(&self) -> RwLockReadGuard<'_, Vec<Row>> {
        // A row is pushed or changed field by field, each whole, so a panic elsewhere leaves the list sound.
        self.rows.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Vec<Row>> {
        self.rows.write().unwrap_or_else(PoisonError::into_inner)
    }
}

enum Chosen {
    Context(ClusterId),
    Iam(Arc<IamWay>),
}

impl Connect for Ways {
    fn clusters(&self) -> Vec<ClusterInfo> {
        self.read().iter().map(|row| row.info.clone()).collect()
    }

    fn connect(&self, cluster: ClusterId) -> BoxFuture<'_, Result<Reader, ConnectError>> {
        let chosen = self.chosen(cluster);
        Box::pin(async move {
            match chosen {
                Some((_, Chosen::Context(context))) => self.store.connect(context).await,
                Some((name, Chosen::Iam(way))) => {
                    let (limits, permits) = self.store.limits();
                    let reader = way.connect(&name, limits, permits).await?;
                    self.learn(cluster, &way);
                    Ok(reader)
                }
                None => Err(ConnectError::Broken(Trouble::new(format!("there is no cluster number {}", cluster.0)))),
            }
        })
    }

    fn answer_consent(&self, fingerprint: &str, agreed: bool) {
        Connect::answer_consent(&self.store, fingerprint, agreed);
    }

    fn ask_again(&self, cluster: ClusterId) {
        match self.chosen(cluster) {
            Some((_, Chosen::Context(context))) => self.store.ask_again(context),
            Some((_, Chosen::Iam(way))) => way.ask_again(),
            None => {}
        }
    }

    fn revived(&self, cluster: ClusterId) -> Option<watch::Receiver<u64>> {
        Some(self.login(cluster)?.revived())
    }
}

fn id(position: usize) -> ClusterId {
    ClusterId(u32::try_from(position).unwrap_or(u32::MAX))
}

fn is_same(row: &Row, cluster: &IamCluster) -> bool {
    match (&row.info.arn, &cluster.arn) {
        (Some(one), Some(other)) => one == other,
        (None, Some(_)) if row.iam.is_none() => {
            cluster.endpoint.as_deref().is_some_and(|endpoint| place(endpoint) == place(&row.info.server))
        }
        (_, None) | (None, _) => row.iam.as_ref().is_some_and(|way| way.is_named(cluster)),
    }
}

/// Host and port, as far as two URLs of one server agree on them.
fn place(url: &str) -> String {
    url.trim_end_matches('/').trim_end_matches(":443").to_ascii_lowercase()
}

/// The cluster's name, else its ARN, else its name with what tells it apart.
fn free_name(rows: &[Row], cluster: &IamCluster) -> String {
    let is_free = |name: &String| rows.iter().all(|row| row.info.name != *name);
    let name = crate::adapters::kube::errors::say(&cluster.name);
    let mut candidates = std::iter::once(name.clone())
        .chain(cluster.arn.as_ref().map(ToString::to_string))
        .chain([format!("{name}.{}", cluster.region)])
        .chain((2..).map(|number| format!("{name}.{}.{number}", cluster.region)));
    candidates.find(is_free).unwrap_or(name)
}
