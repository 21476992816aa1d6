//! `eksdeck provision status`: a run, its plan, its outputs.

use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use clap::Args;
use serde_json::{Value, json};

use super::approve::plan;
use super::desk::{Desk, find};
use super::list;
use super::wait::{Waiting, wait};
use crate::cli::Global;
use crate::cli::exit::{Failure, NOT_FOUND};
use crate::cli::flags::Format;
use crate::cli::print::document;
use crate::domain::provision::outputs::masked;
use crate::domain::provision::{Run, State};
use crate::domain::terraform::plan::{ActionKind, Attribute, OutputChange, Plan, ResourceChange, lines};
use crate::domain::text::clean;

#[derive(Debug, Args)]
pub struct Status {
    /// The run's id, or its cluster's name
    #[arg(value_name = "RUN")]
    run: String,
    /// Print the plan as a tree
    #[arg(long)]
    plan: bool,
    /// Print the outputs of what was applied, as JSON; sensitive ones are masked
    #[arg(long, conflicts_with = "plan")]
    outputs: bool,
    /// How the answer is printed
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    output: Format,
    #[command(flatten)]
    waiting: Waiting,
}

pub fn run(global: &Global, flags: &Status) -> Result<ExitCode, Failure> {
    let desk = Desk::read(global)?;
    desk.done(async {
        let runs = desk.all().await?;
        let mut run = find(&runs, &flags.run)?.clone();
        if flags.outputs && run.id != flags.run {
            // By its cluster's name: those of what was applied last.
            let is_it = |other: &&Run| other.identity == run.identity && other.state() == State::Applied;
            run = runs.iter().find(is_it).cloned().unwrap_or(run);
        }
        if flags.waiting.wait {
            return wait(&desk, &run.id, &flags.waiting, flags.output).await;
        }
        let mut out = BufWriter::new(io::stdout().lock());
        match (flags.plan, flags.outputs) {
            (true, _) => {
                let plan = plan(&desk, &run).await?;
                match flags.output {
                    Format::Table => {
                        let cost = desk.runs.cost(&run.identity, &plan).await;
                        let all = lines(&plan).into_iter().chain(cost.notes());
                        all.into_iter().try_for_each(|line| writeln!(out, "{}", clean(&line)))?;
                    }
                    format => document(format, &plan_value(&plan), &mut out)?,
                }
            }
            (_, true) => {
                let told = desk.runs.files(&run, &["outputs.json"]).await;
                let told = told.map_err(|trouble| Failure::new(NOT_FOUND, trouble.told()))?;
                let Some(text) = told.into_iter().next().flatten() else {
                    return Err(Failure::new(NOT_FOUND, format!("run {} has applied nothing: no outputs", run.id)));
                };
                let outputs: Value = serde_json::from_str(&text)
                    .map_err(|error| Failure::new(NOT_FOUND, format!("the outputs of run {}: {error}", run.id)))?;
                document(
                    if flags.output == Format::Table { Format::Json } else { flags.output },
                    &masked(outputs),
                    &mut out,
                )?;
            }
            _ => {
                drop(out);
                list::print(&run, flags.output)?;
                return Ok(ExitCode::SUCCESS);
            }
        }
        out.flush()?;
        Ok(ExitCode::SUCCESS)
    })
}

/// A plan for scripts, masked as on screen.
fn plan_value(plan: &Plan) -> Value {
    let attributes = |attributes: Vec<Attribute>| -> Value {
        let told = attributes.into_iter().map(|attribute| {
            let (before, after) = attribute.sides();
            json!({"name": attribute.name(), "before": before, "after": after,
                "forces_replacement": attribute.forces_replacement})
        });
        told.collect()
    };
    let change = |change: &ResourceChange| {
        json!({"address": &*change.address, "action": ActionKind::of(change).word(),
            "attributes": attributes(change.attributes())})
    };
    let output = |output: &OutputChange| {
        json!({"name": &*output.name, "action": ActionKind::from(&output.action).word(),
            "attributes": attributes(output.attributes())})
    };
    json!({
        "summary": plan.summary().words(),
        "changes": plan.changes.iter().map(change).collect::<Value>(),
        "drift": plan.drift.iter().map(change).collect::<Value>(),
        "outputs": plan.outputs.iter().map(output).collect::<Value>(),
    })
}
