//! What goes on by itself: whoever holds the Lease lets the next queued run go and takes away what nobody needs.

use jiff::{Timestamp, Unit};
use serde_json::Value;

use super::Runs;
use crate::domain::health::Trouble;
use crate::domain::provision::fleet::only_tested;
use crate::domain::provision::manifests::QUEUE;
use crate::domain::provision::{JobFacts, Kind, Phase, Run, State, asks, queue};
use crate::domain::request::PortError;

/// How long the Lease is held, in seconds. It is never renewed: what is to be done takes a moment.
pub const HELD_S: u64 = 15;
/// A test that succeeded is kept for a day.
const TEST_S: u64 = 24 * 3_600;

/// What was done, and what there is to do for whoever keeps a registry.
#[derive(Debug, Default, PartialEq)]
pub struct Due {
    /// Ids of runs that were started.
    pub started: Vec<String>,
    /// Somebody else holds the Lease.
    pub is_theirs: bool,
    /// Why a run that is next was not started; those behind it were.
    pub trouble: Option<Trouble>,
}

impl Runs {
    /// Lets go what may go. Doing it again changes nothing.
    ///
    /// # Errors
    /// The management cluster does not answer, or refuses.
    pub async fn go_on(&self, runs: &[Run], now: Timestamp) -> Result<Due, Trouble> {
        if !self.has_work(runs) {
            return Ok(Due::default());
        }
        let Some(lease) = self.hold(now).await? else { return Ok(Due { is_theirs: true, ..Due::default() }) };
        let due = self.do_what_is_due().await;
        // One that is not released runs out.
        if let Err(trouble) = self.carry_on(asks::release(&self.site().worker.namespace, &lease)).await {
            tracing::info!(words = trouble.words, "the Lease of the queue runs out by itself");
        }
        self.drop_old_readers(now).await;
        due
    }

    async fn do_what_is_due(&self) -> Result<Due, Trouble> {
        // What was seen before the Lease was taken may be somebody's doing since.
        let mut runs = self.list().await.map_err(|error| error.trouble().clone())?;
        let mut due = Due::default();
        while let Some((run, phase)) = queue::next(&runs, self.site()) {
            let (id, Some(start)) = (run.id.clone(), asks::start(run, phase)) else { break };
            let done = match self.has_its_files(run, phase).await {
                Ok(()) => self.carry_on(start).await.map(drop),
                Err(trouble) => Err(trouble),
            };
            if let Err(trouble) = done {
                due.trouble.get_or_insert(Trouble { words: format!("run {id}: {}", trouble.words), ..trouble });
                runs.retain(|run| run.id != id);
                continue;
            }
            due.started.push(id.clone());
            if let Some(run) = runs.iter_mut().find(|run| run.id == id) {
                let facts = JobFacts::Waiting("its pod is starting".to_owned());
                match phase {
                    Phase::Plan => run.facts.plan = facts,
                    Phase::Apply => run.facts.apply = facts,
                }
            }
        }
        for run in runs.iter().filter(|run| wants_an_end(run)) {
            self.carry_on(asks::forget_after(run, TEST_S)).await?;
        }
        Ok(due)
    }

    /// Whoever asked for a run may have been cut off before what its pod reads was there: such a pod would wait for ever.
    async fn has_its_files(&self, run: &Run, phase: Phase) -> Result<(), Trouble> {
        let spec = run.spec();
        let name = spec.job_name(phase);
        let path = format!("/api/v1/namespaces/{}/configmaps/{name}", spec.worker.namespace);
        match self.get(path).await {
            Ok(_) => Ok(()),
            Err(PortError::NotFound(_)) => {
                Err(Trouble::new(format!("its ConfigMap {name} is missing")).with_remedy("stop the run and plan anew"))
            }
            Err(error) => Err(error.trouble().clone()),
        }
    }

    /// Takes away work volumes of which only tests have made use, hours ago, and pods that were left after reading. Doing
    /// it again changes nothing.
    ///
    /// # Errors
    /// The management cluster does not answer, or refuses.
    pub async fn sweep(&self, runs: &[Run], now: Timestamp) -> Result<Vec<String>, Trouble> {
        self.drop_old_readers(now).await;
        let left = only_tested(runs, now.as_millisecond());
        if left.is_empty() {
            return Ok(Vec::new());
        }
        let there = self.volumes().await.map_err(|error| error.trouble().clone())?;
        let mut swept = Vec::new();
        for run in left {
            let spec = run.spec();
            // Of a state nobody knows here whether runs that are forgotten made it.
            let volume = spec.work_volume();
            if there.contains(&volume) {
                self.carry_on(asks::sweep(run, &volume)).await?;
                swept.push(volume);
            }
        }
        Ok(swept)
    }

    fn has_work(&self, runs: &[Run]) -> bool {
        queue::next(runs, self.site()).is_some() || runs.iter().any(wants_an_end)
    }

    /// Takes the Lease if nobody holds it: as it is then.
    async fn hold(&self, now: Timestamp) -> Result<Option<Value>, Trouble> {
        let namespace = self.site().worker.namespace.clone();
        let path = format!("/apis/coordination.k8s.io/v1/namespaces/{namespace}/leases/{QUEUE}");
        let lease = match self.get(path).await {
            Ok(lease) => Some(lease),
            Err(PortError::NotFound(_)) => None,
            Err(error) => return Err(error.trouble().clone()),
        };
        if let Some(lease) = &lease
            && is_held(lease, now)
            && lease["spec"]["holderIdentity"] != self.holder.as_str()
        {
            return Ok(None);
        }
        // MicroTime wants six digits of a second.
        let stamp = now.round(Unit::Microsecond).unwrap_or(now);
        let stamp = format!("{stamp:.6}");
        match self.carry_on(asks::hold(&namespace, &self.holder, &stamp, HELD_S, lease.as_ref())).await {
            Ok(lease) => Ok(Some(lease)),
            // Somebody was quicker.
            Err(trouble) if trouble.words.contains("already exists") || trouble.words.contains("conflict") => Ok(None),
            Err(trouble) => Err(trouble),
        }
    }
}

fn is_held(lease: &Value, now: Timestamp) -> bool {
    let spec = &lease["spec"];
    if spec["holderIdentity"].as_str().is_none_or(str::is_empty) {
        return false;
    }
    let renewed = spec["renewTime"].as_str().and_then(|time| time.parse::<Timestamp>().ok());
    let seconds = spec["leaseDurationSeconds"].as_i64().unwrap_or_default();
    renewed.is_some_and(|renewed| now.as_second() - renewed.as_second() < seconds)
}

/// A test that went well and would stay for ever.
fn wants_an_end(run: &Run) -> bool {
    let is_done = run.kind() == Kind::Test && matches!(run.state(), State::Planned { .. });
    is_done && run.plan.as_ref().is_some_and(|plan| plan.ttl_s.is_none())
}
