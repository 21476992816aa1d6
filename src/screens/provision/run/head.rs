//! What stands above the tabs, in as many lines as there are for it.

use super::line::Line;
use super::why::why;
use super::{RunPage, RunScene, RunTab, asked, errors, phases};
use crate::domain::provision::{JobFacts, Run, State as RunState};
use crate::domain::text::width;
use crate::ui::text::wrap;
use crate::ui::theme::{Role, State, Theme};

/// Lines with room for more of everything.
const ROOMY: usize = 20;

/// A line with what stands at its right end. Where there is no room for all, the highest ranks go first.
#[derive(Debug, Clone)]
pub struct HeadLine {
    pub line: Line,
    pub right: Option<Line>,
    rank: u8,
}

fn ranked(rank: u8) -> impl Fn(Line) -> HeadLine {
    move |line| HeadLine { line, right: None, rank }
}

/// At most `room` lines of `columns`.
pub fn head(
    page: &RunPage,
    run: &Run,
    scene: &RunScene<'_>,
    theme: &Theme,
    (columns, room): (usize, usize),
) -> Vec<HeadLine> {
    let is_roomy = room >= ROOMY;
    let mut all = Vec::new();
    let (place, asked) = (asked::place(run), asked::asked(run, scene.now_ms));
    match width(&place.text()) + width(&asked.text()) + 2 <= columns {
        true => all.push(HeadLine { line: place, right: Some(asked), rank: 1 }),
        false => all.extend([(1, place), (2, asked)].map(|(rank, line)| HeadLine { line, right: None, rank })),
    }
    all.extend(Some(asked::image(run)).map(ranked(6)));
    all.extend(asked::approvals(run, scene.now_ms).into_iter().map(ranked(5)));
    for told in why(page, run, scene) {
        let words = wrap(&told.words, columns.saturating_sub(2)).into_iter().enumerate();
        all.extend(
            words
                .map(|(at, text)| match at {
                    0 => Line::of(Some(told.state), text, told.state.role()),
                    _ => Line::of(None, "  ", Role::Text).with(text, told.state.role()),
                })
                .map(ranked(0)),
        );
        let next = told.next.iter().flat_map(|next| wrap(&format!("→ {next}"), columns.saturating_sub(2)));
        all.extend(next.map(|text| Line::of(None, "  ", Role::Text).with(text, Role::Accent)).map(ranked(0)));
    }
    if is_roomy {
        all.extend(Some(Line::default()).map(ranked(7)));
    }
    all.extend(phases::phases(run, scene.now_ms).into_iter().map(ranked(0)));
    all.extend(phases::bar(page, run, scene, theme).map(ranked(1)));
    if run.facts.apply == JobFacts::Running || run.facts.plan == JobFacts::Running {
        let most = if is_roomy { 8 } else { 4 };
        all.extend(phases::in_flight(page.progress(scene), most, scene.now_ms).into_iter().map(ranked(3)));
    }
    all.extend(first_error(page, run, scene, columns));
    if is_roomy {
        all.extend(Some(Line::default()).map(ranked(7)));
    }
    while all.len() > room {
        let Some(worst) = all.iter().map(|line| line.rank).max() else { break };
        let Some(at) = all.iter().rposition(|line| line.rank == worst) else { break };
        all.remove(at);
    }
    all
}

/// The first error with its place, and how many more there are. What is told as a lock is not told again.
fn first_error(page: &RunPage, run: &Run, scene: &RunScene<'_>, columns: usize) -> Vec<HeadLine> {
    let all = page.diagnostics(scene);
    let errors = all.iter().filter(|told| told.is_error).count();
    let Some(first) = all.first().filter(|told| told.is_error) else {
        let words = match all.len() {
            0 => return Vec::new(),
            1 => "1 warning".to_owned(),
            many => format!("{many} warnings"),
        };
        return vec![ranked(4)(Line::of(Some(State::Warning), words, Role::Warning))];
    };
    // Where they are all listed, none is told above.
    if page.tab == RunTab::Errors {
        return Vec::new();
    }
    if run.state() == RunState::Failed && errors == 1 && page.lock(scene).is_some() {
        return Vec::new();
    }
    let bare = crate::domain::terraform::lines::Diagnostic { detail: String::new(), ..first.as_ref().clone() };
    let mut lines: Vec<HeadLine> = errors::one(&bare, columns)
        .into_iter()
        .take(4)
        .enumerate()
        .map(|(at, line)| ranked(if at == 0 { 1 } else { 4 })(line))
        .collect();
    if errors > 1 {
        let words = if errors == 2 { "and 1 more error".to_owned() } else { format!("and {} more errors", errors - 1) };
        lines.push(ranked(4)(Line::of(None, "  ", Role::Text).with(words, Role::Broken)));
    }
    lines
}
