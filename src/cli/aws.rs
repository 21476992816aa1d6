//! The login and the cluster of AWS that a subcommand is about.

use aws_config::SdkConfig;
use clap::Args;

use super::exit::{self, FAILED, FORBIDDEN, Failure, NOT_FOUND, UNREACHABLE, USAGE};
use super::setup::Setup;
use crate::adapters::aws::Login;
use crate::adapters::aws::discovery::{Limits, Regions, Scope, find, scope};
use crate::domain::aws::arn::ClusterArn;
use crate::domain::aws::login::LoginKey;
use crate::domain::eks::{EksCluster, FaultKind, LaneFault};

/// Who asks, and where.
#[derive(Debug, Clone, Args)]
pub struct Reach {
    /// A profile of the AWS configuration; without it the standard chain (environment, AWS_PROFILE, roles)
    #[arg(long, value_name = "NAME")]
    pub profile: Option<String>,
    /// The cluster's region; without it the login's own, then all that are enabled
    #[arg(long, value_name = "REGION")]
    pub region: Option<String>,
}

/// The login of a profile, or of the standard chain.
pub fn login(setup: &Setup, profile: Option<&str>) -> Login {
    setup.aws().login(&key(profile))
}

/// What names that login.
pub fn key(profile: Option<&str>) -> LoginKey {
    profile.map_or_else(LoginKey::default, LoginKey::profile)
}

/// The one cluster that a name or an ARN means, and the configuration to ask AWS about it.
///
/// # Errors
/// There are no credentials, no such cluster, or several.
pub async fn cluster(setup: &Setup, reach: &Reach, name: &str) -> Result<(SdkConfig, EksCluster), Failure> {
    let arn = ClusterArn::parse(name);
    let region = arn.as_ref().map(|arn| arn.region.clone()).or_else(|| reach.region.clone());
    let name = arn.as_ref().map_or(name, |arn| arn.name.as_str());
    let login = login(setup, reach.profile.as_deref());
    let regions = region.clone().map_or(Regions::All, |region| Regions::Named(vec![region]));
    let mut scope = scope(&login, regions).await.map_err(|summary| no_login(summary.fault))?;
    let limits = Limits::default();
    let home = scope.config.region().map(ToString::to_string);
    if let (None, Some(home)) = (&region, home) {
        let near = Scope { regions: Regions::Named(vec![home]), ..scope.clone() };
        if let (mut found, _) = find(&near, name, limits).await
            && let Some(cluster) = found.pop()
        {
            return Ok((scope.config, cluster));
        }
    }
    let (mut found, faults) = find(&scope, name, limits).await;
    found.retain(|cluster| arn.as_ref().is_none_or(|arn| cluster.id == *arn));
    match (found.len(), found.pop()) {
        (1, Some(cluster)) => {
            scope.config = scope.config.to_builder().region(aws_config::Region::new(cluster.id.region.clone())).build();
            Ok((scope.config, cluster))
        }
        (0, _) | (_, None) => Err(match faults.into_iter().next() {
            Some(fault) => failure(&fault),
            None => not_there(name, region.as_deref(), &login),
        }),
        (_, Some(last)) => {
            let arns: Vec<String> = found.iter().chain([&last]).map(|cluster| cluster.id.to_string()).collect();
            let words = format!("several clusters are named {name}: say --region, or the ARN ({})", arns.join(", "));
            Err(Failure::new(USAGE, words))
        }
    }
}

fn not_there(name: &str, region: Option<&str>, login: &Login) -> Failure {
    let place = region.map_or_else(|| "any enabled region".to_owned(), str::to_owned);
    let words = format!("{} sees no cluster {name} in {place}", login.key().words());
    Failure::new(NOT_FOUND, format!("{words} (see eksdeck clusters discover)"))
}

fn no_login(fault: Option<LaneFault>) -> Failure {
    fault.map_or_else(|| Failure::new(FORBIDDEN, "there are no AWS credentials"), |fault| failure(&fault))
}

/// A fault as the end of a subcommand.
pub fn failure(fault: &LaneFault) -> Failure {
    Failure::new(code(fault.kind), fault.trouble.told())
}

/// The exit code that stands for a sort of fault.
pub fn code(kind: FaultKind) -> u8 {
    match kind {
        FaultKind::Denied | FaultKind::Login => FORBIDDEN,
        FaultKind::TimedOut | FaultKind::Unreachable => UNREACHABLE,
        FaultKind::NotFound => NOT_FOUND,
        FaultKind::Conflict => exit::CONFLICT,
        FaultKind::Throttled | FaultKind::Other => FAILED,
    }
}
