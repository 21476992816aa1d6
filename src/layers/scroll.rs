//! Scrolling through lines that do not fit.

/// The first shown line, and how far it may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Scroll {
    pub top: usize,
    /// Lines there are, and lines that fit: told by the last drawing.
    pub lines: usize,
    pub page: usize,
}

impl Scroll {
    pub fn by(&mut self, lines: isize) {
        self.top = self.top.saturating_add_signed(lines).min(self.limit());
    }

    pub fn page_by(&mut self, pages: isize) {
        self.by(pages * self.page.saturating_sub(1).max(1) as isize);
    }

    pub fn go(&mut self, line: usize) {
        self.top = line.min(self.limit());
    }

    pub fn drawn(&mut self, lines: usize, page: usize) {
        (self.lines, self.page) = (lines, page);
        self.top = self.top.min(self.limit());
    }

    fn limit(&self) -> usize {
        self.lines.saturating_sub(self.page)
    }
}
