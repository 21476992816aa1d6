//! Commands by a few letters of their names.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::line_edit::LineEdit;
use crate::domain::text::{fit, width};
use crate::input::commands::CommandId;
use crate::input::context::Context;
use crate::input::keymap::Keymap;
use crate::input::palette::palette;
use crate::screens::layout::LayerBox;
use crate::ui::frame::{FrameText, Piece, frame};
use crate::ui::popup::{centred, clear};
use crate::ui::text::{put, put_right};
use crate::ui::theme::{Role, Theme};

/// The palette's state.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Palette {
    pub line: LineEdit,
    pub chosen: usize,
}

/// Rows that the palette shows at most.
const ROWS: u16 = 14;

impl Palette {
    /// Moves the choice; the drawing and [`Palette::command`] keep it within the rows.
    pub fn step(&mut self, by: isize) {
        self.chosen = self.chosen.saturating_add_signed(by);
    }

    /// The command that `enter` runs. `q` is the old word for leaving.
    pub fn command(&self, keymap: &Keymap, context: &Context) -> Option<CommandId> {
        if matches!(self.line.text().trim(), "q" | "q!" | "quit" | "exit") {
            return Some(CommandId::Quit);
        }
        let rows = palette(keymap, &context.beneath(), self.line.text());
        rows.get(self.chosen.min(rows.len().saturating_sub(1))).map(|row| row.id)
    }
}

/// Draws the palette in the upper middle of `area`. Gives the cursor's place too.
pub fn draw(
    state: &Palette,
    keymap: &Keymap,
    context: &Context,
    area: Rect,
    buffer: &mut Buffer,
    theme: &Theme,
) -> (LayerBox, (u16, u16)) {
    let rows = palette(keymap, &context.beneath(), state.line.text());
    let chosen = state.chosen.min(rows.len().saturating_sub(1));
    let height = (rows.len() as u16).clamp(1, ROWS) + 3;
    let mut area = centred(area, 84.min(area.width.saturating_sub(4)), height.min(area.height));
    area.y = area.y.min(4);
    clear(buffer, area, theme);
    let text = FrameText { title: vec![Piece::new("command", Role::Title)], ..FrameText::default() };
    let inner = frame(buffer, area, &text, true, theme);
    let x = put(buffer, inner.x + 1, inner.y, inner.right(), ": ", theme.style(Role::Accent));
    put(buffer, x, inner.y, inner.right(), state.line.text(), theme.style(Role::Text));
    let cursor = (x + width(state.line.text().get(..state.line.cursor()).unwrap_or("")) as u16, inner.y);
    let room = inner.height.saturating_sub(1) as usize;
    let offset = (chosen + 1).saturating_sub(room);
    for (place, row) in rows.iter().enumerate().skip(offset).take(room) {
        let y = inner.y + 1 + (place - offset) as u16;
        let style = |role: Role| {
            if place == chosen { theme.style(role).patch(theme.style(Role::Selection)) } else { theme.style(role) }
        };
        if place == chosen {
            buffer.set_style(Rect { y, height: 1, ..inner }, theme.style(Role::Selection));
        }
        let (name_role, words_role) = if row.enabled { (Role::Accent, Role::Text) } else { (Role::Dim, Role::Dim) };
        let x = put(buffer, inner.x + 1, y, inner.right(), &format!("{:<22}", row.name), style(name_role));
        let keys = row.keys.as_deref().unwrap_or_default();
        let end = put_right(buffer, x, y, inner.right() - 1, keys, style(Role::FooterKey)).unwrap_or(inner.right());
        let words = row.why_not.map_or_else(|| row.words.to_owned(), |why| format!("{}: {why}", row.words));
        put(buffer, x, y, end, &fit(&words, end.saturating_sub(x + 1) as usize), style(words_role));
    }
    if rows.is_empty() {
        put(buffer, inner.x + 1, inner.y + 1, inner.right(), "no such command", theme.style(Role::Dim));
    }
    (LayerBox { page: room, top: inner.y + 1, ..LayerBox::plain(area, inner, rows.len()) }, cursor)
}
