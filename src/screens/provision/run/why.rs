//! Why a run stands where it stands, and what is to be done next, in words.

use super::{RunPage, RunScene};
use crate::domain::provision::{JobFacts, Kind, Outcome, Run, State as RunState};
use crate::domain::text::clean;
use crate::ui::theme::State;

/// Something that a person must know of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    pub state: State,
    pub words: String,
    /// What to do.
    pub next: Option<String>,
}

impl Told {
    fn new(state: State, words: impl Into<String>) -> Self {
        Self { state, words: words.into(), next: None }
    }

    fn next(self, words: impl Into<String>) -> Self {
        Self { next: Some(words.into()), ..self }
    }
}

/// The sign of a run's state.
pub fn sign(state: RunState) -> State {
    match state {
        RunState::Queued => State::Pending,
        RunState::Planning | RunState::Applying => State::Running,
        RunState::AwaitingApproval | RunState::Cancelling => State::Warning,
        RunState::Planned { .. } | RunState::Done | RunState::Applied | RunState::Destroyed => State::Ok,
        RunState::Failed => State::Broken,
        RunState::Cancelled => State::Suspended,
        RunState::Superseded => State::Stale,
    }
}

/// What there is to say.
pub fn why(page: &RunPage, run: &Run, scene: &RunScene<'_>) -> Vec<Told> {
    let state = run.state();
    let by = run.cancelled_by.as_ref().map(|by| format!(" by {by}")).unwrap_or_default();
    let mut all = match state {
        RunState::Queued => vec![queued(scene)],
        RunState::Planning | RunState::Applying => pod(run),
        RunState::AwaitingApproval => vec![awaiting(run)],
        RunState::Cancelling => {
            let words = format!("cancelled{by}: Terraform finishes what it has begun and saves its state");
            vec![Told::new(State::Warning, words)]
        }
        RunState::Cancelled => vec![cancelled(run, &by)],
        RunState::Superseded => {
            vec![Told::new(State::Stale, "a later run of this cluster took its place").next("history has it")]
        }
        RunState::Failed => failed(page, run, scene),
        RunState::Planned { changes: false } => {
            vec![Told::new(State::Ok, "the cluster is as its variables say: nothing to do")]
        }
        RunState::Planned { changes: true } => vec![planned(run.kind())],
        RunState::Done | RunState::Applied | RunState::Destroyed => Vec::new(),
    };
    if run.outcome().is_some_and(|outcome| outcome.errored_state) {
        let words = "the state could not be written: errored.tfstate is kept on the work volume, in this run's folder";
        all.push(Told::new(State::Broken, words).next("P pushes it; nothing else is to run before"));
    }
    all
}

fn queued(scene: &RunScene<'_>) -> Told {
    if scene.nobody {
        let words = "waits for an eksdeck or a collector: nobody holds the queue";
        return Told::new(State::Warning, words).next("eksdeck collect holds it without a screen");
    }
    match &scene.waits {
        Some(waits) => Told::new(State::Pending, format!("waits: {waits}")),
        None => Told::new(State::Pending, "it is next: nothing is in its way"),
    }
}

fn pod(run: &Run) -> Vec<Told> {
    let why = run.why();
    if why.is_empty() {
        return Vec::new();
    }
    let told = Told::new(State::Pending, format!("its pod does not run yet: {why}"));
    let is_image = ["ImagePull", "ErrImage", "InvalidImage"].iter().any(|word| why.contains(word));
    vec![if is_image { told.next("look at the environment's image and its pull secrets") } else { told }]
}

fn awaiting(run: &Run) -> Told {
    let (people, wanted) = (run.facts.people(), run.facts.wanted.max(1));
    match (people, wanted) {
        (people, wanted) if people >= wanted => Told::new(State::Ok, "approved: its apply is about to be queued")
            .next("if it stays so, whoever approved was cut off: A approves once more"),
        (0, 1) => Told::new(State::Warning, "the plan waits for somebody's approval").next("read the plan"),
        (people, wanted) => Told::new(State::Warning, format!("{people} of {wanted} people have approved the plan"))
            .next("read the plan"),
    }
}

fn planned(kind: Kind) -> Told {
    match kind {
        Kind::Drift => Told::new(State::Warning, "the cluster is not as its state says").next("read the plan"),
        _ => Told::new(State::Ok, "nothing is applied from this plan"),
    }
}

fn cancelled(run: &Run, by: &str) -> Told {
    let told = Told::new(State::Suspended, format!("cancelled{by}"));
    match &run.facts.apply {
        JobFacts::Absent | JobFacts::Queued => told,
        _ => told.next("some of it may be done: drift tells what"),
    }
}

fn failed(page: &RunPage, run: &Run, scene: &RunScene<'_>) -> Vec<Told> {
    let facts = if run.apply.is_some() { &run.facts.apply } else { &run.facts.plan };
    let lock = page.lock(scene);
    let told = match facts {
        JobFacts::Ended(None) => Told::new(State::Broken, "its pod is gone and left no word")
            .next("the state and the lock tell what was done: plan anew (drift) to see"),
        JobFacts::Ended(Some(outcome)) => {
            let words = match &lock {
                Some(lock) => format!("the state is locked: {}", lock.words_at(scene.now_ms)),
                None => clean(&outcome.cause()).into_owned(),
            };
            let told = Told::new(State::Broken, words);
            match remedy(outcome, lock.is_some()) {
                Some(next) => told.next(next),
                None => told,
            }
        }
        _ => return Vec::new(),
    };
    vec![told]
}

fn remedy(outcome: &Outcome, is_locked: bool) -> Option<&'static str> {
    match outcome.reason.as_str() {
        _ if is_locked => Some("U unlocks, once nobody works with that state any more"),
        "stale" | "digest" | "versions" | "show" => Some("plan anew"),
        "lock" => Some("wait for the other run, or U unlocks what it left behind"),
        "identity" => Some("look at account, region and name"),
        "no-state" => Some("what was made elsewhere is changed there"),
        "volume" => Some(
            "C frees what an older run left; provision.storage is for new volumes: V takes this one, state and all",
        ),
        "module" => Some("look at the environment's module"),
        _ if outcome.exit >= 128 || outcome.interrupted => Some("some of it may be done: drift tells what"),
        _ => Some("errors has them all"),
    }
}
