//! `eksdeck audit list|export|verify`: who changed what, and whether the record of it is whole.

mod filter;
mod journals;

use std::collections::HashSet;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use jiff::Timestamp;
use serde_json::{Value, json};

use filter::Filter;
use journals::Journal;

use super::Global;
use super::exit::{FAILED, Failure, NOT_FOUND, say};
use super::flags::Format;
use super::print::{Listing, Row, document, left, listing, right};
use super::setup::Setup;
use crate::adapters::audit::{Read, verify};
use crate::domain::audit::Outcome;

#[derive(Debug, clap::Args)]
pub struct Audit {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Print the writes that were recorded, oldest first
    #[command(visible_alias = "ls")]
    List(List),
    /// Write out every line as it was recorded, one JSON object a line
    Export(Export),
    /// Check that no line was changed, added, moved or taken out
    Verify(Verify),
}

#[derive(Debug, clap::Args)]
struct List {
    /// Read this file instead of the configured one
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// Read the registry's copy: what everybody of the organisation wrote
    #[arg(long, conflicts_with = "file")]
    registry: bool,
    #[command(flatten)]
    filter: Filter,
    /// Only the last ones
    #[arg(long, value_name = "NUMBER")]
    last: Option<usize>,
    /// How the answer is printed
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    output: Format,
}

#[derive(Debug, clap::Args)]
struct Export {
    /// Read this file instead of the configured one
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// Read the registry's copy; each line then stands beside its journal's name
    #[arg(long, conflicts_with = "file")]
    registry: bool,
    #[command(flatten)]
    filter: Filter,
}

#[derive(Debug, clap::Args)]
struct Verify {
    /// Check this file instead of the configured one
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// Check the registry's copy, each journal in it
    #[arg(long, conflicts_with = "file")]
    registry: bool,
    /// The digest that an earlier check printed: it must still be in the chain
    #[arg(long, value_name = "SHA256")]
    head: Option<String>,
    /// How the answer is printed
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    output: Format,
}

/// # Errors
/// The file cannot be read, or the chain does not hold.
pub fn run(global: &Global, audit: &Audit) -> Result<ExitCode, Failure> {
    let setup = Setup::read(global)?;
    let path = |given: &Option<PathBuf>| {
        let path = given.clone().or_else(|| setup.audit_file());
        path.ok_or_else(|| Failure::new(NOT_FOUND, "there is no audit: neither XDG_DATA_HOME nor HOME is set"))
    };
    match &audit.command {
        Command::List(flags) if flags.registry => list("the registry's copy", &journals::of_registry(global)?, flags),
        Command::List(flags) => {
            let path = path(&flags.file)?;
            list(&path.display().to_string(), &journals::of_file(&path)?, flags)
        }
        Command::Export(flags) if flags.registry => export(&journals::of_registry(global)?, flags),
        Command::Export(flags) => export(&journals::of_file(&path(&flags.file)?)?, flags),
        Command::Verify(flags) if flags.registry => {
            let journals = journals::of_registry(global)?;
            if journals.is_empty() {
                say("the registry holds no line of an audit");
            }
            // Each is looked at, also behind a broken one.
            let checked: Vec<_> = journals.iter().map(|journal| check(&journal.name, &journal.text, flags)).collect();
            checked.into_iter().find(Result::is_err).unwrap_or(Ok(ExitCode::SUCCESS))
        }
        Command::Verify(flags) => {
            let path = path(&flags.file)?;
            let text = std::fs::read(&path).map_err(|error| unreadable(&path, &error))?;
            check(&path.display().to_string(), &text, flags)
        }
    }
}

fn export(journals: &[Journal], flags: &Export) -> Result<ExitCode, Failure> {
    let mut out = BufWriter::new(io::stdout().lock());
    let now = Timestamp::now();
    for journal in journals {
        let kept: HashSet<u64> = journal
            .writes()
            .iter()
            .filter(|write| flags.filter.passes(write, now))
            .map(|write| write.intent.number)
            .collect();
        for line in journal.lines() {
            let Ok(line) = line else { continue };
            if !kept.contains(&line.id) {
                continue;
            }
            match flags.registry {
                true => serde_json::to_writer(&mut out, &json!({"journal": journal.name, "line": line})),
                false => serde_json::to_writer(&mut out, &line),
            }
            .map_err(io::Error::from)?;
            writeln!(out)?;
        }
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn list(place: &str, journals: &[Journal], flags: &List) -> Result<ExitCode, Failure> {
    let now = Timestamp::now();
    let mut writes: Vec<Read> = journals.iter().flat_map(Journal::writes).collect();
    let is_empty = writes.is_empty();
    writes.retain(|write| flags.filter.passes(write, now));
    // Those of several machines stand in the order of their times.
    writes.sort_by(|one, other| one.intent.time.cmp(&other.intent.time));
    let from = flags.last.map_or(0, |last| writes.len().saturating_sub(last));
    if writes.is_empty() && flags.output == Format::Table {
        say(&match is_empty {
            true => format!("nothing was written yet: {place} holds no line"),
            false => format!("no write in {place} passes the filter"),
        });
    }
    let columns = vec![
        right("NUMBER"),
        left("TIME"),
        left("WHO"),
        left("AS"),
        left("CLUSTER"),
        left("VERB"),
        left("OBJECT"),
        left("OUTCOME"),
    ];
    let rows = writes[from..].iter().map(row).collect();
    let mut out = BufWriter::new(io::stdout().lock());
    listing(flags.output, &Listing { columns, rows, moving: &[] }, &mut out)?;
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn row(write: &Read) -> Row {
    let line = &write.intent;
    let object = &line.object;
    let place = if object.namespace.is_empty() { String::new() } else { format!("{}/", object.namespace) };
    let outcome = match (write.outcome, write.words.as_str()) {
        (None, _) => "unknown: no outcome was recorded".to_owned(),
        (Some(Outcome::Done), _) => "done".to_owned(),
        (Some(Outcome::Refused), words) => format!("refused: {words}"),
        (Some(Outcome::Unknown), words) => format!("unknown: {words}"),
        (Some(Outcome::Unsent), words) => format!("not sent: {words}"),
    };
    Row {
        key: line.number.to_string(),
        cells: vec![
            line.number.to_string(),
            line.time.clone(),
            line.os_user.clone(),
            line.cluster_user.clone(),
            line.cluster.clone(),
            line.verb.clone(),
            format!("{} {place}{}", object.kind.to_lowercase(), object.name),
            short(&outcome),
        ],
        value: json!({"intent": line, "outcome": write.outcome.unwrap_or(Outcome::Unknown), "words": write.words}),
    }
}

/// What fits into a column; the whole stands in `-o json`.
fn short(words: &str) -> String {
    const MOST: usize = 80;
    match words.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &words[..end]),
        None => words.to_owned(),
    }
}

fn check(place: &str, text: &[u8], flags: &Verify) -> Result<ExitCode, Failure> {
    let verdict = verify(text);
    let lost = flags.head.as_deref().filter(|head| !verdict.digests.iter().any(|digest| digest == head));
    let faults: Vec<String> = verdict.faults.iter().map(ToString::to_string).collect();
    let mut out = BufWriter::new(io::stdout().lock());
    if flags.output == Format::Table {
        let lines = if verdict.lines == 1 { "1 line".to_owned() } else { format!("{} lines", verdict.lines) };
        writeln!(out, "{lines}, head {}", verdict.head)?;
        for id in &verdict.unknown {
            writeln!(out, "number {id} has no outcome: it may be done or not")?;
        }
    } else {
        let value: Value = json!({"lines": verdict.lines, "head": verdict.head, "whole": faults.is_empty() && lost.is_none(),
            "faults": faults, "unknown": verdict.unknown});
        document(flags.output, &value, &mut out)?;
    }
    out.flush()?;
    faults.iter().for_each(|fault| say(fault));
    match (faults.len(), lost) {
        (0, None) => Ok(ExitCode::SUCCESS),
        (0, Some(head)) => Err(Failure::new(FAILED, format!("no line has the digest {head}: the end was cut off"))),
        (count, _) => Err(Failure::new(FAILED, format!("{place}: the chain is broken ({count} faults)"))),
    }
}

fn unreadable(path: &Path, error: &io::Error) -> Failure {
    let code = if error.kind() == io::ErrorKind::NotFound { NOT_FOUND } else { FAILED };
    Failure::new(code, format!("{}: {error}", path.display()))
}
