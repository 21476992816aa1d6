//! `eksdeck provision approve`: agrees to exactly one plan.

use std::process::ExitCode;

use clap::Args;
use jiff::Timestamp;

use super::desk::Desk;
use super::list;
use super::stop::not_now;
use super::wait::{Waiting, wait};
use crate::adapters::terraform::SCRIPT;
use crate::cli::Global;
use crate::cli::exit::{CONFLICT, Failure};
use crate::cli::write::{Writing, agreed};
use crate::domain::provision::Run;
use crate::domain::provision::asks;
use crate::domain::terraform::plan::{Plan, read};

#[derive(Debug, Args)]
pub struct Approve {
    /// The run's id, or its cluster's name
    #[arg(value_name = "RUN")]
    run: String,
    /// The SHA-256 of the plan that was read; with another one nothing is approved
    #[arg(long, value_name = "DIGEST")]
    sha256: Option<String>,
    #[command(flatten)]
    writing: Writing,
    #[command(flatten)]
    waiting: Waiting,
}

pub fn run(global: &Global, flags: &Approve) -> Result<ExitCode, Failure> {
    let desk = Desk::read(global)?;
    desk.done(async {
        let run = desk.find(&flags.run).await?;
        let Some(digest) = run.facts.digest() else {
            let words = format!("run {} is {}: there is no plan to approve", run.id, run.state().words());
            return Err(Failure::new(CONFLICT, words));
        };
        let shown = flags.sha256.as_deref().unwrap_or(digest);
        let approval = desk.runs.approval(shown, Timestamp::now().as_millisecond()).await;
        let plan = plan(&desk, &run).await?;
        let mut checks = desk.runs.checks(&run, Some(&plan)).await;
        checks.notes = asks::notes(&run, &plan, checks.notes);
        // The plan took its time to be read, and an approval is bound to the Job as it was listed.
        let run = desk.find(&run.id).await?;
        let change = asks::approve(&run, approval, SCRIPT, checks).map_err(|error| not_now(&error))?;
        if agreed(desk.runs.gate(), desk.runs.ask(change), &flags.writing).await?.is_none() {
            return Ok(ExitCode::SUCCESS);
        }
        if flags.waiting.wait {
            return wait(&desk, &run.id, &flags.waiting, flags.writing.output).await;
        }
        desk.go_on().await;
        list::print(&desk.find(&run.id).await?, flags.writing.output)?;
        Ok(ExitCode::SUCCESS)
    })
}

/// The plan that a run left.
///
/// # Errors
/// It cannot be read, or is none.
pub async fn plan(desk: &Desk, run: &Run) -> Result<Plan, Failure> {
    let files = desk.runs.files(run, &["plan.json"]).await.map_err(|trouble| Failure::new(CONFLICT, trouble.told()))?;
    let Some(text) = files.into_iter().next().flatten() else {
        return Err(Failure::new(CONFLICT, format!("run {} left no plan", run.id)));
    };
    read(&text).map_err(|error| Failure::new(CONFLICT, error))
}
