//! What would happen, and what did, for people and for scripts.

use std::io::{self, BufWriter, Write};

use serde_json::{Value, json};

use super::question;
use crate::cli::exit::Failure;
use crate::cli::flags::Format;
use crate::cli::print::document;
use crate::domain::gate::{DryRun, Fate, Proposal, Report, Target, Verb};
use crate::domain::text::clean;

/// What a dry run found. For new and replaced objects, JSON and YAML are the objects as they would be.
pub fn dry_run(proposal: &Proposal, format: Format) -> Result<(), Failure> {
    let mut out = BufWriter::new(io::stdout().lock());
    match format {
        Format::Table => {
            for line in question::told(proposal) {
                writeln!(out, "{}", clean(&line))?;
            }
        }
        format => {
            let objects = proposal.targets.iter().map(|target| match &target.dry_run {
                DryRun::Passed { object, .. } if makes(proposal.verb()) => (**object).clone(),
                DryRun::NotTried(_) if makes(proposal.verb()) => target.write.body(),
                _ => planned(proposal, target),
            });
            documents(format, objects.collect(), makes(proposal.verb()), &mut out)?;
        }
    }
    Ok(out.flush()?)
}

/// What became of each object. For new and replaced ones, JSON and YAML are the objects as the server has them.
pub fn report(report: &Report, proposal: &Proposal, format: Format) -> Result<(), Failure> {
    let mut out = BufWriter::new(io::stdout().lock());
    match format {
        Format::Table => {
            for (object, fate) in report.fates.iter().filter(|(_, fate)| fate.is_done()) {
                writeln!(out, "{}", clean(&format!("{} {}", named(object, fate), fate.words(report.verb))))?;
            }
        }
        format => {
            let writes = proposal.possible().map(|target| &target.write);
            let objects = report.fates.iter().zip(writes).map(|((object, fate), write)| match fate {
                Fate::Done { object } if makes(report.verb) => (**object).clone(),
                fate => json!({
                    "cluster": report.cluster,
                    "object": object,
                    "kind": write.resource.kind,
                    "namespace": write.namespace,
                    "name": write.name,
                    "verb": report.verb.word(),
                    "done": fate.is_done(),
                    "outcome": fate.words(report.verb),
                }),
            });
            documents(format, objects.collect(), makes(report.verb), &mut out)?;
        }
    }
    Ok(out.flush()?)
}

/// One new object is printed as itself, so that it can be piped on.
fn documents(format: Format, mut objects: Vec<Value>, alone: bool, out: &mut impl Write) -> io::Result<()> {
    match objects.len() {
        1 if alone => document(format, &objects.remove(0), out),
        _ => document(format, &Value::Array(objects), out),
    }
}

fn makes(verb: Verb) -> bool {
    matches!(verb, Verb::Create | Verb::Replace | Verb::Rerun | Verb::Trigger)
}

/// With the name that the server made.
fn named(object: &str, fate: &Fate) -> String {
    let Fate::Done { object: made } = fate else { return object.to_owned() };
    match (object.strip_suffix('*'), made["metadata"]["name"].as_str()) {
        (Some(_), Some(name)) => {
            let (head, _) = object.rsplit_once(['/', ' ']).unwrap_or(("", object));
            let between = if object.contains('/') { "/" } else { " " };
            format!("{head}{between}{name}")
        }
        _ => object.to_owned(),
    }
}

fn planned(proposal: &Proposal, target: &Target) -> Value {
    json!({
        "cluster": proposal.place.cluster,
        "environment": proposal.place.environment.to_string(),
        "object": target.write.object_words(),
        "kind": target.write.resource.kind,
        "namespace": target.write.namespace,
        "name": target.write.name,
        "verb": proposal.verb().word(),
        "possible": target.is_possible(),
        "about": question::about(target, proposal.verb()),
    })
}
