//! What every subcommand that looks at the fleet starts from.

use std::sync::Arc;
use std::time::Duration;

use super::exit::{Failure, say};
use super::registered::{Opened, no_place};
use super::setup::Setup;
use super::{Global, joined, setup};
use crate::adapters::aws::Ways;
use crate::adapters::kube::Connect;
use crate::adapters::registry::{Keeper, Later, Opener, Registry, RegistryError, holder};
use crate::adapters::webhook::{Webhooks, check};
use crate::domain::cluster::ClusterInfo;
use crate::domain::gate::Policy;
use crate::domain::ids::ClusterId;
use crate::domain::survey::SpaceLabels;
use crate::domain::sync::Target;
use crate::runtime::ports::{FleetPort, SyncSink};
use crate::runtime::sync::{Bound, Notifier, Options, Parts};

/// Every cluster, and where looks at them are kept.
pub struct Looks {
    ways: Arc<Ways>,
    opener: Arc<Opener>,
    registry: Registry,
    /// Clusters that need not be registered to be looked at: those of `--context`, of the configuration and of
    /// EKS_CLUSTER_NAME.
    pub others: Vec<ClusterId>,
    fleet: Arc<dyn FleetPort>,
    keep: Arc<Keeper>,
}

impl Looks {
    /// Contacts nobody but the registry. There is one result of a cluster in each `interval`.
    ///
    /// # Errors
    /// `--context` names a cluster that is not there.
    pub fn new(opened: &Opened, global: &Global, interval: Duration) -> Result<Self, Failure> {
        let setup = &opened.setup;
        let known = setup.known(global, joined::WHOLE);
        let others = own(setup, &*known.fleet, known.iam, global)?;
        let opener = setup.registry().map(Opener::new).ok_or_else(no_place)?;
        let keep = Keeper::new(Arc::new(Later::new(opened.registry.clone())), holder(), interval);
        let (ways, registry) = (known.ways, opened.registry.clone());
        Ok(Self { ways, opener: Arc::new(opener), registry, others, fleet: known.fleet, keep: Arc::new(keep) })
    }

    /// Reads the registry's list again.
    ///
    /// # Errors
    /// The registry does not answer: the list stays as it is.
    pub async fn refresh(&self) -> Result<(), RegistryError> {
        let records = self.registry.clusters().await?;
        let (ways, opener) = (self.ways.clone(), self.opener.clone());
        // Who it cannot be joined with stands in files.
        let joined = tokio::task::spawn_blocking(move || ways.register(records, &opener)).await;
        joined.unwrap_or_else(|error| tracing::error!(%error, "the registry's clusters were not joined"));
        Ok(())
    }

    /// The registered clusters that can be reached, and the others, as the worker takes them.
    pub fn targets(&self, policy: &Policy) -> Vec<Target> {
        let all = self.ways.clusters();
        let ids = (0u32..).map(ClusterId);
        let wanted = ids
            .zip(&all)
            .filter(|(id, info)| !info.ways.is_empty() && (info.record.is_some() || self.others.contains(id)));
        wanted.map(|(id, info)| target(id, info, policy)).collect()
    }

    /// What the worker reaches; no session of this program watches anything.
    pub fn parts(&self, sink: Arc<dyn SyncSink>) -> Parts {
        Parts { fleet: self.fleet.clone(), keep: Some(self.keep.clone()), watched: None, sink }
    }
}

/// A cluster as the worker takes it. One that is registered goes by its name there, whatever this machine's kubeconfig
/// calls it: rules and figures of all collectors mean the same.
pub fn target(id: ClusterId, info: &ClusterInfo, policy: &Policy) -> Target {
    let environment = policy.care(info, info.insecure).environment;
    let record = info.record.as_ref();
    let name = record.map_or(&info.name, |record| &record.name).clone();
    Target { id, name, environment, registered: record.map(|record| record.id.clone()) }
}

fn own(
    setup: &Setup,
    fleet: &dyn FleetPort,
    iam: Option<ClusterId>,
    global: &Global,
) -> Result<Vec<ClusterId>, Failure> {
    if !global.context.is_empty() {
        return setup::named(fleet, &global.context);
    }
    // A name that the configuration has and the kubeconfig has not keeps nobody else from being looked at.
    let configured = setup.loaded.config.open.iter().flat_map(|name| {
        setup::named(fleet, std::slice::from_ref(name)).unwrap_or_else(|failure| {
            say(&format!("clusters.open: {failure}"));
            Vec::new()
        })
    });
    Ok(configured.chain(iam).collect())
}

/// How the worker works, by the configuration.
pub fn options(setup: &Setup, interval: Duration) -> Options {
    let config = &setup.loaded.config;
    let labels = SpaceLabels { team: config.team_labels.clone(), cost_center: config.cost_center_labels.clone() };
    // A look may not outlast its interval, however short that is.
    let limit = Options::default().limit.min(interval.max(Duration::from_secs(5)));
    Options { interval, limit, labels: Arc::new(labels), ..Options::default() }
}

/// Tells whom the configuration's rules name; nothing rings here. What is wrong with a webhook is told once, and its
/// rule left out. Call it inside a tokio runtime.
pub fn notifier(setup: &Setup, next: Arc<dyn SyncSink>) -> Notifier {
    Notifier::new(rules(setup), Arc::new(Webhooks::new()), |_, _| {}, next)
}

/// The configuration's rules with their webhooks.
pub fn rules(setup: &Setup) -> Vec<Bound> {
    let bound = setup.loaded.config.notify.iter().enumerate().map(|(place, rule)| {
        let hook = crate::config::hook(rule).and_then(|hook| match hook.as_ref().map(|hook| check(&hook.url.0)) {
            Some(Err(words)) => Err(words.to_owned()),
            _ => Ok(hook),
        });
        let hook = hook.unwrap_or_else(|words| {
            say(&format!("notify.rules, rule {}: {words}", place + 1));
            None
        });
        Bound { rule: rule.clone(), hook: hook.map(Arc::new) }
    });
    bound.collect()
}
