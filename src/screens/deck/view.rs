//! Draws the deck: four panes side by side, or one row of tabs and the focused pane on a small terminal.

mod logs;
mod tables;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{Deck, Scene};
use crate::domain::health::Health;
use crate::domain::text::width;
use crate::input::context::Pane as PaneName;
use crate::screens::layout::{Layout, PaneBox};
use crate::ui::frame::Piece;
use crate::ui::text::put;
use crate::ui::theme::{Role, State, Theme};

/// Narrower or lower than this, header and footer left out, the deck shows tabs.
const WIDE: u16 = 110;
const TALL: u16 = 18;

pub const PANES: [PaneName; 4] = [PaneName::Clusters, PaneName::Namespaces, PaneName::Jobs, PaneName::Logs];

/// What a drawing needs beside the deck.
#[derive(Clone, Copy)]
pub struct Canvas<'a> {
    pub scene: Scene<'a>,
    pub theme: &'a Theme,
    /// The pane whose filter is being typed, with its label, the text and the cursor's place in it (bytes).
    pub typing: Option<(PaneName, &'static str, &'a str, usize)>,
    /// Mistakes in files that were read at the start: they stay on the screen.
    pub problems: &'a [String],
    /// Seconds east of UTC, for timestamps.
    pub utc_offset: i32,
}

impl<'a> Canvas<'a> {
    /// The filter that is being typed into a pane.
    fn typed(&self, name: PaneName) -> Option<&'a str> {
        self.typing.filter(|(pane, ..)| *pane == name).map(|(_, _, typed, _)| typed)
    }
}

/// Draws the deck into `area`.
pub fn draw(deck: &Deck, canvas: Canvas<'_>, area: Rect, buffer: &mut Buffer, layout: &mut Layout) {
    if deck.zoomed {
        pane(deck, deck.focus, canvas, area, buffer, layout);
    } else if area.width >= WIDE && area.height >= TALL {
        side_by_side(deck, canvas, area, buffer, layout);
    } else {
        tabbed(deck, canvas, area, buffer, layout);
    }
}

fn side_by_side(deck: &Deck, canvas: Canvas<'_>, area: Rect, buffer: &mut Buffer, layout: &mut Layout) {
    let top = (area.height * 11 / 20).clamp(10, area.height - 8);
    // Clusters need the room for a line of words below a row, Jobs for a name beside a state.
    let clusters = (area.width * 63 / 200).clamp(40, 64);
    let namespaces = (area.width * 57 / 200).clamp(36, 56);
    let widths = [clusters, namespaces, area.width - clusters - namespaces];
    let mut x = area.x;
    for (name, width) in PANES.into_iter().zip(widths) {
        pane(deck, name, canvas, Rect { x, y: area.y, width, height: top }, buffer, layout);
        x += width;
    }
    let below = Rect { y: area.y + top, height: area.height - top, ..area };
    pane(deck, PaneName::Logs, canvas, below, buffer, layout);
}

fn tabbed(deck: &Deck, canvas: Canvas<'_>, area: Rect, buffer: &mut Buffer, layout: &mut Layout) {
    let tabs = tabs(deck, canvas, Rect { height: 1, ..area }, buffer);
    let body = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
    let with_logs = deck.focus != PaneName::Logs && body.height >= 16 && deck.logs.target.is_some();
    let upper = if with_logs { body.height * 11 / 20 } else { body.height };
    pane(deck, deck.focus, canvas, Rect { height: upper, ..body }, buffer, layout);
    if with_logs {
        pane(
            deck,
            PaneName::Logs,
            canvas,
            Rect { y: body.y + upper, height: body.height - upper, ..body },
            buffer,
            layout,
        );
    }
    for (name, tab) in tabs {
        match layout.panes.iter_mut().find(|found| found.pane == name) {
            Some(found) => found.tab = Some(tab),
            None => layout.panes.push(PaneBox {
                pane: name,
                area: Rect::default(),
                rows: Vec::new(),
                offset: 0,
                headings: Vec::new(),
                needed: Vec::new(),
                page: 1,
                tab: Some(tab),
            }),
        }
    }
}

/// One row of tabs: `1 clusters ● 5  2 namespaces 14  3 jobs ✖2  4 logs`.
fn tabs(deck: &Deck, canvas: Canvas<'_>, area: Rect, buffer: &mut Buffer) -> Vec<(PaneName, Rect)> {
    let theme = canvas.theme;
    let counts = deck.shown(canvas.scene).map(|cluster| match &deck.namespace {
        Some(namespace) => cluster.tables.counts.of(namespace),
        None => cluster.tables.counts.total,
    });
    let failed = counts.map_or(0, |counts| counts.jobs_failed);
    let live = canvas.scene.fleet.iter().filter(|cluster| cluster.health == Health::Live).count();
    let mut out = Vec::new();
    let mut x = area.x + 1;
    for (place, name) in PANES.into_iter().enumerate() {
        let extra = match name {
            PaneName::Clusters => Piece::new(format!("{} {live}", theme.sign(State::Ok)), State::Ok.role()),
            PaneName::Namespaces => Piece::new(deck.namespaces.passing().to_string(), Role::Dim),
            PaneName::Jobs if failed > 0 => Piece::new(format!("{}{failed}", theme.sign(State::Broken)), Role::Broken),
            PaneName::Jobs => Piece::new(deck.jobs.passing().to_string(), Role::Dim),
            PaneName::Logs => {
                Piece::new(deck.logs.target.as_ref().map_or("", |_| theme.sign(State::Running)), Role::Dim)
            }
        };
        let start = x;
        let role = if deck.focus == name { Role::TitleFocused } else { Role::Dim };
        x = put(buffer, x, area.y, area.right(), &format!("{} {}", place + 1, pane_title(name)), theme.style(role));
        if !extra.text.is_empty() {
            x = put(buffer, x + 1, area.y, area.right(), &extra.text, theme.style(extra.role));
        }
        out.push((name, Rect { x: start, y: area.y, width: x - start, height: 1 }));
        x += 3;
    }
    out
}

fn pane_title(name: PaneName) -> &'static str {
    match name {
        PaneName::Clusters => "clusters",
        PaneName::Namespaces => "namespaces",
        PaneName::Jobs => "jobs",
        PaneName::Logs => "logs",
    }
}

fn pane(deck: &Deck, name: PaneName, canvas: Canvas<'_>, area: Rect, buffer: &mut Buffer, layout: &mut Layout) {
    let drawn = match name {
        PaneName::Clusters => tables::clusters(deck, canvas, area, buffer),
        PaneName::Namespaces => tables::namespaces(deck, canvas, area, buffer),
        PaneName::Jobs => tables::jobs(deck, canvas, area, buffer),
        PaneName::Logs => logs::draw(deck, canvas, area, buffer),
    };
    layout.panes.push(drawn);
}

/// Where the cursor of a line that is being typed stands on a pane's bottom border: after its label and the text.
pub fn prompt_cursor(area: Rect, label: &str, text: &str, at: usize) -> (u16, u16) {
    let before = text.get(..at).unwrap_or(text);
    let x = area.x + 2 + (width(label) + width(before)) as u16;
    (x.min(area.right().saturating_sub(2)), area.bottom().saturating_sub(1))
}
