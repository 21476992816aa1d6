//! What tests read of a drawing.

use ratatui::buffer::Buffer;

use crate::domain::text::width;

/// A buffer's rows as text, without blanks at their ends. A wide character stands for both of its cells.
pub fn text(buffer: &Buffer) -> String {
    let rows = buffer.content.chunks(usize::from(buffer.area.width.max(1))).map(|row| {
        let mut behind = 0;
        let mut text = String::new();
        for cell in row {
            if behind == 0 {
                text.push_str(cell.symbol());
                behind = width(cell.symbol()).saturating_sub(1);
            } else {
                behind -= 1;
            }
        }
        text.trim_end().to_owned()
    });
    rows.collect::<Vec<_>>().join("\n")
}
