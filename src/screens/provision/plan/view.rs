//! Draws the page.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::PlanPage;
use super::line::{Painter, role};
use crate::domain::age::Age;
use crate::domain::terraform::plan::ActionKind;
use crate::domain::text::{fit_middle, width};
use crate::screens::table_pane::nothing_passes;
use crate::ui::ascii::{is_ascii, spelled};
use crate::ui::frame::{FrameText, Piece, bar, frame, message};
use crate::ui::popup::clear;
use crate::ui::theme::{Role, Theme};

/// The page as it was drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanBox {
    pub area: Rect,
    /// Where the rows stand.
    pub list: Rect,
    /// Rows that one page shows: what [`PlanPage::act`] wants.
    pub rows: usize,
    /// The first drawn row, and how many are drawn.
    pub first: usize,
    pub shown: usize,
}

impl PlanBox {
    /// The row at a cell, for [`super::PlanAction::To`].
    pub fn row_at(&self, x: u16, y: u16) -> Option<usize> {
        let is_within = self.list.contains((x, y).into());
        let line = usize::from(y.saturating_sub(self.list.y));
        (is_within && line < self.shown).then_some(self.first + line)
    }
}

/// Draws the page into `area` at `now_ms`.
pub fn draw(page: &PlanPage, theme: &Theme, now_ms: i64, area: Rect, buffer: &mut Buffer) -> PlanBox {
    clear(buffer, area, theme);
    let ascii = is_ascii(theme);
    let text = spell(frame_text(page, now_ms, area.width as usize), ascii);
    let inner = frame(buffer, area, &text, true, theme);
    let list = header(page, theme, inner, buffer);
    let rows = usize::from(list.height);
    // The page may have another height than at the last action.
    let last = (page.cursor + 1).saturating_sub(rows.max(1));
    let first = page.offset.clamp(last, page.cursor.max(last)).min(page.rows.len().saturating_sub(rows));
    let drawn = page.rows.iter().copied().enumerate().skip(first).take(rows);
    let painter = Painter { page, theme, columns: usize::from(list.width.saturating_sub(1)) };
    let mut shown = 0;
    for ((place, row), y) in drawn.zip(list.y..) {
        let area = Rect { y, height: 1, ..list };
        page.search.paint(&painter.row(row), area, place == page.cursor, theme, buffer);
        shown += 1;
    }
    if page.filter.is_active() && page.rows.len() == 1 && list.height > 3 {
        let only = page.filter.only.map(|kind| format!("only {} ", kind.word())).unwrap_or_default();
        let below = Rect { y: list.y + 2, height: list.height - 2, ..list };
        message(buffer, below, &nothing_passes(&format!("{only}{}", page.filter.text)), theme);
    }
    PlanBox { area, list, rows, first, shown }
}

/// The account's line; gives what is left for the rows.
fn header(page: &PlanPage, theme: &Theme, inner: Rect, buffer: &mut Buffer) -> Rect {
    if inner.height < 4 || page.head.place.is_empty() {
        return inner;
    }
    let version = match page.plan.terraform_version.as_str() {
        "" => String::new(),
        version => format!(" Terraform {version} "),
    };
    let room = usize::from(inner.width).saturating_sub(width(&version) + 1);
    let place = format!(" {}", fit_middle(&page.head.place, room));
    let place = if is_ascii(theme) { spelled(&place).into_owned() } else { place };
    let line = Rect { height: 1, ..inner };
    bar(buffer, line, &[Piece::new(place, Role::Dim)], &[Piece::new(version, Role::Muted)], theme);
    Rect { y: inner.y + 1, height: inner.height - 1, ..inner }
}

fn frame_text(page: &PlanPage, now_ms: i64, columns: usize) -> FrameText {
    let measure = |pieces: &[Piece]| pieces.iter().map(|piece| width(&piece.text)).sum::<usize>();
    let bare = "plan · ".chars().count() + width(&page.head.title).min(40);
    // What adds and destroys is always told, the rest as long as nothing is pushed away by it.
    let all = counts(page, true);
    let counts = if bare + measure(&all) + 6 <= columns { all } else { counts(page, false) };
    let counted = measure(&counts);
    let mut right = provenance(page, now_ms);
    // Who asked for it stands above where it fits beside the counts, which nothing may push away.
    let needed = bare + counted + measure(&right) + 10;
    let position = Piece::new(position(page), Role::Dim);
    let mut bottom_right = vec![position];
    if needed > columns && !right.is_empty() {
        right.push(Piece::new(" · ", Role::Muted));
        right.append(&mut bottom_right);
        bottom_right = std::mem::take(&mut right);
    }
    let taken: usize = measure(&right) + counted + 16;
    let name = fit_middle(&page.head.title, columns.saturating_sub(taken)).into_owned();
    let mut title = vec![Piece::new("plan", Role::TitleFocused)];
    if !name.is_empty() {
        title.push(Piece::new(" · ", Role::Muted));
        title.push(Piece::new(name, Role::Title));
    }
    title.extend(counts);
    FrameText { title, right, bottom: bottom(page), bottom_right, danger: false }
}

/// Each resource once: what is replaced is neither added nor destroyed.
fn counts(page: &PlanPage, whole: bool) -> Vec<Piece> {
    let sum = page.summary;
    let all = [
        (sum.add - sum.replace, "add", role(ActionKind::Create), true),
        (sum.change, "change", role(ActionKind::Update), true),
        (sum.replace, "replace", role(ActionKind::Replace), true),
        (sum.destroy - sum.replace, "destroy", role(ActionKind::Destroy), true),
        (sum.import, "import", role(ActionKind::Import), false),
        (sum.moved, "move", role(ActionKind::Move), false),
        (sum.forget, "forget", role(ActionKind::Forget), false),
    ];
    let shown = all.into_iter().filter(|(number, _, _, always)| *always || whole && *number > 0);
    let pieces = shown.map(|(number, word, role, _)| {
        let role = if number == 0 { Role::Muted } else { role };
        [Piece::new(" · ", Role::Muted), Piece::new(format!("{number} {word}"), role)]
    });
    pieces.flatten().collect()
}

/// `by sre, 2m ago · sha 3f9c…`
fn provenance(page: &PlanPage, now_ms: i64) -> Vec<Piece> {
    let head = &page.head;
    let mut words = Vec::new();
    if !head.asked_by.is_empty() {
        words.push(format!("by {}, {} ago", head.asked_by, Age((now_ms - head.asked_ms).max(0) / 1_000)));
    }
    if !head.sha256.is_empty() {
        let short: String = head.sha256.chars().take(8).collect();
        words.push(format!("sha {short}…"));
    }
    if words.is_empty() { Vec::new() } else { vec![Piece::new(words.join(" · "), Role::Dim)] }
}

fn position(page: &PlanPage) -> String {
    format!("{} of {}", (page.cursor + 1).min(page.rows.len()), page.rows.len())
}

/// What hides or seeks rows, else what can be done with the plan.
fn bottom(page: &PlanPage) -> Vec<Piece> {
    let mut out: Vec<Piece> = Vec::new();
    let mut say = |label: &str, text: &str| {
        let gap = if out.is_empty() { "" } else { "  " };
        out.push(Piece::new(format!("{gap}{label} "), Role::Accent));
        out.push(Piece::new(text, Role::Prompt));
    };
    if let Some(kind) = page.filter.only {
        say("only", kind.word());
    }
    if !page.filter.text.is_empty() {
        say("filter", &page.filter.text);
    }
    let search = &page.search;
    if !search.text.is_empty() {
        say("search", &search.text);
        let words = match search.nth {
            Some(nth) => format!(" {nth} of {}", search.found),
            None => " not found".to_owned(),
        };
        out.push(Piece::new(words, Role::Dim));
    }
    if let Some(answer) = &page.answer {
        return vec![Piece::new(answer, Role::Warning)];
    }
    if out.is_empty() {
        out.extend(page.head.can_approve.iter().map(|words| Piece::new(words, Role::Accent)));
    }
    out
}

fn spell(text: FrameText, ascii: bool) -> FrameText {
    if !ascii {
        return text;
    }
    let all = |pieces: Vec<Piece>| -> Vec<Piece> {
        pieces.into_iter().map(|piece| Piece::new(spelled(&piece.text), piece.role)).collect()
    };
    FrameText {
        title: all(text.title),
        right: all(text.right),
        bottom: all(text.bottom),
        bottom_right: all(text.bottom_right),
        danger: text.danger,
    }
}
