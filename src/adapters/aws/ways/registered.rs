//! Registered clusters among the others.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::{IamCluster, Row, Ways, free_name, id, place};
use crate::adapters::registry::{Opener, RegisteredWay, registered_info};
use crate::domain::aws::arn::ClusterArn;
use crate::domain::aws::login::LoginKey;
use crate::domain::cluster::{ClusterInfo, WayIn};
use crate::domain::health::Trouble;
use crate::domain::ids::ClusterId;
use crate::domain::registry::{ClusterRecord, Way};

/// Tells a registered cluster from another one of its name.
const APART: &str = "registry";

impl Ways {
    /// Joins the registry's clusters, all of them, with those that are known. One with an ARN is the row that has it;
    /// else it is the row whose server and authorities it has, until the uid of `kube-system` says otherwise. A row that
    /// was there keeps its way in. What is not registered any more loses what the registry said of it. Blocks on the
    /// disk.
    pub fn register(&self, records: Vec<ClusterRecord>, opener: &Arc<Opener>) {
        let authorities = self.authorities(&records);
        let mut rows = self.write();
        let registered: HashSet<&str> = records.iter().map(|record| record.id.as_str()).collect();
        for row in rows.iter_mut() {
            if row.info.record.as_ref().is_some_and(|record| !registered.contains(record.id.as_str())) {
                row.forget();
            }
        }
        for record in records {
            let record = Arc::new(record);
            let has_it = |row: &Row| row.info.record.as_ref().is_some_and(|known| known.id == record.id);
            let known = rows.iter().position(has_it);
            match known.or_else(|| rows.iter().position(|row| is_same(row, &record, &authorities))) {
                Some(position) => self.join(&mut rows[position], record, opener),
                None => {
                    let row = self.own_row(&rows, record, opener);
                    rows.push(row);
                }
            }
        }
        drop(rows);
        self.changes.send_replace(());
    }

    /// What the registry holds of each row.
    pub fn records(&self) -> Vec<(ClusterId, Arc<ClusterRecord>)> {
        let rows = self.read();
        let records = rows.iter().enumerate().filter_map(|(place, row)| Some((id(place), row.info.record.clone()?)));
        records.collect()
    }

    /// What is known of the cluster that has this ARN.
    pub fn info_of(&self, arn: &ClusterArn) -> Option<ClusterInfo> {
        self.read().iter().find(|row| row.arn().as_ref() == Some(arn)).map(|row| row.info.clone())
    }

    fn join(&self, row: &mut Row, record: Arc<ClusterRecord>, opener: &Arc<Opener>) {
        let arn = record.identity.arn.as_deref().and_then(ClusterArn::parse);
        let is_new = row.info.record.is_none();
        if is_new && row.context.is_some() && (arn.is_none() || row.info.arn != arn) {
            row.unproved.clone_from(&record.identity.uid);
        }
        match record.way {
            Way::Kubeconfig if row.registered.is_none() => {
                row.registered = Some(Arc::new(RegisteredWay::new(opener.clone(), &record.id)));
            }
            Way::Iam if row.iam.is_none() => {
                row.iam = iam(&record).map(|cluster| self.way(cluster));
                row.is_login_guessed = true;
            }
            _ => {}
        }
        row.info.region = row.info.region.take().or_else(|| record.region.clone());
        row.info.record = Some(record);
    }

    fn own_row(&self, rows: &[Row], record: Arc<ClusterRecord>, opener: &Arc<Opener>) -> Row {
        let arn = record.identity.arn.as_deref().and_then(ClusterArn::parse);
        let mut info = registered_info(&record, free_name(rows, &record.name, arn.as_ref(), APART));
        info.record = None;
        let way = if record.way == Way::Iam { WayIn::Iam } else { WayIn::Registered };
        let mut row = Row::new(info, way);
        self.join(&mut row, record, opener);
        row
    }

    /// The digests of the authorities of contexts whose server some record has.
    fn authorities(&self, records: &[ClusterRecord]) -> HashMap<ClusterId, Option<String>> {
        let servers: HashSet<String> = records.iter().map(|record| place(&record.server)).collect();
        let contexts: Vec<ClusterId> = {
            let rows = self.read();
            rows.iter().filter(|row| servers.contains(&place(&row.info.server))).filter_map(|row| row.context).collect()
        };
        contexts.into_iter().map(|context| (context, self.store.authorities(context))).collect()
    }

    /// The uid by which a row is still to show that it is one cluster.
    pub(super) fn unproved(&self, cluster: ClusterId) -> Option<String> {
        self.read().get(cluster.0 as usize)?.unproved.clone()
    }

    /// The context's cluster is the registered one, or it is not: then the registered one gets a row of its own.
    pub(super) fn prove(&self, cluster: ClusterId, is_same: bool) {
        let mut rows = self.write();
        let Some(row) = rows.get_mut(cluster.0 as usize) else { return };
        let Some(_) = row.unproved.take() else { return };
        if is_same {
            return;
        }
        let (record, registered, iam) = (row.info.record.clone(), row.registered.clone(), row.iam.clone());
        let is_login_guessed = row.is_login_guessed;
        row.forget();
        let Some(record) = record else { return };
        tracing::warn!(context = row.info.name, registered = record.name, "one server, and two clusters behind it");
        let info = registered_info(&record, free_name(&rows, &record.name, None, APART));
        let way = if record.way == Way::Iam { WayIn::Iam } else { WayIn::Registered };
        let iam = iam.filter(|_| is_login_guessed);
        rows.push(Row { registered, iam, is_login_guessed, ..Row::new(info, way) });
        drop(rows);
        self.changes.send_replace(());
    }

    pub(super) fn no_way(&self, cluster: ClusterId) -> Trouble {
        match self.read().get(cluster.0 as usize) {
            Some(row) => Trouble::new(format!("{}: nothing that is known of it says how to reach it", row.info.name))
                .with_remedy("eksdeck clusters add registers it with a kubeconfig"),
            None => Trouble::new(format!("there is no cluster number {}", cluster.0)),
        }
    }
}

impl Row {
    /// What the registry brought goes; where it brought the way in, another one is taken if there is one.
    fn forget(&mut self) {
        self.info.record = None;
        self.registered = None;
        self.unproved = None;
        if self.is_login_guessed {
            self.iam = None;
            self.is_login_guessed = false;
        }
        if let Some(way) = self.ways().first() {
            self.way = *way;
        }
    }
}

fn is_same(row: &Row, record: &ClusterRecord, authorities: &HashMap<ClusterId, Option<String>>) -> bool {
    if row.info.record.is_some() {
        return false;
    }
    let arn = record.identity.arn.as_deref().and_then(ClusterArn::parse);
    if let (Some(one), Some(other)) = (&row.info.arn, &arn) {
        return one == other;
    }
    // Whoever names a cluster alone is the environment's login.
    if let (Some(way), Some(cluster)) = (&row.iam, iam(record))
        && (way.is_named(&cluster) || way.is_named(&IamCluster { login: LoginKey::default(), ..cluster }))
    {
        return true;
    }
    if record.server.is_empty() || place(&row.info.server) != place(&record.server) {
        return false;
    }
    // EKS gives each cluster a host of its own; elsewhere one host may stand before several clusters.
    row.context.is_none_or(|context| authorities.get(&context) == Some(&record.identity.ca))
}

/// The way by IAM of a record that names its cluster by the ARN, with the login that it was registered with.
fn iam(record: &ClusterRecord) -> Option<IamCluster> {
    let arn = ClusterArn::parse(record.identity.arn.as_deref()?)?;
    let (name, region, login) = (arn.name.clone(), arn.region.clone(), record.login.clone());
    Some(IamCluster { name, region, login, arn: Some(arn), endpoint: None })
}
