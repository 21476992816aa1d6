//! `eksdeck provision cancel|move|cleanup`.

use std::process::ExitCode;

use clap::Args;

use super::desk::{Desk, find};
use super::list;
use super::wait::{Waiting, wait};
use crate::adapters::audit::os_user;
use crate::cli::Global;
use crate::cli::exit::{CONFLICT, Failure, say};
use crate::cli::write::{Writing, agreed};
use crate::domain::provision::asks::{self, NotNow};
use crate::runtime::provision::NotCleaned;

#[derive(Debug, Args)]
pub struct Cancel {
    /// The run's id, or its cluster's name
    #[arg(value_name = "RUN")]
    run: String,
    #[command(flatten)]
    writing: Writing,
    #[command(flatten)]
    waiting: Waiting,
}

#[derive(Debug, Args)]
pub struct Move {
    /// The run's id, or its cluster's name
    #[arg(value_name = "RUN")]
    run: String,
    /// Its new place; runs of the same place go in the order in which they were asked for
    #[arg(value_name = "PLACE", allow_negative_numbers = true)]
    place: i64,
    #[command(flatten)]
    writing: Writing,
}

#[derive(Debug, Args)]
pub struct Cleanup {
    /// The run's id, or its cluster's name
    #[arg(value_name = "RUN")]
    run: String,
    /// The cluster's volumes too: every plan and log, and a state that lies on one
    #[arg(long)]
    volumes: bool,
    #[command(flatten)]
    writing: Writing,
}

pub(super) fn not_now(error: &NotNow) -> Failure {
    Failure::new(CONFLICT, error)
}

pub fn cancel(global: &Global, flags: &Cancel) -> Result<ExitCode, Failure> {
    let desk = Desk::read(global)?;
    desk.done(async {
        let run = desk.find(&flags.run).await?;
        let change = asks::cancel(&run, &os_user()).map_err(|error| not_now(&error))?;
        if agreed(desk.runs.gate(), desk.runs.ask(change), &flags.writing).await?.is_none() {
            return Ok(ExitCode::SUCCESS);
        }
        match flags.waiting.wait {
            true => match wait(&desk, &run.id, &flags.waiting, flags.writing.output).await {
                // That is what was wanted.
                Err(failure) if failure.code == CONFLICT => Ok(ExitCode::SUCCESS),
                other => other,
            },
            false => list::print(&desk.find(&run.id).await?, flags.writing.output).map(|()| ExitCode::SUCCESS),
        }
    })
}

pub fn move_to(global: &Global, flags: &Move) -> Result<ExitCode, Failure> {
    let desk = Desk::read(global)?;
    desk.done(async {
        let run = desk.find(&flags.run).await?;
        let change = asks::move_to(&run, flags.place).map_err(|error| not_now(&error))?;
        agreed(desk.runs.gate(), desk.runs.ask(change), &flags.writing).await?;
        list::print(&desk.find(&run.id).await?, flags.writing.output)?;
        Ok(ExitCode::SUCCESS)
    })
}

pub fn clean_up(global: &Global, flags: &Cleanup) -> Result<ExitCode, Failure> {
    let desk = Desk::read(global)?;
    desk.done(async {
        let runs = desk.all().await?;
        let mut run = find(&runs, &flags.run)?.clone();
        if run.state().is_over() && !desk.runs.list().await?.iter().any(|listed| listed.id == run.id) {
            run = run.without_jobs();
        }
        let change = desk.runs.clean_up(&run, flags.volumes, &runs).await.map_err(|error| match error {
            NotCleaned::NotNow(error) => not_now(&error),
            NotCleaned::Port(error) => error.into(),
        })?;
        let Some(change) = change else {
            desk.forget(&run).await?;
            say(&format!("run {} is forgotten: its Jobs were gone", run.id));
            return Ok(ExitCode::SUCCESS);
        };
        if agreed(desk.runs.gate(), desk.runs.ask(change), &flags.writing).await?.is_some() {
            desk.forget(&run).await?;
            list::print(&run, flags.writing.output)?;
        }
        Ok(ExitCode::SUCCESS)
    })
}
