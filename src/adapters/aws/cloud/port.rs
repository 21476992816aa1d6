//! [`Cloud`] as the program's ports.

use std::sync::Arc;

use futures::FutureExt;
use futures::future::BoxFuture;
use tokio_util::sync::CancellationToken;

use super::Cloud;
use crate::adapters::aws::access::AwsAccess;
use crate::adapters::aws::accounts::{annotated, read_map};
use crate::adapters::aws::api::eks;
use crate::adapters::aws::discovery::detail;
use crate::adapters::aws::faults::{no_login, port_error};
use crate::adapters::aws::{Login, sdk_config};
use crate::domain::aws::arn::ClusterArn;
use crate::domain::aws::login::LoginKey;
use crate::domain::aws::trouble::LoginTrouble;
use crate::domain::cloud::{CloudDetail, LaneKey, LaneRow};
use crate::domain::eks::AuthMode;
use crate::domain::gate::aws::{AccessKnown, ApprovedMutation};
use crate::domain::health::Trouble;
use crate::domain::ids::ClusterId;
use crate::domain::request::{PortError, WriteError};
use crate::runtime::ports::{AccessPort, CloudPort, CloudSink};

impl CloudPort for Cloud {
    fn lane(&self) -> Arc<[LaneRow]> {
        self.seen().lane.clone().unwrap_or_default()
    }

    fn watch(&self, sink: Arc<dyn CloudSink>, cancel: CancellationToken) {
        self.seen().sink = Some(sink);
        let (looking, telling) = (self.clone(), self.clone());
        let looking = async move { looking.rounds().await };
        let telling = async move {
            let mut changes = telling.shared.aws.changes();
            while changes.changed().await.is_ok() {
                telling.tell_lane();
            }
        };
        tokio::spawn(cancel.clone().run_until_cancelled_owned(looking));
        tokio::spawn(cancel.run_until_cancelled_owned(telling));
    }

    fn look_now(&self) {
        self.shared.wake.notify_one();
    }

    fn log_in(&self, login: LaneKey) -> BoxFuture<'static, Result<String, LoginTrouble>> {
        let cloud = self.clone();
        async move {
            cloud.read_ground().await;
            match login {
                LaneKey::Login(key) => cloud.log_in_with(key, None).await,
                LaneKey::SsoSession(session) => cloud.log_in_session(&session).await,
            }
        }
        .boxed()
    }

    fn with_code(&self, login: LoginKey, code: String) -> BoxFuture<'static, Result<String, LoginTrouble>> {
        let cloud = self.clone();
        async move { cloud.log_in_with(login, Some(code)).await }.boxed()
    }

    fn detail(&self, cluster: ClusterArn) -> BoxFuture<'static, Result<Box<CloudDetail>, PortError>> {
        let cloud = self.clone();
        async move { cloud.read_detail(&cluster).await.map(Box::new) }.boxed()
    }
}

impl AccessPort for Cloud {
    fn known(&self, cluster: ClusterArn) -> BoxFuture<'static, Result<AccessKnown, PortError>> {
        let cloud = self.clone();
        async move { cloud.access(&cluster).await?.known(cluster).await }.boxed()
    }

    fn mutate(&self, mutation: ApprovedMutation) -> BoxFuture<'static, Result<(), WriteError>> {
        let cloud = self.clone();
        async move {
            match cloud.access(&mutation.mutation().cluster).await {
                Ok(access) => access.mutate(mutation).await,
                Err(error) => Err(WriteError { error, causes: Vec::new(), reason: String::new(), may_be_done: false }),
            }
        }
        .boxed()
    }
}

impl Cloud {
    /// The rest of its life goes on by itself: its clusters are looked for without keeping the caller.
    async fn log_in_with(&self, key: LoginKey, code: Option<String>) -> Result<String, LoginTrouble> {
        self.seen().asked.insert(key.clone());
        let login = self.shared.aws.login(&key);
        let arn = match code {
            None => login.try_again().await,
            Some(code) => match login.with_mfa(&code).await {
                Ok(_) => login.identity().await,
                Err(trouble) => Err(trouble),
            },
        };
        self.tell_lane();
        if arn.is_ok() {
            let cloud = self.clone();
            tokio::spawn(async move { cloud.look(key).await });
        }
        arn
    }

    /// Every profile of the session that was asked before; if none was, the first.
    async fn log_in_session(&self, session: &str) -> Result<String, LoginTrouble> {
        let lane = self.lane();
        let of_session = |row: &&LaneRow| row.sso_session.as_deref() == Some(session);
        let logins: Vec<(LoginKey, bool)> = lane
            .iter()
            .filter(of_session)
            .filter_map(|row| match &row.key {
                LaneKey::Login(key) => Some((key.clone(), row.is_used || row.trouble().is_some())),
                LaneKey::SsoSession(_) => None,
            })
            .collect();
        let is_any_used = logins.iter().any(|(_, is_used)| *is_used);
        let mut answer = Err(LoginTrouble::SsoExpired { profile: None, session: Some(session.to_owned()) });
        for (key, _) in logins.into_iter().filter(|(_, is_used)| *is_used || !is_any_used).take(if is_any_used {
            usize::MAX
        } else {
            1
        }) {
            answer = self.log_in_with(key, None).await.or(answer);
        }
        answer
    }

    /// The login that a cluster is reached with, and its place in the fleet.
    fn way_to(&self, cluster: &ClusterArn) -> (Login, Option<ClusterId>) {
        let by_look = self.seen().clusters.get(cluster).map(|known| known.login.clone());
        let way = self.shared.ways.by_arn(cluster);
        let id = way.as_ref().map(|(id, _)| *id);
        let login = way.and_then(|(_, login)| login);
        (login.unwrap_or_else(|| self.shared.aws.login(&by_look.unwrap_or_default())), id)
    }

    async fn access(&self, cluster: &ClusterArn) -> Result<AwsAccess, PortError> {
        let (login, _) = self.way_to(cluster);
        let config = sdk_config(&login, &cluster.region).await.map_err(|trouble| port_error(no_login(&trouble)))?;
        Ok(AwsAccess::new(&config, self.shared.limits.patience))
    }

    async fn read_detail(&self, arn: &ClusterArn) -> Result<CloudDetail, PortError> {
        let (login, id) = self.way_to(arn);
        let config = sdk_config(&login, &arn.region).await.map_err(|trouble| port_error(no_login(&trouble)))?;
        let patience = self.shared.limits.patience;
        let eks = eks(&config, &arn.region, patience);
        let (cluster, versions) = tokio::join!(eks.cluster(&arn.name), eks.versions());
        let not_found = |words: String| PortError::NotFound(Trouble::new(words));
        let cluster = cluster.map_err(port_error)?.filter(|cluster| cluster.id == *arn);
        let mut cluster =
            cluster.ok_or_else(|| not_found(format!("{} sees no cluster {arn} (any more)", login.key().words())))?;
        if let Ok(versions) = versions {
            cluster.support = versions.support(&cluster.version);
        }
        let fleet = self.shared.fleet.clone();
        let status = (!cluster.status.serves()).then(|| cluster.status_words());
        let accounts = async move {
            match (id, status) {
                (Some(id), None) => annotated(&*fleet, id).await,
                (_, words) => Err(Trouble::new(words.unwrap_or_else(|| "it is not in the fleet".to_owned()))),
            }
        };
        let by_map = id.filter(|_| cluster.auth_mode == Some(AuthMode::ConfigMap) && cluster.status.serves());
        let map = async {
            match by_map {
                Some(id) => Some(read_map(&*self.shared.fleet, id).await),
                None => None,
            }
        };
        let parts = detail(&config, &cluster, accounts.boxed(), patience);
        let (mut parts, caller, map) = tokio::join!(parts, login.identity(), map);
        parts.auth_map = map;
        Ok(CloudDetail { cluster, parts, caller: caller.unwrap_or_default() })
    }
}
