//! Looking for clusters: one login at a time or all of them, and what became of what was known.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use futures::future::join_all;

use super::lane::Look;
use super::{Cloud, Known, now_ms};
use crate::adapters::aws::IamCluster;
use crate::adapters::aws::discovery::{Found, Regions, discover_login};
use crate::domain::aws::arn::{Arn, ClusterArn};
use crate::domain::aws::login::{LoginKey, LoginState};
use crate::domain::cloud::{CloudCluster, CloudNews, Round};
use crate::domain::eks::{EksCluster, LoginSummary};
use crate::domain::ids::ClusterId;

impl Cloud {
    /// Looks again and again. Never ends by itself.
    pub(super) async fn rounds(&self) {
        loop {
            let ground = self.read_ground().await;
            self.tell_lane();
            let aws = &self.shared.aws;
            let asked = self.seen().asked.clone();
            let used = self.used().into_iter();
            let used: Vec<LoginKey> = used.filter(|key| asked.contains(key) || ground.may_ask(aws, key)).collect();
            if !used.is_empty() {
                self.news(CloudNews::Looking);
                let round = self.round(used).await;
                self.tell_lane();
                self.news(CloudNews::Looked(round));
            }
            tokio::select! {
                () = tokio::time::sleep(self.shared.reach.every) => {}
                () = self.shared.wake.notified() => {}
            }
        }
    }

    async fn round(&self, logins: Vec<LoginKey>) -> Round {
        let begun = Instant::now();
        let looks = join_all(logins.into_iter().map(|key| self.look(key))).await;
        let every = i64::try_from(self.shared.reach.every.as_millis()).unwrap_or(i64::MAX);
        let ended_ms = now_ms();
        Round {
            ended_ms,
            next_ms: ended_ms.saturating_add(every),
            took_ms: u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX),
            clusters: self.seen().clusters.values().filter(|known| !known.is_gone).count(),
            complaints: looks.iter().flat_map(LoginSummary::complaints).collect(),
        }
    }

    /// One login over its regions.
    pub(super) async fn look(&self, key: LoginKey) -> LoginSummary {
        let login = self.shared.aws.login(&key);
        let regions = match self.shared.reach.named_regions() {
            Some(names) => Regions::Named(names.to_vec()),
            None => Regions::All,
        };
        let met: Mutex<BTreeSet<ClusterArn>> = Mutex::default();
        let sink = |found: Found| {
            if let Found::Cluster { cluster, .. } = found {
                met.lock().unwrap_or_else(PoisonError::into_inner).insert(cluster.id.clone());
                self.found(&key, *cluster);
            }
        };
        let in_flight = self.shared.in_flight.clone();
        let discovering = discover_login(&login, regions, self.shared.limits, in_flight, &sink);
        // Who one is stands in the lane; that STS does not tell it is no reason not to look.
        let (summary, _) = tokio::join!(discovering, login.identity());
        let met = met.into_inner().unwrap_or_else(PoisonError::into_inner);
        let account = match &*login.state().borrow() {
            LoginState::Ok { arn, .. } => Arn::parse(arn).map(|arn| arn.account),
            _ => None,
        };
        self.vanished(&key, &summary, &met, account.as_deref());
        self.seen().looks.insert(key, Look { summary: summary.clone(), ended_ms: now_ms() });
        self.tell_lane();
        summary
    }

    fn found(&self, login: &LoginKey, cluster: EksCluster) {
        let arn = cluster.id.clone();
        let id = self.shared.ways.add(IamCluster::of(&cluster, login.clone()));
        let cluster = Arc::new(cluster);
        let mut seen = self.seen();
        let before = seen.clusters.get(&arn).cloned();
        let is_back = before.as_ref().is_none_or(|known| known.is_gone);
        if let Some(before) = &before
            && !is_back
            && (before.login != *login || before.cluster == cluster)
        {
            return;
        }
        let known = Known { id, login: login.clone(), cluster: cluster.clone(), is_gone: false };
        seen.clusters.insert(arn, known);
        drop(seen);
        let begins_to_serve = before.is_some_and(|before| is_joined(&cluster) && !is_joined(&before.cluster));
        if begins_to_serve {
            self.shared.fleet.retry_now(id);
        }
        let Some(info) = self.shared.fleet.clusters().into_iter().nth(id.0 as usize) else { return };
        let news = CloudCluster { id, info, login: login.clone(), cluster };
        self.news(if is_back { CloudNews::Found(news) } else { CloudNews::Changed(news) });
    }

    /// What a region's whole list no longer names was deleted. A login that has become somebody of another account says
    /// nothing of the clusters that it saw before.
    fn vanished(&self, login: &LoginKey, summary: &LoginSummary, met: &BTreeSet<ClusterArn>, account: Option<&str>) {
        let whole: BTreeMap<&str, Vec<&str>> = summary
            .regions
            .iter()
            .filter(|row| row.fault.is_none())
            .map(|row| (row.region.as_str(), row.undescribed.iter().map(|(name, _)| name.as_str()).collect()))
            .collect();
        let is_gone = |arn: &ClusterArn, known: &Known| {
            let is_listed = |undescribed: &Vec<&str>| undescribed.contains(&arn.name.as_str());
            !known.is_gone
                && known.login == *login
                && account.is_none_or(|account| account == arn.account)
                && !met.contains(arn)
                && whole.get(arn.region.as_str()).is_some_and(|undescribed| !is_listed(undescribed))
        };
        let mut gone: Vec<(ClusterId, ClusterArn)> = Vec::new();
        for (arn, known) in &mut self.seen().clusters {
            if is_gone(arn, known) {
                known.is_gone = true;
                gone.push((known.id, arn.clone()));
            }
        }
        for (id, arn) in gone {
            self.news(CloudNews::Vanished { id, arn });
        }
    }
}

/// It can be connected to.
fn is_joined(cluster: &EksCluster) -> bool {
    cluster.status.serves() && cluster.endpoint.is_some()
}
