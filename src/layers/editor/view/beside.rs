//! What stands beside the text: the field at the cursor, or somebody else's version.

use ratatui::buffer::Buffer as Cells;
use ratatui::layout::Rect;

use super::super::Editor;
use super::super::conflict::{Conflict, Differs};
use super::line::glyphs;
use crate::ui::frame::{FrameText, Piece, frame};
use crate::ui::text::{put, wrap};
use crate::ui::theme::{Role, Theme};

/// What is wrong in the cursor's line, whole; then the field at the cursor: its name, type, values and description.
pub fn field(editor: &Editor, area: Rect, buffer: &mut Cells, theme: &Theme) {
    let text = FrameText { title: vec![Piece::new("field", Role::Title)], ..FrameText::default() };
    let inner = frame(buffer, area, &text, false, theme);
    let columns = inner.width.saturating_sub(2) as usize;
    let mut lines: Vec<(String, Role)> = Vec::new();
    for (words, role) in super::told(editor, editor.cursor().line) {
        lines.extend(wrap(&words, columns).into_iter().map(|line| (line, role)));
    }
    if !lines.is_empty() {
        lines.push((String::new(), Role::Text));
    }
    match editor.described() {
        Some((name, field)) => {
            lines.extend(
                wrap(&format!("{name}  {}", field.kind.name()), columns).into_iter().map(|line| (line, Role::YamlKey)),
            );
            if !field.values.is_empty() {
                let values = field.values.join(" · ");
                lines.extend(wrap(&values, columns).into_iter().map(|line| (line, Role::Accent)));
            }
            lines.push((String::new(), Role::Text));
            lines.extend(wrap(&field.words, columns).into_iter().map(|line| (line, Role::Text)));
        }
        None => {
            let words = "Nothing is known of what stands at the cursor.";
            lines.extend(wrap(words, columns).into_iter().map(|line| (line, Role::Muted)));
        }
    }
    for (place, (line, role)) in lines.iter().take(inner.height as usize).enumerate() {
        put(buffer, inner.x + 1, inner.y + place as u16, inner.right(), line, theme.style(*role));
    }
}

/// Their version, with what is only theirs and only mine.
pub fn conflict(conflict: &Conflict, area: Rect, buffer: &mut Cells, theme: &Theme) {
    let text = FrameText {
        title: vec![Piece::new("their version", Role::Warning)],
        bottom: vec![Piece::new("+ theirs  - mine: take theirs or keep mine", Role::Dim)],
        ..FrameText::default()
    };
    let inner = frame(buffer, area, &text, false, theme);
    let shown = conflict.lines.iter().skip(conflict.top).take(inner.height as usize);
    for (place, (differs, line)) in shown.enumerate() {
        let (sign, role) = match differs {
            Differs::Same => (" ", Role::Dim),
            Differs::Theirs => ("+", Role::DiffAdd),
            Differs::Mine => ("-", Role::DiffRemove),
        };
        let y = inner.y + place as u16;
        let mut x = put(buffer, inner.x, y, inner.right(), sign, theme.style(role)) + 1;
        for glyph in glyphs(line).take_while(|glyph| glyph.cell < inner.width as usize) {
            x = put(buffer, x, y, inner.right(), &glyph.text, theme.style(role));
        }
    }
    if conflict.lines.is_empty() {
        put(buffer, inner.x + 1, inner.y, inner.right(), "the same text as mine", theme.style(Role::Dim));
    }
}
