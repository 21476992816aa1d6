//! Draws the values as one text.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::super::text_mode::TextMode;
use super::fields::typed;
use super::{first_line, lines};
use crate::domain::text::{clean, fit};
use crate::ui::text::{put, put_right};
use crate::ui::text_buffer::byte_of;
use crate::ui::theme::{Role, State, Theme};

/// Lines of what is wrong.
const TOLD: usize = 3;

/// Gives the cursor's place.
pub(super) fn draw(mode: &TextMode, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Option<(u16, u16)> {
    let told = mode.problem.as_ref().map(|problem| format!("{} {problem}", theme.sign(State::Warning)));
    let told: Vec<String> =
        told.map(|words| lines(&words, usize::from(area.width.saturating_sub(2)))).unwrap_or_default();
    let told = &told[..told.len().min(TOLD).min(usize::from(area.height.saturating_sub(1)))];
    let room = area.height.saturating_sub(told.len() as u16);
    let (at, all) = (mode.buffer().cursor(), mode.buffer().lines());
    let digits = all.len().to_string().len() as u16;
    let first = first_line(at.line..at.line + 1, all.len(), usize::from(room));
    let mut cursor = None;
    for ((place, text), y) in all.iter().enumerate().skip(first).zip(area.y..area.y + room) {
        let line = Rect { x: area.x + digits + 3, y, width: area.width.saturating_sub(digits + 4), height: 1 };
        let is_wrong = mode.problem.as_ref().is_some_and(|problem| problem.at.line == place);
        let role = if is_wrong { Role::Warning } else { Role::Muted };
        put_right(buffer, area.x, y, area.x + digits + 1, &(place + 1).to_string(), theme.style(role));
        let role = if text.trim_start().starts_with('#') { Role::YamlComment } else { Role::Text };
        let shown = clean(text);
        match place == at.line {
            true => {
                let before = text.get(..byte_of(text, at.column)).unwrap_or_default();
                let x = typed(&shown, &clean(before), line, buffer, theme.style(role));
                cursor = Some((x, y));
            }
            false => {
                put(buffer, line.x, y, line.right(), &fit(&shown, usize::from(line.width)), theme.style(role));
            }
        }
    }
    for (line, y) in told.iter().zip(area.y + room..) {
        put(buffer, area.x + 1, y, area.right(), line, theme.style(Role::Warning));
    }
    cursor
}
