//! The registry behind the port of Terraform runs.

use std::sync::Arc;

use futures::future::BoxFuture;

use super::{Opener, RegistryDesk};
use crate::domain::gate::Environment;
use crate::domain::health::Trouble;
use crate::domain::provision::site::care;
use crate::domain::provision::{Identity, Run};
use crate::domain::registry::{NotRegistered, Origin, Register, Remove, Test, Treatment};
use crate::runtime::ports::{KeptRunsPort, RegistryPort};

/// [`KeptRunsPort`] over a registry.
pub struct RunsKeeper {
    opener: Arc<Opener>,
    /// The management cluster, as it is called here.
    management: String,
    /// What registers clusters and takes them out; without it nobody does.
    desk: Option<RegistryDesk>,
}

impl RunsKeeper {
    pub fn new(opener: Arc<Opener>, management: String, desk: Option<RegistryDesk>) -> Self {
        Self { opener, management, desk }
    }
}

/// A name in the registry for a cluster whose own is taken: clusters of one name stand in several regions and accounts.
fn told_apart(identity: &Identity, is_taken: impl Fn(&str) -> bool) -> String {
    let Identity { account, region, name, .. } = identity;
    let by_region = format!("{name}-{region}");
    if is_taken(&by_region) { format!("{by_region}-{account}") } else { by_region }
}

impl KeptRunsPort for RunsKeeper {
    fn kept(&self) -> BoxFuture<'_, Result<Vec<Run>, Trouble>> {
        Box::pin(async {
            // A registry that nobody made yet is not made by looking.
            match self.opener.is_there() {
                true => Ok(self.opener.registry().await?.kept_runs(&self.management).await?),
                false => Ok(Vec::new()),
            }
        })
    }

    fn keep(&self, runs: Vec<Run>) -> BoxFuture<'_, Result<(), Trouble>> {
        Box::pin(async move { Ok(self.opener.registry().await?.keep_runs(&self.management, &runs).await?) })
    }

    fn forget(&self, id: String) -> BoxFuture<'_, Result<(), Trouble>> {
        Box::pin(async move { Ok(self.opener.registry().await?.forget_run(&id).await?) })
    }

    fn made(&self, run: Run) -> BoxFuture<'_, Result<bool, Trouble>> {
        Box::pin(async move {
            let registry = self.opener.registry().await?;
            let Some(desk) = self.desk.as_ref().filter(|_| !run.id.is_empty()) else { return Ok(false) };
            if registry.is_settled(&run.id).await? {
                return Ok(false);
            }
            let arn = run.identity.arn();
            let told = arn.to_string();
            let known = registry.clusters().await?;
            let is_there = known.iter().any(|record| record.identity.arn.as_deref() == Some(&told));
            if !is_there {
                let is_taken = |name: &str| known.iter().any(|record| record.name == name);
                let environment = care(&run.environment, &run.identity.name);
                let treatment = Treatment {
                    name: is_taken(&run.identity.name).then(|| told_apart(&run.identity, is_taken)),
                    environment: Some(environment).filter(|found| *found != Environment::Unclassified),
                    protected: run.is_protected,
                    ..Treatment::default()
                };
                let request = Register { origin: Origin::Arn(arn), treatment, test: Test::Connect { agreed: false } };
                desk.register(request).await.map_err(|error| match error {
                    NotRegistered::Trouble(trouble) => trouble,
                    _ => Trouble::new("it could not be registered"),
                })?;
            }
            registry.settle(&run.id).await?;
            Ok(!is_there)
        })
    }

    fn gone(&self, run: Run) -> BoxFuture<'_, Result<bool, Trouble>> {
        Box::pin(async move {
            let registry = self.opener.registry().await?;
            let Some(desk) = &self.desk else { return Ok(false) };
            if registry.is_settled(&run.id).await? {
                return Ok(false);
            }
            let told = run.identity.arn().to_string();
            let found =
                registry.clusters().await?.into_iter().find(|record| record.identity.arn.as_deref() == Some(&told));
            let is_there = found.is_some();
            if let Some(record) = found {
                desk.remove(Remove { typed: record.name.clone(), name: record.name, export: None }).await?;
            }
            registry.settle(&run.id).await?;
            Ok(is_there)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cluster_whose_name_is_taken_is_called_by_its_region_too() {
        let text = |text: &str| text.to_owned();
        let identity = Identity {
            organisation: text("default"),
            account: text("111111111111"),
            region: text("eu-west-1"),
            name: text("prod"),
        };
        assert_eq!(told_apart(&identity, |name| name == "prod"), "prod-eu-west-1");
        assert_eq!(told_apart(&identity, |name| name != "prod-eu-west-1-111111111111"), "prod-eu-west-1-111111111111");
    }
}
