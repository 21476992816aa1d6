//! A cursor in a list and the part of it that is drawn.

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Scroll {
    pub cursor: usize,
    /// First drawn row.
    offset: usize,
}

impl Scroll {
    /// The cursor stands on one of `all` rows, and the page that is drawn has it.
    pub fn settle(&mut self, all: usize, page_rows: usize) {
        self.cursor = self.cursor.min(all.saturating_sub(1));
        self.offset = self.first(all, page_rows);
    }

    /// The first of `page_rows` drawn rows. The page may have another height than at the last action.
    pub fn first(&self, all: usize, page_rows: usize) -> usize {
        let cursor = self.cursor.min(all.saturating_sub(1));
        let last = (cursor + 1).saturating_sub(page_rows.max(1));
        self.offset.clamp(last, cursor.max(last)).min(all.saturating_sub(page_rows.max(1)))
    }
}
