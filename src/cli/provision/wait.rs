//! Waits for what becomes of a run, and says it by the exit code.

use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use jiff::Timestamp;
use tokio::time::{Instant, sleep};

use super::desk::Desk;
use super::list;
use crate::cli::exit::{CONFLICT, FAILED, Failure, NOT_CONFIRMED, TOO_LATE, say};
use crate::cli::flags::{Format, seconds};
use crate::domain::provision::queue::blocked_by;
use crate::domain::provision::{Run, State};
use crate::domain::request::PortError;

/// Whether and how long the end is waited for.
#[derive(Debug, Clone, Args)]
pub struct Waiting {
    /// Wait until it is over or wants an approval: 0 done, 1 failed, 5 cancelled or superseded, 7 it waits for an approval
    #[arg(long)]
    pub wait: bool,
    /// How long to wait at the longest
    #[arg(long, value_name = "DURATION", default_value = "2h", value_parser = seconds)]
    pub timeout: Duration,
}

const LOOK: Duration = Duration::from_secs(2);

/// Waits, prints the run, and says how it ended. While it waits it lets go what is queued.
pub async fn wait(desk: &Desk, id: &str, waiting: &Waiting, format: Format) -> Result<ExitCode, Failure> {
    let deadline = Instant::now() + waiting.timeout;
    let mut shown = String::new();
    let (mut is_lost, mut is_first) = (false, true);
    loop {
        match desk.runs.list().await {
            Ok(runs) => {
                is_lost = false;
                if let Err(trouble) = desk.runs.go_on(&runs, Timestamp::now()).await {
                    tracing::warn!(words = trouble.words, "the queue waits");
                }
                let Some(run) = runs.iter().find(|run| run.id == id) else {
                    return Err(Failure::new(crate::cli::exit::NOT_FOUND, format!("run {id} is gone")));
                };
                let mut words = words(run);
                if let Some(why) = (run.state() == State::Queued).then(|| blocked_by(run, &runs, &desk.site)).flatten()
                {
                    words = format!("{words}: {why}");
                }
                if words != shown {
                    say(&format!("run {id}: {words}"));
                    shown = words;
                }
                let state = run.state();
                if state.is_over() && run.is_to_be_noted() && std::mem::take(&mut is_first) {
                    // Its pod may be gone, and its word on the volume.
                    if let Err(trouble) = desk.runs.note(run).await {
                        tracing::info!(words = trouble.words, "how the run ended is not written on its Job");
                    }
                    continue;
                }
                if state.is_over() || (state == State::AwaitingApproval && !run.facts.is_approved()) {
                    desk.keep(run).await;
                    list::print(run, format)?;
                    return outcome(run);
                }
            }
            // A management cluster that is away for a while does not end a run.
            Err(error @ (PortError::Unreachable(_) | PortError::Busy(..))) => {
                if !std::mem::replace(&mut is_lost, true) {
                    say(&format!("{}; the run goes on meanwhile", error.trouble().words));
                }
            }
            Err(error) => return Err(error.into()),
        }
        if Instant::now() >= deadline {
            return Err(Failure::new(TOO_LATE, format!("run {id} is {shown} after {} s", waiting.timeout.as_secs())));
        }
        sleep(LOOK).await;
    }
}

fn words(run: &Run) -> String {
    match run.why().as_str() {
        "" => run.state_words().to_owned(),
        why => format!("{}: {why}", run.state_words()),
    }
}

/// # Errors
/// It did not end as was wanted, or waits for a person.
pub fn outcome(run: &Run) -> Result<ExitCode, Failure> {
    let remedy = match run.outcome().and_then(|outcome| outcome.lock.as_ref()) {
        Some(lock) => {
            let name = &run.identity.name;
            format!("; once nobody works with it any more: eksdeck provision unlock {name} --lock {}", lock.id)
        }
        None => String::new(),
    };
    let told = |code: u8| Err(Failure::new(code, format!("run {} is {}{remedy}", run.id, words(run))));
    match run.state() {
        State::Failed => told(FAILED),
        State::Cancelled | State::Cancelling | State::Superseded => told(CONFLICT),
        State::AwaitingApproval => {
            let words = format!("run {} awaits approval: eksdeck provision approve {}", run.id, run.id);
            Err(Failure::new(NOT_CONFIRMED, words))
        }
        _ => Ok(ExitCode::SUCCESS),
    }
}
