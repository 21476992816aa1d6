//! Draws the page.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::head::{HeadLine, head};
use super::line::{Line, put_pieces};
use super::why::sign;
use super::{RunPage, RunScene, RunTab, history, outputs};
use crate::domain::provision::{JobFacts, Phase, Run};
use crate::domain::text::{clean, fit_middle, width};
use crate::screens::provision::plan::ascii::{is_ascii, spell_cells, spelled};
use crate::screens::table_pane::nothing_passes;
use crate::ui::frame::{FrameText, Piece, bar, frame, message};
use crate::ui::popup::clear;
use crate::ui::text::{put, split_at_width};
use crate::ui::theme::{Role, State, Theme};

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
    if painter.ascii {
        spell_cells(buffer, area);
    }
    RunBox { area, list, tabs, rows, columns, first, shown }
}

struct Painter<'a> {
    page: &'a RunPage,
    scene: &'a RunScene<'a>,
    theme: &'a Theme,
    ascii: bool,
    /// Whose log is seen.
    phase: Phase,
}

impl Painter<'_> {
    fn spelled(&self, text: &str) -> String {
        let text = clean(text);
        if self.ascii { spelled(&text).into_owned() } else { text.into_owned() }
    }

    fn piece(&self, text: &str, role: Role) -> Piece {
        Piece::new(self.spelled(text), role)
    }

    fn frame_text(&self) -> FrameText {
        let (page, scene) = (self.page, self.scene);
        let dot = || self.piece(" · ", Role::Muted);
        let mut title = vec![self.piece(&format!("run {}", page.run_id), Role::TitleFocused)];
        let mut right = Vec::new();
        if let Some(run) = scene.run {
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

    /// The tabs' line, and what is below it.
    fn tabs(&self, area: Rect, buffer: &mut Buffer) -> (Vec<(RunTab, Rect)>, Rect) {
        if area.height < 2 {
            return (Vec::new(), area);
        }
        let mut tabs = Vec::new();
        let mut x = area.x + 1;
        for tab in RunTab::ALL {
            let is_seen = tab == self.page.tab;
            let words = match self.count(tab) {
                0 => tab.word().to_owned(),
                count => format!("{} {}", tab.word(), grouped(count)),
            };
            // Told apart without colour too.
            let words = if is_seen { format!("[{words}]") } else { format!(" {words} ") };
            let role = match tab {
                _ if is_seen => Role::Accent,
                RunTab::Errors if self.has_errors() => Role::Broken,
                _ => Role::Dim,
            };
            let end = put(buffer, x, area.y, area.right(), &words, self.theme.style(role));
            tabs.push((tab, Rect { x, y: area.y, width: end - x, height: 1 }));
            x = end + 1;
        }
        if self.page.tab == RunTab::Log {
            let room = Rect { x, width: area.right().saturating_sub(x + 1), height: 1, ..area };
            let status = self.log_status();
            if status.iter().map(|piece| width(&piece.text)).sum::<usize>() <= usize::from(room.width) {
                bar(buffer, room, &[], &status, self.theme);
            }
        }
        (tabs, Rect { y: area.y + 1, height: area.height - 1, ..area })
    }

    fn count(&self, tab: RunTab) -> usize {
        match tab {
            RunTab::Log => self.page.log(self.phase).lines(),
            RunTab::Errors => self.page.diagnostics(self.scene).len(),
            RunTab::Outputs => 0,
            RunTab::History => self.scene.history.len(),
        }
    }

    fn has_errors(&self) -> bool {
        self.page.diagnostics(self.scene).first().is_some_and(|told| told.is_error)
    }

    /// `apply · 12 of 1,234 pass · raw · follows`.
    fn log_status(&self) -> Vec<Piece> {
        let (log, look) = (self.page.log(self.phase), &self.page.look);
        let mut words = vec![(self.phase.word().to_owned(), Role::Accent)];
        if look.is_filtering() {
            words.push((format!("{} of {} pass", grouped(log.passing()), grouped(log.lines())), Role::Dim));
        }
        let marks = [(look.raw, "raw"), (look.wrap, "wrapped")];
        words.extend(marks.into_iter().filter(|(on, _)| *on).map(|(_, word)| (word.to_owned(), Role::Dim)));
        match (log.ended(), log.follows) {
            (Some(Some(_)), _) => words.push(("not read to its end".to_owned(), Role::Warning)),
            (Some(None), _) if log.lines() > 0 => words.push(("at its end".to_owned(), Role::Dim)),
            (Some(None), _) => {}
            (None, true) => words.push(("follows".to_owned(), Role::Running)),
            (None, false) => words.push(("stands".to_owned(), Role::Warning)),
        }
        let mut pieces = Vec::new();
        for (text, role) in words {
            if !pieces.is_empty() {
                pieces.push(self.piece(" · ", Role::Muted));
            }
            pieces.push(self.piece(&text, role));
        }
        pieces
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

    /// The rows of the tab: the first one, and how many are drawn.
    fn rows(&self, list: Rect, buffer: &mut Buffer) -> (usize, usize) {
        let all = self.page.len(self.scene);
        if all == 0 {
            message(
                buffer,
                list,
                &self.emptiness().iter().map(|line| self.spelled(line)).collect::<Vec<_>>(),
                self.theme,
            );
            return (0, 0);
        }
        let rows = usize::from(list.height);
        let cursor = self.page.cursor(self.phase).min(all - 1);
        let scroll = match self.page.tab {
            RunTab::Log => self.page.log(self.phase).scroll,
            tab => *self.page.scroll(tab),
        };
        let first = scroll.first(all, rows);
        let lines = self.page.lines(self.scene);
        let columns = usize::from(list.width.saturating_sub(1));
        let mut shown = 0;
        for (at, y) in (first..all.min(first + rows)).zip(list.y..) {
            let line = match self.page.tab {
                RunTab::Log => self.log_row(at, columns).drawn(self.theme, columns),
                _ => lines.get(at).map(|line| line.drawn(self.theme, columns)).unwrap_or_default(),
            };
            self.paint(&line, Rect { y, height: 1, ..list }, at == cursor, buffer);
            shown += 1;
        }
        (first, shown)
    }

    fn log_row(&self, at: usize, columns: usize) -> Line {
        let log = self.page.log(self.phase);
        match (log.row(at, self.page.look.raw), log.ended()) {
            // A line may have a million letters.
            (Some((entry, text)), _) => Line::of(None, &text[..split_at_width(text, columns + 1)], entry.role),
            (None, Some(Some(trouble))) => {
                let words = format!("the log could not be read further: {}", trouble.in_a_line());
                Line::of(Some(State::Warning), words, Role::Warning)
            }
            (None, _) => Line::of(None, "the log is at its end", Role::LogNote),
        }
    }

    /// Why there is no row: first what is the matter.
    fn emptiness(&self) -> Vec<String> {
        let Some(run) = self.scene.run else {
            let words = format!("Run {} is not known: its Job is gone, or was not read yet.", self.page.run_id);
            return vec![words];
        };
        match self.page.tab {
            RunTab::Log => self.log_emptiness(run),
            RunTab::Errors => vec!["No errors and no warnings.".to_owned()],
            RunTab::Outputs => outputs::emptiness(self.page, self.scene),
            RunTab::History => vec!["No other run of this cluster.".to_owned()],
        }
    }

    fn log_emptiness(&self, run: &Run) -> Vec<String> {
        let log = self.page.log(self.phase);
        let word = self.phase.word();
        if log.lines() > 0 {
            return nothing_passes(&self.page.look.filter);
        }
        if let Some(Some(trouble)) = log.ended() {
            let words = format!("The log of the {word} could not be read: {}", trouble.words);
            return std::iter::once(words).chain(trouble.remedy.clone()).collect();
        }
        let facts = if self.phase == Phase::Apply { &run.facts.apply } else { &run.facts.plan };
        let words = match (facts, log.ended()) {
            (JobFacts::Absent, _) => format!("No line yet: the {word} has not begun."),
            (JobFacts::Queued, _) => format!("No line yet: the {word} is queued."),
            (JobFacts::Waiting(_), _) => format!("No line yet: the pod of the {word} does not run."),
            (JobFacts::Ended(_), Some(_)) => format!("The log of the {word} is empty."),
            (JobFacts::Ended(_), None) => format!("The log of the {word} is being read."),
            (JobFacts::Running, _) => "No line yet.".to_owned(),
        };
        vec![words]
    }

    fn paint(&self, pieces: &[Piece], area: Rect, selected: bool, buffer: &mut Buffer) {
        let theme = self.theme;
        let base = selected.then(|| theme.style(Role::Selection));
        if let Some(base) = base {
            buffer.set_style(area, base);
            put(buffer, area.x, area.y, area.right(), theme.glyphs().cursor, theme.style(Role::Accent).patch(base));
        }
        let mut x = area.x + 1;
        for piece in pieces {
            let style = theme.style(piece.role);
            x = put(buffer, x, area.y, area.right(), &piece.text, base.map_or(style, |base| style.patch(base)));
        }
        let Some(pattern) = &self.page.search.pattern else { return };
        let text: String = pieces.iter().map(|piece| piece.text.as_str()).collect();
        let role = if selected { Role::MatchCurrent } else { Role::MatchHighlight };
        for found in pattern.find_iter(&text) {
            let (from, wide) = (width(&text[..found.start()]) as u16, width(found.as_str()) as u16);
            let at = Rect { x: area.x + 1 + from, y: area.y, width: wide, height: 1 };
            buffer.set_style(at.intersection(area), theme.style(role));
        }
    }
}

/// `1,234`.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
