//! One cluster's row.

use crate::domain::age::Age;
use crate::domain::gate::Environment;
use crate::domain::provision::fleet::{Drift, OfCluster};
use crate::domain::provision::site::care;
use crate::domain::provision::{JobFacts, Run, State as RunState};
use crate::domain::terraform::progress::Progress;
use crate::screens::provision::run::sign;
use crate::ui::table::{Cell, Line};
use crate::ui::theme::{Role, Theme};

/// What a row is made from beside its runs.
pub struct Beside<'a> {
    pub progress: Option<&'a Progress>,
    /// What a queued run waits for.
    pub waits: Option<String>,
    /// About so many dollars a month, where its plan was read.
    pub cost: Option<&'a str>,
    pub now_ms: i64,
}

/// `applying 7 of 23, 41s · aws_eks_cluster.this`.
pub fn state_words(run: &Run, beside: &Beside<'_>) -> String {
    let word = run.state_words();
    let facts = if run.apply.is_some() { &run.facts.apply } else { &run.facts.plan };
    let begun = run.phase(run.last_phase()).and_then(|seen| seen.started_ms);
    let elapsed = |from: i64| Age((beside.now_ms - from).max(0) / 1_000);
    match (facts, beside.progress, begun) {
        (JobFacts::Running, Some(progress), Some(begun)) => {
            // What an apply touches its plan has told.
            let planned = run.changes().map_or(progress.planned, |(add, change, destroy)| add + change + destroy);
            let count = match run.state() {
                RunState::Applying if planned > 0 => format!(" {} of {planned}", progress.done),
                _ => String::new(),
            };
            let now = progress.slowest().map(|address| format!(" · {address}")).unwrap_or_default();
            format!("{word}{count}, {}{now}", elapsed(begun))
        }
        (JobFacts::Running, _, Some(begun)) => format!("{word}, {}", elapsed(begun)),
        _ => word.to_owned(),
    }
}

pub fn line<'a>(
    cluster: &'a OfCluster,
    runs: &'a [Run],
    run: &'a Run,
    beside: &Beside<'a>,
    theme: &'a Theme,
) -> Line<'a> {
    let state = run.state();
    let signed = sign(state);
    let dash = || Cell::dim("—");
    let age = |ms: i64| Age((beside.now_ms - ms).max(0) / 1_000);
    let changes = run.changes().map_or_else(dash, |(add, change, destroy)| {
        let role = if destroy > 0 { Role::Warning } else { Role::Text };
        Cell::new(format!("+{add} ~{change} -{destroy}"), role)
    });
    let drift = match cluster.drift(runs) {
        Drift::Unknown => dash(),
        Drift::None { at_ms } => Cell::dim(format!("none, {}", age(at_ms))),
        Drift::Found { at_ms } => Cell::new(format!("found, {}", age(at_ms)), Role::Warning),
    };
    let lock = cluster.locked(runs).map(|outcome| outcome.lock.as_ref().and_then(|lock| lock.created_ms()));
    let lock = lock.map_or_else(dash, |since| {
        Cell::new(since.map_or_else(|| "locked".to_owned(), |at| format!("locked, {}", age(at))), Role::Broken)
    });
    let environment = match care(&run.environment, &run.identity.name) {
        Environment::Production => Role::Production,
        Environment::Staging => Role::Staging,
        Environment::Development => Role::Development,
        Environment::Unclassified => Role::Dim,
    };
    let why = match (run.why(), &beside.waits) {
        (why, _) if !why.is_empty() => Some(Cell::new(why, signed.role())),
        (_, Some(waits)) => Some(Cell::new(format!("waits: {waits}"), Role::Dim)),
        _ if state == RunState::AwaitingApproval => {
            let (agreed, wanted) = (run.facts.people(), run.facts.wanted.max(1));
            let words = if wanted > 1 { format!("{agreed} of {wanted} people agreed") } else { String::new() };
            Some(Cell::new(words, Role::Dim)).filter(|cell| !cell.text.is_empty())
        }
        _ => None,
    };
    Line {
        sign: (theme.sign(signed), signed.role()),
        cells: vec![
            Cell::plain(run.identity.name.as_str()),
            Cell::new(run.environment.as_str(), environment),
            Cell::dim(run.identity.region.as_str()),
            Cell::plain(run.kind().word()),
            Cell::new(state_words(run, beside), signed.role()),
            changes,
            drift,
            lock,
            beside.cost.map_or_else(dash, Cell::plain),
            Cell::dim(run.asked_by.as_str()),
            Cell::dim(age(run.touched_ms()).to_string()),
            Cell::dim(run.identity.account.as_str()),
        ],
        below: why,
        marked: false,
    }
}
