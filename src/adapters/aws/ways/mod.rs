//! The ways into all clusters: those of the kubeconfig, those of IAM, and those of the registry, one row for each
//! cluster.

mod asked;
mod exec;
mod iam;
mod registered;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use futures::future::BoxFuture;
use tokio::sync::watch;

pub use iam::{IamCluster, access_entry};

use self::iam::IamWay;
use super::login::{Aws, Login};
use crate::adapters::kube::errors::say;
use crate::adapters::kube::reader::Reader;
use crate::adapters::kube::{Connect, ConnectError, ContextStore, kube_system};
use crate::adapters::registry::RegisteredWay;
use crate::domain::aws::arn::ClusterArn;
use crate::domain::aws::login::LoginKey;
use crate::domain::cluster::{ClusterInfo, WayIn};
use crate::domain::ids::ClusterId;

/// The joined list. It only grows, so that a `ClusterId` stays a position in it.
pub struct Ways {
    store: ContextStore,
    aws: Aws,
    rows: RwLock<Vec<Row>>,
    changes: watch::Sender<()>,
}

struct Row {
    info: ClusterInfo,
    context: Option<ClusterId>,
    iam: Option<Arc<IamWay>>,
    /// The login is the registry's word or nobody's: the first that sees the cluster from here takes its place.
    is_login_guessed: bool,
    registered: Option<Arc<RegisteredWay>>,
    /// The uid that `kube-system` has if the context and the registry mean one cluster, as server and authorities say.
    unproved: Option<String>,
    way: WayIn,
}

impl Row {
    fn new(info: ClusterInfo, way: WayIn) -> Self {
        Self { info, context: None, iam: None, is_login_guessed: false, registered: None, unproved: None, way }
    }

    /// The ways that there are, the chosen one first.
    fn ways(&self) -> Vec<WayIn> {
        let mut ways = Vec::new();
        ways.extend(self.context.map(|_| WayIn::Context));
        ways.extend(self.registered.as_ref().map(|_| WayIn::Registered));
        ways.extend(self.iam.as_ref().map(|_| WayIn::Iam));
        ways.sort_by_key(|way| *way != self.way);
        ways
    }

    /// As the configuration or the registry tell it.
    fn arn(&self) -> Option<ClusterArn> {
        let registered = || ClusterArn::parse(self.info.record.as_ref()?.identity.arn.as_ref()?);
        self.info.arn.clone().or_else(registered)
    }
}

impl Ways {
    /// The kubeconfig's clusters, in their order. Those that log in with `aws eks get-token` get their tokens from `aws`.
    pub fn new(store: ContextStore, aws: Aws) -> Self {
        let store = store.with_stand_in(Arc::new(aws.clone()));
        let row = |(position, info): (usize, &ClusterInfo)| Row {
            context: Some(id(position)),
            ..Row::new(info.clone(), WayIn::Context)
        };
        let rows: Vec<Row> = store.clusters().iter().enumerate().map(row).collect();
        Self { changes: watch::Sender::new(()), rows: RwLock::new(rows), store, aws }
    }

    /// The kubeconfig beneath.
    pub fn store(&self) -> &ContextStore {
        &self.store
    }

    pub fn aws(&self) -> &Aws {
        &self.aws
    }

    /// Wakes when rows may have changed, other than by [`Ways::add`] to one that is there, or are added.
    pub fn changes(&self) -> watch::Receiver<()> {
        self.changes.subscribe()
    }

    /// Adds a cluster, or finds the row that it has already: a row with its ARN, else a row without one that has its
    /// endpoint. Two ARNs are never one row. The login that a row has first stays its login.
    pub fn add(&self, cluster: IamCluster) -> ClusterId {
        let mut rows = self.write();
        if let Some(position) = rows.iter().position(|row| is_same(row, &cluster)) {
            let row = &mut rows[position];
            row.info.arn = row.info.arn.take().or_else(|| cluster.arn.clone());
            row.info.region = row.info.region.take().or_else(|| Some(cluster.region.clone()));
            if row.iam.is_none() || row.is_login_guessed {
                row.iam = Some(self.way(cluster));
                row.is_login_guessed = false;
            }
            return id(position);
        }
        let name = free_name(&rows, &cluster.name, cluster.arn.as_ref(), &cluster.region);
        let info = cluster.info(name);
        rows.push(Row { iam: Some(self.way(cluster)), ..Row::new(info, WayIn::Iam) });
        let length = rows.len();
        drop(rows);
        self.changes.send_replace(());
        id(length - 1)
    }

    /// The login that a cluster is reached with, if it is reached by IAM.
    pub fn login(&self, cluster: ClusterId) -> Option<Login> {
        match self.chosen(cluster)? {
            (_, Chosen::Iam(way)) => Some(way.login().clone()),
            (_, Chosen::Context(_) | Chosen::Registered(_)) => None,
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
                row.info.server = say(endpoint.trim_end_matches('/'));
            }
            if !is_taken && row.info.arn.is_none() {
                row.info.arn.clone_from(arn);
            }
        }
        drop(rows);
        self.changes.send_replace(());
    }

    fn way(&self, cluster: IamCluster) -> Arc<IamWay> {
        let login = self.aws.login(&cluster.login);
        Arc::new(IamWay::new(cluster, login))
    }

    fn context(&self, row: &Row) -> Option<&ClusterInfo> {
        self.store.clusters().get(row.context?.0 as usize)
    }

    fn chosen(&self, cluster: ClusterId) -> Option<(ClusterInfo, Chosen)> {
        let rows = self.read();
        let row = rows.get(cluster.0 as usize)?;
        let chosen = match (row.way, row.context, &row.iam) {
            (WayIn::Context, Some(context), _) => Chosen::Context(context),
            (WayIn::Iam, _, Some(iam)) => Chosen::Iam(iam.clone()),
            (WayIn::Registered, ..) => Chosen::Registered(row.registered.clone()?),
            _ => return None,
        };
        Some((row.info.clone(), chosen))
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
    Registered(Arc<RegisteredWay>),
}

impl Connect for Ways {
    fn clusters(&self) -> Vec<ClusterInfo> {
        self.read().iter().map(|row| ClusterInfo { ways: row.ways(), ..row.info.clone() }).collect()
    }

    fn connect(&self, cluster: ClusterId) -> BoxFuture<'_, Result<Reader, ConnectError>> {
        let chosen = self.chosen(cluster);
        Box::pin(async move {
            match chosen {
                Some((_, Chosen::Context(context))) => {
                    let reader = self.store.connect(context).await?;
                    if let Some(uid) = self.unproved(cluster)
                        && let Ok(found) = kube_system(&reader).await
                    {
                        self.prove(cluster, found.is_none_or(|found| found == uid));
                    }
                    Ok(reader)
                }
                Some((info, Chosen::Iam(way))) => {
                    let (limits, permits) = self.store.limits();
                    let reader = way.connect(&info.name, limits, permits).await?;
                    self.learn(cluster, &way);
                    Ok(reader)
                }
                Some((info, Chosen::Registered(way))) => way.connect(&info, &self.store).await,
                None => Err(ConnectError::Broken(self.no_way(cluster))),
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
            Some((_, Chosen::Registered(way))) => way.ask_again(),
            None => {}
        }
    }

    fn choose(&self, cluster: ClusterId, way: WayIn) -> bool {
        let mut rows = self.write();
        let Some(row) = rows.get_mut(cluster.0 as usize).filter(|row| row.ways().contains(&way)) else { return false };
        row.way = way;
        row.info.insecure = match way {
            WayIn::Context => self.context(row).is_some_and(|info| info.insecure),
            WayIn::Registered => row.info.record.as_ref().is_some_and(|record| record.insecure),
            WayIn::Iam => false,
        };
        true
    }

    fn revived(&self, cluster: ClusterId) -> Option<watch::Receiver<u64>> {
        Some(self.login(cluster)?.revived())
    }
}

fn id(position: usize) -> ClusterId {
    ClusterId(u32::try_from(position).unwrap_or(u32::MAX))
}

fn is_same(row: &Row, cluster: &IamCluster) -> bool {
    match (&row.arn(), &cluster.arn) {
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

/// The cluster's name, else its ARN, else its name with a word that tells it apart.
fn free_name(rows: &[Row], name: &str, arn: Option<&ClusterArn>, apart: &str) -> String {
    let is_free = |name: &String| rows.iter().all(|row| row.info.name != *name);
    let (name, apart) = (say(name), say(apart));
    let mut candidates = std::iter::once(name.clone())
        .chain(arn.map(ToString::to_string))
        .chain([format!("{name}.{apart}")])
        .chain((2..).map(|number| format!("{name}.{apart}.{number}")));
    candidates.find(is_free).unwrap_or(name)
}
