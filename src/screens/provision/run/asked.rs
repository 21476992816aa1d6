//! Who wanted a run, where, who agreed, and what it runs in.

use super::line::Line;
use crate::domain::age::Age;
use crate::domain::provision::{Approval, Run};
use crate::ui::theme::{Role, State};

/// Letters of a digest that are told.
const DIGEST: usize = 8;
/// Approvals that are told.
const PEOPLE: usize = 3;

/// `111111111111 · eu-west-1 · staging · acme`.
pub fn place(run: &Run) -> Line {
    let identity = &run.identity;
    let mut words = vec![identity.account.as_str(), &identity.region];
    words.extend([run.environment.as_str(), &identity.organisation].into_iter().filter(|word| !word.is_empty()));
    let line = Line::of(None, words.join(" · "), Role::Dim);
    if run.is_protected { line.with(" · ", Role::Muted).with("protected", Role::Production) } else { line }
}

pub fn asked(run: &Run, now_ms: i64) -> Line {
    let by = if run.asked_by.is_empty() { String::new() } else { format!(" by {}", run.asked_by) };
    Line::of(None, format!("asked for{by} {} ago", ago(run.asked_ms, now_ms)), Role::Dim)
}

pub fn approvals(run: &Run, now_ms: i64) -> Vec<Line> {
    let all = &run.facts.approvals;
    let one = |approval: &Approval| {
        let other = match run.facts.digest() {
            Some(digest) if digest != approval.sha256 => ", of another plan",
            _ => "",
        };
        let words = format!("approved by {} {} ago", approval.words(), ago(approval.at_ms, now_ms));
        let state = if other.is_empty() { State::Ok } else { State::Stale };
        Line::of(Some(state), words, Role::Text).with(format!(" · sha {}{other}", short(&approval.sha256)), Role::Dim)
    };
    let mut lines: Vec<Line> = all.iter().take(PEOPLE).map(one).collect();
    if all.len() > PEOPLE {
        lines.push(Line::of(None, format!("  and {} more", all.len() - PEOPLE), Role::Dim));
    }
    lines
}

/// `hashicorp/terraform:1.11.4 · sha256:4f1d2a3b…`: as it is asked for, and as the node resolved it.
pub fn image(run: &Run) -> Line {
    let line = Line::of(None, format!("image {}", run.worker.image), Role::Dim);
    let seen = [&run.apply, &run.plan].into_iter().flatten().find_map(|seen| seen.image_id.as_deref());
    match seen.and_then(|id| id.rsplit_once("sha256:")) {
        Some((_, digest)) if !run.worker.image.contains(digest) => {
            line.with(format!(" · sha256:{}", short(digest)), Role::Muted)
        }
        _ => line,
    }
}

fn ago(then_ms: i64, now_ms: i64) -> Age {
    Age((now_ms - then_ms).max(0) / 1_000)
}

fn short(digest: &str) -> String {
    let letters: String = digest.chars().take(DIGEST).collect();
    format!("{letters}…")
}
