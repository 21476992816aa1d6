//! `eksdeck job list|status|logs|wait|create|delete|suspend|resume|rerun|trigger`.

mod change;
mod create;
mod list;
mod logs;
mod status;
mod wait;
mod words;

use std::process::ExitCode;
use std::time::Duration;

use super::Global;
use super::exit::{Failure, NOT_FOUND};
use super::headless::Headless;
use super::scope::{Asked, Namespaces};
use crate::domain::ids::{ClusterId, KindId, ObjectKey};

/// What is watched for a Job's state.
const KINDS: &[KindId] = &[KindId::Job, KindId::Pod];

#[derive(Debug, clap::Args)]
pub struct Job {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Print Jobs with their states
    #[command(visible_alias = "ls")]
    List(list::JobList),
    /// Print how a Job stands and why
    Status(status::JobStatus),
    /// Print what a Job's containers write
    Logs(logs::JobLogs),
    /// Wait until a Job has ended: exit code 0 if it succeeded, 1 if it failed
    Wait(wait::Wait),
    /// Create Jobs, or what else the manifests say
    Create(create::Create),
    /// Delete Jobs, or CronJobs
    Delete(change::Delete),
    /// Suspend Jobs, or CronJobs: no more pods are started
    Suspend(change::Held),
    /// Resume what is suspended
    Resume(change::Held),
    /// Run Jobs again: a new Job like each
    Rerun(change::Named),
    /// Run CronJobs now: a new Job from each
    Trigger(change::Named),
}

/// # Errors
/// What stopped it.
pub fn run(global: &Global, job: &Job) -> Result<ExitCode, Failure> {
    match &job.command {
        Command::List(flags) => list::run(global, flags),
        Command::Status(flags) => status::run(global, flags),
        Command::Logs(flags) => logs::run(global, flags),
        Command::Wait(flags) => wait::run(global, flags),
        Command::Create(flags) => create::run(global, flags),
        Command::Delete(flags) => change::delete(global, flags),
        Command::Suspend(flags) => change::suspend(global, flags, true),
        Command::Resume(flags) => change::suspend(global, flags, false),
        Command::Rerun(flags) => change::rerun(global, flags),
        Command::Trigger(flags) => change::trigger(global, flags),
    }
}

/// Opens the clusters and finds the Job of this name in the namespaces; `NAMESPACE/NAME` says its namespace itself.
/// Clusters that failed come beside what was found in the others.
///
/// # Errors
/// It is nowhere, with the failures of clusters that could not be looked into before that.
async fn find(
    asked: &Asked,
    name: &str,
    namespaces: &Namespaces,
    limit: Duration,
) -> Result<(Headless, Vec<(ClusterId, ObjectKey)>, Vec<Failure>), Failure> {
    let mut headless = Headless::new(asked.port.clone(), &asked.setup.again);
    headless.open(&asked.ids, &asked.open_options(KINDS));
    headless.settle(limit).await;
    let (namespaces, name) = match name.split_once('/') {
        Some((namespace, name)) => (Namespaces::Named(vec![namespace.to_owned()]), name),
        None => (namespaces.clone(), name),
    };
    let mut failures = headless.failures(&[KindId::Job]);
    let mut found = Vec::new();
    for cluster in headless.opened() {
        let jobs = cluster.tables.jobs.iter().map(|(_, job)| &job.meta.key);
        let named = jobs.filter(|key| *key.name == *name && namespaces.contains(&cluster.info, &key.namespace));
        found.extend(named.map(|key| (cluster.id, key.clone())));
        failures.extend(namespaces.hidden(cluster, KindId::Job));
        namespaces.narrowed(cluster, KindId::Job).iter().for_each(|words| super::exit::say(words));
    }
    found.sort();
    if !found.is_empty() {
        return Ok((headless, found, failures));
    }
    if !failures.is_empty() {
        super::exit::all_of(failures)?;
    }
    let place = |cluster: &crate::store::fleet::ClusterState| {
        format!("{} of {}", namespaces.words(&cluster.info), cluster.info.name)
    };
    let places: Vec<String> = headless.opened().map(place).collect();
    Err(Failure::new(NOT_FOUND, format!("job {name}: not found {}", places.join(", "))))
}
