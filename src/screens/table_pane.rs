//! A pane that is a table: frame, headings, rows from an offset on that keeps the selection on the screen.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::layout::PaneBox;
use super::pane::Pane;
use crate::ui::frame::{FrameText, Piece, frame, message, within};
use crate::ui::table::{Column, Line, Table, needed, widths};
use crate::ui::theme::{Role, Theme};

/// What differs between the panes.
pub struct Spec<'a, P> {
    pub name: P,
    pub columns: &'static [Column],
    pub hidden: Option<usize>,
    pub text: FrameText,
    pub empty: Vec<String>,
    pub focused: bool,
    pub theme: &'a Theme,
}

/// Draws a pane: the lines from its offset on, moved so that the selection is on the screen.
pub fn table<'a, K, P>(
    pane: &Pane<K>,
    mut spec: Spec<'_, P>,
    area: Rect,
    buffer: &mut Buffer,
    line: impl Fn(usize) -> Option<Line<'a>>,
) -> PaneBox<P>
where
    K: Clone + Eq + std::hash::Hash + Ord,
{
    let inside = within(area);
    let (offset, lines) = visible(pane, inside.height.saturating_sub(1), inside.width, line);
    if spec.text.bottom_right.is_empty() && !lines.is_empty() && lines.len() < pane.len() {
        let words = format!("{}–{} of {}", offset + 1, offset + lines.len(), pane.len());
        spec.text.bottom_right = vec![Piece::new(words, Role::Muted)];
    }
    let inner = frame(buffer, area, &spec.text, spec.focused, spec.theme);
    let sorted = Some(pane.sort.column);
    let mut wanted = needed(spec.columns, &lines, sorted);
    for (wanted, seen) in wanted.iter_mut().zip(&pane.seen_widths) {
        *wanted = (*wanted).max(*seen);
    }
    let widths = widths(spec.columns, &wanted, inner.width, pane.wide, spec.hidden);
    let table = Table {
        columns: spec.columns,
        widths: &widths,
        sorted: Some((pane.sort.column, pane.sort.descending)),
        picked: pane.picked,
        selected: pane.cursor().checked_sub(offset).filter(|_| !lines.is_empty()),
        focused: spec.focused,
    };
    let rows = if inner.height == 0 { Vec::new() } else { table.draw(buffer, inner, &lines, spec.theme) };
    let headings = table.headings(inner);
    if lines.is_empty() || (pane.passing() == 0 && lines.len() <= 1) {
        let below = (lines.len() as u16 + 2).min(inner.height);
        let area = Rect { y: inner.y + below, height: inner.height - below, ..inner };
        message(buffer, area, &spec.empty, spec.theme);
    }
    PaneBox { pane: spec.name, area, page: rows.len().max(1), rows, offset, headings, needed: wanted, tab: None }
}

fn visible<'a, K>(
    pane: &Pane<K>,
    room: u16,
    columns: u16,
    line: impl Fn(usize) -> Option<Line<'a>>,
) -> (usize, Vec<Line<'a>>)
where
    K: Clone + Eq + std::hash::Hash + Ord,
{
    let cursor = pane.cursor();
    let collect = |from: usize| -> Vec<Line<'a>> {
        let mut used = 0;
        let mut lines = Vec::new();
        for position in from..pane.len() {
            let Some(line) = line(position) else { break };
            if used >= room {
                break;
            }
            used += line.height(columns);
            lines.push(line);
        }
        lines
    };
    let offset = pane.offset.min(cursor).min(pane.len().saturating_sub(1));
    let lines = collect(offset);
    let whole = |lines: &[Line<'a>], count: usize| {
        lines.iter().take(count).map(|line| line.height(columns)).sum::<u16>() <= room
    };
    if cursor < offset + lines.len() && whole(&lines, cursor - offset + 1) {
        return fill(offset, lines, (room, columns), &collect);
    }
    // Backwards from the selection until the page is full.
    let (mut from, mut used) = (cursor, 0);
    loop {
        used += line(from).map_or(1, |line| line.height(columns));
        if used > room {
            from = (from + 1).min(cursor);
            break;
        }
        if from == 0 {
            break;
        }
        from -= 1;
    }
    (from, collect(from))
}

/// After rows went away, or the pane grew, no blank lines stand below while rows are hidden above.
fn fill<'a>(
    offset: usize,
    lines: Vec<Line<'a>>,
    (room, columns): (u16, u16),
    collect: &impl Fn(usize) -> Vec<Line<'a>>,
) -> (usize, Vec<Line<'a>>) {
    let mut best = (offset, lines);
    while best.0 > 0 && best.1.iter().map(|line| line.height(columns)).sum::<u16>() < room {
        let more = collect(best.0 - 1);
        if more.iter().map(|line| line.height(columns)).sum::<u16>() > room || more.len() <= best.1.len() {
            break;
        }
        best = (best.0 - 1, more);
    }
    best
}

/// `5`, or `2 of 5` under a filter.
pub fn count(passing: usize, all: usize, filtered: bool) -> String {
    if filtered { format!("{passing} of {all}") } else { all.to_string() }
}

/// The filter on the bottom border, typed just now or in force, and its first mistake or the count of marks.
pub fn bottom<K: Clone + Eq + std::hash::Hash + Ord>(text: &mut FrameText, pane: &Pane<K>, typed: Option<&str>) {
    match typed {
        Some(typed) => text.bottom = vec![Piece::new("/ ", Role::Accent), Piece::new(format!("{typed} "), Role::Text)],
        None if pane.is_filtered() => {
            let faults = if pane.faults_only { "faults " } else { "" };
            text.bottom =
                vec![Piece::new("/ ", Role::Accent), Piece::new(format!("{faults}{}", pane.filter_text), Role::Prompt)];
        }
        None => {}
    }
    if let Some(problem) = pane.problems.first() {
        text.bottom_right = vec![Piece::new(problem.told(), Role::Warning)];
    } else if !pane.marks.is_empty() {
        text.bottom_right = vec![Piece::new(format!("{} marked", pane.marks.len()), Role::Mark)];
    }
}

/// What stands in a table that its filter left empty.
pub fn nothing_passes(filter: &str) -> Vec<String> {
    let what =
        if filter.is_empty() { "Nothing is broken here.".to_owned() } else { format!("Nothing matches {filter}") };
    vec![what, "esc clears the filter".to_owned()]
}
