//! Where the cursor is in the object, and what can stand there. Works by indentation, so on half a line too.

use super::buffer::{At, Grouping, byte_of};
use super::edit::INDENT;
use super::{Editor, SchemaState};
use crate::domain::field_path::Step;
use crate::domain::schema::{Completion, CompletionKind, Described, FieldType, Schema};
use crate::input::event::{Code, Key};

/// The list at the cursor.
#[derive(Debug, Clone, PartialEq)]
pub struct Completing {
    pub items: Vec<Completion>,
    pub chosen: usize,
    /// Where the begun word begins.
    pub from: At,
}

/// Where a place is in its object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spot {
    pub api_version: String,
    pub kind: String,
    /// Of the object whose field is being named, or of the field whose value is being written.
    pub path: Vec<Step>,
    /// Behind the colon.
    pub value: bool,
    /// Where the begun word begins.
    pub from: At,
}

/// How far up a parent is looked for.
const LINES_UP: usize = 5_000;

/// Dashes and key of a line: columns in bytes.
struct Head<'a> {
    /// Columns of `- ` before the key.
    dashes: Vec<usize>,
    /// Column of the first character behind them.
    column: usize,
    /// The key, if there is a colon behind it.
    key: Option<&'a str>,
}

fn head(line: &str) -> Head<'_> {
    let mut column = line.len() - line.trim_start_matches(' ').len();
    let mut dashes = Vec::new();
    while line[column..].starts_with("- ") || &line[column..] == "-" {
        dashes.push(column);
        let rest = &line[column + 1..];
        column += 1 + (rest.len() - rest.trim_start_matches(' ').len());
    }
    let rest = &line[column..];
    let colon = rest.find(": ").or_else(|| rest.ends_with(':').then(|| rest.len() - 1));
    let key = colon.map(|colon| rest[..colon].trim_matches(['"', '\''])).filter(|key| !key.starts_with('#'));
    Head { dashes, column, key }
}

impl Editor {
    /// The part of the text between the `---` around a line.
    fn part(&self, line: usize) -> (usize, usize) {
        let lines = self.lines();
        let is_mark = |line: &String| line.starts_with("---");
        let first = lines[..line.min(lines.len())].iter().rposition(is_mark).map_or(0, |at| at + 1);
        let last = lines[line..].iter().skip(1).position(is_mark).map_or(lines.len(), |at| line + 1 + at);
        (first.min(line), last)
    }

    pub(super) fn spot(&self) -> Option<Spot> {
        let at = self.cursor();
        let (first, last) = self.part(at.line);
        let top = |name: &str| {
            let found = self.lines()[first..last].iter().take(LINES_UP).find_map(|line| line.strip_prefix(name))?;
            let value = found.strip_prefix(':')?.trim().trim_matches(['"', '\'']);
            Some(value.split(" #").next().unwrap_or(value).trim().to_owned())
        };
        if self.colours.state(at.line).in_block() {
            return None;
        }
        let line = self.buffer.line(at.line);
        let cursor = byte_of(line, at.column);
        let before = &line[..cursor];
        let here = head(line);
        let typed = head(before);
        let column = if line.trim().is_empty() { cursor } else { here.column.min(cursor.max(typed.column)) };
        let mut path = self.parents(first, at.line, column, &here.dashes);
        let word = before.len() - before.rsplit([' ', '"', '\'']).next().map_or(0, str::len);
        let value = match here.key {
            Some(key) if cursor > here.column + key.len() => {
                path.push(Step::Key(key.into()));
                true
            }
            _ => false,
        };
        let start = if value { word } else { typed.column.min(cursor) };
        let from = At::new(at.line, line[..start].chars().count());
        Some(Spot { api_version: top("apiVersion")?, kind: top("kind")?, path, value, from })
    }

    /// The steps from the top to what stands at `column` of a line.
    fn parents(&self, first: usize, line: usize, column: usize, dashes: &[usize]) -> Vec<Step> {
        let mut path = Vec::new();
        let mut column = column;
        // In a list its dashes may stand at the column of the key that it belongs to.
        let mut in_list = false;
        for dash in dashes.iter().rev() {
            if *dash < column {
                path.push(Step::Index(0));
                (column, in_list) = (*dash, true);
            }
        }
        for number in (first..line).rev().take(LINES_UP) {
            if column == 0 && !in_list {
                break;
            }
            let text = self.buffer.line(number);
            if text.trim().is_empty() || text.trim_start().starts_with('#') || self.colours.state(number).in_block() {
                continue;
            }
            let above = head(text);
            let is_parent =
                above.column < column || (in_list && above.column == column && !above.dashes.contains(&column));
            if let Some(key) = above.key.filter(|_| is_parent) {
                path.push(Step::Key(key.into()));
                (column, in_list) = (above.column, false);
            }
            // Its dash opens the element in which what was found stands.
            for dash in above.dashes.iter().rev() {
                if *dash < column {
                    path.push(Step::Index(0));
                    (column, in_list) = (*dash, true);
                }
            }
        }
        path.reverse();
        path
    }

    fn schema_of(&self, spot: &Spot) -> Option<&Schema> {
        match self.schemas.get(&spot.api_version) {
            Some(SchemaState::Got(schema)) => Some(schema),
            _ => None,
        }
    }

    /// The field at the cursor: its name and what it is.
    pub fn described(&self) -> Option<(String, Described)> {
        let mut spot = self.spot()?;
        let schema = self.schema_of(&spot)?;
        if let Some(item) = self.completing.as_ref().and_then(|list| list.items.get(list.chosen))
            && matches!(item.kind, CompletionKind::Field(_))
        {
            spot.path.push(Step::Key(item.text.as_str().into()));
            spot.value = true;
        } else if !spot.value
            && let Some(key) = head(self.buffer.line(self.cursor().line)).key
        {
            spot.path.push(Step::Key(key.into()));
        }
        let name = spot.path.iter().rev().find_map(|step| match step {
            Step::Key(key) => Some(key.to_string()),
            _ => None,
        });
        let described = schema.describe(&spot.kind, &spot.path)?;
        Some((crate::domain::text::clean(&name.unwrap_or(spot.kind)).into_owned(), described))
    }

    /// Opens the list of what can stand at the cursor, or goes on in it.
    pub fn complete(&mut self) {
        if let Some(list) = &mut self.completing {
            list.chosen = (list.chosen + 1) % list.items.len().max(1);
            return;
        }
        match self.completions() {
            Ok(list) => self.completing = Some(list),
            Err(why) => self.say(why),
        }
        self.settle();
    }

    fn completions(&self) -> Result<Completing, String> {
        let Some(spot) = self.spot() else {
            return Err("write apiVersion and kind first: they say what can stand here".to_owned());
        };
        let Some(schema) = self.schema_of(&spot) else {
            return Err(match self.schemas.get(&spot.api_version) {
                Some(SchemaState::Failed { words: why, .. }) => format!("no schema: {why}"),
                _ => "the schema is loading".to_owned(),
            });
        };
        let prefix = self.buffer.between(spot.from, self.cursor());
        let items = if spot.value {
            schema.values(&spot.kind, &spot.path, &prefix)
        } else {
            schema.complete(&spot.kind, &spot.path, &prefix)
        };
        if items.is_empty() {
            return Err("nothing is known that could stand here".to_owned());
        }
        Ok(Completing { items, chosen: 0, from: spot.from })
    }

    /// A key while the list is open. False: the list is closed and the key means what it always means.
    pub(super) fn completion_key(&mut self, key: Key, now_ms: i64) -> bool {
        let Some(list) = &mut self.completing else { return false };
        let count = list.items.len().max(1);
        match key.code {
            Code::Down => list.chosen = (list.chosen + 1) % count,
            Code::Up => list.chosen = (list.chosen + count - 1) % count,
            Code::Char('p') if key.ctrl => list.chosen = (list.chosen + count - 1) % count,
            Code::Enter | Code::Tab => self.take_completion(now_ms),
            Code::Backspace => self.refine(key, now_ms),
            Code::Char(char) if key.text().is_some() && (char.is_alphanumeric() || char == '-') => {
                self.refine(key, now_ms);
            }
            _ => {
                self.completing = None;
                return false;
            }
        }
        true
    }

    fn refine(&mut self, key: Key, now_ms: i64) {
        self.completing = None;
        self.insert_key(key, now_ms);
        if let Ok(list) = self.completions() {
            self.completing = Some(list);
        }
    }

    fn take_completion(&mut self, now_ms: i64) {
        let Some(list) = self.completing.take() else { return };
        let Some(item) = list.items.get(list.chosen) else { return };
        let at = self.cursor();
        let line = self.buffer.line(at.line);
        let rest = &line[byte_of(line, at.column)..];
        // The rest of the word is written over; a colon that stands there stays.
        let tail = rest.chars().take_while(|char| char.is_alphanumeric()).count();
        let to = At::new(at.line, at.column + tail);
        let has_colon = rest.chars().nth(tail) == Some(':');
        let below = list.from.column + INDENT;
        let text = match item.kind {
            CompletionKind::Field(_) if has_colon => item.text.clone(),
            CompletionKind::Field(FieldType::Object) => format!("{}:\n{}", item.text, " ".repeat(below)),
            CompletionKind::Field(FieldType::List) => {
                format!("{}:\n{}- ", item.text, " ".repeat(list.from.column))
            }
            CompletionKind::Field(_) => format!("{}: ", item.text),
            CompletionKind::Value => item.text.clone(),
        };
        self.edit(list.from, to, &text, Grouping::Alone, now_ms);
    }
}
