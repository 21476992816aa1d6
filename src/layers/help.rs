//! Every key and command, those that work here first.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::scroll::Scroll;
use crate::domain::text::width;
use crate::input::context::Context;
use crate::input::help::sections;
use crate::input::keymap::Keymap;
use crate::screens::layout::LayerBox;
use crate::ui::frame::{FrameText, Piece, frame};
use crate::ui::popup::{centred, clear};
use crate::ui::text::put;
use crate::ui::theme::{Role, Theme};

/// The help layer's state.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Help {
    pub scroll: Scroll,
}

/// Draws the help over `area` for the moment beneath it.
pub fn draw(
    help: &Help,
    keymap: &Keymap,
    context: &Context,
    area: Rect,
    buffer: &mut Buffer,
    theme: &Theme,
) -> LayerBox {
    let sections = sections(keymap, &context.beneath());
    let keys_width =
        sections.iter().flat_map(|section| &section.rows).map(|row| width(&row.keys)).max().unwrap_or(0).min(26);
    let mut lines: Vec<Vec<(String, Role)>> = Vec::new();
    for section in &sections {
        if !lines.is_empty() {
            lines.push(Vec::new());
        }
        lines.push(vec![(section.title.to_owned(), Role::Title)]);
        for row in &section.rows {
            let works = row.here && row.why_not.is_none();
            let role = if works { Role::Text } else { Role::Dim };
            let key_role = if works { Role::FooterKey } else { Role::Dim };
            let pad = " ".repeat(keys_width.saturating_sub(width(&row.keys)) + 2);
            let mut line = vec![(format!("  {}{pad}", row.keys), key_role), (row.words.to_owned(), role)];
            if let Some(why) = row.why_not {
                line.push((format!(": {why}"), Role::Warning));
            } else if row.dangerous {
                line.push((" (cannot be taken back)".to_owned(), Role::Warning));
            }
            lines.push(line);
        }
    }
    let area = centred(area, area.width.saturating_sub(4).min(100), area.height.saturating_sub(2));
    clear(buffer, area, theme);
    let text = FrameText {
        title: vec![Piece::new("help", Role::Title)],
        right: vec![Piece::new("esc closes", Role::Dim)],
        ..FrameText::default()
    };
    let inner = frame(buffer, area, &text, true, theme);
    for (place, line) in lines.iter().skip(help.scroll.top).take(inner.height as usize).enumerate() {
        let mut x = inner.x + 1;
        for (text, role) in line {
            x = put(buffer, x, inner.y + place as u16, inner.right(), text, theme.style(*role));
        }
    }
    LayerBox::plain(area, inner, lines.len())
}
