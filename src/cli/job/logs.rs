//! `eksdeck job logs NAME`: all containers of a Job, merged by time.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::cli::Global;
use crate::cli::exit::{FAILED, Failure, NOT_FOUND, USAGE, all_of, say};
use crate::cli::flags::seconds;
use crate::cli::headless::Headless;
use crate::cli::scope::{Asked, Namespaces};
use crate::cli::setup;
use crate::domain::ids::{ClusterId, ObjectKey};
use crate::domain::job_state::JobPhase;
use crate::domain::logs::{LogOptions, LogScope, LogSourceSpec, LogTarget};
use crate::runtime::log_engine::LineFormat;
use crate::runtime::log_engine::plain::{PlainOptions, write_logs};
use crate::screens::deck::logs::sources;

#[derive(Debug, clap::Args)]
pub struct JobLogs {
    /// The Job's name, or NAMESPACE/NAME
    name: String,
    /// In every namespace
    #[arg(short = 'A', long)]
    all_namespaces: bool,
    /// Go on while its containers write, pods that come later included
    #[arg(short, long, conflicts_with = "previous")]
    follow: bool,
    /// Only what was written in this time, such as 1h
    #[arg(long, value_name = "DURATION", value_parser = seconds)]
    since: Option<Duration>,
    /// Only so many last lines of each container
    #[arg(long, value_name = "LINES", value_parser = clap::value_parser!(i64).range(0..))]
    tail: Option<i64>,
    /// Of the run before the last restart
    #[arg(long)]
    previous: bool,
    /// With the time of each line
    #[arg(long)]
    timestamps: bool,
    /// Without the pod and container before each line
    #[arg(long)]
    no_prefix: bool,
    /// Only containers of this name; several times for several
    #[arg(short, long, value_name = "CONTAINER")]
    container: Vec<String>,
    /// How long to wait for the cluster, such as 15s or 1m
    #[arg(long, value_name = "DURATION", default_value = "15s", value_parser = seconds)]
    timeout: Duration,
}

pub fn run(global: &Global, flags: &JobLogs) -> Result<ExitCode, Failure> {
    let namespaces = Namespaces::of(global, flags.all_namespaces)?;
    let asked = Asked::read(global)?;
    let runtime = setup::runtime()?;
    let result = runtime.block_on(async {
        let (headless, found, failures) = super::find(&asked, &flags.name, &namespaces, flags.timeout).await?;
        failures.iter().for_each(|failure| say(&failure.words));
        if let [(_, first), (_, second), ..] = found.as_slice() {
            let words = format!(
                "job {}: there are several, such as {first} and {second}: name one with -n or --context",
                flags.name
            );
            return Err(Failure::new(USAGE, words));
        }
        let Some((cluster, key)) = found.into_iter().next() else { return all_of(failures) };
        write(headless, &asked, cluster, key, flags).await
    });
    runtime.shutdown_background();
    result
}

async fn write(
    headless: Headless,
    asked: &Asked,
    cluster: ClusterId,
    key: ObjectKey,
    flags: &JobLogs,
) -> Result<ExitCode, Failure> {
    let wanted = Wanted { cluster, key, containers: flags.container.clone() };
    let first = wanted.sources(&headless);
    wanted.check(&headless)?;
    if first.is_empty() && !flags.follow {
        return Err(Failure::new(
            NOT_FOUND,
            format!("job {}: no container of it has started, or its pods are gone", wanted.key),
        ));
    }
    // Where several containers may write, each line says which one did.
    let prefix = !flags.no_prefix && (flags.follow || first.len() > 1);
    let options = PlainOptions {
        follow: flags.follow,
        log: LogOptions {
            since_seconds: flags.since.map(|since| since.as_secs().cast_signed()),
            tail_lines: flags.tail,
            previous: flags.previous,
        },
        format: LineFormat { timestamps: flags.timestamps, prefix },
        streams: asked.setup.loaded.config.log_streams,
    };
    let (sender, updates) = mpsc::channel(4);
    let (port, name) = (headless.port().clone(), wanted.key.to_string());
    let follower = flags.follow.then(|| tokio::spawn(follow(headless, wanted, first.clone(), sender)));
    let (mut out, mut words) = (tokio::io::stdout(), tokio::io::stderr());
    let report = write_logs(port, first, options, updates, &mut out, &mut words, CancellationToken::new()).await;
    if let Some(follower) = follower {
        follower.abort();
    }
    match report?.failed.as_slice() {
        [] => Ok(ExitCode::SUCCESS),
        // Why, each of them has said on its own line.
        [(label, _), rest @ ..] => {
            let more = if rest.is_empty() { String::new() } else { format!(" and of {} more", rest.len()) };
            Err(Failure::new(FAILED, format!("job {name}: could not read the log of {label}{more}")))
        }
    }
}

/// The containers of one Job.
struct Wanted {
    cluster: ClusterId,
    key: ObjectKey,
    /// Only these, unless empty.
    containers: Vec<String>,
}

impl Wanted {
    fn sources(&self, headless: &Headless) -> Vec<LogSourceSpec> {
        let Some(tables) = headless.fleet.get(self.cluster).map(|cluster| &cluster.tables) else { return Vec::new() };
        let Some(job) = tables.jobs.by_key(&self.key) else { return Vec::new() };
        let what = LogScope::Job { name: self.key.name.clone(), uid: job.meta.uid };
        let target = LogTarget { cluster: self.cluster, namespace: self.key.namespace.clone(), what };
        let (mut specs, _) = sources(&target, tables);
        let is_wanted =
            |name: &Arc<str>| self.containers.is_empty() || self.containers.iter().any(|wanted| **wanted == **name);
        specs.retain(|spec| is_wanted(&spec.source.container));
        specs
    }

    /// Every wanted container exists in some pod, if there are pods.
    fn check(&self, headless: &Headless) -> Result<(), Failure> {
        let Some(tables) = headless.fleet.get(self.cluster).map(|cluster| &cluster.tables) else { return Ok(()) };
        let Some(job) = tables.jobs.by_key(&self.key) else { return Ok(()) };
        let mut names: Vec<&str> =
            tables.job_pods(job.meta.uid).flat_map(|pod| &pod.containers).map(|container| &*container.name).collect();
        names.sort_unstable();
        names.dedup();
        match self.containers.iter().find(|wanted| !names.is_empty() && !names.contains(&wanted.as_str())) {
            None => Ok(()),
            Some(wanted) => {
                let words = format!("job {}: no container is named {wanted}: {}", self.key, names.join(", "));
                Err(Failure::new(NOT_FOUND, words))
            }
        }
    }

    /// The Job has ended, or is gone: no pods will come.
    fn is_over(&self, headless: &Headless) -> bool {
        let Some(tables) = headless.fleet.get(self.cluster).map(|cluster| &cluster.tables) else { return true };
        let state = tables.jobs.find(&self.key).and_then(|id| tables.job_state(id));
        state.is_none_or(|state| matches!(state.phase, JobPhase::Succeeded | JobPhase::Failed))
    }
}

/// Tells of containers that come, restart and end, until the Job has ended.
async fn follow(
    mut headless: Headless,
    wanted: Wanted,
    mut told: Vec<LogSourceSpec>,
    updates: mpsc::Sender<Vec<LogSourceSpec>>,
) {
    loop {
        let sources = wanted.sources(&headless);
        if sources != told {
            told.clone_from(&sources);
            if updates.send(sources).await.is_err() {
                return;
            }
        }
        let is_running = told.iter().any(|spec| spec.running);
        if wanted.is_over(&headless) && !is_running {
            return;
        }
        headless.changed().await;
    }
}
