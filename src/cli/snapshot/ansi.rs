//! A frame with the terminal's colours.

use ratatui::buffer::Buffer;

use crate::app::terminal::Encoder;
use crate::domain::text::width;

/// A line for each row; the pen is put back at the end of each, so that a line can be cut out alone.
pub fn ansi(buffer: &Buffer) -> String {
    let area = buffer.area;
    let mut out = String::new();
    for y in area.top()..area.bottom() {
        let mut encoder = Encoder::default();
        let mut x = area.left();
        while x < area.right() {
            let cell = &buffer[(x, y)];
            encoder.pen(&mut out, cell);
            out.push_str(cell.symbol());
            x += width(cell.symbol()).max(1) as u16;
        }
        out.push_str("\x1b[0m\n");
    }
    out
}

#[cfg(test)]
mod tests {
    use ratatui::style::{Color, Style};

    use super::*;

    #[test]
    fn each_line_stands_for_itself() {
        let mut buffer = Buffer::with_lines(["ab", "c "]);
        buffer.set_style(buffer.area, Style::new().fg(Color::Red));
        assert_eq!(ansi(&buffer), "\x1b[0;31mab\x1b[0m\n\x1b[0;31mc \x1b[0m\n");
    }
}
