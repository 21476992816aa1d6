//! The page where the terminal has ASCII alone.

use std::borrow::Cow;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::ui::theme::Theme;

/// What stands for a sign of ours.
const SIGNS: [(char, &str); 11] = [
    ('→', "->"),
    ('←', "<-"),
    ('»', ">>"),
    ('±', "-/+"),
    ('↓', "<="),
    ('▸', ">"),
    ('▾', "v"),
    ('…', "..."),
    ('·', "-"),
    ('—', "-"),
    ('•', "*"),
];

pub fn is_ascii(theme: &Theme) -> bool {
    theme.glyphs().ellipsis.is_ascii()
}

/// Our signs in ASCII; what else there is stays.
pub fn spelled(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for char in text.chars() {
        match SIGNS.iter().find(|(sign, _)| *sign == char) {
            Some((_, ascii)) => out.push_str(ascii),
            None => out.push(char),
        }
    }
    Cow::Owned(out)
}

/// No cell of `area` keeps what the terminal cannot show: where text was cut there is a dot.
pub fn spell_cells(buffer: &mut Buffer, area: Rect) {
    for y in area.top()..area.bottom() {
        for x in area.left()..area.right() {
            let Some(cell) = buffer.cell_mut((x, y)) else { continue };
            let symbol = match cell.symbol() {
                known if known.is_ascii() => continue,
                "…" | "·" => ".",
                "•" => "*",
                "→" => ">",
                _ => "?",
            };
            cell.set_symbol(symbol);
        }
    }
}
