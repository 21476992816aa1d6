//! What is drawn where the terminal has ASCII alone.

use std::borrow::Cow;

use ratatui::buffer::Buffer;

use super::theme::Theme;

/// What stands for a sign of ours: where there is room, and in one cell.
const SIGNS: [(char, &str, &str); 14] = [
    ('→', "->", ">"),
    ('←', "<-", "<"),
    ('»', ">>", ">"),
    ('±', "-/+", "~"),
    ('↑', "^", "^"),
    ('↓', "<=", "v"),
    ('▸', ">", ">"),
    ('▾', "v", "v"),
    ('…', "...", "."),
    ('·', "-", "-"),
    ('—', "-", "-"),
    ('–', "-", "-"),
    ('×', "x", "x"),
    ('•', "*", "*"),
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
        match SIGNS.iter().find(|(sign, ..)| *sign == char) {
            Some((_, ascii, _)) => out.push_str(ascii),
            None => out.push(char),
        }
    }
    Cow::Owned(out)
}

/// No cell keeps what the terminal cannot show, for its bytes could be read as a control: where text was cut there is
/// a dot, and a letter that ASCII does not have is a question mark.
pub fn spell_cells(buffer: &mut Buffer) {
    for cell in &mut buffer.content {
        if cell.symbol().is_ascii() {
            continue;
        }
        let sign = SIGNS.iter().find(|(sign, ..)| cell.symbol().starts_with(*sign));
        let symbol = sign.map_or("?", |(_, _, in_one_cell)| in_one_cell);
        cell.set_symbol(symbol);
    }
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    use super::*;
    use crate::ui::testing::text;

    #[test]
    fn every_cell_is_spelled_where_it_stands() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 20, 1));
        buffer.set_string(0, 0, "a · b — ä 漢x…", Style::default());
        spell_cells(&mut buffer);
        assert_eq!(text(&buffer).trim_end(), "a - b - ? ? x.");
    }
}
