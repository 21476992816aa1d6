//! What every subcommand on runs starts from.

use std::process::ExitCode;
use std::sync::Arc;

use jiff::Timestamp;
use tokio::runtime::Runtime;

use crate::adapters::audit::os_user;
use crate::adapters::registry::holder;
use crate::cli::Global;
use crate::cli::deck::kept_runs;
use crate::cli::exit::{CONFLICT, FAILED, Failure, NOT_FOUND, USAGE, say};
use crate::cli::scope::Asked;
use crate::cli::setup;
use crate::domain::provision::seen::with_the_past;
use crate::domain::provision::{Run, Site};
use crate::runtime::ports::{CloudPort, KeptRunsPort, OffersPort};
use crate::runtime::provision::{Runs, settle};

/// The runs of the management cluster.
pub struct Desk {
    pub asked: Asked,
    pub runs: Runs,
    pub site: Arc<Site>,
    /// Where runs are kept beyond their Jobs.
    kept: Option<Arc<dyn KeptRunsPort>>,
}

impl Desk {
    /// # Errors
    /// No management cluster is named, or it is not known.
    pub fn read(global: &Global) -> Result<Self, Failure> {
        let mut global = global.clone();
        let asked = match global.context.len() {
            0 => {
                // The configuration's cluster stands for the one that nobody named.
                let first = Asked::read_lenient(&global)?;
                let named = first.setup.loaded.config.site.cluster.clone();
                if named.is_empty() {
                    let words =
                        "no management cluster is named: set provision.cluster in the configuration, or say --context";
                    return Err(Failure::new(USAGE, words));
                }
                global.context = vec![named];
                Asked { ids: setup::named(&*first.port, &global.context)?, ..first }
            }
            1 => Asked::read(&global)?,
            _ => return Err(Failure::new(USAGE, "runs lie in one management cluster: name one with --context")),
        };
        let mut site = asked.setup.loaded.config.site.clone();
        if let [namespace] = global.namespace.as_slice() {
            site.worker.namespace.clone_from(namespace);
        }
        let site = Arc::new(site);
        let cluster = crate::cli::write::cluster(&asked)?;
        let gate = asked.setup.gate(asked.port.clone());
        let runs = Runs::new(gate, asked.port.clone(), cluster, site.clone(), (holder(), os_user()));
        let cloud = Arc::new(asked.setup.cloud(&asked.known));
        let offers = Some(cloud.clone() as Arc<dyn OffersPort>);
        let runs = runs.with_cloud(Some(cloud as Arc<dyn CloudPort>)).with_offers(offers);
        // Runs are kept by the name that the configuration has for their cluster, however it was called here.
        let configured = &asked.setup.loaded.config.site.cluster;
        let clusters = asked.port.clusters();
        let is_it = |name: &str| clusters.get(cluster.0 as usize).is_some_and(|info| info.is_called(name));
        let called = global.context.first().filter(|_| !is_it(configured)).unwrap_or(configured);
        let kept = kept_runs(&asked.setup, &asked.known, called);
        Ok(Self { asked, runs, site, kept })
    }

    /// Does `work` on a runtime of its own.
    pub fn block<T>(&self, work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
        let runtime: Runtime = setup::runtime()?;
        let result = runtime.block_on(work);
        runtime.shutdown_background();
        result
    }

    /// The same where nothing but success is to be told.
    pub fn done(&self, work: impl Future<Output = Result<ExitCode, Failure>>) -> Result<ExitCode, Failure> {
        self.block(work)
    }

    /// Every run: those whose Jobs are there, and those that the registry remembers.
    pub async fn all(&self) -> Result<Vec<Run>, Failure> {
        let listed = self.runs.list().await?;
        let Some(kept) = &self.kept else { return Ok(listed) };
        match self.runs.past(&**kept).await {
            Ok(past) => Ok(with_the_past(listed, &past)),
            Err(trouble) => {
                say(&format!("past runs are not told: {}", trouble.told()));
                Ok(listed)
            }
        }
    }

    /// The run of this id, or the newest one of the cluster of this name.
    pub async fn find(&self, word: &str) -> Result<Run, Failure> {
        let runs = self.all().await?;
        find(&runs, word).cloned()
    }

    /// Keeps a run, and does what follows from its end.
    pub async fn keep(&self, run: &Run) {
        let Some(kept) = &self.kept else { return };
        if let Err(trouble) = kept.keep(vec![run.clone()]).await {
            tracing::info!(words = trouble.words, "the run is not kept in the registry");
            return;
        }
        if let Some(words) = settle(&**kept, &self.site, run).await.unwrap_or_else(Some) {
            say(&words);
        }
    }

    /// The registry remembers a run no longer.
    ///
    /// # Errors
    /// It cannot be written.
    pub async fn forget(&self, run: &Run) -> Result<(), Failure> {
        let Some(kept) = &self.kept else { return Ok(()) };
        kept.forget(run.id.clone()).await.map_err(|trouble| Failure::new(FAILED, trouble.told()))
    }

    /// Lets go what may go; that nobody could is no reason to fail.
    pub async fn go_on(&self) {
        let Ok(runs) = self.runs.list().await else { return };
        let trouble = match self.runs.go_on(&runs, Timestamp::now()).await {
            Ok(due) => due.trouble,
            Err(trouble) => Some(trouble),
        };
        if let Some(trouble) = trouble {
            say(&format!("the queue waits: {}", trouble.told()));
        }
    }
}

/// The run of this id, or the newest one of the cluster of this name.
///
/// # Errors
/// There is none, or several clusters have the name.
pub fn find<'a>(runs: &'a [Run], word: &str) -> Result<&'a Run, Failure> {
    if let Some(run) = runs.iter().find(|run| run.id == word) {
        return Ok(run);
    }
    let mut named = runs.iter().filter(|run| run.identity.name == word);
    let Some(newest) = named.next() else {
        return Err(Failure::new(NOT_FOUND, format!("no run has the id or the cluster {word}")));
    };
    if let Some(other) = named.find(|run| run.identity != newest.identity) {
        let words =
            format!("{word} is several clusters: {} and {}; name a run by its id", newest.identity, other.identity);
        return Err(Failure::new(CONFLICT, words));
    }
    Ok(newest)
}
