//! Borders of panes and layers: quiet lines, a title on the left, how fresh it is on the right, a word below.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::text::{put, put_right};
use super::theme::{Role, Theme};
use crate::domain::text::{fit, width};

/// A piece of a border's text.
#[derive(Debug, Clone, PartialEq)]
pub struct Piece {
    pub text: String,
    pub role: Role,
}

impl Piece {
    pub fn new(text: impl Into<String>, role: Role) -> Self {
        Self { text: text.into(), role }
    }
}

/// What stands on a frame's borders.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FrameText {
    pub title: Vec<Piece>,
    pub right: Vec<Piece>,
    pub bottom: Vec<Piece>,
    pub bottom_right: Vec<Piece>,
    /// It asks before something that cannot be taken back.
    pub danger: bool,
}

/// The area within a frame around `area`; empty where there is no room for one.
pub fn within(area: Rect) -> Rect {
    if area.width < 4 || area.height < 2 {
        return Rect { width: 0, height: 0, ..area };
    }
    Rect { x: area.x + 1, y: area.y + 1, width: area.width - 2, height: area.height - 2 }
}

/// Draws a frame around `area` and gives the area within.
pub fn frame(buffer: &mut Buffer, area: Rect, text: &FrameText, focused: bool, theme: &Theme) -> Rect {
    let inner = within(area);
    if inner.width == 0 {
        return inner;
    }
    let style = theme.style(match (text.danger, focused) {
        (true, _) => Role::LayerDanger,
        (false, true) => Role::BorderFocused,
        (false, false) => Role::Border,
    });
    let set = theme.glyphs().border;
    let (right, bottom) = (area.right() - 1, area.bottom() - 1);
    for x in area.x + 1..right {
        put(buffer, x, area.y, area.right(), set.horizontal_top, style);
        put(buffer, x, bottom, area.right(), set.horizontal_bottom, style);
    }
    for y in area.y + 1..bottom {
        put(buffer, area.x, y, area.right(), set.vertical_left, style);
        put(buffer, right, y, area.right(), set.vertical_right, style);
    }
    put(buffer, area.x, area.y, area.right(), set.top_left, style);
    put(buffer, right, area.y, area.right(), set.top_right, style);
    put(buffer, area.x, bottom, area.right(), set.bottom_left, style);
    put(buffer, right, bottom, area.right(), set.bottom_right, style);
    let inside = (area.x + 1, right);
    border_text(buffer, area.y, inside, &text.title, &text.right, theme);
    border_text(buffer, bottom, inside, &text.bottom, &text.bottom_right, theme);
    inner
}

/// Cells that the left part of a border keeps.
const LEFT_LEAST: u16 = 12;

/// Text on a border line: the left part gives way to the right one only when there is no other room.
fn border_text(buffer: &mut Buffer, y: u16, (start, end): (u16, u16), left: &[Piece], right: &[Piece], theme: &Theme) {
    let size = |pieces: &[Piece]| pieces.iter().map(|piece| width(&piece.text)).sum::<usize>() as u16;
    let mut limit = end;
    // Of the left part a few letters stay; where the right one is cut, it says so.
    let right_size = size(right).min((end - start).saturating_sub(LEFT_LEAST + 3));
    if right_size > 0 {
        let mut x = end - right_size - 3;
        limit = x;
        x = put(buffer, x, y, end, " ", Style::default());
        for piece in right {
            let room = (end - 2).saturating_sub(x) as usize;
            x = put(buffer, x, y, end, &fit(&piece.text, room), theme.style(piece.role));
        }
        put(buffer, x, y, end, " ", Style::default());
    }
    if left.is_empty() {
        return;
    }
    let mut x = put(buffer, start, y, limit, " ", Style::default());
    for piece in left {
        let room = limit.saturating_sub(x + 1) as usize;
        x = put(buffer, x, y, limit, &fit(&piece.text, room), theme.style(piece.role));
    }
    put(buffer, x, y, limit, " ", Style::default());
}

/// Lines in the middle of an empty area: the first says what is the matter, the others what to do.
pub fn message(buffer: &mut Buffer, area: Rect, lines: &[String], theme: &Theme) {
    let columns = area.width.saturating_sub(4) as usize;
    let mut shown: Vec<(String, Role)> = Vec::new();
    for (place, line) in lines.iter().enumerate() {
        let role = if place == 0 { Role::Dim } else { Role::Info };
        shown.extend(super::text::wrap(line, columns).into_iter().map(|line| (line, role)));
    }
    let top = area.y + area.height.saturating_sub(shown.len() as u16) / 3;
    for (place, (line, role)) in shown.iter().enumerate() {
        let y = top + place as u16;
        if y >= area.bottom() {
            break;
        }
        let indent = (area.width as usize).saturating_sub(width(line)) / 2;
        put(buffer, area.x + indent as u16, y, area.right(), line, theme.style(*role));
    }
}

/// A line with pieces on the left and on the right, such as the header.
pub fn bar(buffer: &mut Buffer, area: Rect, left: &[Piece], right: &[Piece], theme: &Theme) {
    let right_text: usize = right.iter().map(|piece| width(&piece.text)).sum();
    let limit = area.right().saturating_sub(right_text as u16);
    let mut x = area.x;
    for piece in left {
        x = put(buffer, x, area.y, limit, &piece.text, theme.style(piece.role));
    }
    if let Some(first) = put_right(buffer, x, area.y, area.right(), &" ".repeat(right_text), Style::default()) {
        let mut x = first;
        for piece in right {
            x = put(buffer, x, area.y, area.right(), &piece.text, theme.style(piece.role));
        }
    }
}
