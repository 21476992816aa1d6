//! The question on a terminal, where no flag answers it.

use std::io::{self, BufRead, IsTerminal, Write};

use super::not_confirmed;
use crate::cli::exit::{Failure, NOT_CONFIRMED};
use crate::domain::gate::ask::Wanted;
use crate::domain::gate::{Answer, Approved, DryRun, Level, Proposal, RunChange, Target, Verb, words};
use crate::domain::text::clean;

/// Whether somebody can be asked.
pub fn has_terminal() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Prints what is about to happen on stderr and reads one line.
///
/// # Errors
/// Any other answer than the right one.
pub fn ask(proposal: &Proposal) -> Result<Approved, Failure> {
    let typed = prompt(&told(proposal), proposal.level())?;
    proposal.confirm(&answer(&typed)).map_err(|error| match typed.is_empty() {
        true => nothing(),
        false => not_confirmed(proposal, &error),
    })
}

/// What a typed line says: `y` agrees, any other word names what is written to.
pub fn answer(typed: &str) -> Answer<'_> {
    Answer::Flags { yes: matches!(typed, "y" | "Y" | "yes"), word: Some(typed) }
}

/// Nobody agreed.
pub fn nothing() -> Failure {
    Failure::new(NOT_CONFIRMED, "nothing was changed")
}

/// Prints the question on stderr and reads one line.
///
/// # Errors
/// The terminal is gone.
pub fn prompt(told: &[String], level: Level) -> Result<String, Failure> {
    let mut out = io::stderr().lock();
    told.iter().try_for_each(|line| writeln!(out, "{}", clean(line)))?;
    let wanted = match level {
        Level::Yes => "y to agree, anything else keeps everything: ".to_owned(),
        Level::Word { word, is } => format!("type {is}, {word}, to agree: "),
    };
    write!(out, "{wanted}")?;
    out.flush()?;
    // What was typed before the question stood there answers nothing.
    let _ = nix::sys::termios::tcflush(io::stdin(), nix::sys::termios::FlushArg::TCIFLUSH);
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\n', '\r']).to_owned())
}

/// The proposal in lines.
pub fn told(proposal: &Proposal) -> Vec<String> {
    if let Wanted::Run(change) = &proposal.ask.what {
        return of_a_run(proposal, change);
    }
    let place = &proposal.place;
    let protected = if place.protected { ", protected" } else { "" };
    let count = proposal.targets.len();
    let mut lines = vec![format!(
        "{} {count} object{} in {} ({}{protected}):",
        proposal.verb().word(),
        if count == 1 { "" } else { "s" },
        place.cluster,
        place.environment,
    )];
    for target in &proposal.targets {
        lines.push(format!("  {}", target.write.object_words()));
        lines.extend(about(target, proposal.verb()).into_iter().map(|line| format!("    {line}")));
    }
    lines
}

/// What happens to a cluster that Terraform works on; the objects in the management cluster matter less.
fn of_a_run(proposal: &Proposal, change: &RunChange) -> Vec<String> {
    let protected = if change.is_protected { ", protected" } else { "" };
    let head = format!("{} for {} ({}{protected}):", change.verb.word(), change.subject, change.environment);
    let notes = change.notes.iter().map(|note| format!("  {note}"));
    let objects = proposal.targets.iter().map(|target| {
        let verb = target.write.change.api_verb();
        format!("  in {}: {verb} {}", proposal.place.cluster, target.write.object_words())
    });
    [head].into_iter().chain(notes).chain(objects).collect()
}

/// What is to be known of one target.
pub fn about(target: &Target, verb: Verb) -> Vec<String> {
    let mut lines: Vec<String> = match words::inside(target) {
        Some(inside) => vec![inside],
        None => target.along.iter().map(words::along).collect(),
    };
    lines.extend(target.volumes.iter().map(words::volume));
    lines.extend(target.keepers.iter().map(|keeper| words::kept_by(keeper, verb)));
    lines.extend(target.warnings.iter().cloned());
    match (&target.denied, &target.dry_run) {
        (Some(why), _) => lines.push(why.clone()),
        (None, DryRun::Refused { trouble, .. }) => lines.push(format!("the server refuses: {}", trouble.words)),
        (None, DryRun::NotTried(why)) => lines.push(format!("not tried before: {why}")),
        (None, DryRun::Passed { changes, warnings, .. }) => {
            lines.extend(changes.iter().map(words::difference));
            lines.extend(warnings.iter().map(|words| format!("the server warns: {words}")));
        }
    }
    lines
}
