//! The editor on the screen: the text with what is wrong beneath its lines, the field at the cursor beside it.

mod beside;
pub mod line;
mod popup;

use ratatui::buffer::Buffer as Cells;
use ratatui::layout::Rect;

use super::problems::{BENEATH, Shown, Source};
use super::vim::Mode;
use super::{At, Editor};
use crate::domain::text::{clean, fit, width};
use crate::screens::layout::LayerBox;
use crate::ui::frame::{FrameText, Piece, frame};
use crate::ui::popup::clear;
use crate::ui::text::{put, wrap};
use crate::ui::theme::{Role, Theme};
use crate::yaml::{Role as Colour, highlight};
use line::{cell_of, glyphs};

/// From this width on the field at the cursor has a box of its own, this wide.
const WITH_BOX: u16 = 120;
const BOX: u16 = 38;
/// Lines at the bottom that a problem takes at most, where no box tells it whole.
const WHOLE: usize = 4;

/// Draws the editor over `area`. Gives the cursor's place too.
pub fn draw(editor: &Editor, area: Rect, buffer: &mut Cells, theme: &Theme) -> (LayerBox, Option<(u16, u16)>) {
    clear(buffer, area, theme);
    let (text_area, beside) = split(editor, area);
    if let Some(beside) = beside {
        match editor.conflict_with() {
            Some(conflict) => beside::conflict(conflict, beside, buffer, theme),
            None => beside::field(editor, beside, buffer, theme),
        }
    }
    let words =
        FrameText { title: title(editor), right: state(editor), bottom: bottom(editor), ..FrameText::default() };
    let inner = frame(buffer, text_area, &words, true, theme);
    let cut = if beside.is_none() { cut_problem(editor, inner.width as usize) } else { Vec::new() };
    let rows = inner.height.saturating_sub(cut.len().max(1) as u16);
    let gutter = editor.lines().len().to_string().len().max(3) as u16 + 1;
    let text = Rect { x: inner.x + gutter, width: inner.width.saturating_sub(gutter), height: rows, ..inner };
    let mut cursor = lines(editor, inner, text, buffer, theme);
    let status = Rect { y: inner.y + rows, height: 1, ..inner };
    let typed = match cut.is_empty() {
        true => status_line(editor, status, beside.is_none(), buffer, theme),
        false => None,
    };
    for (place, line) in cut.iter().enumerate() {
        put(buffer, status.x, status.y + place as u16, status.right(), line, theme.style(Role::Broken));
    }
    if let (Some(at), Some(list)) = (cursor, &editor.completing) {
        // Its words stand beneath the word that they go on with.
        let typed = editor.cursor().column.saturating_sub(list.from.column) as u16;
        popup::draw(list, (at.0.saturating_sub(typed + 1), at.1), text_area, buffer, theme);
    }
    if typed.is_some() {
        cursor = typed;
    }
    let drawn = LayerBox { page: rows as usize, top: inner.y, ..LayerBox::plain(text, text, editor.lines().len()) };
    (drawn, cursor)
}

/// The text's part of the area, and what stands beside or beneath it.
fn split(editor: &Editor, area: Rect) -> (Rect, Option<Rect>) {
    let conflicts = editor.conflict_with().is_some();
    if area.width >= WITH_BOX {
        let wide = if conflicts { area.width / 2 } else { BOX };
        let text = Rect { width: area.width - wide, ..area };
        return (text, Some(Rect { x: text.right(), width: wide, ..area }));
    }
    if conflicts {
        let high = area.height * 2 / 5;
        let text = Rect { height: area.height - high, ..area };
        return (text, Some(Rect { y: text.bottom(), height: high, ..area }));
    }
    (area, None)
}

fn title(editor: &Editor) -> Vec<Piece> {
    let mut title = vec![Piece::new(clean(&editor.title), Role::TitleFocused)];
    let place = match editor.namespace.as_str() {
        "" => editor.cluster_name.clone(),
        namespace => format!("{}/{namespace}", editor.cluster_name),
    };
    title.push(Piece::new(format!(" · {}", clean(&place)), Role::Title));
    if !editor.origin.is_empty() {
        title.push(Piece::new(format!(" · {}", clean(&editor.origin)), Role::Dim));
    }
    title
}

fn state(editor: &Editor) -> Vec<Piece> {
    let mut right = Vec::new();
    if let Some(mode) = editor.mode() {
        let role = if mode == Mode::Insert { Role::Accent } else { Role::Title };
        right.push(Piece::new(mode.name(), role));
        right.push(Piece::new(" ─ ", Role::Border));
    }
    let (words, role) = match (editor.is_unkept(), editor.is_changed()) {
        (true, _) => ("unsaved, draft not kept", Role::Warning),
        (false, true) => ("unsaved, draft kept", Role::Dim),
        (false, false) => ("unchanged", Role::Dim),
    };
    right.push(Piece::new(words, role));
    right
}

fn bottom(editor: &Editor) -> Vec<Piece> {
    let mut bottom = Vec::new();
    if editor.conflict_with().is_some() {
        bottom.push(Piece::new("changed by somebody else · ", Role::Warning));
    }
    let count = editor.problems().len();
    match count {
        0 if editor.documents().is_empty() => bottom.push(Piece::new("nothing written yet", Role::Dim)),
        0 => bottom.push(Piece::new("no problems", Role::Ok)),
        1 => bottom.push(Piece::new("1 problem", Role::Warning)),
        _ => bottom.push(Piece::new(format!("{count} problems"), Role::Warning)),
    }
    let several = editor.documents().len();
    if several > 1 {
        bottom.push(Piece::new(format!(" · {several} documents"), Role::Dim));
    }
    let schema = editor.schema_words();
    if !schema.is_empty() {
        bottom.push(Piece::new(format!(" · {}", clean(&schema)), Role::Dim));
    }
    let at = editor.cursor();
    bottom.push(Piece::new(format!(" · {}:{}", at.line + 1, at.column + 1), Role::Dim));
    bottom
}

fn colour(role: Colour) -> Role {
    match role {
        Colour::Key => Role::YamlKey,
        Colour::String => Role::YamlString,
        Colour::Number => Role::YamlNumber,
        Colour::Bool => Role::YamlBool,
        Colour::Null => Role::YamlNull,
        Colour::Comment => Role::YamlComment,
        Colour::Punctuation => Role::YamlPunctuation,
        Colour::Anchor => Role::YamlAnchor,
        Colour::Error => Role::Broken,
    }
}

/// What is wrong in a line, in words, and how that is painted.
fn told(editor: &Editor, line: usize) -> Vec<(String, Role)> {
    let said = |problem: &Shown| {
        let words = match problem.source {
            Source::Server => format!("server: {}", problem.words),
            _ => problem.words.clone(),
        };
        (words, if problem.warning { Role::Warning } else { Role::Broken })
    };
    editor.problems.of(line).iter().map(said).collect()
}

/// The first problem of the cursor's line in whole lines, if it is cut beneath that line and nothing is typed or said.
fn cut_problem(editor: &Editor, columns: usize) -> Vec<String> {
    let busy = editor.finding.is_some() || editor.mode() == Some(Mode::Command) || editor.note.is_some();
    let first = told(editor, editor.cursor().line).into_iter().next().filter(|_| !busy);
    // A number, a sign and a blank stand before it there.
    let lines = first.filter(|(words, _)| width(words) + 8 > columns).map(|(words, _)| wrap(&words, columns));
    lines.map_or_else(Vec::new, |mut lines| {
        lines.truncate(WHOLE);
        lines
    })
}

/// Draws the lines, the problems beneath them. Gives the cursor's place.
fn lines(editor: &Editor, inner: Rect, text: Rect, buffer: &mut Cells, theme: &Theme) -> Option<(u16, u16)> {
    let cursor = editor.cursor();
    let mut place = None;
    let mut y = text.y;
    for number in editor.top..editor.lines().len() {
        if y >= text.bottom() {
            break;
        }
        let role = if number == cursor.line { Role::Accent } else { Role::Muted };
        let digits = (text.x - inner.x).saturating_sub(1) as usize;
        put(buffer, inner.x, y, text.x, &format!("{:>digits$}", number + 1), theme.style(role));
        line_of(editor, number, Rect { y, height: 1, ..text }, buffer, theme);
        if number == cursor.line {
            let cell = cell_of(editor.buffer.line(number), cursor.column).saturating_sub(editor.left);
            place = Some((text.x + (cell as u16).min(text.width.saturating_sub(1)), y));
        }
        y += 1;
        let problems = told(editor, number);
        let more = problems.len().saturating_sub(BENEATH);
        for (index, (words, role)) in problems.into_iter().take(BENEATH).enumerate() {
            if y >= text.bottom() {
                break;
            }
            let more = if index + 1 == BENEATH && more > 0 { format!(" (and {more} more)") } else { String::new() };
            let words = format!("{} {words}{more}", theme.sign(crate::ui::theme::State::Warning).trim());
            put(buffer, text.x, y, text.right(), &fit(&words, text.width as usize), theme.style(role));
            y += 1;
        }
    }
    place
}

fn line_of(editor: &Editor, number: usize, area: Rect, buffer: &mut Cells, theme: &Theme) {
    let line = editor.buffer.line(number);
    let (spans, _) = highlight(line, editor.colours.state(number));
    let selection = editor.selection_for_view();
    let found = matches(line, &editor.sought);
    let mut span = spans.iter().peekable();
    let (left, right) = (editor.left, editor.left + area.width as usize);
    for glyph in glyphs(line) {
        if glyph.cell >= right {
            break;
        }
        while span.peek().is_some_and(|span| span.end <= glyph.byte) {
            span.next();
        }
        if glyph.cell + glyph.width <= left {
            continue;
        }
        let role = span.peek().filter(|span| span.start <= glyph.byte).map_or(Role::Text, |span| colour(span.role));
        let role = if matches!(&*glyph.text, "\u{fffd}") { Role::Broken } else { role };
        let mut style = theme.style(role);
        if found.iter().any(|(from, to)| (*from..*to).contains(&glyph.byte)) {
            style = style.patch(theme.style(Role::MatchHighlight));
        }
        let here = At::new(number, glyph.column);
        if selection.is_some_and(|(from, to)| from <= here && here < to) {
            style = style.patch(theme.style(Role::Selection));
        }
        // A wide character that is cut at the left leaves its blank.
        let shown =
            if glyph.cell < left { " ".repeat(glyph.cell + glyph.width - left) } else { glyph.text.into_owned() };
        let x = area.x + glyph.cell.saturating_sub(left) as u16;
        put(buffer, x, area.y, area.right(), &shown, style);
    }
    let mark = theme.style(Role::Muted);
    if left > 0 && !line.is_empty() {
        put(buffer, area.x.saturating_sub(1), area.y, area.x, "‹", mark);
    }
}

/// Bytes of a line that match what is searched for.
fn matches(line: &str, sought: &str) -> Vec<(usize, usize)> {
    if sought.is_empty() {
        return Vec::new();
    }
    if sought.chars().any(char::is_uppercase) {
        return line.match_indices(sought).map(|(at, found)| (at, at + found.len())).collect();
    }
    let lower = line.to_lowercase();
    // Lower case may be of another length: then nothing is painted.
    if lower.len() != line.len() {
        return Vec::new();
    }
    lower.match_indices(sought).map(|(at, found)| (at, at + found.len())).collect()
}

/// What is typed or said, else the field at the cursor where it has no box. Gives the cursor's place while one types.
fn status_line(editor: &Editor, area: Rect, with_field: bool, buffer: &mut Cells, theme: &Theme) -> Option<(u16, u16)> {
    let typed = match (&editor.finding, editor.mode()) {
        (Some(line), _) => Some(("find ", line)),
        (None, Some(Mode::Command)) => Some((":", &editor.vim.line)),
        _ => None,
    };
    if let Some((sign, line)) = typed {
        let x = put(buffer, area.x, area.y, area.right(), sign, theme.style(Role::PromptSign));
        let end = put(buffer, x, area.y, area.right(), line.text(), theme.style(Role::Prompt));
        if let Some(note) = &editor.note {
            put(buffer, end + 2, area.y, area.right(), note, theme.style(Role::Warning));
        }
        let at = x + width(line.text().get(..line.cursor()).unwrap_or("")) as u16;
        return Some((at.min(area.right().saturating_sub(1)), area.y));
    }
    if let Some(note) = &editor.note {
        let words = clean(note);
        put(buffer, area.x, area.y, area.right(), &fit(&words, area.width as usize), theme.style(Role::Info));
    } else if with_field && let Some((name, field)) = editor.described() {
        let x = put(buffer, area.x, area.y, area.right(), &name, theme.style(Role::YamlKey));
        let x = put(buffer, x + 1, area.y, area.right(), field.kind.name(), theme.style(Role::Dim));
        let values = field.values.join(" · ");
        let x = if values.is_empty() {
            x
        } else {
            put(buffer, x + 1, area.y, area.right(), &values, theme.style(Role::Accent))
        };
        let room = area.right().saturating_sub(x + 1) as usize;
        put(buffer, x + 1, area.y, area.right(), &fit(&field.words, room), theme.style(Role::Dim));
    }
    None
}

impl Editor {
    fn selection_for_view(&self) -> Option<(At, At)> {
        if self.mode() == Some(Mode::Visual) {
            let anchor = self.anchor.unwrap_or(self.cursor());
            let (first, last) = (anchor.line.min(self.cursor().line), anchor.line.max(self.cursor().line));
            return Some((At::new(first, 0), At::new(last + 1, 0)));
        }
        self.selection()
    }

    /// Puts the cursor where somebody clicked, in cells from the top left of the drawn text.
    pub fn click(&mut self, x: u16, y: u16) {
        let mut row = 0;
        for number in self.top..self.lines().len() {
            let rows = 1 + self.problems.rows_within(number, number);
            if (y as usize) < row + rows {
                let column = line::column_at(self.buffer.line(number), x as usize + self.left);
                self.completing = None;
                self.go_to(number, column);
                return;
            }
            row += rows;
        }
    }
}
