//! The three table panes of the deck.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::Canvas;
use crate::domain::ids::KindId;
use crate::input::context::Pane as PaneName;
use crate::screens::deck::words::{emptiness, freshness};
use crate::screens::deck::{Deck, clusters as cluster_rows, jobs as job_rows, namespaces as namespace_rows};
use crate::screens::layout::PaneBox;
use crate::screens::pane::Pane;
use crate::ui::frame::{FrameText, Piece, frame, message, within};
use crate::ui::table::{Column, Line, Table, needed, widths};
use crate::ui::theme::{Role, Theme};

/// What differs between the panes.
struct Spec<'a> {
    name: PaneName,
    columns: &'static [Column],
    hidden: Option<usize>,
    text: FrameText,
    empty: Vec<String>,
    focused: bool,
    theme: &'a Theme,
}

pub fn clusters(deck: &Deck, canvas: Canvas<'_>, area: Rect, buffer: &mut Buffer) -> PaneBox {
    let (scene, theme) = (canvas.scene, canvas.theme);
    let total = scene.fleet.len();
    let mut text = FrameText { title: title(1, "clusters", None), ..FrameText::default() };
    text.right = vec![Piece::new(count(deck.clusters.passing(), total, deck.clusters.is_filtered()), Role::Dim)];
    bottom(&mut text, &deck.clusters, PaneName::Clusters, canvas);
    let empty = match deck.clusters.is_filtered() {
        true => nothing_passes(&deck.clusters.filter_text),
        false => {
            let mut lines = vec!["No clusters are known.".to_owned()];
            lines.extend(canvas.problems.iter().cloned());
            lines.push("eksdeck doctor says what was looked for; eksdeck demo shows a fleet without any".to_owned());
            lines
        }
    };
    if text.bottom_right.is_empty() && !canvas.problems.is_empty() {
        let number = canvas.problems.len();
        let words = if number == 1 { "1 problem".to_owned() } else { format!("{number} problems") };
        text.bottom_right = vec![Piece::new(format!("{words} · eksdeck doctor"), Role::Warning)];
    }
    let spec = Spec {
        name: PaneName::Clusters,
        columns: cluster_rows::COLUMNS,
        hidden: None,
        text,
        empty,
        focused: deck.focus == PaneName::Clusters,
        theme,
    };
    table(&deck.clusters, spec, area, buffer, |position| {
        let id = deck.clusters.at(position)??;
        let cluster = scene.fleet.get(crate::domain::ids::ClusterId(id))?;
        let mut line = cluster_rows::line(cluster, scene.now_ms, theme);
        line.marked = deck.clusters.marks.contains(&cluster.id);
        Some(line)
    })
}

pub fn namespaces(deck: &Deck, canvas: Canvas<'_>, area: Rect, buffer: &mut Buffer) -> PaneBox {
    let (scene, theme) = (canvas.scene, canvas.theme);
    let mut text = FrameText { title: title(2, "namespaces", None), ..FrameText::default() };
    let mut empty = vec!["Choose a cluster.".to_owned()];
    let cluster = deck.shown(scene);
    if let Some(cluster) = cluster {
        text.title = title(2, "namespaces", Some(&cluster.info.name));
        let counted = count(deck.namespaces.passing(), cluster.tables.namespaces.len(), deck.namespaces.is_filtered());
        fresh(&mut text, &counted, freshness(cluster, KindId::Namespace, scene.now_ms));
        empty = match deck.namespaces.is_filtered() && !cluster.tables.namespaces.is_empty() {
            true => nothing_passes(&deck.namespaces.filter_text),
            false => emptiness(cluster, KindId::Namespace, "namespaces"),
        };
    }
    bottom(&mut text, &deck.namespaces, PaneName::Namespaces, canvas);
    let spec = Spec {
        name: PaneName::Namespaces,
        columns: namespace_rows::COLUMNS,
        hidden: None,
        text,
        empty,
        focused: deck.focus == PaneName::Namespaces,
        theme,
    };
    table(&deck.namespaces, spec, area, buffer, |position| {
        let tables = &cluster?.tables;
        match deck.namespaces.at(position)? {
            None if tables.namespaces.is_empty() && tables.pods.is_empty() => None,
            None => Some(namespace_rows::all_line(tables.counts.total)),
            Some(id) => {
                let rows = deck.namespace_rows(tables, scene);
                let marked = tables
                    .namespaces
                    .get(crate::store::table::RowId(id))
                    .is_some_and(|row| deck.namespaces.marks.contains(&row.meta.key.name));
                namespace_rows::line(&rows, id, cluster?, (scene.now(), marked), theme)
            }
        }
    })
}

pub fn jobs(deck: &Deck, canvas: Canvas<'_>, area: Rect, buffer: &mut Buffer) -> PaneBox {
    let (scene, theme) = (canvas.scene, canvas.theme);
    let mut text = FrameText { title: title(3, "jobs", None), ..FrameText::default() };
    let mut empty = vec!["Choose a cluster.".to_owned()];
    let cluster = deck.shown(scene);
    if let Some(cluster) = cluster {
        let scope = match &deck.namespace {
            Some(namespace) => format!("{}/{namespace}", cluster.info.name),
            None => cluster.info.name.clone(),
        };
        text.title = title(3, "jobs", Some(&scope));
        let total = deck
            .namespace
            .as_deref()
            .map_or(cluster.tables.counts.total, |namespace| cluster.tables.counts.of(namespace))
            .jobs;
        let counted = count(deck.jobs.passing(), total as usize, deck.jobs.is_filtered());
        fresh(&mut text, &counted, freshness(cluster, KindId::Job, scene.now_ms));
        empty = match deck.jobs.is_filtered() && total > 0 {
            true => nothing_passes(&deck.jobs.filter_text),
            false => emptiness(cluster, KindId::Job, "jobs"),
        };
    }
    bottom(&mut text, &deck.jobs, PaneName::Jobs, canvas);
    let hidden = deck.namespace.is_some().then_some(1);
    let spec = Spec {
        name: PaneName::Jobs,
        columns: job_rows::COLUMNS,
        hidden,
        text,
        empty,
        focused: deck.focus == PaneName::Jobs,
        theme,
    };
    table(&deck.jobs, spec, area, buffer, |position| {
        let rows = deck.job_rows(&cluster?.tables, scene);
        let id = deck.jobs.at(position)??;
        let marked = rows.row(id).is_some_and(|row| deck.jobs.marks.contains(&row.meta.key));
        job_rows::line(&rows, id, scene.now(), marked, theme)
    })
}

/// Draws a pane: the lines from its offset on, moved so that the selection is on the screen.
fn table<'a, K>(
    pane: &Pane<K>,
    mut spec: Spec<'_>,
    area: Rect,
    buffer: &mut Buffer,
    line: impl Fn(usize) -> Option<Line<'a>>,
) -> PaneBox
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

fn title(number: u8, what: &str, scope: Option<&str>) -> Vec<Piece> {
    let mut title = vec![Piece::new(format!("{number} "), Role::Accent), Piece::new(what, Role::Title)];
    title.extend(scope.map(|scope| Piece::new(format!(" · {scope}"), Role::Dim)));
    title
}

fn count(passing: usize, all: usize, filtered: bool) -> String {
    if filtered { format!("{passing} of {all}") } else { all.to_string() }
}

fn fresh(text: &mut FrameText, counted: &str, (words, bad): (String, bool)) {
    let role = if bad { Role::Stale } else { Role::Dim };
    text.right = vec![Piece::new(format!("{counted} · "), Role::Dim), Piece::new(words, role)];
}

fn bottom<K: Clone + Eq + std::hash::Hash + Ord>(
    text: &mut FrameText,
    pane: &Pane<K>,
    name: PaneName,
    canvas: Canvas<'_>,
) {
    let typed = canvas.typing.filter(|(pane, ..)| *pane == name).map(|(_, _, typed, _)| typed);
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

fn nothing_passes(filter: &str) -> Vec<String> {
    let what =
        if filter.is_empty() { "Nothing is broken here.".to_owned() } else { format!("Nothing matches {filter}") };
    vec![what, "esc clears the filter".to_owned()]
}
