//! The clusters as cards: what a table has in columns, one block a cluster.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::FleetScreen;
use super::line::{Card, card};
use super::view::FleetCanvas;
use crate::domain::ids::ClusterId;
use crate::domain::text::fit;
use crate::ui::frame::{FrameText, Piece, frame};
use crate::ui::text::put;
use crate::ui::theme::Role;

/// Cells of a card, its border included; the last column of cards takes what is left.
const WIDTH: u16 = 39;
const HEIGHT: u16 = 7;

/// Cards as they were drawn: their places in the order, and how many stand in a row.
pub struct Drawn {
    pub boxes: Vec<(Rect, usize)>,
    pub across: usize,
    /// Rows of cards that fit.
    pub rows: usize,
    /// The first card's place.
    pub offset: usize,
}

/// How many cards stand in a row of `width` cells.
pub fn across(width: u16) -> usize {
    usize::from((width / WIDTH).max(1))
}

/// Draws as many as fit into `area`, the selected one among them.
pub fn draw(screen: &FleetScreen, canvas: FleetCanvas<'_>, area: Rect, buffer: &mut Buffer) -> Drawn {
    let across = across(area.width);
    let rows = usize::from((area.height / HEIGHT).max(1));
    let pane = &screen.clusters;
    let selected = pane.cursor() / across;
    let first = (pane.offset / across).clamp(selected.saturating_sub(rows - 1), selected);
    let wide = area.width / across as u16;
    let mut boxes = Vec::new();
    let places = (first * across..pane.len()).take(rows * across);
    for (nth, place) in places.enumerate() {
        let Some(cluster) = pane.at(place).flatten().and_then(|id| canvas.scene.scene.fleet.get(ClusterId(id))) else {
            continue;
        };
        let (column, row) = (nth % across, nth / across);
        let at = Rect {
            x: area.x + column as u16 * wide,
            y: area.y + row as u16 * HEIGHT,
            width: wide,
            height: HEIGHT.min(area.height.saturating_sub(row as u16 * HEIGHT)),
        };
        let is_selected = place == pane.cursor();
        one(
            &card(cluster, canvas.scene, canvas.theme),
            is_selected,
            pane.marks.contains(&cluster.id),
            canvas,
            at,
            buffer,
        );
        boxes.push((at, place));
    }
    Drawn { boxes, across, rows, offset: first * across }
}

fn one(card: &Card, selected: bool, marked: bool, canvas: FleetCanvas<'_>, area: Rect, buffer: &mut Buffer) {
    let theme = canvas.theme;
    let mut title = vec![card.sign.clone(), Piece::new(format!(" {}", card.name), Role::Text)];
    if selected {
        title.insert(0, Piece::new(format!("{} ", theme.glyphs().cursor), Role::BorderFocused));
    }
    if marked {
        title.insert(0, Piece::new("* ", Role::Mark));
    }
    let text = FrameText { title, right: vec![card.status.clone()], ..FrameText::default() };
    let inner = frame(buffer, area, &text, selected, theme);
    for (line, pieces) in card.lines.iter().take(usize::from(inner.height)).enumerate() {
        let mut x = inner.x + 1;
        for piece in pieces {
            let text = fit(&piece.text, usize::from(inner.right().saturating_sub(x)));
            x = put(buffer, x, inner.y + line as u16, inner.right(), &text, theme.style(piece.role));
        }
    }
}
