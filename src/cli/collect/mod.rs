//! `eksdeck collect`: the sync worker without a screen.

mod sink;

use std::collections::HashMap;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::{MissedTickBehavior, interval};

use self::sink::Lines;
use super::exit::{FAILED, Failure, NOT_FOUND, USAGE};
use super::flags::seconds;
use super::registered::Opened;
use super::syncing::{Looks, notifier, options};
use super::{Global, joined, logging};
use crate::adapters::audit::os_user;
use crate::adapters::metrics::{Board, Vitals, serve};
use crate::adapters::registry::holder;
use crate::cli::deck::kept_runs;
use crate::config::Environment;
use crate::domain::fleet::FleetNews;
use crate::domain::gate::Policy;
use crate::domain::ids::ClusterId;
use crate::domain::provision::news::RunsNews;
use crate::domain::registry::Role;
use crate::domain::sync::Target;
use crate::runtime::news::NewsInbox;
use crate::runtime::provision::{Runs, RunsDesk};
use crate::runtime::sync::{Handle, Notifier, Options, start};

#[derive(Debug, clap::Args)]
pub struct Collect {
    /// How often every cluster is looked at
    #[arg(long, value_name = "DURATION", default_value = "30s", value_parser = seconds)]
    interval: Duration,
    /// Clusters that are looked at at once
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=1_000))]
    at_once: u16,
    /// Look at every cluster once, then end
    #[arg(long)]
    once: bool,
    /// Serve /healthz and Prometheus' /metrics on this address, such as 127.0.0.1:9464
    #[arg(long, value_name = "ADDRESS", conflicts_with = "once")]
    listen: Option<SocketAddr>,
}

/// The registry's list is read again this often.
const LIST_EVERY: Duration = Duration::from_secs(30);
/// Longer intervals are no watch over a fleet, shorter ones a burden to it.
const INTERVALS: std::ops::RangeInclusive<u64> = 1..=3_600;
/// Notices that are on their way at the end are waited for so long.
const LAST_NOTICES: Duration = Duration::from_secs(5);

/// # Errors
/// The registry cannot be opened, the address is taken, or (`--once`) there is nothing to look at or no cluster
/// answered.
pub fn run(global: &Global, flags: &Collect) -> Result<ExitCode, Failure> {
    if !INTERVALS.contains(&flags.interval.as_secs()) {
        return Err(Failure::new(USAGE, "--interval is from 1s to 1h"));
    }
    logging::on_stderr(Environment::read().log_level.as_deref());
    let opened = Opened::read(global)?;
    if opened.registry.role() < Role::Operator {
        let organisation = opened.registry.organisation();
        tracing::warn!(organisation, "the login is a viewer: nothing that is seen can be kept");
    }
    let result = opened.runtime.block_on(collect(&opened, global, flags));
    opened.close();
    result
}

async fn collect(opened: &Opened, global: &Global, flags: &Collect) -> Result<ExitCode, Failure> {
    opened.setup.loaded.problems.iter().for_each(|problem| tracing::warn!("{problem}"));
    let looks = Looks::new(opened, global, flags.interval)?;
    looks.refresh().await?;
    let lines = Arc::new(Lines::default());
    let notifier = Arc::new(notifier(&opened.setup, lines.clone()));
    let board = Arc::new(Board::new(notifier.clone()));
    let listener = match flags.listen {
        None => None,
        Some(address) => Some(
            TcpListener::bind(address)
                .await
                .map_err(|error| Failure::new(FAILED, format!("--listen {address}: {error}")))?,
        ),
    };
    let policy = opened.setup.policy();
    let targets = looks.targets(&policy);
    if targets.is_empty() && flags.once {
        let words = format!("no cluster is registered in {}", opened.registry.organisation());
        return Err(Failure::new(NOT_FOUND, format!("{words} (eksdeck clusters add, or --context all)")));
    }
    tracing::info!(
        clusters = targets.len(),
        interval_s = flags.interval.as_secs(),
        registry = opened.registry.place(),
        "collecting"
    );
    let at_once = usize::from(flags.at_once);
    let options =
        Options { interval: flags.interval, at_once, once: flags.once, ..options(&opened.setup, flags.interval) };
    let parts = looks.parts(board.clone());
    // The handlers are in place before anything is claimed.
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    let stopped = async {
        tokio::select! {
            _ = interrupt.recv() => "SIGINT",
            _ = terminate.recv() => "SIGTERM",
        }
    };
    let mut handle = start(parts, options, targets);
    let _runs = runs(opened, global);
    if flags.once {
        tokio::select! {
            () = handle.ended() => {}
            name = stopped => tracing::info!("{name}: ending what is under way"),
        }
        finish(handle, &notifier).await;
        return lines.outcome();
    }
    let server = serving(listener, board.clone(), &handle, flags.interval);
    let name = tokio::select! {
        never = server => match never {},
        never = keep_list(&looks, &policy, &handle, &board) => match never {},
        name = stopped => name,
    };
    tracing::info!("{name}: ending what is under way");
    finish(handle, &notifier).await;
    Ok(ExitCode::SUCCESS)
}

/// Starts what is queued of Terraform's runs, and keeps them, where a management cluster is configured. Dropped, it ends.
fn runs(opened: &Opened, global: &Global) -> Option<RunsDesk> {
    let setup = &opened.setup;
    let known = setup.known(global, joined::WHOLE);
    let name = setup.loaded.config.site.cluster.as_str();
    let place = known.fleet.clusters().iter().position(|info| !name.is_empty() && info.is_called(name))?;
    let cluster = ClusterId(u32::try_from(place).ok()?);
    let site = Arc::new(setup.loaded.config.site.clone());
    let gate = setup.gate(known.fleet.clone());
    let runs = Runs::new(gate, known.fleet.clone(), cluster, site, (holder(), os_user()));
    let news = NewsInbox::new();
    tokio::spawn(tell_runs(news.clone()));
    tracing::info!(cluster = name, "Terraform runs are started here");
    Some(RunsDesk::start(runs, Arc::new(setup.modules()), kept_runs(setup, &known, name), news))
}

/// What is told of runs, as lines of the log.
async fn tell_runs(news: Arc<NewsInbox>) {
    let mut states: HashMap<String, &'static str> = HashMap::new();
    loop {
        news.ready().await;
        for piece in news.take() {
            match piece {
                FleetNews::Runs(RunsNews::Listed(Ok(runs))) => {
                    for run in runs.iter() {
                        let state = run.state().words();
                        if states.insert(run.id.clone(), state).is_some_and(|before| before != state) {
                            tracing::info!(run = run.id, cluster = run.identity.name, "{state}");
                        }
                    }
                }
                FleetNews::Runs(RunsNews::Listed(Err(trouble)) | RunsNews::Queue(Some(trouble))) => {
                    tracing::warn!("runs: {}", trouble.words);
                }
                _ => {}
            }
        }
    }
}

async fn serving(listener: Option<TcpListener>, board: Arc<Board>, handle: &Handle, interval: Duration) -> Infallible {
    let Some(listener) = listener else { return std::future::pending().await };
    if let Ok(address) = listener.local_addr() {
        tracing::info!(%address, "serving /healthz and /metrics");
    }
    let most_lag_ms = i64::try_from((interval * 3).max(LIST_EVERY).as_millis()).unwrap_or(i64::MAX);
    let now_ms = Options::default().now_ms;
    serve(listener, board, Vitals { figures: handle.figures(), pulse: handle.pulse(), most_lag_ms, now_ms }).await
}

/// Ends the worker and the notices.
async fn finish(handle: Handle, notifier: &Notifier) {
    handle.stop().await;
    notifier.finish(LAST_NOTICES).await;
    tracing::info!("ended; what was claimed is released");
}

/// Tells the worker of clusters that come and go.
async fn keep_list(looks: &Looks, policy: &Policy, handle: &Handle, board: &Board) -> Infallible {
    let mut ticks = interval(LIST_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks.tick().await;
    let mut known: Vec<Target> = looks.targets(policy);
    let mut is_lost = false;
    loop {
        ticks.tick().await;
        match looks.refresh().await {
            Ok(()) => is_lost = false,
            Err(error) => {
                if !std::mem::replace(&mut is_lost, true) {
                    tracing::warn!(%error, "the list of clusters stays as it is");
                }
                continue;
            }
        }
        let targets = looks.targets(policy);
        if targets != known {
            tracing::info!(clusters = targets.len(), "the list of clusters has changed");
            board.retain(&targets);
            handle.targets(targets.clone());
            known = targets;
        }
    }
}
