//! Errors and warnings with what they are about, where they come from and why.

use std::borrow::Cow;

use super::line::Line;
use super::{RunPage, RunScene};
use crate::domain::provision::Phase;
use crate::domain::terraform::lines::Diagnostic;
use crate::domain::terraform::lock::Lock;
use crate::ui::text::wrap;
use crate::ui::theme::{Role, State};

/// Columns before what belongs to an error.
const INDENT: usize = 4;

impl RunPage {
    /// Errors first. Those of the phase that the run is in or was in last; of the plan while the apply has none.
    pub(super) fn diagnostics(&self, scene: &RunScene<'_>) -> Vec<Cow<'_, Diagnostic>> {
        let own = &self.log(scene.run.map_or(Phase::Plan, crate::domain::provision::Run::last_phase)).progress;
        let told =
            scene.progress.map(|progress| &progress.diagnostics).filter(|told| told.len() > own.diagnostics.len());
        let mut all: Vec<Cow<'_, Diagnostic>> = match told {
            Some(told) => told.iter().cloned().map(Cow::Owned).collect(),
            None if own.diagnostics.is_empty() => self.plan.progress.diagnostics.iter().map(Cow::Borrowed).collect(),
            None => own.diagnostics.iter().map(Cow::Borrowed).collect(),
        };
        all.sort_by_key(|told| !told.is_error);
        all
    }
}

pub fn lines(all: &[Cow<'_, Diagnostic>], columns: usize) -> Vec<Line> {
    all.iter().flat_map(|told| one(told, columns)).collect()
}

/// `error: words` and the resource, the place and the reason below it.
pub fn one(told: &Diagnostic, columns: usize) -> Vec<Line> {
    let (state, word) = if told.is_error { (State::Broken, "error") } else { (State::Warning, "warning") };
    let summary = wrap(&format!("{word}: {}", told.summary), columns.saturating_sub(2));
    let mut lines: Vec<Line> = Vec::new();
    for (at, text) in summary.into_iter().enumerate() {
        let line = if at == 0 { Line::of(Some(state), text, state.role()) } else { indented(text, state.role()) };
        lines.push(line);
    }
    let mut below = |text: &str, role: Role| {
        let wrapped = wrap(text, columns.saturating_sub(INDENT));
        lines.extend(wrapped.into_iter().map(|text| indented(text, role)));
    };
    if let Some(address) = &told.address {
        below(&format!("with {address}"), Role::Text);
    }
    if let Some((file, number, code)) = &told.place {
        below(&format!("on {file}:{number}: {}", code.trim()), Role::Text);
    }
    match Lock::read(&told.detail) {
        Some(lock) => below(&format!("the lock is {}", lock.words()), Role::Warning),
        None if told.detail.is_empty() => {}
        None => below(&told.detail, Role::Dim),
    }
    let copy = told.words().join("\n");
    lines
        .into_iter()
        .map(|line| Line { copy: crate::domain::text::clean_multiline(&copy).into_owned(), ..line })
        .collect()
}

fn indented(text: String, role: Role) -> Line {
    Line::of(None, " ".repeat(INDENT), Role::Text).with(text, role)
}
