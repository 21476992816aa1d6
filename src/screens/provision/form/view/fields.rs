//! Draws the fields: label, value, and beneath it what is wrong.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::super::build::VERSION;
use super::super::field::{Field, Id};
use super::super::{FormPage, OfferedVersion, Row};
use super::{cells, first_line, lines};
use crate::domain::provision::cost::extended_support;
use crate::domain::text::{clean, fit, width};
use crate::ui::text::{put, put_right, split_at_width};
use crate::ui::theme::{Role, State, Theme};

/// Cells of the longest label that is told fully.
const LABELS: usize = 24;

/// Drawn lines, and what each belongs to.
type Places = Vec<(Rect, Row)>;
/// A drawn line: of which row, and what is wrong if it tells that.
type Line = (Row, Option<String>);

pub(super) fn draw(page: &FormPage, theme: &Theme, area: Rect, buffer: &mut Buffer) -> (Places, Option<(u16, u16)>) {
    let rows = page.rows();
    let labels = rows.iter().filter_map(|row| label(page, *row)).map(|label| width(&label)).max().unwrap_or(0);
    let labels = labels.min(LABELS).min(usize::from(area.width / 3)) as u16;
    let values = Rect { x: area.x + labels + 4, width: area.width.saturating_sub(labels + 5), ..area };
    let all: Vec<Line> =
        rows.into_iter().flat_map(|row| with_problems(page, row, theme, usize::from(values.width))).collect();
    let begin = all.iter().position(|(row, _)| *row == page.focus).unwrap_or(0);
    let end = all.iter().rposition(|(row, _)| *row == page.focus).map_or(begin, |end| end + 1);
    let first = first_line(begin..end, all.len(), usize::from(area.height));
    let (mut drawn, mut cursor) = (Vec::new(), None);
    for ((row, problem), y) in all.iter().skip(first).zip(area.y..area.bottom()) {
        let line = Rect { y, height: 1, ..area };
        let value = Rect { y, height: 1, ..values };
        drawn.push((line, *row));
        match (problem, row) {
            (Some(words), _) => {
                put(buffer, value.x, y, value.right(), words, theme.style(Role::Warning));
            }
            (None, Row::Fold) => fold(page, line, theme, buffer),
            (None, Row::Field(at)) => {
                let Some(field) = page.fields.get(*at) else { continue };
                let is_focused = page.focus == *row;
                let role = if is_focused { Role::TitleFocused } else { Role::Dim };
                if is_focused {
                    buffer.set_style(line, theme.style(Role::Selection));
                    put(buffer, line.x, y, line.right(), theme.glyphs().cursor, styled(theme, Role::Accent, true));
                }
                let label = label(page, *row).unwrap_or_default();
                let label = fit(&label, usize::from(labels));
                put(buffer, line.x + 2, y, value.x, &label, styled(theme, role, is_focused));
                cursor = Value { page, theme, field, is_focused }.draw(value, buffer).or(cursor);
            }
        }
    }
    more(theme, area, first, all.len(), buffer);
    (drawn, cursor)
}

fn with_problems(page: &FormPage, row: Row, theme: &Theme, columns: usize) -> Vec<Line> {
    let (told, field) = match row {
        Row::Field(at) => (page.told(at), page.fields.get(at)),
        Row::Fold => (&[][..], None),
    };
    let sign = theme.sign(State::Warning);
    let is_extended = field.and_then(|field| offered(page, field)).is_some_and(|offered| offered.is_extended);
    let extended = is_extended.then(extended_support);
    let told = extended.iter().chain(told);
    let told = told.flat_map(|words| lines(&format!("{sign} {words}"), columns));
    std::iter::once((row, None)).chain(told.map(|line| (row, Some(line)))).collect()
}

/// What EKS says of the version that stands in a field.
fn offered<'a>(page: &'a FormPage, field: &Field) -> Option<&'a OfferedVersion> {
    let is_version = matches!(&field.id, Id::Variable(name) if name == VERSION);
    page.subject.versions.iter().filter(|_| is_version).find(|offered| offered.version == field.text())
}

fn label(page: &FormPage, row: Row) -> Option<String> {
    match row {
        Row::Field(at) => page.fields.get(at).map(|field| clean(&field.label).into_owned()),
        Row::Fold => None,
    }
}

/// Lines that stand above or below what is seen.
fn more(theme: &Theme, area: Rect, first: usize, all: usize, buffer: &mut Buffer) {
    let glyphs = theme.glyphs();
    let style = theme.style(Role::Muted);
    if first > 0 {
        put_right(buffer, area.x, area.y, area.right(), glyphs.ascending, style);
    }
    if all > first + usize::from(area.height) && area.height > 0 {
        put_right(buffer, area.x, area.bottom() - 1, area.right(), glyphs.descending, style);
    }
}

fn fold(page: &FormPage, line: Rect, theme: &Theme, buffer: &mut Buffer) {
    let is_focused = page.focus == Row::Fold;
    if is_focused {
        buffer.set_style(line, theme.style(Role::Selection));
        put(buffer, line.x, line.y, line.right(), theme.glyphs().cursor, styled(theme, Role::Accent, true));
    }
    let (sign, what) = match page.folded() {
        0 => ("-", "every variable is told".to_owned()),
        1 => ("+", "1 more variable".to_owned()),
        several => ("+", format!("{several} more variables")),
    };
    let sign = if page.unfolded { "-" } else { sign };
    let words = format!("{sign} defaults: {what}");
    put(buffer, line.x + 2, line.y, line.right(), &words, styled(theme, Role::Accent, is_focused));
}

fn styled(theme: &Theme, role: Role, is_focused: bool) -> ratatui::style::Style {
    let style = theme.style(role);
    if is_focused { style.patch(theme.style(Role::Selection)) } else { style }
}

struct Value<'a> {
    page: &'a FormPage,
    theme: &'a Theme,
    field: &'a Field,
    is_focused: bool,
}

impl Value<'_> {
    /// Gives the cursor's place on a focused line.
    fn draw(&self, area: Rect, buffer: &mut Buffer) -> Option<(u16, u16)> {
        let field = self.field;
        let style = |role| styled(self.theme, role, self.is_focused);
        let (beside, role) = self.beside();
        // What stands beside gives way to what is typed.
        let text = self.shown(field.text());
        let right = if beside.is_empty() { 0 } else { cells(&beside) + 2 };
        let fits = cells(&text) + 2 + right <= area.width;
        let room = if fits && right > 0 {
            put_right(buffer, area.x, area.y, area.right(), &beside, style(role));
            area.width - right
        } else {
            area.width
        };
        let line = Rect { width: room, ..area };
        if field.text().is_empty() {
            let words = field
                .held_words()
                .map_or_else(|| (placeholder(self.page, field), Role::Muted), |words| (words.to_owned(), Role::Text));
            put(buffer, line.x, line.y, line.right(), &fit(&words.0, usize::from(line.width)), style(words.1));
            return (self.is_focused && !field.is_choice).then_some((line.x, line.y));
        }
        if field.is_choice {
            let words = if self.is_focused { format!("< {text} >") } else { text };
            put(buffer, line.x, line.y, line.right(), &fit(&words, usize::from(line.width)), style(Role::Text));
            return None;
        }
        if !self.is_focused {
            put(buffer, line.x, line.y, line.right(), &fit(&text, usize::from(line.width)), style(Role::Text));
            return None;
        }
        let before = self.shown(field.text().get(..field.line().cursor()).unwrap_or_default());
        let x = typed(&text, &before, line, buffer, style(Role::Text));
        Some((x, line.y))
    }

    /// A secret is as many dots as it has characters.
    fn shown(&self, text: &str) -> String {
        match self.field.is_sensitive {
            true => (if self.theme.glyphs().ellipsis.is_ascii() { "*" } else { "•" }).repeat(text.chars().count()),
            false => clean(text).into_owned(),
        }
    }

    fn beside(&self) -> (String, Role) {
        let field = self.field;
        if let Some(offered) = offered(self.page, field) {
            return (clean(&offered.note).into_owned(), Role::Dim);
        }
        let here = field.options.iter().position(|option| option == field.text());
        match here {
            Some(here) if self.is_focused => (format!("{} of {}", here + 1, field.options.len()), Role::Dim),
            _ => (String::new(), Role::Dim),
        }
    }
}

/// What holds as long as nothing is typed.
fn placeholder(page: &FormPage, field: &Field) -> String {
    if field.is_required {
        return "needed".to_owned();
    }
    let Id::Variable(name) = &field.id else { return String::new() };
    match page.subject.variable(name).and_then(|variable| variable.default.as_ref()) {
        Some(_) if field.is_sensitive => "default".to_owned(),
        None | Some(serde_json::Value::Null) => "not set".to_owned(),
        Some(default) => match field.kind.show_input(default) {
            text if text.is_empty() => "default: \"\"".to_owned(),
            text => format!("default: {}", clean(&text)),
        },
    }
}

/// Draws a line so that its cursor is in sight; gives the cursor's column.
pub(super) fn typed(text: &str, before: &str, line: Rect, buffer: &mut Buffer, style: ratatui::style::Style) -> u16 {
    let hidden = (width(before) + 1).saturating_sub(usize::from(line.width));
    let cut = if hidden > 0 { split_at_width(text, hidden) } else { 0 };
    put(buffer, line.x, line.y, line.right(), text.get(cut..).unwrap_or_default(), style);
    let at = width(before).saturating_sub(width(text.get(..cut).unwrap_or_default()));
    line.x + (at as u16).min(line.width.saturating_sub(1))
}
