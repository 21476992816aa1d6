//! What a person asks of runs, as the writes that it takes in the management cluster.

mod files;

use serde_json::{Value, json};

use super::checks::Checks;
use super::fleet::stands;
use super::manifests::{APPROVALS, ASKED, CANCELLED_BY, COST, Input, MANAGED_BY, OUTCOME, PLACE, QUEUE, Spec};
use super::seen::Seen;
use super::site::care;
use super::{Approval, JobFacts, Kind, Outcome, Phase, Run};
use crate::domain::gate::{Change, Propagation, Resource, RunChange, Verb, Write};
use crate::domain::terraform::plan::Plan;
use crate::domain::text::clean;

pub use files::{drop_old_reader, drop_reader, read, reader, with_files};

/// What cannot be asked of a run as it stands.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotNow {
    #[error("run {id} is {state}: there is nothing to approve")]
    NothingToApprove { id: String, state: &'static str },
    #[error("run {id} was planned anew: its plan is {now} and not {shown}")]
    OtherPlan { id: String, shown: String, now: String },
    #[error("{by} has agreed to this plan already: run {id} wants another person")]
    AgreedAlready { id: String, by: String },
    #[error("run {id} is {state}: there is nothing to stop")]
    NothingToStop { id: String, state: &'static str },
    #[error("run {id} is {state}: it has no place in the queue")]
    NotQueued { id: String, state: &'static str },
    #[error("run {id} is {state}: stop it first")]
    StillGoes { id: String, state: &'static str },
}

/// A new run: its volumes, where they are missing, its Job, suspended, and what that reads.
///
/// `asked_ms`: Unix milliseconds. The server's own time has seconds, and two are asked for within one.
pub fn plan(spec: &Spec, input: &Input, missing: Vec<Value>, asked_ms: i64) -> RunChange {
    let mut writes: Vec<Write> = missing.into_iter().map(|volume| create(&CLAIM, spec, volume)).collect();
    let mut job = spec.job(Phase::Plan, None);
    job["metadata"]["annotations"][ASKED] = json!(asked_ms.to_string());
    writes.push(create(&JOB, spec, job));
    writes.push(create(&CONFIG_MAP, spec, spec.config_map(Phase::Plan, "", input)));
    writes.extend(spec.secret(Phase::Plan, "", input).map(|secret| create(&SECRET, spec, secret)));
    let verb = match spec.kind {
        Kind::Unlock | Kind::Push => Verb::Unlock,
        _ => Verb::Plan,
    };
    let mut notes = vec![format!("{} {} with {}", spec.kind.word(), spec.identity, spec.worker.image)];
    if spec.kind == Kind::Push {
        let id = spec.errored.clone().unwrap_or_default();
        notes.push(format!(
            "the state that run {id} could not write is written; Terraform refuses it if another is newer"
        ));
    }
    if spec.kind == Kind::Unlock {
        notes.push("whoever holds the lock must be gone: two that write one state lose it".to_owned());
    }
    change(verb, spec, writes, false, notes)
}

/// What is said of a lock before it is freed, as the run told of it that met it.
pub fn of_lock(runs: &[Run], id: &str, now_ms: i64) -> Option<String> {
    let mut locks = runs.iter().filter_map(|run| run.outcome()?.lock.as_deref());
    Some(format!("it is {}", locks.find(|lock| lock.id == id)?.words_at(now_ms)))
}

/// Somebody agrees to the plan with the digest that they saw. Enough people, and the apply is queued.
///
/// # Errors
/// There is no such plan, or the same person has agreed to it.
pub fn approve(run: &Run, approval: Approval, script: &str, checks: Checks) -> Result<RunChange, NotNow> {
    let nothing = || NotNow::NothingToApprove { id: run.id.clone(), state: run.state().words() };
    let (Some(plan), Some(digest)) = (&run.plan, run.facts.digest()) else { return Err(nothing()) };
    if run.state() != super::State::AwaitingApproval {
        return Err(nothing());
    }
    if digest != approval.sha256 {
        let short = |digest: &str| digest.chars().take(12).collect();
        return Err(NotNow::OtherPlan { id: run.id.clone(), shown: short(&approval.sha256), now: short(digest) });
    }
    let mut facts = run.facts.clone();
    facts.approvals.retain(|known| known.sha256 == digest);
    let before = facts.people();
    // Agreed to, and whoever did was cut off before the apply was there: it is made now.
    let is_cut_off = facts.is_approved() && run.apply.is_none();
    facts.approvals.push(approval.clone());
    if facts.people() == before {
        facts.approvals.pop();
        if !is_cut_off {
            return Err(NotNow::AgreedAlready { id: run.id.clone(), by: approval.os_user });
        }
    }
    let mut spec = run.spec();
    if let Some(pinned) = plan.image_id.as_deref().filter(|image| is_pullable(image)) {
        pinned.clone_into(&mut spec.worker.image);
    }
    let by: Vec<String> = facts.approvals.iter().map(Approval::words).collect();
    let Checks { mut notes, is_dangerous, is_blind, cost } = checks;
    let mut note = json!({"metadata": {"annotations": {APPROVALS: json!(facts.approvals).to_string()}}});
    if let Some(cost) = cost {
        note["metadata"]["annotations"][COST] = json!(cost);
    }
    // Of two people who agree at once none is forgotten, and what was cancelled is not agreed to.
    let known = if run.facts.approvals.is_empty() { Value::Null } else { json!(run.facts.approvals) };
    let expects = vec![(APPROVALS, known), (CANCELLED_BY, Value::Null)];
    let mut writes = vec![Write { expects, ..patch(&JOB, &spec, &plan.job, note) }];
    if facts.is_approved() {
        let job = spec.job(Phase::Apply, Some((digest, &by.join(", "))));
        let input = Input { script: script.to_owned(), ..Input::default() };
        writes.push(create(&JOB, &spec, job));
        writes.push(create(&CONFIG_MAP, &spec, spec.config_map(Phase::Apply, "", &input)));
    } else {
        notes.push(format!("{} of {} people agree then; another one is wanted", facts.people(), facts.wanted));
    }
    let destroys = run.kind() == Kind::Destroy || run.changes().is_some_and(|(_, _, destroy)| destroy > 0);
    let change = change(Verb::Approve, &spec, writes, is_dangerous || destroys, notes);
    Ok(RunChange { is_blind, ..change })
}

/// Resources that are named before the answer.
const NAMED: usize = 20;

/// What is to be known before somebody agrees: `checks` stand before what is destroyed, which may be a long list.
pub fn notes(run: &Run, plan: &Plan, checks: Vec<String>) -> Vec<String> {
    let mut notes = vec![
        format!("{} {}", run.kind().word(), run.identity),
        plan.summary().words(),
        format!("plan {}", run.facts.digest().unwrap_or_default()),
    ];
    if run.kind() == Kind::Destroy {
        notes.push("the cluster and all that was made for it go".to_owned());
    }
    notes.extend(checks);
    let lost = plan.destroyed().map(|change| {
        let word = if change.action.creates() { "replaced" } else { "destroyed" };
        format!("{word}: {}", clean(&change.address))
    });
    let lost: Vec<String> = lost.collect();
    notes.extend(lost.iter().take(NAMED).cloned());
    if lost.len() > NAMED {
        notes.push(format!("and {} more", lost.len() - NAMED));
    }
    notes
}

/// Ends a run: what is queued never begins, what runs is asked to stop and saves its state.
///
/// # Errors
/// It is over.
pub fn cancel(run: &Run, by: &str) -> Result<RunChange, NotNow> {
    let spec = run.spec();
    let phase = run.last_phase();
    let facts = if phase == Phase::Apply { &run.facts.apply } else { &run.facts.plan };
    let (Some(seen), false) = (run.phase(phase), run.state().is_over()) else {
        return Err(NotNow::NothingToStop { id: run.id.clone(), state: run.state().words() });
    };
    let mut note = json!({"metadata": {"annotations": {CANCELLED_BY: by}}});
    let mut writes = Vec::new();
    let mut notes = Vec::new();
    match (facts, &seen.pod) {
        (JobFacts::Running, Some(pod)) => {
            let command = ["kill", "-TERM", "1"].map(str::to_owned).to_vec();
            writes.push(patch(&JOB, &spec, &seen.job, note));
            writes.push(on(&POD, &spec, pod, Change::Exec { container: "terraform".to_owned(), command }));
            if phase == Phase::Apply {
                notes.push("Terraform finishes what it has begun, saves the state and stops".to_owned());
            }
        }
        (JobFacts::Waiting(_), _) => {
            note["spec"] = json!({"suspend": true});
            writes.push(patch(&JOB, &spec, &seen.job, note));
        }
        _ => writes.push(patch(&JOB, &spec, &seen.job, note)),
    }
    Ok(change(Verb::Stop, &spec, writes, phase == Phase::Apply, notes))
}

/// Gives a queued run another place: the lowest is next.
///
/// # Errors
/// It is not queued.
pub fn move_to(run: &Run, place: i64) -> Result<RunChange, NotNow> {
    let (Some(seen), super::State::Queued) = (run.phase(run.last_phase()), run.state()) else {
        return Err(NotNow::NotQueued { id: run.id.clone(), state: run.state().words() });
    };
    let spec = run.spec();
    let note = json!({"metadata": {"annotations": {PLACE: place.to_string()}}});
    Ok(change(Verb::Move, &spec, vec![patch(&JOB, &spec, &seen.job, note)], false, Vec::new()))
}

/// Takes a run's Jobs away, and with them what they own. `volumes`: the cluster's volumes too, state and all. `runs`: all
/// that are known, the newest first.
///
/// # Errors
/// It goes on, or another one does that needs the volumes.
pub fn clean_up(run: &Run, volumes: &[String], runs: &[Run]) -> Result<RunChange, NotNow> {
    let needs = |other: &&Run| !volumes.is_empty() && other.identity == run.identity;
    let goes_on = [run].into_iter().chain(runs.iter().filter(needs)).find(|run| !run.state().is_over());
    if let Some(run) = goes_on {
        return Err(NotNow::StillGoes { id: run.id.clone(), state: run.state().words() });
    }
    let spec = run.spec();
    let delete = || Change::Delete { propagation: Propagation::Background };
    let jobs = [&run.apply, &run.plan].into_iter().flatten();
    let mut writes: Vec<Write> = jobs.map(|seen| on(&JOB, &spec, &seen.job, delete())).collect();
    writes.extend(volumes.iter().map(|name| on(&CLAIM, &spec, name, delete())));
    let notes = volumes.iter().map(|name| format!("volume {name} goes, with every plan, log and state on it"));
    let mut notes: Vec<String> = notes.collect();
    if volumes.contains(&spec.state_volume()) && stands(runs, &run.identity) {
        notes.push(format!("{} stands: without its state nothing here changes or destroys it", run.identity.name));
    }
    Ok(change(Verb::CleanUp, &spec, writes, !volumes.is_empty(), notes))
}

/// Lets the Job of a phase go.
pub fn start(run: &Run, phase: Phase) -> Option<RunChange> {
    let (spec, seen) = (run.spec(), run.phase(phase)?);
    let go = patch(&JOB, &spec, &seen.job, json!({"spec": {"suspend": false}}));
    // What was cancelled since it was listed does not start.
    let go = Write { expects: vec![(CANCELLED_BY, Value::Null)], ..go };
    Some(change(Verb::Proceed, &spec, vec![go], false, Vec::new()))
}

/// Writes on a Job how its phase ended, as its worker said it: its pod may be gone before it.
pub fn note_outcome(run: &Run, phase: Phase, outcome: Option<&Outcome>) -> Option<RunChange> {
    let (spec, seen) = (run.spec(), run.phase(phase)?);
    let word = outcome.map_or_else(|| "none".to_owned(), |outcome| json!(outcome).to_string());
    let note = patch(&JOB, &spec, &seen.job, json!({"metadata": {"annotations": {OUTCOME: word}}}));
    Some(change(Verb::Proceed, &spec, vec![note], false, Vec::new()))
}

/// The Jobs of a run are forgotten so many seconds after their end.
pub fn forget_after(run: &Run, seconds: u64) -> RunChange {
    let spec = run.spec();
    let jobs = [&run.plan, &run.apply].into_iter().flatten();
    let ttl = |seen: &Seen| patch(&JOB, &spec, &seen.job, json!({"spec": {"ttlSecondsAfterFinished": seconds}}));
    let writes = jobs.map(ttl).collect();
    change(Verb::Proceed, &spec, writes, false, Vec::new())
}

/// A volume that no run needs any more goes.
pub fn sweep(run: &Run, volume: &str) -> RunChange {
    let spec = run.spec();
    let gone = on(&CLAIM, &spec, volume, Change::Delete { propagation: Propagation::Background });
    change(Verb::Proceed, &spec, vec![gone], false, Vec::new())
}

/// Takes the Lease of the queue, or takes it over: `lease` is what is there now.
pub fn hold(namespace: &str, holder: &str, now: &str, seconds: u64, lease: Option<&Value>) -> RunChange {
    let times =
        json!({"holderIdentity": holder, "leaseDurationSeconds": seconds, "acquireTime": now, "renewTime": now});
    let change = match lease {
        // Its resourceVersion is the precondition: of two that take it over one comes too late.
        Some(lease) => {
            let mut manifest = lease.clone();
            manifest["spec"] = times;
            Change::Replace { manifest }
        }
        None => Change::Create {
            manifest: json!({"apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
                "metadata": {"name": QUEUE, "namespace": namespace,
                    "labels": {"app.kubernetes.io/managed-by": MANAGED_BY}},
                "spec": times}),
        },
    };
    let write = Write {
        resource: LEASE.resource(),
        namespace: namespace.to_owned(),
        name: QUEUE.to_owned(),
        change,
        uid: None,
        version: None,
        expects: Vec::new(),
    };
    bare(Verb::Proceed, vec![write])
}

/// Lets go of the Lease, so that the next one need not wait until it runs out.
pub fn release(namespace: &str, lease: &Value) -> RunChange {
    let mut manifest = lease.clone();
    manifest["spec"]["holderIdentity"] = Value::Null;
    let write = Write {
        resource: LEASE.resource(),
        namespace: namespace.to_owned(),
        name: QUEUE.to_owned(),
        change: Change::Replace { manifest },
        uid: None,
        version: None,
        expects: Vec::new(),
    };
    bare(Verb::Proceed, vec![write])
}

fn change(verb: Verb, spec: &Spec, writes: Vec<Write>, is_dangerous: bool, notes: Vec<String>) -> RunChange {
    RunChange {
        verb,
        writes,
        subject: spec.identity.name.clone(),
        environment: care(&spec.environment, &spec.identity.name),
        is_protected: spec.is_protected,
        read_only: None,
        is_dangerous,
        is_blind: false,
        notes,
    }
}

fn bare(verb: Verb, writes: Vec<Write>) -> RunChange {
    RunChange {
        verb,
        writes,
        subject: String::new(),
        environment: crate::domain::gate::Environment::Unclassified,
        is_protected: false,
        read_only: None,
        is_dangerous: false,
        is_blind: false,
        notes: Vec::new(),
    }
}

/// An image that a node can pull by what another node told of it.
fn is_pullable(image: &str) -> bool {
    image.contains("@sha256:") && !image.starts_with("sha256:") && image.contains('/')
}

struct Known {
    group: &'static str,
    plural: &'static str,
    kind: &'static str,
}

const JOB: Known = Known { group: "batch", plural: "jobs", kind: "Job" };
const POD: Known = Known { group: "", plural: "pods", kind: "Pod" };
const CONFIG_MAP: Known = Known { group: "", plural: "configmaps", kind: "ConfigMap" };
const SECRET: Known = Known { group: "", plural: "secrets", kind: "Secret" };
const CLAIM: Known = Known { group: "", plural: "persistentvolumeclaims", kind: "PersistentVolumeClaim" };
const LEASE: Known = Known { group: "coordination.k8s.io", plural: "leases", kind: "Lease" };

impl Known {
    fn resource(&self) -> Resource {
        Resource {
            group: self.group.to_owned(),
            version: "v1".to_owned(),
            plural: self.plural.to_owned(),
            kind: self.kind.to_owned(),
            namespaced: true,
        }
    }
}

fn create(known: &Known, spec: &Spec, manifest: Value) -> Write {
    let name = manifest["metadata"]["name"].as_str().unwrap_or_default().to_owned();
    on(known, spec, &name, Change::Create { manifest })
}

fn patch(known: &Known, spec: &Spec, name: &str, patch: Value) -> Write {
    on(known, spec, name, Change::Patch { patch })
}

fn on(known: &Known, spec: &Spec, name: &str, change: Change) -> Write {
    Write {
        resource: known.resource(),
        namespace: spec.worker.namespace.clone(),
        name: name.to_owned(),
        change,
        uid: None,
        version: None,
        expects: Vec::new(),
    }
}
