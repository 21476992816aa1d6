//! The phases of a run with their times, and how far the one is that goes on.

use super::line::Line;
use super::{RunPage, RunScene};
use crate::domain::age::Age;
use crate::domain::provision::seen::Seen;
use crate::domain::provision::{JobFacts, Outcome, Phase, Run};
use crate::domain::terraform::progress::Progress;
use crate::ui::gauge::gauge;
use crate::ui::theme::{Role, State, Theme};

/// Cells of the bar.
const BAR: usize = 20;

pub fn phases(run: &Run, now_ms: i64) -> Vec<Line> {
    let has_apply = run.kind().applies() || run.apply.is_some();
    let all = [Phase::Plan, Phase::Apply].into_iter().filter(|phase| *phase == Phase::Plan || has_apply);
    all.map(|phase| one(run, phase, now_ms)).collect()
}

fn one(run: &Run, phase: Phase, now_ms: i64) -> Line {
    let facts = if phase == Phase::Apply { &run.facts.apply } else { &run.facts.plan };
    let (state, word) = match facts {
        JobFacts::Absent => (State::NotOpened, "not begun"),
        JobFacts::Queued => (State::Pending, "queued"),
        JobFacts::Waiting(_) => (State::Pending, "starting"),
        JobFacts::Running => (State::Running, "runs"),
        JobFacts::Ended(None) => (State::Broken, "gone"),
        JobFacts::Ended(Some(outcome)) if matches!(outcome.exit, 0 | 2) => (State::Ok, "done"),
        JobFacts::Ended(Some(outcome)) if outcome.interrupted || outcome.exit >= 128 => (State::Suspended, "stopped"),
        JobFacts::Ended(Some(_)) => (State::Broken, "failed"),
    };
    let line =
        Line::of(Some(state), format!("{:<6}", phase.word()), Role::Title).with(format!("{word:<10}"), state.role());
    let line = match run.phase(phase) {
        Some(seen) if *facts != JobFacts::Absent => line.with(times(seen, facts, now_ms), Role::Text),
        _ => line,
    };
    match facts.outcome() {
        Some(outcome) => counted(line, outcome),
        None => line,
    }
}

/// `queued 2s · ran 14s`.
fn times(seen: &Seen, facts: &JobFacts, now_ms: i64) -> String {
    let age = |from: i64, to: i64| Age((to - from).max(0) / 1_000);
    let is_over = matches!(facts, JobFacts::Ended(_));
    match (seen.started_ms, seen.ended_ms) {
        (None, None) => format!("queued {}", age(seen.created_ms, now_ms)),
        (None, Some(ended)) => format!("queued {}", age(seen.created_ms, ended)),
        (Some(_), _) if matches!(facts, JobFacts::Queued | JobFacts::Waiting(_)) => {
            format!("queued {}", age(seen.created_ms, now_ms))
        }
        (Some(started), ended) => {
            let word = if is_over { "ran" } else { "running" };
            let ran = age(started, ended.unwrap_or(now_ms));
            format!("queued {} · {word} {ran}", age(seen.created_ms, started))
        }
    }
}

fn counted(line: Line, outcome: &Outcome) -> Line {
    let (add, change, destroy) = (outcome.add, outcome.change, outcome.destroy);
    let exit = match outcome.exit {
        0 | 2 => String::new(),
        exit => format!(" · exit {exit}"),
    };
    let line = line.with(exit, Role::Dim);
    match (outcome.phase, outcome.exit) {
        (_, 0 | 2) if add + change + destroy > 0 => {
            let role = |number: u64, role: Role| if number == 0 { Role::Muted } else { role };
            line.with(format!(" · +{add}"), role(add, Role::DiffAdd))
                .with(format!(" ~{change}"), role(change, Role::DiffChange))
                .with(format!(" -{destroy}"), role(destroy, Role::Broken))
        }
        (Phase::Plan, 0) => line.with(" · no changes", Role::Dim),
        _ => line,
    }
}

/// `███░░░ 7 of 23 resources · 1 failed`, while something is applied and after it broke off.
pub fn bar(page: &RunPage, run: &Run, scene: &RunScene<'_>, theme: &Theme) -> Option<Line> {
    run.apply.as_ref()?;
    let progress = page.progress(scene);
    let planned = match progress.planned {
        0 => run.changes().map_or(0, |(add, change, destroy)| add + change + destroy),
        planned => planned,
    };
    let has_begun = progress.done + progress.failed > 0 || run.facts.apply == JobFacts::Running;
    if planned == 0 || !has_begun || run.facts.apply.outcome().is_some_and(|outcome| outcome.exit == 0) {
        return None;
    }
    let bar = gauge(progress.done as f64 / planned as f64, BAR, theme);
    let line = Line::of(None, "  ", Role::Text)
        .with(bar, if progress.failed > 0 { Role::BarWarning } else { Role::BarFull })
        .with(format!(" {} of {planned} resources", progress.done), Role::Text);
    Some(match progress.failed {
        0 => line,
        failed => line.with(format!(" · {failed} failed"), Role::Broken),
    })
}

/// Those that have been worked on longest, at most `most` lines. `now_ms`: Unix milliseconds.
pub fn in_flight(progress: &Progress, most: usize, now_ms: i64) -> Vec<Line> {
    let mut all: Vec<(&String, &str, u64)> =
        progress.in_flight.iter().map(|(address, one)| (address, one.action.as_str(), one.elapsed_s(now_ms))).collect();
    all.sort_by_key(|(_, _, elapsed)| std::cmp::Reverse(*elapsed));
    let told = if all.len() <= most { all.len() } else { most.saturating_sub(1) };
    let one = |(address, action, elapsed): &(&String, &str, u64)| {
        let elapsed = if *elapsed == 0 { String::new() } else { format!(" {}", Age(elapsed.cast_signed())) };
        Line::of(None, "  ", Role::Text)
            .with(address, Role::Text)
            .with(format!("  {action}"), Role::Dim)
            .with(elapsed, Role::Running)
    };
    let mut lines: Vec<Line> = all.iter().take(told).map(one).collect();
    if told < all.len() {
        lines.push(Line::of(None, format!("  and {} more", all.len() - told), Role::Dim));
    }
    lines
}
