//! What clusters there are, over logins and regions, told one by one as soon as each is known.

mod detail;
mod find;
mod region;

#[cfg(test)]
mod tests;

pub use detail::{Accounts, detail};
pub use find::find;

use std::sync::Arc;

use aws_config::SdkConfig;
use aws_credential_types::provider::ProvideCredentials;
use futures::future::join_all;
use tokio::sync::{OnceCell, Semaphore};

use super::api::Patience;
use super::faults::{no_credentials, no_login};
use super::query::QueryClient;
use super::{Login, sdk_config};
use crate::domain::aws::partition::{is_region, of_region};
use crate::domain::eks::{EksCluster, FaultKind, LaneFault, LoginSummary, RegionRow};
use crate::domain::health::Trouble;

/// Which regions are asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Regions {
    /// Those that are enabled for the account.
    All,
    Named(Vec<String>),
}

/// One login and where it looks.
#[derive(Debug, Clone)]
pub struct Scope {
    /// What the login is called in summaries: a profile's or a role's name.
    pub login: String,
    pub config: SdkConfig,
    pub regions: Regions,
}

/// How much is asked at once, and how long an answer is waited for.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Calls under way over everything. A call mostly waits, so this bounds connections, not work.
    pub in_flight: usize,
    /// Descriptions under way in one region of one login.
    pub per_region: usize,
    pub patience: Patience,
}

impl Default for Limits {
    fn default() -> Self {
        Self { in_flight: 256, per_region: 16, patience: Patience::default() }
    }
}

/// What discovery tells while it goes on.
#[derive(Debug, Clone, PartialEq)]
pub enum Found {
    Cluster {
        login: String,
        cluster: Box<EksCluster>,
    },
    /// A region is done.
    Region(RegionRow),
}

/// What is told goes here. Calls never block.
pub type Sink<'a> = &'a (dyn Fn(Found) + Send + Sync);

/// The same for logins, whose credentials are got first, each by itself.
pub async fn discover_logins(logins: Vec<(Login, Regions)>, limits: Limits, sink: Sink<'_>) -> Vec<LoginSummary> {
    let in_flight = Arc::new(Semaphore::new(limits.in_flight.max(1)));
    let each = logins.into_iter().map(|(way, regions)| {
        let in_flight = in_flight.clone();
        async move { discover_login(&way, regions, limits, in_flight, sink).await }
    });
    join_all(each).await
}

/// One login; `in_flight` bounds everything that shares it.
pub async fn discover_login(
    way: &Login,
    regions: Regions,
    limits: Limits,
    in_flight: Arc<Semaphore>,
    sink: Sink<'_>,
) -> LoginSummary {
    match scope(way, regions).await {
        Ok(scope) => login(scope, limits, in_flight, sink).await,
        Err(summary) => summary,
    }
}

/// A login and where it looks, once there are credentials.
///
/// # Errors
/// There are none: all that there is to tell of it.
pub async fn scope(login: &Login, regions: Regions) -> Result<Scope, LoginSummary> {
    let name = login.key().words();
    let first = match &regions {
        Regions::Named(names) => names.iter().find(|name| is_region(name)).cloned(),
        Regions::All => None,
    };
    let home = login.region().await.or(first).unwrap_or_else(|| of_region("").home.to_owned());
    match sdk_config(login, &home).await {
        Ok(config) => Ok(Scope { login: name, config, regions }),
        Err(trouble) => Err(LoginSummary { login: name, regions: Vec::new(), fault: Some(no_login(&trouble)) }),
    }
}

/// Looks everywhere at once. It never fails: what went wrong stands in the summaries, which come in the order of the
/// scopes. Dropping the future ends it.
pub async fn discover(scopes: Vec<Scope>, limits: Limits, sink: Sink<'_>) -> Vec<LoginSummary> {
    let in_flight = Arc::new(Semaphore::new(limits.in_flight.max(1)));
    join_all(scopes.into_iter().map(|scope| login(scope, limits, in_flight.clone(), sink))).await
}

async fn login(scope: Scope, limits: Limits, in_flight: Arc<Semaphore>, sink: Sink<'_>) -> LoginSummary {
    let mut summary = LoginSummary { login: scope.login.clone(), regions: Vec::new(), fault: None };
    // Without credentials every region would say the same.
    if let Err(fault) = credentials(&scope.config).await {
        summary.fault = Some(fault);
        return summary;
    }
    let (names, fault) = names(&scope).await;
    summary.fault = fault;
    let shared = region::Shared { in_flight: &in_flight, versions: OnceCell::new(), sink };
    let asked = names.into_iter().map(|name| async {
        let row = region::look(&scope, name, limits, &shared).await;
        sink(Found::Region(row.clone()));
        row
    });
    summary.regions = join_all(asked).await;
    collapse(&mut summary);
    summary
}

/// The regions to ask; beside them what kept the account's own list from being read.
async fn names(scope: &Scope) -> (Vec<String>, Option<LaneFault>) {
    let fault = match &scope.regions {
        Regions::Named(names) => return (names.clone(), None),
        Regions::All => match QueryClient::new(&scope.config).regions().await {
            Ok(names) => return (names, None),
            Err(fault) => fault,
        },
    };
    match (fault.kind, scope.config.region()) {
        (FaultKind::Denied | FaultKind::Throttled | FaultKind::Other, Some(home)) => {
            let home = home.to_string();
            let words = format!("{}: only {home} is looked into", fault.trouble.words);
            let remedy = "allow ec2:DescribeRegions, or name the regions";
            (vec![home], Some(LaneFault { trouble: Trouble::new(words).with_remedy(remedy), ..fault }))
        }
        _ => (Vec::new(), Some(fault)),
    }
}

/// When the credentials fail alike in every region, that is one line.
fn collapse(summary: &mut LoginSummary) {
    let is_login = |row: &RegionRow| row.fault.as_ref().is_some_and(|fault| fault.kind == FaultKind::Login);
    if summary.regions.len() > 1 && summary.fault.is_none() && summary.regions.iter().all(is_login) {
        summary.fault = summary.regions.first().and_then(|row| row.fault.clone());
        summary.regions.clear();
    }
}

async fn credentials(config: &SdkConfig) -> Result<(), LaneFault> {
    let Some(provider) = config.credentials_provider() else {
        let trouble = Trouble::new("there are no AWS credentials").with_remedy("set AWS_PROFILE, or log in");
        return Err(LaneFault { kind: FaultKind::Login, trouble });
    };
    provider.provide_credentials().await.map(drop).map_err(|error| no_credentials(&error))
}
