//! What stands on the screen.

use std::fmt;

/// A view of the emulator's screen, or a copy of it.
pub struct Screen<'a>(std::borrow::Cow<'a, vt100::Screen>);

impl<'a> Screen<'a> {
    pub fn of(screen: &'a vt100::Screen) -> Self {
        Self(std::borrow::Cow::Borrowed(screen))
    }

    pub fn copied(screen: &vt100::Screen) -> Screen<'static> {
        Screen(std::borrow::Cow::Owned(screen.clone()))
    }

    pub fn raw(&self) -> &vt100::Screen {
        &self.0
    }

    /// Every row, blanks at the end cut.
    pub fn rows(&self) -> Vec<String> {
        let columns = self.0.size().1.get();
        self.0.rows(0, columns).map(|row| row.trim_end().to_owned()).collect()
    }

    pub fn text(&self) -> String {
        self.rows().join("\n")
    }

    pub fn has(&self, text: &str) -> bool {
        self.rows().iter().any(|row| row.contains(text))
    }

    /// The first row that holds `text`.
    pub fn row_with(&self, text: &str) -> Option<String> {
        self.rows().into_iter().find(|row| row.contains(text))
    }

    /// Column and row of the first cell of `text`, counted from 0.
    pub fn find(&self, text: &str) -> Option<(u16, u16)> {
        self.rows().iter().enumerate().find_map(|(at, row)| {
            let before = &row[..row.find(text)?];
            Some((self.columns(before, at as u16), at as u16))
        })
    }

    /// How many cells the text before takes: wide characters take two.
    fn columns(&self, before: &str, row: u16) -> u16 {
        let mut left = before.len();
        let mut column = 0;
        while left > 0 {
            let cell = self.0.cell(row, column);
            let taken =
                cell.map_or(1, |cell| if cell.is_wide_continuation() { 0 } else { cell.contents().len().max(1) });
            left = left.saturating_sub(taken);
            column += 1;
        }
        while self.0.cell(row, column).is_some_and(vt100::Cell::is_wide_continuation) {
            column += 1;
        }
        column
    }

    /// The cell's colours and attributes in one text, to tell styles apart.
    pub fn style_at(&self, column: u16, row: u16) -> String {
        self.0.cell(row, column).map_or_else(String::new, |cell| {
            let (fg, bg) = (cell.fgcolor(), cell.bgcolor());
            let (bold, dim, under, inverse) = (cell.bold(), cell.dim(), cell.underline(), cell.inverse());
            format!("{fg:?} on {bg:?} bold={bold} dim={dim} underline={under} inverse={inverse}")
        })
    }
}

impl fmt::Display for Screen<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns = usize::from(self.0.size().1.get());
        writeln!(out, "┌{}┐", "─".repeat(columns))?;
        let rows = self.rows();
        for (at, row) in rows.iter().enumerate() {
            // Of many rows alike, such as empty ones between borders, the first two say it all.
            if at < 2 || rows[at - 2..at] != [row.clone(), row.clone()] {
                writeln!(out, "│{row}")?;
            }
        }
        writeln!(out, "└{}┘", "─".repeat(columns))
    }
}
