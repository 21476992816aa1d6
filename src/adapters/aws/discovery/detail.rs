//! Everything that hangs on one cluster, asked for on demand. A part that is refused says so alone.

use aws_config::SdkConfig;
use futures::future::BoxFuture;
use futures::join;

use crate::adapters::aws::api::{Patience, eks};
use crate::adapters::aws::query::QueryClient;
use crate::domain::eks::auth_map;
use crate::domain::eks::identity::{AGENT_ADDON, Annotated, Grounds, service_account_roles};
use crate::domain::eks::{Addon, AuthMode, EksCluster, EksDetail, LaneFault};
use crate::domain::health::Trouble;

/// The service accounts of a cluster, which Kubernetes is asked for.
pub type Accounts<'a> = BoxFuture<'a, Result<Vec<Annotated>, Trouble>>;

/// Asks for all parts at once.
pub async fn detail(config: &SdkConfig, cluster: &EksCluster, accounts: Accounts<'_>, patience: Patience) -> EksDetail {
    let (name, region) = (&cluster.id.name, &cluster.id.region);
    let eks = eks(config, region, patience);
    let entries = async {
        if cluster.auth_mode == Some(AuthMode::ConfigMap) {
            return Err(Trouble::new(auth_map::READ_ONLY).with_remedy(auth_map::remedy(name, region)));
        }
        told(eks.access_entries(name).await)
    };
    let (nodegroups, addons, fargate_profiles, insights, access_entries, pod_identities, oidc, accounts) = join!(
        eks.nodegroups(name),
        eks.addons(name),
        eks.fargate_profiles(name),
        eks.insights(name),
        entries,
        eks.pod_identities(name),
        has_provider(config, cluster),
        accounts,
    );
    let (addons, pod_identities) = (told(addons), told(pod_identities));
    let has_agent = |addons: &Vec<Addon>| cluster.auto_mode || addons.iter().any(|addon| addon.name == AGENT_ADDON);
    let grounds = Grounds { oidc_provider: oidc.as_ref().ok().copied(), agent: addons.as_ref().ok().map(has_agent) };
    let associations = pod_identities.as_deref().unwrap_or_default();
    let service_accounts = accounts.map(|accounts| service_account_roles(&accounts, associations, grounds));
    EksDetail {
        nodegroups: told(nodegroups),
        addons,
        fargate_profiles: told(fargate_profiles),
        insights: told(insights),
        access_entries,
        pod_identities,
        oidc_provider: told(oidc),
        service_accounts,
        auth_map: None,
    }
}

/// Whether IAM knows the cluster's issuer: its provider is named after the issuer's URL without the scheme.
async fn has_provider(config: &SdkConfig, cluster: &EksCluster) -> Result<bool, LaneFault> {
    let Some(issuer) = cluster.oidc_issuer.as_deref().and_then(|issuer| issuer.strip_prefix("https://")) else {
        return Ok(false);
    };
    let wanted = format!(":oidc-provider/{issuer}");
    let arns = QueryClient::new(config).oidc_providers(&cluster.id.region).await?;
    Ok(arns.iter().any(|arn| arn.ends_with(&wanted)))
}

fn told<T>(part: Result<T, LaneFault>) -> Result<T, Trouble> {
    part.map_err(|fault| fault.trouble)
}
