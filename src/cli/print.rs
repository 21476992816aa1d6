//! Rows as a table, JSON or YAML, and rows that change one after another.

use std::collections::HashMap;
use std::io::{self, Write};

use serde_json::{Map, Value};

use super::flags::Format;
use crate::domain::text::{clean, width};
use crate::yaml;

/// A table's column.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    pub title: &'static str,
    pub right: bool,
}

pub const fn left(title: &'static str) -> Column {
    Column { title, right: false }
}

pub const fn right(title: &'static str) -> Column {
    Column { title, right: true }
}

/// One object: for a table, and for scripts.
#[derive(Debug, Clone)]
pub struct Row {
    /// Tells the object from all others while it is watched.
    pub key: String,
    pub cells: Vec<String>,
    pub value: Value,
}

/// Rows of one kind. `moving` names the fields of `value` that change by themselves, such as ages: a watched row is not
/// printed again for their sake.
#[derive(Debug, Clone, Default)]
pub struct Listing {
    pub columns: Vec<Column>,
    pub rows: Vec<Row>,
    pub moving: &'static [&'static str],
}

/// Writes all rows at once. A table without rows is not even a header.
pub fn listing(format: Format, listing: &Listing, out: &mut impl Write) -> io::Result<()> {
    match format {
        Format::Table if listing.rows.is_empty() => Ok(()),
        Format::Table => {
            let mut table = Table::new(&listing.columns);
            listing.rows.iter().for_each(|row| table.fit(&row.cells));
            table.header(out)?;
            listing.rows.iter().try_for_each(|row| table.row(&row.cells, out))
        }
        Format::Json | Format::Yaml => {
            document(format, &Value::Array(listing.rows.iter().map(|row| row.value.clone()).collect()), out)
        }
    }
}

/// Writes one value, as YAML if that is asked for, else as JSON.
pub fn document(format: Format, value: &Value, out: &mut impl Write) -> io::Result<()> {
    let value = cleaned(value.clone());
    match format {
        Format::Yaml => out.write_all(yaml::print(&value).as_bytes()),
        Format::Table | Format::Json => writeln!(out, "{value:#}"),
    }
}

/// Every text in a value as [`clean`] leaves it.
pub fn cleaned(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(clean(&text).into_owned()),
        Value::Array(items) => Value::Array(items.into_iter().map(cleaned).collect()),
        Value::Object(fields) => fields
            .into_iter()
            .map(|(key, value)| (clean(&key).into_owned(), cleaned(value)))
            .collect::<Map<_, _>>()
            .into(),
        other => other,
    }
}

/// Columns with their widths.
#[derive(Debug)]
pub struct Table {
    columns: Vec<Column>,
    widths: Vec<usize>,
}

/// Blanks between columns.
const GAP: usize = 2;

impl Table {
    pub fn new(columns: &[Column]) -> Self {
        Self { columns: columns.to_vec(), widths: columns.iter().map(|column| width(column.title)).collect() }
    }

    /// Makes room for a row.
    pub fn fit(&mut self, cells: &[String]) {
        for (known, cell) in self.widths.iter_mut().zip(cells) {
            *known = (*known).max(width(&clean(cell)));
        }
    }

    pub fn header(&self, out: &mut impl Write) -> io::Result<()> {
        let titles: Vec<String> = self.columns.iter().map(|column| column.title.to_owned()).collect();
        self.row(&titles, out)
    }

    pub fn row(&self, cells: &[String], out: &mut impl Write) -> io::Result<()> {
        let mut line = String::new();
        for ((column, size), cell) in self.columns.iter().zip(&self.widths).zip(cells) {
            let cell = clean(cell);
            let pad = " ".repeat(size.saturating_sub(width(&cell)));
            let (before, after) = if column.right { (pad.as_str(), "") } else { ("", pad.as_str()) };
            line.extend([before, &cell, after, &" ".repeat(GAP)]);
        }
        writeln!(out, "{}", line.trim_end())
    }
}

/// Prints rows when they first come, change and go.
#[derive(Debug)]
pub struct Changes {
    format: Format,
    table: Option<Table>,
    /// The last printed row of each key, and its value without what moves by itself.
    seen: HashMap<String, (Row, Value)>,
}

impl Changes {
    pub fn new(format: Format) -> Self {
        Self { format, table: None, seen: HashMap::new() }
    }

    /// Prints what differs from the last call. `clock` is `12:34:56` for tables, `time` RFC 3339 for scripts.
    pub fn print(&mut self, listing: Listing, clock: &str, time: &str, out: &mut impl Write) -> io::Result<()> {
        let mut gone: HashMap<String, (Row, Value)> = std::mem::take(&mut self.seen);
        let mut lines: Vec<(&str, Row)> = Vec::new();
        for row in listing.rows {
            let essence = essence(&row.value, listing.moving);
            match gone.remove(&row.key) {
                Some((_, before)) if before == essence => {}
                Some(_) => lines.push(("modified", row.clone())),
                None => lines.push(("added", row.clone())),
            }
            self.seen.insert(row.key.clone(), (row, essence));
        }
        let mut gone: Vec<Row> = gone.into_values().map(|(row, _)| row).collect();
        gone.sort_by(|left, right| left.key.cmp(&right.key));
        lines.extend(gone.into_iter().map(|row| ("deleted", row)));
        match self.format {
            Format::Table => self.table_lines(&listing.columns, &lines, clock, out)?,
            Format::Json => {
                for (change, row) in &lines {
                    writeln!(out, "{}", cleaned(changed(change, time, &row.value)))?;
                }
            }
            Format::Yaml => {
                for (change, row) in &lines {
                    write!(out, "---\n{}", yaml::print(&cleaned(changed(change, time, &row.value))))?;
                }
            }
        }
        out.flush()
    }

    fn table_lines(
        &mut self,
        columns: &[Column],
        lines: &[(&str, Row)],
        clock: &str,
        out: &mut impl Write,
    ) -> io::Result<()> {
        let cells = |change: &str, row: &Row| {
            let sign = if change == "deleted" { "gone" } else { "" };
            [clock.to_owned()].into_iter().chain(row.cells.iter().cloned()).chain([sign.to_owned()]).collect::<Vec<_>>()
        };
        let is_first = self.table.is_none();
        let table = self.table.get_or_insert_with(|| {
            Table::new(&[left("TIME")].iter().chain(columns).chain(&[left("")]).copied().collect::<Vec<_>>())
        });
        // Widths only grow: lines above are printed already.
        lines.iter().for_each(|(change, row)| table.fit(&cells(change, row)));
        if is_first {
            table.header(out)?;
        }
        lines.iter().try_for_each(|(change, row)| table.row(&cells(change, row), out))
    }
}

fn essence(value: &Value, moving: &[&str]) -> Value {
    let mut essence = value.clone();
    if let Some(fields) = essence.as_object_mut() {
        fields.retain(|key, _| !moving.contains(&key.as_str()));
    }
    essence
}

fn changed(change: &str, time: &str, value: &Value) -> Value {
    let mut fields = Map::new();
    fields.insert("change".to_owned(), change.into());
    fields.insert("time".to_owned(), time.into());
    fields.extend(value.as_object().cloned().unwrap_or_default());
    fields.into()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn row(name: &str, state: &str, age: i64) -> Row {
        let cells = vec![name.to_owned(), age.to_string(), state.to_owned()];
        Row { key: name.to_owned(), cells, value: json!({"name": name, "state": state, "age_seconds": age}) }
    }

    fn rows(rows: Vec<Row>) -> Listing {
        Listing { columns: vec![left("NAME"), right("AGE"), left("STATE")], rows, moving: &["age_seconds"] }
    }

    fn text(print: impl FnOnce(&mut Vec<u8>) -> io::Result<()>) -> String {
        let mut out = Vec::new();
        print(&mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_table_is_aligned_by_columns_not_bytes() {
        let listing_ = rows(vec![row("häuser", "ok", 7), row("日本", "bad", 12_345)]);
        let shown = text(|out| listing(Format::Table, &listing_, out));
        assert_eq!(shown, "NAME      AGE  STATE\nhäuser      7  ok\n日本    12345  bad\n");
        assert_eq!(text(|out| listing(Format::Table, &rows(Vec::new()), out)), "");
    }

    #[test]
    fn nothing_that_steers_a_terminal_is_printed() {
        let evil = rows(vec![row("a\u{1b}[31mb\u{202e}", "x\r\ny", 1)]);
        for format in [Format::Table, Format::Json, Format::Yaml] {
            let shown = text(|out| listing(format, &evil, out));
            assert!(!shown.contains(['\u{1b}', '\u{202e}', '\r']) && !shown.contains("\\u001b"), "{shown}");
        }
    }

    #[test]
    fn json_keeps_numbers_and_an_empty_list_is_a_list() {
        let shown = text(|out| listing(Format::Json, &rows(vec![row("a", "ok", 7)]), out));
        assert_eq!(serde_json::from_str::<Value>(&shown).unwrap()[0]["age_seconds"], json!(7));
        assert_eq!(text(|out| listing(Format::Json, &rows(Vec::new()), out)), "[]\n");
    }

    #[test]
    fn a_watched_row_is_printed_when_it_comes_changes_and_goes_but_not_when_it_ages() {
        let mut changes = Changes::new(Format::Json);
        let mut step = |listed| text(|out| changes.print(rows(listed), "", "t", out));
        assert!(step(vec![row("a", "ok", 1)]).starts_with(r#"{"change":"added","time":"t","name":"a""#));
        assert_eq!(step(vec![row("a", "ok", 2)]), "");
        assert!(step(vec![row("a", "bad", 3)]).contains(r#""change":"modified""#));
        assert!(step(Vec::new()).contains(r#""change":"deleted""#));
    }

    #[test]
    fn a_watched_table_appends_lines_with_their_time() {
        let mut changes = Changes::new(Format::Table);
        let first = text(|out| changes.print(rows(vec![row("a", "ok", 1)]), "10:00:00", "", out));
        assert_eq!(first, "TIME      NAME  AGE  STATE\n10:00:00  a       1  ok\n");
        let second = text(|out| changes.print(rows(Vec::new()), "10:00:05", "", out));
        assert_eq!(second, "10:00:05  a       1  ok     gone\n");
    }
}
