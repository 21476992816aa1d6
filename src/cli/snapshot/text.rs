//! A frame as plain text.

use ratatui::buffer::Buffer;

use crate::domain::text::width;

/// A line for each row, without blanks at its end.
pub fn text(buffer: &Buffer) -> String {
    let area = buffer.area;
    let mut out = String::new();
    for y in area.top()..area.bottom() {
        let mut line = String::new();
        let mut x = area.left();
        while x < area.right() {
            let symbol = buffer[(x, y)].symbol();
            line.push_str(symbol);
            // What a wide character covers is not written.
            x += width(symbol).max(1) as u16;
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wide_character_covers_the_cell_after_it() {
        let buffer = Buffer::with_lines(["a漢b  ", "     "]);
        assert_eq!(text(&buffer), "a漢b\n\n");
    }
}
