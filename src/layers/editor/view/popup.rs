//! The list of what can stand at the cursor.

use ratatui::buffer::Buffer as Cells;
use ratatui::layout::Rect;

use super::super::complete::Completing;
use crate::domain::schema::CompletionKind;
use crate::domain::text::{clean, width};
use crate::ui::popup::clear;
use crate::ui::text::{put, put_right};
use crate::ui::theme::{Role, Theme};

const ROWS: u16 = 8;
const WIDEST: u16 = 48;

/// Draws the list beneath the cursor at `at`, or above it where there is more room, within `area`'s frame.
pub fn draw(list: &Completing, at: (u16, u16), area: Rect, buffer: &mut Cells, theme: &Theme) {
    let rows: Vec<(String, String)> = list
        .items
        .iter()
        .map(|item| {
            let detail = match item.kind {
                CompletionKind::Field(kind) if item.required => format!("{}, required", kind.name()),
                CompletionKind::Field(kind) => kind.name().to_owned(),
                CompletionKind::Value => String::new(),
            };
            (clean(&item.text).into_owned(), detail)
        })
        .collect();
    let widest = rows.iter().map(|(name, detail)| width(name) + width(detail) + 4).max().unwrap_or(0) as u16;
    let wide = widest.clamp(12, WIDEST).min(area.width.saturating_sub(2));
    let below = area.bottom().saturating_sub(at.1 + 2);
    let above = at.1.saturating_sub(area.y + 1);
    let wanted = (rows.len() as u16).min(ROWS);
    let (y, high) = if below >= wanted || below >= above {
        (at.1 + 1, wanted.min(below))
    } else {
        let high = wanted.min(above);
        (at.1 - high, high)
    };
    let x = at.0.min(area.right().saturating_sub(wide + 1)).max(area.x + 1);
    let place = Rect { x, y, width: wide, height: high };
    // A free cell at the right, so that what goes on beneath does not read as a part of it.
    clear(buffer, Rect { width: wide + 1, ..place }.intersection(area), theme);
    let offset = (list.chosen + 1).saturating_sub(high as usize);
    for (index, (name, detail)) in rows.iter().enumerate().skip(offset).take(high as usize) {
        let y = y + (index - offset) as u16;
        let over = if index == list.chosen { Role::Selection } else { Role::SelectionInactive };
        let style = |role: Role| theme.style(role).patch(theme.style(over));
        buffer.set_style(Rect { y, height: 1, ..place }, style(Role::Text));
        let begin = put(buffer, x + 1, y, place.right(), name, style(Role::Text));
        put_right(buffer, begin + 1, y, place.right() - 1, detail, style(Role::Dim));
    }
}
