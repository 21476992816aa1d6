//! Lines of a description while it is put together.

use super::{Detail, DetailLine, Fetched, Section};
use crate::domain::age::Age;
use crate::domain::event::EventRow;
use crate::domain::object::Condition;
use crate::domain::text::{clean, clean_multiline, width};
use crate::ui::frame::Piece;
use crate::ui::theme::Role;
use crate::ui::yaml::yaml_role;
use crate::yaml::Span;

/// Lines, and where each section begins.
#[derive(Debug, Default)]
pub struct Sections {
    lines: Vec<DetailLine>,
    starts: Vec<(Section, usize)>,
}

/// Cells of the column that names a fact.
const LABEL: usize = 14;

impl Sections {
    pub fn section(&mut self, section: Section, title: &str) {
        if !self.lines.is_empty() {
            self.lines.push(Vec::new());
        }
        self.starts.push((section, self.lines.len()));
        self.lines.push(vec![Piece::new(title, Role::Title)]);
    }

    /// A fact: its name and its value.
    pub fn fact(&mut self, label: &str, value: impl Into<String>, role: Role) {
        let value = value.into();
        if value.is_empty() {
            return;
        }
        let pad = " ".repeat(LABEL.saturating_sub(width(label)) + 2);
        self.lines
            .push(vec![Piece::new(format!("  {label}{pad}"), Role::Dim), Piece::new(clean(&value).into_owned(), role)]);
    }

    pub fn words(&mut self, text: &str, role: Role) {
        for line in clean_multiline(text).lines() {
            self.lines.push(vec![Piece::new(format!("  {line}"), role)]);
        }
    }

    /// Columns of equal width over all rows, the last one free.
    pub fn table(&mut self, rows: &[Vec<(String, Role)>]) {
        let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
        let widest =
            |place: usize| rows.iter().filter_map(|row| row.get(place)).map(|(text, _)| width(text)).max().unwrap_or(0);
        let widths: Vec<usize> = (0..columns).map(widest).collect();
        for row in rows {
            let mut line = vec![Piece::new("  ", Role::Text)];
            for (place, (text, role)) in row.iter().enumerate() {
                let pad = if place + 1 == row.len() { 0 } else { widths[place].saturating_sub(width(text)) + 2 };
                line.push(Piece::new(format!("{}{}", clean(text), " ".repeat(pad)), *role));
            }
            self.lines.push(line);
        }
    }

    pub fn conditions(&mut self, conditions: &[Condition], now: i64) {
        if conditions.is_empty() {
            return;
        }
        self.section(Section::Conditions, "Conditions");
        for condition in conditions {
            let age = if condition.at == 0 { String::new() } else { format!("{} ago", Age(now - condition.at)) };
            let status = if condition.status { "True" } else { "False" };
            self.table(&[vec![
                (condition.kind.to_string(), Role::Text),
                (status.to_owned(), Role::Dim),
                (condition.reason.to_string(), Role::Text),
                (age, Role::Dim),
            ]]);
            if !condition.message.is_empty() {
                self.words(&format!("  {}", condition.message), Role::Dim);
            }
        }
    }

    pub fn events(&mut self, events: &Fetched<Vec<EventRow>>, now: i64) {
        self.section(Section::Events, "Events");
        match events {
            Fetched::Waiting => self.words("asking …", Role::Dim),
            Fetched::Failed(trouble) => self.words(&trouble.words, Role::Warning),
            Fetched::Got(events) if events.is_empty() => {
                self.words("none are kept (a server keeps them for an hour)", Role::Dim)
            }
            Fetched::Got(events) => {
                let first = &events[0].object_uid;
                let several = events.iter().any(|event| event.object_uid != *first);
                let rows: Vec<Vec<(String, Role)>> = events
                    .iter()
                    .map(|event| {
                        let times = if event.count > 1 { format!("×{}", event.count) } else { String::new() };
                        let role = if event.warning { Role::Warning } else { Role::Text };
                        let object = format!("{} {}", event.object_kind.to_lowercase(), event.object_name);
                        let mut row = if several { vec![(clean(&object).into_owned(), Role::Dim)] } else { vec![] };
                        row.extend([
                            (Age(now - event.last_seen).to_string(), Role::Dim),
                            (times, Role::Dim),
                            (event.reason.to_string(), role),
                            (clean(&event.message).into_owned(), Role::Text),
                        ]);
                        row
                    })
                    .collect();
                self.table(&rows);
            }
        }
    }

    pub fn manifest(&mut self, detail: &Detail) {
        self.section(Section::Manifest, "Manifest");
        match &detail.object {
            Fetched::Waiting => self.words("asking …", Role::Dim),
            Fetched::Failed(trouble) => self.words(&trouble.words, Role::Warning),
            Fetched::Got(lines) => {
                for (line, spans) in lines {
                    self.lines.push(highlighted(line, spans));
                }
            }
        }
    }

    pub fn finish(self) -> (Vec<DetailLine>, Vec<(Section, usize)>) {
        (self.lines, self.starts)
    }
}

/// A line of YAML in pieces, each with its role; what stands between them has none.
fn highlighted(line: &str, spans: &[Span]) -> DetailLine {
    let mut pieces = vec![Piece::new("  ", Role::Text)];
    let mut at = 0;
    for span in spans {
        if let Some(gap) = line.get(at..span.start).filter(|gap| !gap.is_empty()) {
            pieces.push(Piece::new(gap, Role::Text));
        }
        pieces.push(Piece::new(line.get(span.start..span.end).unwrap_or_default(), yaml_role(span.role)));
        at = span.end;
    }
    pieces.extend(line.get(at..).filter(|rest| !rest.is_empty()).map(|rest| Piece::new(rest, Role::Text)));
    pieces
}
