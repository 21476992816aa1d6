//! `eksdeck provision status`: a run, its plan, its outputs.

use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use clap::Args;
use serde_json::Value;

use super::approve::plan;
use super::desk::Desk;
use super::list;
use super::wait::{Waiting, wait};
use crate::cli::Global;
use crate::cli::exit::{Failure, NOT_FOUND};
use crate::cli::flags::Format;
use crate::cli::print::document;
use crate::domain::provision::outputs::masked;
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
        let run = desk.find(&flags.run).await?;
        if flags.waiting.wait {
            return wait(&desk, &run.id, &flags.waiting, flags.output).await;
        }
        let mut out = BufWriter::new(io::stdout().lock());
        match (flags.plan, flags.outputs) {
            (true, _) => {
                let plan = plan(&desk, &run).await?;
                let cost = desk.runs.cost(&run.identity, &plan).await;
                for line in plan_lines(&plan).into_iter().chain(cost.notes()) {
                    writeln!(out, "{}", clean(&line))?;
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

fn plan_lines(plan: &crate::domain::terraform::plan::Plan) -> Vec<String> {
    plan.changes.iter().map(|change| change.address.to_string()).collect()
}
