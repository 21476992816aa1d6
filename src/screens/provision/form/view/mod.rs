//! Draws the form: who and where on top, the fields or their text, and what the focused field takes.

mod about;
mod fields;
mod header;
mod text;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{FormPage, Row};
use crate::domain::provision::Kind;
use crate::domain::text::{clean, width};
use crate::ui::frame::{FrameText, Piece, frame, within};
use crate::ui::popup::clear;
use crate::ui::text::{put, wrap};
use crate::ui::theme::{Role, State, Theme};

/// From this width on the focused field is explained beside the form, else below it.
const WITH_SIDE: u16 = 120;
/// Cells of what stands beside.
const SIDE: u16 = 52;
/// Lines below: one that parts, two of words.
const BELOW: u16 = 3;

/// The form as it was drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormBox {
    pub area: Rect,
    /// Each drawn line of the fields, and what it belongs to.
    pub rows: Vec<(Rect, Row)>,
    /// Lines that one page shows.
    pub page: usize,
    /// Where typing goes.
    pub cursor: Option<(u16, u16)>,
}

impl FormBox {
    /// The row at a cell, for [`super::FormAction::To`].
    pub fn row_at(&self, x: u16, y: u16) -> Option<Row> {
        self.rows.iter().find(|(area, _)| area.contains((x, y).into())).map(|(_, row)| *row)
    }
}

/// Draws the form into `area`.
pub fn draw(page: &FormPage, theme: &Theme, area: Rect, buffer: &mut Buffer) -> FormBox {
    clear(buffer, area, theme);
    let inner = frame(buffer, area, &frame_text(page, within(area).width >= WITH_SIDE, theme), true, theme);
    let mut shown = FormBox { area, rows: Vec::new(), page: 1, cursor: None };
    if inner.width < 12 || inner.height == 0 {
        return shown;
    }
    let below = header::draw(page, theme, inner, buffer);
    if let Some(mode) = &page.text {
        shown.page = usize::from(below.height.max(1));
        shown.cursor = text::draw(mode, theme, below, buffer);
        return shown;
    }
    let (list, about) = split(below);
    shown.page = usize::from(list.height.max(1));
    (shown.rows, shown.cursor) = fields::draw(page, theme, list, buffer);
    if let Some((area, is_beside)) = about {
        part(area, is_beside, theme, buffer);
        let area = match is_beside {
            true => Rect { x: area.x + 2, width: area.width - 3, ..area },
            false => Rect { x: area.x + 1, y: area.y + 1, width: area.width - 2, height: area.height - 1 },
        };
        about::draw(page, theme, area, is_beside, buffer);
    }
    shown
}

/// Room for the fields, and for what is said of the focused one: beside them or not.
fn split(area: Rect) -> (Rect, Option<(Rect, bool)>) {
    if area.width >= WITH_SIDE {
        let left = Rect { width: area.width - SIDE, ..area };
        return (left, Some((Rect { x: left.right(), width: SIDE, ..area }, true)));
    }
    if area.height < BELOW + 3 {
        return (area, None);
    }
    let top = Rect { height: area.height - BELOW, ..area };
    (top, Some((Rect { y: top.bottom(), height: BELOW, ..area }, false)))
}

/// A line between two parts.
fn part(area: Rect, is_beside: bool, theme: &Theme, buffer: &mut Buffer) {
    let (set, style) = (theme.glyphs().border, theme.style(Role::Border));
    let line = match is_beside {
        true => Rect { width: 1, ..area },
        false => Rect { height: 1, ..area },
    };
    let sign = if is_beside { set.vertical_left } else { set.horizontal_top };
    for place in line.positions() {
        put(buffer, place.x, place.y, area.right(), sign, style);
    }
}

fn frame_text(page: &FormPage, is_beside: bool, theme: &Theme) -> FrameText {
    let name = clean(&page.identity().name).into_owned();
    let what = match page.subject.kind {
        Kind::Update => "update",
        Kind::Test => "test",
        _ => "new cluster",
    };
    let mut title = vec![Piece::new(what, Role::TitleFocused)];
    if !name.is_empty() {
        title.push(Piece::new(format!(" {} ", theme.glyphs().separator), Role::Muted));
        title.push(Piece::new(name, Role::Title));
    }
    let (bottom, bottom_right) = bottom(page, is_beside, theme);
    FrameText { title, right: vec![standing(page)], bottom, bottom_right, danger: false }
}

/// How many things are wrong, or still to be filled in.
fn standing(page: &FormPage) -> Piece {
    if let Some(mode) = &page.text {
        let is_wrong = mode.problem.is_some();
        return Piece::new(if is_wrong { "the text cannot be read" } else { "" }, Role::Warning);
    }
    let count = |told: bool| {
        (0..page.fields.len())
            .filter(|at| if told { !page.told(*at).is_empty() } else { !page.problems.of(*at).is_empty() })
            .count()
    };
    let wrong = count(true) + page.problems.at_large.len();
    let open = count(false) + page.problems.at_large.len() - wrong;
    match (wrong, open) {
        (0, 0) => Piece::new("nothing is wrong", Role::Ok),
        (0, 1) => Piece::new("1 field is still to be filled in", Role::Dim),
        (0, open) => Piece::new(format!("{open} fields are still to be filled in"), Role::Dim),
        (1, _) => Piece::new("1 thing is wrong", Role::Warning),
        (wrong, _) => Piece::new(format!("{wrong} things are wrong"), Role::Warning),
    }
}

/// What is wrong at large or with the text; where one is.
fn bottom(page: &FormPage, is_beside: bool, theme: &Theme) -> (Vec<Piece>, Vec<Piece>) {
    let sign = theme.sign(State::Warning);
    if let Some(mode) = &page.text {
        let at = mode.buffer().cursor();
        let place = Piece::new(format!("line {}, column {}", at.line + 1, at.column + 1), Role::Dim);
        return (vec![Piece::new("as text", Role::Accent)], vec![place]);
    }
    let wrong =
        page.problems.at_large.first().map(|words| Piece::new(format!("{sign} {}", clean(words)), Role::Warning));
    // Beside the form it stands there.
    let how = page.focused().map(about::how).filter(|how| !is_beside && !how.is_empty());
    let left = wrong.or_else(|| how.map(|how| Piece::new(how, Role::Info)));
    let rows = page.rows();
    let here = rows.iter().position(|row| *row == page.focus).unwrap_or(0);
    (left.into_iter().collect(), vec![Piece::new(format!("{} of {}", here + 1, rows.len()), Role::Dim)])
}

/// Words in lines of at most `columns`.
fn lines(words: &str, columns: usize) -> Vec<String> {
    wrap(&clean(words), columns.max(1))
}

/// The first line to draw so that `focus` is seen: as much before it as behind, without leaving room at an end.
fn first_line(focus: std::ops::Range<usize>, all: usize, room: usize) -> usize {
    let middle = focus.start.saturating_sub(room.saturating_sub(focus.len()) / 2);
    middle.min(all.saturating_sub(room))
}

/// Cells of a text, as it is drawn.
fn cells(text: &str) -> u16 {
    u16::try_from(width(text)).unwrap_or(u16::MAX)
}
