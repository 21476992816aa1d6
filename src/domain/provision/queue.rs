//! Which run starts next. A queued run is a suspended Job; whoever holds the Lease lets the next one go.

use super::{JobFacts, Phase, Run, Site, State};

/// The run that may start now, and its phase; `None` while every place is taken or nothing waits.
pub fn next<'a>(runs: &'a [Run], site: &Site) -> Option<(&'a Run, Phase)> {
    order(runs).into_iter().find(|run| blocked_by(run, runs, site).is_none()).map(|run| (run, run.last_phase()))
}

/// Runs that wait, the next one first.
pub fn order(runs: &[Run]) -> Vec<&Run> {
    let mut waiting: Vec<&Run> = runs.iter().filter(|run| run.state() == State::Queued).collect();
    waiting.sort_by_key(|run| {
        let made = run.phase(run.last_phase()).map_or(run.asked_ms, |seen| seen.created_ms);
        (run.place, made, run.id.clone())
    });
    waiting
}

/// What a queued run waits for, in words; `None` if nothing is in its way.
pub fn blocked_by(run: &Run, runs: &[Run], site: &Site) -> Option<String> {
    if run.last_phase() == Phase::Apply && !run.facts.is_approved() {
        return Some("nobody has approved its plan".to_owned());
    }
    let active: Vec<&Run> = runs.iter().filter(|other| is_active(other)).collect();
    let same = active.iter().find(|other| other.id != run.id && other.identity == run.identity);
    if let Some(other) = same {
        return Some(format!("run {} of the same cluster is {}", other.id, other.state().words()));
    }
    let account = active.iter().filter(|other| other.identity.account == run.identity.account).count();
    if account >= site.at_once_per_account {
        return Some(format!("{} in account {}", go_on(account), run.identity.account));
    }
    (active.len() >= site.at_once).then(|| go_on(active.len()))
}

fn go_on(count: usize) -> String {
    if count == 1 { "another run goes on".to_owned() } else { format!("{count} runs go on") }
}

/// Its pod is there, or is on its way.
fn is_active(run: &Run) -> bool {
    [&run.facts.plan, &run.facts.apply].iter().any(|facts| matches!(facts, JobFacts::Waiting(_) | JobFacts::Running))
}
