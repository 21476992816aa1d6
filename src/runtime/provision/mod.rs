//! Terraform runs in one management cluster: what is there, what is asked of them, and what goes on by itself.
//!
//! Whatever a person asks for becomes an [`Ask`] that goes through the gate like any other change. What follows from
//! an answer that was given (a queued Job starts, files are read) goes through the gate too, and asks nobody again.

mod answers;
mod begin;
mod desk;
mod follow;
mod given;
mod inside;
mod keep;
mod note;
mod offers;
mod reader;
mod settle;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;
use tokio_util::sync::CancellationToken;

pub use desk::RunsDesk;
pub use given::noting;
pub use keep::{Due, HELD_S};
pub use reader::Files;
pub use settle::settle;

use super::gate::Gate;
use super::ports::{CloudPort, FleetPort, KeptRunsPort, OffersPort};
use crate::domain::gate::ask::Wanted;
use crate::domain::gate::{Answer, Ask, Fate, LeftOut, Missing, RunChange};
use crate::domain::health::Trouble;
use crate::domain::ids::ClusterId;
use crate::domain::provision::manifests::{Input, MANAGED_BY, RUN, Spec};
use crate::domain::provision::{Approval, JobFacts, Phase, Run, Site, asks, jobs, seen};
use crate::domain::request::{FetchReply, FetchRequest, PortError};

/// Objects in one answer.
const PAGE: usize = 500;

/// Why a run is not taken away.
#[derive(Debug, thiserror::Error)]
pub enum NotCleaned {
    #[error(transparent)]
    NotNow(#[from] asks::NotNow),
    #[error("{}", .0.trouble().words)]
    Port(#[from] PortError),
}

/// The runs of a management cluster. Cheap to clone.
#[derive(Clone)]
pub struct Runs {
    gate: Gate,
    fleet: Arc<dyn FleetPort>,
    cluster: ClusterId,
    site: Arc<Site>,
    /// A name that no other process has.
    holder: String,
    /// Of the account at this machine.
    os_user: String,
    cloud: Option<Arc<dyn CloudPort>>,
    offers: Option<Arc<dyn OffersPort>>,
}

impl Runs {
    pub fn new(
        gate: Gate,
        fleet: Arc<dyn FleetPort>,
        cluster: ClusterId,
        site: Arc<Site>,
        (holder, os_user): (String, String),
    ) -> Self {
        Self { gate, fleet, cluster, site, holder, os_user, cloud: None, offers: None }
    }

    pub fn cluster(&self) -> ClusterId {
        self.cluster
    }

    pub fn site(&self) -> &Site {
        &self.site
    }

    pub fn gate(&self) -> &Gate {
        &self.gate
    }

    /// Every run, the newest first.
    ///
    /// # Errors
    /// Jobs or pods cannot be listed.
    pub async fn list(&self) -> Result<Vec<Run>, PortError> {
        let namespace = &self.site.worker.namespace;
        let ours = format!("labelSelector=app.kubernetes.io%2Fmanaged-by%3D{MANAGED_BY}%2C{}", RUN.replace('/', "%2F"));
        let jobs = self.items(format!("/apis/batch/v1/namespaces/{namespace}/jobs?limit={PAGE}&{ours}"));
        let pods = self.items(format!("/api/v1/namespaces/{namespace}/pods?limit={PAGE}&{ours}"));
        let (jobs, pods) = futures::try_join!(jobs, pods)?;
        let mut runs = seen::runs(&jobs, &pods);
        for run in &mut runs {
            let (seen, facts) = match run.last_phase() {
                Phase::Plan => (&run.plan, &mut run.facts.plan),
                Phase::Apply => (&run.apply, &mut run.facts.apply),
            };
            let (Some(seen), JobFacts::Waiting(why)) = (seen, facts) else { continue };
            if why == jobs::NO_POD
                && let Some(told) = self.why_no_pod(&seen.uid).await
            {
                *why = told;
            }
        }
        Ok(runs)
    }

    /// What is kept of the runs of this place.
    ///
    /// # Errors
    /// The registry cannot be read.
    pub async fn past(&self, kept: &dyn KeptRunsPort) -> Result<Vec<Run>, Trouble> {
        let mut past = kept.kept().await?;
        past.retain(|run| run.worker.namespace == self.site.worker.namespace);
        Ok(past)
    }

    /// Why a Job gets no pod (a quota, an admission): the newest warning of its events.
    async fn why_no_pod(&self, uid: &str) -> Option<String> {
        let uid = crate::domain::ids::Uid::parse(uid);
        let namespace = self.site.worker.namespace.as_str().into();
        let request = FetchRequest::Events { namespace, objects: vec![uid] };
        let Ok(FetchReply::Events(events)) = self.fleet.fetch(self.cluster, request).await else { return None };
        let newest = events.into_iter().filter(|event| event.warning).max_by_key(|event| event.last_seen)?;
        Some(crate::domain::text::clean(&newest.message).into_owned())
    }

    async fn items(&self, first: String) -> Result<Vec<Value>, PortError> {
        let (mut path, mut items) = (first.clone(), Vec::new());
        loop {
            let mut list = self.get(path).await?;
            if let Some(Value::Array(page)) = list.get_mut("items").map(Value::take) {
                items.extend(page);
            }
            match list["metadata"]["continue"].as_str().filter(|next| !next.is_empty()) {
                Some(next) => path = format!("{first}&continue={}", super::gate::escaped(next)),
                None => return Ok(items),
            }
        }
    }

    async fn get(&self, path: String) -> Result<Value, PortError> {
        match self.fleet.fetch(self.cluster, FetchRequest::Path { path }).await? {
            FetchReply::Object(object) => Ok(*object),
            _ => Err(PortError::Broken(Trouble::new("an answer that was not asked for"))),
        }
    }

    /// A change of a run as the gate takes it.
    pub fn ask(&self, change: RunChange) -> Ask {
        Ask { cluster: self.cluster, what: Wanted::Run(Box::new(change)), hidden: 0 }
    }

    /// A new run.
    ///
    /// # Errors
    /// Its volumes cannot be looked for.
    pub async fn plan(&self, spec: &Spec, input: &Input) -> Result<Ask, PortError> {
        let volumes = spec.volumes();
        let there = self.claims().await?;
        let name = |volume: &Value| volume["metadata"]["name"].as_str().unwrap_or_default().to_owned();
        let goes = |claim: &&Value| {
            claim["metadata"]["deletionTimestamp"].is_string()
                && volumes.iter().any(|wanted| name(wanted) == name(claim))
        };
        if let Some(claim) = there.iter().find(goes) {
            let words = format!("volume {} is being deleted: a run begun now would wait for ever", name(claim));
            return Err(PortError::Refused(Trouble::new(words).with_remedy("plan again once it is gone")));
        }
        let is_missing = |volume: &Value| there.iter().all(|claim| name(claim) != name(volume));
        let missing = volumes.iter().filter(|volume| is_missing(volume)).cloned().collect();
        Ok(self.ask(asks::plan(spec, input, missing, Timestamp::now().as_millisecond())))
    }

    /// What takes a run and its files away, or all volumes of its cluster where that is wanted; `None` if nothing of it
    /// is there. `runs`: all that are known, the newest first.
    ///
    /// # Errors
    /// The run goes on, or another one that needs the volumes; or volumes cannot be listed.
    pub async fn clean_up(
        &self,
        run: &Run,
        takes_volumes: bool,
        runs: &[Run],
    ) -> Result<Option<RunChange>, NotCleaned> {
        let (spec, there) = (run.spec(), self.volumes().await?);
        let mut volumes = vec![spec.work_volume(), spec.state_volume()];
        volumes.retain(|name| takes_volumes && there.contains(name));
        let mut change = asks::clean_up(run, &volumes, runs)?;
        if !takes_volumes && there.contains(&spec.work_volume()) {
            change = asks::with_files(change, run);
        }
        Ok(Some(change).filter(|change| !change.writes.is_empty()))
    }

    /// Names of our volumes.
    ///
    /// # Errors
    /// They cannot be listed.
    pub async fn volumes(&self) -> Result<BTreeSet<String>, PortError> {
        let claims = self.claims().await?;
        Ok(claims.iter().filter_map(|claim| Some(claim["metadata"]["name"].as_str()?.to_owned())).collect())
    }

    async fn claims(&self) -> Result<Vec<Value>, PortError> {
        let namespace = &self.site.worker.namespace;
        let ours = format!("labelSelector=app.kubernetes.io%2Fmanaged-by%3D{MANAGED_BY}");
        let path = format!("/api/v1/namespaces/{namespace}/persistentvolumeclaims?limit={PAGE}&{ours}");
        self.items(path).await
    }

    /// Who agrees now, to the plan with this digest.
    pub async fn approval(&self, sha256: &str, now_ms: i64) -> Approval {
        let arn = match self.fleet.fetch(self.cluster, FetchRequest::WhoAmI).await {
            Ok(FetchReply::User { arn, .. }) => arn,
            _ => None,
        };
        Approval { sha256: sha256.to_owned(), os_user: self.os_user.clone(), arn, at_ms: now_ms }
    }

    /// Carries out what nobody has to be asked about; what the last write brought.
    ///
    /// # Errors
    /// It was not done, in words.
    pub async fn carry_on(&self, change: RunChange) -> Result<Value, Trouble> {
        let proposal = self.gate.propose(self.ask(change)).await;
        let is_done = |left: &LeftOut| matches!(left.why, Missing::AsWanted(_));
        if proposal.targets.is_empty() && proposal.left_out.iter().all(is_done) {
            return Ok(Value::Null);
        }
        if !proposal.left_out.is_empty() {
            let words = proposal.left_out.first().map(|left| left.words()).unwrap_or_default();
            return Err(Trouble::new(words));
        }
        if let Some(hindrance) = proposal.hindrance() {
            return Err(hindrance);
        }
        let approved = proposal.confirm(&Answer::Standing).map_err(|error| Trouble::new(error.to_string()))?;
        let report = self.gate.execute(approved, |_| {}, CancellationToken::new()).await;
        if let Some(trouble) = report.trouble {
            return Err(trouble);
        }
        let mut last = Value::Null;
        for (object, fate) in report.fates {
            match fate {
                Fate::Done { object } => last = *object,
                Fate::Gone => {}
                Fate::Refused { trouble, .. } | Fate::Unknown(trouble) => return Err(trouble),
                other => return Err(Trouble::new(format!("{object}: {}", other.words(report.verb)))),
            }
        }
        Ok(last)
    }
}
