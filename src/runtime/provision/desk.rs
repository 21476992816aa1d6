//! Runs while somebody looks at the fleet: listed again and again, their progress followed, questions answered.

mod upkeep;

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::{CancellationToken, DropGuard};

use super::Runs;
use super::answers::{approve, clean_up, read_outputs, read_plan, reckon};
use super::begin::ask_to_begin;
use super::follow::{follow_progress, read_log};
use crate::domain::fleet::FleetNews;
use crate::domain::health::Trouble;
use crate::domain::provision::news::{RunsEffect, RunsNews, SharedPlan};
use crate::domain::provision::seen::{last_given, with_the_past};
use crate::domain::provision::{Facts, JobFacts, Phase, Run, State, asks};
use crate::runtime::news::NewsInbox;
use crate::runtime::ports::{KeptRunsPort, ModulePort};

/// Between two looks while something goes on, while somebody looks, and else.
const BUSY: Duration = Duration::from_millis(1_500);
const LOOKED_AT: Duration = Duration::from_secs(4);
const IDLE: Duration = Duration::from_secs(30);
/// A management cluster that fails is left alone for so long.
const FAILED: Duration = Duration::from_secs(10);

/// The background of the runs. Dropped, it ends.
pub struct RunsDesk {
    asks: UnboundedSender<RunsEffect>,
    _ends: DropGuard,
}

/// What the background works with.
#[derive(Clone)]
pub(super) struct Tools {
    pub runs: Runs,
    pub modules: Arc<dyn ModulePort>,
    /// Where runs are kept beyond their Jobs, if anywhere.
    pub kept: Option<Arc<dyn KeptRunsPort>>,
    pub news: Arc<NewsInbox>,
}

impl Tools {
    pub fn tell(&self, news: RunsNews) {
        self.news.put(FleetNews::Runs(news));
    }
}

impl RunsDesk {
    /// Begins to look. Call it inside a tokio runtime.
    pub fn start(
        runs: Runs,
        modules: Arc<dyn ModulePort>,
        kept: Option<Arc<dyn KeptRunsPort>>,
        news: Arc<NewsInbox>,
    ) -> Self {
        let cancel = CancellationToken::new();
        let (asks, asked) = unbounded_channel();
        let worker = Worker {
            tools: Tools { runs, modules, kept, news },
            known: Vec::new(),
            is_looked_at: false,
            followers: BTreeMap::new(),
            log: None,
            reckoner: None,
            reckoned: HashSet::new(),
            past: Vec::new(),
            listed: None,
            cleaned: HashSet::new(),
            settled: HashSet::new(),
            settler: None,
            settle_after: Instant::now(),
            tried: HashSet::new(),
            noted: HashSet::new(),
            noter: None,
            swept: None,
            began_ms: Timestamp::now().as_millisecond(),
        };
        tokio::spawn(cancel.clone().run_until_cancelled_owned(worker.work(asked)));
        Self { asks, _ends: cancel.drop_guard() }
    }

    /// Never waits.
    pub fn ask(&self, effect: RunsEffect) {
        // A worker that has ended answers nothing.
        drop(self.asks.send(effect));
    }
}

struct Worker {
    tools: Tools,
    known: Vec<Run>,
    is_looked_at: bool,
    /// Of runs that go on: who follows which phase.
    followers: BTreeMap<(String, &'static str), JoinHandle<()>>,
    /// Who reads the log that somebody looks at.
    log: Option<JoinHandle<()>>,
    /// Who reckons what a plan costs that waits for approval, and whose plans were reckoned.
    reckoner: Option<JoinHandle<()>>,
    reckoned: HashSet<String>,
    /// Runs as the registry remembers them.
    past: Vec<Run>,
    /// Runs whose Jobs are there, once they were listed; and those that were taken away: they are forgotten as soon as
    /// their Jobs are gone.
    listed: Option<HashSet<String>>,
    cleaned: HashSet<String>,
    /// Runs whose clusters were registered or taken out, or are being; who does it, and when again after it failed.
    settled: HashSet<String>,
    settler: Option<JoinHandle<Vec<String>>>,
    settle_after: Instant,
    tried: HashSet<String>,
    /// Runs whose ends were written on their Jobs, or could not be, by the phases that were to be; and who does it.
    noted: HashSet<(String, [bool; 2])>,
    noter: Option<JoinHandle<()>>,
    swept: Option<Instant>,
    /// Unix milliseconds.
    began_ms: i64,
}

impl Worker {
    async fn work(mut self, mut asked: UnboundedReceiver<RunsEffect>) {
        self.remember().await;
        let mut next = Instant::now();
        loop {
            tokio::select! {
                ask = asked.recv() => match ask {
                    Some(ask) => if self.ask(ask) { next = Instant::now() },
                    None => return,
                },
                () = sleep_until(next) => next = Instant::now() + self.look().await,
            }
        }
    }

    /// Whether the runs are to be listed now.
    fn ask(&mut self, effect: RunsEffect) -> bool {
        let tools = self.tools.clone();
        match effect {
            RunsEffect::Look(is_looked_at) => {
                self.is_looked_at = is_looked_at;
                return is_looked_at;
            }
            RunsEffect::Refresh => return true,
            RunsEffect::StopLog => self.stop_log(),
            RunsEffect::ReadLog { id, phase } => {
                self.stop_log();
                let run = self.find(&id);
                self.log = Some(tokio::spawn(read_log(tools, run, id, phase)));
            }
            RunsEffect::ReadPlan { id } => {
                let run = self.find(&id);
                self.reckoned.insert(id.clone());
                tokio::spawn(async move {
                    let identity = run.as_ref().map(|run| run.identity.clone()).ok();
                    let plan = read_plan(&tools, run).await;
                    tools.tell(RunsNews::Plan { id: id.clone(), plan: plan.clone() });
                    // The plan is read while AWS is asked.
                    if let (Some(identity), Ok(SharedPlan(plan))) = (identity, plan) {
                        reckon(&tools, id, &identity, &plan).await;
                    }
                });
            }
            RunsEffect::ReadOutputs { id } => {
                let run = self.find(&id);
                tokio::spawn(async move {
                    let outputs = read_outputs(&tools, run).await;
                    tools.tell(RunsNews::Outputs { id, outputs });
                });
            }
            RunsEffect::Module { environment, before } => {
                let before = before.and_then(|id| self.last_given(&id));
                tokio::spawn(async move {
                    let module = super::begin::module(&tools, &environment, before.as_ref()).await;
                    tools.tell(RunsNews::Module { environment, module: module.map(Box::new) });
                });
            }
            RunsEffect::Offers { account, region } => {
                tokio::spawn(async move {
                    let offers = tools.runs.offers(&account, &region).await;
                    tools.tell(RunsNews::Offers(Arc::new(offers)));
                });
            }
            RunsEffect::Begin { serial, order } => {
                let before = order.before.as_ref().and_then(|id| self.last_given(id));
                let now_ms = Timestamp::now().as_millisecond();
                let lock = order.lock.as_ref().and_then(|id| asks::of_lock(&self.known, id, now_ms));
                tokio::spawn(async move {
                    let ask = ask_to_begin(&tools, *order, before.as_ref()).await;
                    let ask = ask.map(|ask| Box::new(ask.with_notes(lock)));
                    tools.tell(RunsNews::Prepared { serial, ask });
                });
            }
            RunsEffect::CleanUp { serial, id, takes_volumes } => {
                let (run, runs) = (self.as_listed(&id), self.known.clone());
                tokio::spawn(async move {
                    match clean_up(&tools, run, takes_volumes, &runs).await {
                        Some(ask) => tools.tell(RunsNews::Prepared { serial, ask: ask.map(Box::new) }),
                        None => tools.tell(RunsNews::NothingLeft { serial, id }),
                    }
                });
            }
            RunsEffect::Forget { id } => {
                self.cleaned.insert(id);
                return true;
            }
            RunsEffect::Approve { serial, id, sha256, plan } => {
                let run = self.find(&id);
                tokio::spawn(async move {
                    let ask = approve(&tools, run, &sha256, plan.map(|plan| plan.0)).await.map(Box::new);
                    tools.tell(RunsNews::Prepared { serial, ask });
                });
            }
        }
        false
    }

    fn find(&self, id: &str) -> Result<Run, Trouble> {
        let found = self.known.iter().find(|run| run.id == id).cloned();
        found.ok_or_else(|| Trouble::new(format!("run {id} is not there any more")))
    }

    /// A run with those of its Jobs that are there.
    fn as_listed(&self, id: &str) -> Result<Run, Trouble> {
        let run = self.find(id)?;
        match &self.listed {
            Some(listed) if listed.contains(id) => Ok(run),
            Some(_) => Ok(run.without_jobs()),
            None => Err(Trouble::new(format!(
                "whether Jobs of run {id} are there is not known: the cluster has not answered"
            ))),
        }
    }

    /// The run that says what the cluster of this one was given last.
    fn last_given(&self, id: &str) -> Option<Run> {
        let run = self.find(id).ok()?;
        last_given(&self.known, &run.identity).cloned()
    }

    fn stop_log(&mut self) {
        if let Some(log) = self.log.take() {
            log.abort();
        }
    }

    /// One look; how long until the next.
    async fn look(&mut self) -> Duration {
        let runs = match self.tools.runs.list().await {
            Ok(runs) => runs,
            Err(error) => {
                self.tools.tell(RunsNews::Listed(Err(error.trouble().clone())));
                return FAILED;
            }
        };
        let listed: HashSet<String> = runs.iter().map(|run| run.id.clone()).collect();
        let gone: Vec<String> = self.cleaned.difference(&listed).cloned().collect();
        let has_lost = self.listed.as_ref().is_some_and(|before| before.iter().any(|id| !listed.contains(id)));
        self.listed = Some(listed);
        self.forget(&gone).await;
        if has_lost {
            self.look_up().await;
        }
        let runs = with_the_past(runs, &self.past);
        let has_changed = runs != self.known;
        if has_changed || self.is_looked_at {
            self.tools.tell(RunsNews::Listed(Ok(runs.clone().into())));
        }
        self.known = runs;
        self.keep().await;
        self.settle().await;
        self.note();
        self.follow();
        self.reckon();
        let went_on = self.tools.runs.go_on(&self.known, Timestamp::now()).await;
        let has_started = matches!(&went_on, Ok(due) if !due.started.is_empty());
        match went_on {
            Ok(due) => self.tools.tell(RunsNews::Queue(due.trouble)),
            Err(trouble) => self.tools.tell(RunsNews::Queue(Some(trouble))),
        }
        self.sweep().await;
        let goes_on = has_started || self.known.iter().any(|run| is_active(&run.facts));
        match (goes_on, self.is_looked_at) {
            (true, _) => BUSY,
            (false, true) => LOOKED_AT,
            (false, false) => IDLE,
        }
    }

    /// While somebody looks at the list, plans that wait for approval are read for what they cost: each once, one after
    /// another, since each takes a pod.
    fn reckon(&mut self) {
        if !self.is_looked_at || self.reckoner.as_ref().is_some_and(|reckoner| !reckoner.is_finished()) {
            return;
        }
        let waits = |run: &&Run| run.state() == State::AwaitingApproval && !self.reckoned.contains(&run.id);
        let Some(run) = self.known.iter().find(waits).cloned() else { return };
        self.reckoned.insert(run.id.clone());
        let tools = self.tools.clone();
        self.reckoner = Some(tokio::spawn(async move {
            match read_plan(&tools, Ok(run.clone())).await {
                Ok(SharedPlan(plan)) => reckon(&tools, run.id, &run.identity, &plan).await,
                Err(trouble) => tracing::info!(run = run.id, words = trouble.words, "what a plan costs is not told"),
            }
        }));
    }

    /// Follows every phase that runs, once.
    fn follow(&mut self) {
        self.followers.retain(|_, follower| !follower.is_finished());
        for run in &self.known {
            for (phase, facts) in [(Phase::Plan, &run.facts.plan), (Phase::Apply, &run.facts.apply)] {
                let key = (run.id.clone(), phase.word());
                let (JobFacts::Running, Some(pod)) = (facts, run.phase(phase).and_then(|seen| seen.pod.clone())) else {
                    continue;
                };
                let tools = self.tools.clone();
                let (id, namespace) = (run.id.clone(), run.worker.namespace.clone());
                self.followers.entry(key).or_insert_with(|| tokio::spawn(follow_progress(tools, id, namespace, pod)));
            }
        }
    }
}

fn is_active(facts: &Facts) -> bool {
    [&facts.plan, &facts.apply].iter().any(|facts| matches!(facts, JobFacts::Waiting(_) | JobFacts::Running))
}
