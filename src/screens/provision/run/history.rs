//! The other runs of the cluster.

use super::RunScene;
use super::line::Line;
use super::why::sign;
use crate::domain::age::Age;
use crate::domain::provision::Run;
use crate::domain::text::{clean, fit, width};
use crate::ui::theme::Role;

/// Above the columns of a run.
pub fn heading() -> Line {
    let text = format!("  {:<17} {:<9} {:<9} {:<12} {:<14} AGE", "STATE", "KIND", "RUN", "CHANGES", "BY");
    Line::of(None, text, Role::Header)
}

pub fn lines(scene: &RunScene<'_>) -> Vec<Line> {
    scene.history.iter().map(|run| one(run, scene.now_ms)).collect()
}

fn one(run: &Run, now_ms: i64) -> Line {
    let state = sign(run.state());
    let changes = run.changes().map(|(add, change, destroy)| format!("+{add} ~{change} -{destroy}"));
    let age = Age((now_ms - run.asked_ms).max(0) / 1_000);
    Line::of(Some(state), cell(run.state().words(), 17), state.role())
        .with(cell(run.kind().word(), 9), Role::Text)
        .with(cell(&run.id, 9), Role::Dim)
        .with(cell(&changes.unwrap_or_else(|| "—".to_owned()), 12), Role::Text)
        .with(cell(&run.asked_by, 14), Role::Dim)
        .with(format!("{age} ago"), Role::Dim)
        .copied(&run.id)
}

/// A text in a column, and a blank behind it.
fn cell(text: &str, columns: usize) -> String {
    let text = clean(text);
    let shown = fit(&text, columns);
    format!("{shown}{} ", " ".repeat(columns - width(&shown)))
}
