//! Draws a description.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{Detail, DetailLine};
use crate::domain::age::Age;
use crate::domain::health::Health;
use crate::domain::text::width;
use crate::screens::layout::LayerBox;
use crate::store::fleet::Fleet;
use crate::ui::frame::{FrameText, Piece, frame};
use crate::ui::popup::{centred, clear};
use crate::ui::text::{put, split_at_width};
use crate::ui::theme::{Role, Theme};

/// Draws the layer over most of `area`. `now` is Unix seconds.
pub fn draw(detail: &Detail, fleet: &Fleet, now: i64, area: Rect, buffer: &mut Buffer, theme: &Theme) -> LayerBox {
    let (lines, starts) = detail.lines(fleet, now);
    let area = centred(area, area.width.saturating_sub(4).min(160), area.height.saturating_sub(2));
    clear(buffer, area, theme);
    let columns = area.width.saturating_sub(4) as usize;
    let (shown, places) = if detail.wrap { wrapped(lines, columns) } else { shifted(lines, detail.shift) };
    let starts = starts.into_iter().map(|(section, line)| (section, places.get(line).copied().unwrap_or(0))).collect();
    let position = format!(
        "{}–{} of {}",
        detail.scroll.top + 1,
        (detail.scroll.top + area.height as usize - 2).min(shown.len()),
        shown.len()
    );
    let mut right = Vec::new();
    if let Some(Health::Stale { since_ms, .. }) = fleet.get(detail.subject.cluster()).map(|cluster| &cluster.health) {
        right.push(Piece::new(format!("stale {} · ", Age(now - since_ms.div_euclid(1_000))), Role::Stale));
    }
    right.push(Piece::new("esc closes", Role::Dim));
    let found = found(&shown, &detail.search);
    let mut bottom = Vec::new();
    if !detail.search.is_empty() {
        let nth = detail.found_at.and_then(|line| found.iter().position(|(found, _)| *found == line));
        let count = nth.map_or_else(|| found.len().to_string(), |nth| format!("{} of {}", nth + 1, found.len()));
        bottom.push(Piece::new("search ", Role::Accent));
        bottom.push(Piece::new(format!("{} ", detail.search), Role::Prompt));
        bottom.push(Piece::new(if found.is_empty() { "not found".to_owned() } else { count }, Role::Dim));
    }
    let text = FrameText {
        title: vec![Piece::new("detail", Role::Title)],
        bottom,
        right,
        bottom_right: vec![Piece::new(position, Role::Dim)],
        danger: false,
    };
    let inner = frame(buffer, area, &text, true, theme);
    for (place, line) in shown.iter().skip(detail.scroll.top).take(inner.height as usize).enumerate() {
        let mut x = inner.x + 1;
        for piece in line {
            x = put(buffer, x, inner.y + place as u16, inner.right(), &piece.text, theme.style(piece.role));
        }
        let number = detail.scroll.top + place;
        let role = if detail.found_at == Some(number) { Role::MatchCurrent } else { Role::MatchHighlight };
        for (from, wide) in found.iter().filter(|(line, _)| *line == number).flat_map(|(_, spans)| spans) {
            let at = Rect { x: inner.x + 1 + from, y: inner.y + place as u16, width: *wide, height: 1 };
            buffer.set_style(at.intersection(inner), theme.style(role));
        }
    }
    let found = found.into_iter().map(|(line, _)| line).collect();
    LayerBox { sections: starts, found, ..LayerBox::plain(area, inner, shown.len()) }
}

/// Where a text stands in the drawn lines, letter case apart: line, then columns and widths.
fn found(lines: &[DetailLine], text: &str) -> Vec<(usize, Vec<(u16, u16)>)> {
    let Some(pattern) = (!text.is_empty()).then(|| regex::escape(text)) else { return Vec::new() };
    let Ok(pattern) = regex::RegexBuilder::new(&pattern).case_insensitive(true).build() else { return Vec::new() };
    let places = |line: &DetailLine| {
        let text: String = line.iter().map(|piece| piece.text.as_str()).collect();
        let place = |found: regex::Match<'_>| (width(&text[..found.start()]) as u16, width(found.as_str()) as u16);
        pattern.find_iter(&text).map(place).collect::<Vec<_>>()
    };
    let lines = lines.iter().map(places).enumerate();
    lines.filter(|(_, places)| !places.is_empty()).collect()
}

/// Lines cut into pieces that fit, continued under the place where their last column begins; and where each line went.
fn wrapped(lines: Vec<DetailLine>, columns: usize) -> (Vec<DetailLine>, Vec<usize>) {
    let mut out: Vec<DetailLine> = Vec::new();
    let mut places = Vec::with_capacity(lines.len());
    for line in lines {
        places.push(out.len());
        let total: usize = line.iter().map(|piece| width(&piece.text)).sum();
        if total <= columns {
            out.push(line);
            continue;
        }
        let last: usize = line.iter().rev().skip(1).map(|piece| width(&piece.text)).sum();
        let indent = if last * 2 > columns { 6.min(columns / 4) } else { last };
        wrap_line(line, columns, indent, &mut out);
    }
    (out, places)
}

fn wrap_line(line: DetailLine, columns: usize, indent: usize, out: &mut Vec<DetailLine>) {
    let mut current: DetailLine = Vec::new();
    let mut used = 0;
    for piece in line {
        let mut text = piece.text.as_str();
        while used + width(text) > columns {
            let room = columns.saturating_sub(used);
            let cut = if room == 0 { 0 } else { split_at_width(text, room) };
            let cut = text[..cut].rfind(' ').map_or(cut, |space| space + 1);
            current.push(Piece::new(&text[..cut], piece.role));
            out.push(std::mem::take(&mut current));
            current.push(Piece::new(" ".repeat(indent), Role::Text));
            used = indent;
            text = text[cut..].trim_start();
            if columns <= indent {
                break;
            }
        }
        used += width(text);
        current.push(Piece::new(text, piece.role));
    }
    out.push(current);
}

fn shifted(lines: Vec<DetailLine>, shift: usize) -> (Vec<DetailLine>, Vec<usize>) {
    let places = (0..lines.len()).collect();
    let cut = |line: DetailLine| {
        let mut left = shift;
        line.into_iter()
            .filter_map(|piece| {
                let wide = width(&piece.text);
                let gone = left.min(wide);
                left -= gone;
                let at = if gone == 0 { 0 } else { split_at_width(&piece.text, gone) };
                (gone < wide || wide == 0).then(|| Piece::new(&piece.text[at..], piece.role))
            })
            .collect()
    };
    (lines.into_iter().map(cut).collect(), places)
}
