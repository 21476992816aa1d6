//! One cluster by IAM alone: described by EKS, reached with tokens.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use futures::FutureExt;
use tokio::sync::Mutex;

use crate::adapters::aws::eks::{self, Described};
use crate::adapters::aws::login::Login;
use crate::adapters::aws::token;
use crate::adapters::kube::errors::{Hints, say};
use crate::adapters::kube::reader::Reader;
use crate::adapters::kube::{self, ConnectError, FleetPermits, Fresh, Limits, Opened, Settings, Supply};
use crate::domain::aws::arn::{ClusterArn, principal, role_name};
use crate::domain::aws::login::LoginKey;
use crate::domain::cluster::{ClusterInfo, Source};
use crate::domain::eks::EksCluster;
use crate::domain::health::Trouble;

/// A token is renewed a minute before its credential ends here: 12 minutes after it was made, of the 15 that it holds.
const EARLIER: Duration = Duration::from_secs(60);

/// A cluster that somebody names or that was discovered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IamCluster {
    pub name: String,
    pub region: String,
    pub login: LoginKey,
    /// Unknown until EKS was asked, where only a name was given.
    pub arn: Option<ClusterArn>,
    /// As EKS tells it, if it was asked.
    pub endpoint: Option<String>,
}

impl IamCluster {
    /// One that was discovered, reached with the login.
    pub fn of(cluster: &EksCluster, login: LoginKey) -> Self {
        Self {
            name: cluster.id.name.clone(),
            region: cluster.id.region.clone(),
            login,
            arn: Some(cluster.id.clone()),
            endpoint: cluster.endpoint.clone(),
        }
    }

    /// As a row of the fleet, under a name that no other row has.
    pub fn info(&self, name: String) -> ClusterInfo {
        let place = format!("EKS {} in {}", say(&self.name), say(&self.region));
        ClusterInfo {
            name,
            source: Source::Iam { cluster: self.name.clone(), region: self.region.clone(), login: self.login.clone() },
            arn: self.arn.clone(),
            server: self.endpoint.as_deref().map_or(place, say),
            region: Some(say(&self.region)),
            namespace: None,
            broken: None,
            insecure: false,
            ways: Vec::new(),
            record: None,
        }
    }
}

/// The way in.
pub struct IamWay {
    cluster: IamCluster,
    login: Login,
    opened: Mutex<Option<Opened>>,
    /// ARN and endpoint as EKS told them.
    told: OnceLock<(Option<ClusterArn>, String)>,
    /// Somebody wants another try: nothing that was learned before counts.
    is_stale: AtomicBool,
}

impl IamWay {
    pub fn new(cluster: IamCluster, login: Login) -> Self {
        Self { cluster, login, opened: Mutex::default(), told: OnceLock::new(), is_stale: AtomicBool::new(false) }
    }

    pub fn login(&self) -> &Login {
        &self.login
    }

    /// Whether that means this cluster, as far as name, region and login tell.
    pub fn is_named(&self, other: &IamCluster) -> bool {
        let IamCluster { name, region, login, .. } = &self.cluster;
        (name, region, login) == (&other.name, &other.region, &other.login)
    }

    /// The cluster's ARN and endpoint, once EKS has told them.
    pub fn told(&self) -> Option<&(Option<ClusterArn>, String)> {
        self.told.get()
    }

    pub fn ask_again(&self) {
        self.is_stale.store(true, Ordering::Release);
    }

    /// A reader with a token in hand. EKS is asked once, and again after [`IamWay::ask_again`].
    ///
    /// # Errors
    /// See [`ConnectError`].
    pub async fn connect(&self, name: &str, limits: &Limits, permits: &FleetPermits) -> Result<Reader, ConnectError> {
        let opened = {
            let mut slot = self.opened.lock().await;
            if self.is_stale.swap(false, Ordering::AcqRel) {
                *slot = None;
                self.login.forget().await;
            }
            match &*slot {
                Some(opened) => opened.clone(),
                None => slot.insert(self.open(name, limits, permits).await?).clone(),
            }
        };
        opened.ready().await
    }

    async fn open(&self, name: &str, limits: &Limits, permits: &FleetPermits) -> Result<Opened, ConnectError> {
        let IamCluster { name: cluster, region, .. } = &self.cluster;
        let (described, caller) = tokio::join!(eks::describe(&self.login, region, cluster), self.login.identity());
        let described = described?;
        if let (Some(wanted), Some(found)) = (&self.cluster.arn, &described.arn)
            && wanted.account != found.account
        {
            let words = format!(
                "these credentials are of account {}, and {cluster} is one of {}",
                found.account, wanted.account
            );
            let remedy = format!("choose a login of account {}", wanted.account);
            return Err(ConnectError::Broken(Trouble::new(words).with_remedy(remedy)));
        }
        // What was told first stays: a row does not become another one.
        let _ = self.told.set((described.arn.clone(), described.endpoint.to_string()));
        let caller = caller.ok();
        let server = described.endpoint.to_string();
        let settings = settings(&self.cluster, described, caller, supply(&self.login, cluster, region));
        Opened::new(name, &server, settings, limits, permits.cluster())
    }
}

fn settings(cluster: &IamCluster, described: Described, caller: Option<String>, supply: Supply) -> Settings {
    Settings {
        server: described.endpoint,
        authorities: Some(described.authorities),
        authorities_file: None,
        insecure: false,
        tls_server_name: None,
        proxy: None,
        compression: true,
        impersonation: ::kube::config::AuthInfo::default(),
        identity: None,
        login: kube::Login::Supplied(supply),
        hints: Hints {
            unauthorised_remedy: Some(match described.has_entries {
                true => access_entry(&cluster.name, &cluster.region, caller.as_deref()),
                false => {
                    "kubectl -n kube-system edit configmap aws-auth, as somebody whom the cluster knows".to_owned()
                }
            }),
            caller,
            unreachable_remedy: described
                .is_private
                .then(|| "private endpoint; reach it from inside the VPC or over a bastion".to_owned()),
            authority: Some("the one that EKS tells for this cluster"),
        },
    }
}

/// The command that makes the caller known to a cluster.
pub fn access_entry(cluster: &str, region: &str, caller: Option<&str>) -> String {
    let arn = match caller {
        // A session's ARN lacks the path of its role, and those of SSO have one.
        Some(caller) => match role_name(caller).filter(|role| role.starts_with("AWSReservedSSO_")) {
            Some(role) => format!("\"$(aws iam get-role --role-name {role} --query Role.Arn --output text)\""),
            None => principal(caller),
        },
        None => "ARN_OF_CALLER".to_owned(),
    };
    format!("aws eks create-access-entry --cluster-name {cluster} --region {region} --principal-arn {arn}")
}

/// What makes the cluster's tokens.
pub fn supply(login: &Login, cluster: &str, region: &str) -> Supply {
    let (login, cluster, region) = (login.clone(), cluster.to_owned(), region.to_owned());
    Supply(Arc::new(move || {
        let (login, cluster, region) = (login.clone(), cluster.clone(), region.clone());
        async move { fresh(&login, &cluster, &region).await }.boxed()
    }))
}

/// A token as a credential of a request.
///
/// # Errors
/// Why the login has no credentials.
pub async fn fresh(login: &Login, cluster: &str, region: &str) -> Result<Fresh, Trouble> {
    let token = token::token(login, cluster, region).await.map_err(|trouble| trouble.trouble())?;
    let header = kube::bearer(&token.token);
    let now = jiff::Timestamp::now();
    // Credentials that end in a moment still serve until then.
    let expires = Some((token.expires - EARLIER).max(now.min(token.expires)));
    Ok(Fresh { header, expires, ..Fresh::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_that_mends_a_401_is_whole() {
        let command = |caller| access_entry("payments", "eu-west-1", caller);
        let session = "arn:aws:sts::111111111111:assumed-role/admin/eksdeck-ann";
        assert_eq!(
            command(Some(session)),
            "aws eks create-access-entry --cluster-name payments --region eu-west-1 --principal-arn \
             arn:aws:iam::111111111111:role/admin"
        );
        let sso = "arn:aws:sts::111111111111:assumed-role/AWSReservedSSO_Admin_0a/ann";
        assert!(command(Some(sso)).contains("get-role --role-name AWSReservedSSO_Admin_0a "));
        assert!(command(None).ends_with("ARN_OF_CALLER"));
    }
}
