//! Draws the page.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::head::{HeadLine, head};
use super::line::put_pieces;
use super::why::sign;
use super::{RunPage, RunScene, RunTab, history};
use crate::domain::provision::Phase;
use crate::domain::text::{clean, fit_middle};
use crate::ui::ascii::{is_ascii, spelled};
use crate::ui::frame::{FrameText, Piece, bar, frame};
use crate::ui::popup::clear;
use crate::ui::theme::{Role, Theme};

/// Rows of a tab that the head leaves, if there are so many.
const LEAST_ROWS: u16 = 8;

/// The page as it was drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunBox {
    pub area: Rect,
    /// Where the rows stand.
    pub list: Rect,
    /// Where the tabs stand.
    pub tabs: Vec<(RunTab, Rect)>,
    /// Rows that one page shows: what [`RunPage::act`] wants.
    pub rows: usize,
    /// Columns of a row: what [`RunPage::fit`] wants.
    pub columns: usize,
    /// The first drawn row, and how many are drawn.
    pub first: usize,
    pub shown: usize,
}

impl RunBox {
    /// The row at a cell, for [`super::RunAction::To`].
    pub fn row_at(&self, x: u16, y: u16) -> Option<usize> {
        let is_within = self.list.contains((x, y).into());
        let line = usize::from(y.saturating_sub(self.list.y));
        (is_within && line < self.shown).then_some(self.first + line)
    }

    pub fn tab_at(&self, x: u16, y: u16) -> Option<RunTab> {
        self.tabs.iter().find(|(_, area)| area.contains((x, y).into())).map(|(tab, _)| *tab)
    }
}

/// Draws the page into `area`.
pub fn draw(page: &RunPage, scene: &RunScene<'_>, theme: &Theme, area: Rect, buffer: &mut Buffer) -> RunBox {
    clear(buffer, area, theme);
    let painter = Painter { page, scene, theme, ascii: is_ascii(theme), phase: page.wanted_log(scene.run) };
    let inner = frame(buffer, area, &painter.frame_text(), true, theme);
    let below = painter.head(inner, buffer);
    let (tabs, list) = painter.tabs(below, buffer);
    let list = painter.heading(list, buffer);
    let columns = usize::from(list.width.saturating_sub(1));
    let rows = usize::from(list.height);
    let (first, shown) = painter.rows(list, buffer);
    RunBox { area, list, tabs, rows, columns, first, shown }
}

pub(super) struct Painter<'a> {
    pub page: &'a RunPage,
    pub scene: &'a RunScene<'a>,
    pub theme: &'a Theme,
    ascii: bool,
    /// Whose log is seen.
    pub phase: Phase,
}

impl Painter<'_> {
    pub fn spelled(&self, text: &str) -> String {
        let text = clean(text);
        if self.ascii { spelled(&text).into_owned() } else { text.into_owned() }
    }

    pub fn piece(&self, text: &str, role: Role) -> Piece {
        Piece::new(self.spelled(text), role)
    }

    fn frame_text(&self) -> FrameText {
        let (page, scene) = (self.page, self.scene);
        let dot = || self.piece(" · ", Role::Muted);
        let mut title = vec![self.piece(&format!("run {}", page.run_id), Role::TitleFocused)];
        let mut right = Vec::new();
        if let Some(run) = scene.run {
            // What stands here is what was seen last.
            if let Some(age) = &scene.stale {
                right.extend([self.piece(&format!("stale {age}"), Role::Stale), dot()]);
            }
            let state = sign(run.state());
            let name = fit_middle(&run.identity.name, 40);
            title.extend([dot(), self.piece(run.kind().word(), Role::Title), dot(), self.piece(&name, Role::Title)]);
            right.push(Piece::new(format!("{} ", self.theme.sign(state)), state.role()));
            right.push(self.piece(run.state().words(), state.role()));
        }
        FrameText { title, right, bottom: self.bottom(), bottom_right: self.position(), danger: false }
    }

    /// What hides or seeks rows.
    fn bottom(&self) -> Vec<Piece> {
        let (look, search) = (&self.page.look, &self.page.search);
        let mut out = Vec::new();
        if !look.filter.is_empty() && self.page.tab == RunTab::Log {
            out.extend([self.piece("filter ", Role::Accent), self.piece(&look.filter, Role::Prompt)]);
            out.push(self.piece("  ", Role::Text));
        }
        if !search.text.is_empty() {
            let found = match search.nth {
                Some(nth) => format!(" {nth} of {}", search.found),
                None => " not found".to_owned(),
            };
            out.extend([self.piece("search ", Role::Accent), self.piece(&search.text, Role::Prompt)]);
            out.push(self.piece(&found, Role::Dim));
        }
        out
    }

    fn position(&self) -> Vec<Piece> {
        let all = self.page.len(self.scene);
        let cursor = self.page.cursor(self.phase);
        vec![self.piece(&format!("{} of {all}", (cursor + 1).min(all)), Role::Dim)]
    }

    /// Gives what is left below.
    fn head(&self, inner: Rect, buffer: &mut Buffer) -> Rect {
        let Some(run) = self.scene.run else { return inner };
        let least = LEAST_ROWS.min(inner.height / 2);
        let room = usize::from(inner.height.saturating_sub(least + 1));
        let columns = usize::from(inner.width.saturating_sub(2));
        let lines = head(self.page, run, self.scene, self.theme, (columns, room));
        for (HeadLine { line, right, .. }, y) in lines.iter().zip(inner.y..) {
            let area = Rect { x: inner.x + 1, y, width: inner.width.saturating_sub(2), height: 1 };
            let right = right.as_ref().map(|line| line.drawn(self.theme, columns)).unwrap_or_default();
            bar(buffer, area, &line.drawn(self.theme, columns), &right, self.theme);
        }
        let taken = lines.len() as u16;
        Rect { y: inner.y + taken, height: inner.height - taken, ..inner }
    }

    /// The history has the names of its columns above it.
    fn heading(&self, area: Rect, buffer: &mut Buffer) -> Rect {
        if self.page.tab != RunTab::History || self.scene.history.is_empty() || area.height < 3 {
            return area;
        }
        let line = Rect { x: area.x + 1, width: area.width.saturating_sub(1), height: 1, ..area };
        put_pieces(buffer, line, &history::heading().drawn(self.theme, usize::from(line.width)), self.theme);
        Rect { y: area.y + 1, height: area.height - 1, ..area }
    }
}
