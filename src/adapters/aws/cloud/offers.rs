//! What AWS offers an account in a region, asked with whatever login of that account there is.

use std::collections::BTreeSet;

use aws_config::SdkConfig;
use futures::FutureExt;
use futures::future::BoxFuture;

use super::Cloud;
use crate::adapters::aws::api::eks;
use crate::adapters::aws::faults::no_login;
use crate::adapters::aws::query::QueryClient;
use crate::adapters::aws::{Login, sdk_config};
use crate::domain::aws::arn::Arn;
use crate::domain::aws::login::LoginKey;
use crate::domain::eks::LaneFault;
use crate::domain::health::Trouble;
use crate::domain::provision::cost::Sizes;
use crate::domain::provision::offers::Offers;
use crate::runtime::ports::OffersPort;

impl OffersPort for Cloud {
    fn offers(&self, account: String, region: String) -> BoxFuture<'static, Offers> {
        let cloud = self.clone();
        async move {
            match cloud.config_of(&account, &region).await {
                Ok(config) => cloud.read_offers(&config, account, region).await,
                Err(trouble) => Offers::refused(account, region, &trouble),
            }
        }
        .boxed()
    }

    fn sizes(
        &self,
        account: String,
        region: String,
        names: BTreeSet<String>,
    ) -> BoxFuture<'static, Result<Sizes, Trouble>> {
        let cloud = self.clone();
        async move {
            let config = cloud.config_of(&account, &region).await?;
            let names: Vec<String> = names.into_iter().collect();
            told(QueryClient::new(&config).sizes(&region, &names).await)
        }
        .boxed()
    }
}

impl Cloud {
    async fn read_offers(&self, config: &SdkConfig, account: String, region: String) -> Offers {
        let (ec2, eks) = (QueryClient::new(config), eks(config, &region, self.shared.limits.patience));
        let (versions, regions, types, vpcs, subnets) = tokio::join!(
            eks.versions(),
            ec2.regions(),
            ec2.offered_types(&region),
            ec2.vpcs(&region),
            ec2.subnets(&region),
        );
        Offers {
            versions: told(versions),
            regions: told(regions),
            instance_types: told(types).map(|types| types.into_iter().collect()),
            vpcs: told(vpcs),
            subnets: told(subnets),
            account,
            region,
        }
    }

    async fn config_of(&self, account: &str, region: &str) -> Result<SdkConfig, Trouble> {
        let login = self.login_of(account).await?;
        sdk_config(&login, region).await.map_err(|trouble| no_login(&trouble).trouble)
    }

    /// A login that is somebody in the account: those that reach clusters there first, then those that look.
    async fn login_of(&self, account: &str) -> Result<Login, Trouble> {
        let ground = self.read_ground().await;
        let mut first = None;
        for key in self.candidates(account) {
            if !ground.may_ask(&self.shared.aws, &key) {
                continue;
            }
            let login = self.shared.aws.login(&key);
            match login.identity().await {
                Ok(arn) if Arn::parse(&arn).is_some_and(|arn| arn.account == account) => return Ok(login),
                Ok(_) => {}
                Err(trouble) => first = first.or(Some(trouble.trouble())),
            }
        }
        Err(first.unwrap_or_else(|| {
            let remedy = "name a profile or a role of that account under aws in the configuration, or set AWS_PROFILE";
            Trouble::new(format!("no AWS login here is in account {account}")).with_remedy(remedy)
        }))
    }

    /// Each once. A role of another account is not even tried.
    fn candidates(&self, account: &str) -> Vec<LoginKey> {
        let hanging = self.shared.ways.hanging();
        let there = hanging.iter().filter(|(_, clusters)| clusters.iter().any(|cluster| cluster.account == account));
        let all = there.map(|(key, _)| key.clone()).chain(self.shared.reach.logins()).chain([LoginKey::default()]);
        let may_be = |key: &LoginKey| {
            let role = key.role.as_ref().and_then(|role| Arn::parse(&role.arn));
            role.is_none_or(|role| role.account == account)
        };
        let mut each: Vec<LoginKey> = Vec::new();
        for key in all.filter(may_be) {
            if !each.contains(&key) {
                each.push(key);
            }
        }
        each
    }
}

fn told<T>(part: Result<T, LaneFault>) -> Result<T, Trouble> {
    part.map_err(|fault| fault.trouble)
}
