//! `eksdeck job wait NAME`: until a Job has ended; the exit code tells how.

use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use tokio::time::{Instant, timeout_at};

use super::words;
use crate::cli::Global;
use crate::cli::exit::{FAILED, Failure, NOT_FOUND, TOO_LATE, USAGE};
use crate::cli::flags::{Format, seconds};
use crate::cli::headless::Headless;
use crate::cli::list::now;
use crate::cli::print;
use crate::cli::scope::{Asked, Namespaces};
use crate::cli::setup;
use crate::domain::ids::{ClusterId, ObjectKey, Uid};
use crate::domain::job_state::JobPhase;

#[derive(Debug, Args)]
pub struct Wait {
    /// The Job's name, or NAMESPACE/NAME
    name: String,
    /// How long to wait, such as 90s or 1h; without it, until it has ended
    #[arg(long, value_name = "DURATION", value_parser = seconds)]
    timeout: Option<Duration>,
    /// How the answer is printed
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    output: Format,
}

/// How long a cluster may take to answer at all.
const ANSWER: Duration = Duration::from_secs(15);

/// # Errors
/// The Job failed, went, or did not end in time.
pub fn run(global: &Global, flags: &Wait) -> Result<ExitCode, Failure> {
    let namespaces = Namespaces::of(global, false)?;
    let asked = Asked::read(global)?;
    let runtime = setup::runtime()?;
    let result = runtime.block_on(async {
        let begun = Instant::now();
        let (mut headless, found, _) = super::find(&asked, &flags.name, &namespaces, ANSWER).await?;
        let [(cluster, key)] = found.as_slice() else {
            return Err(Failure::new(
                USAGE,
                format!("job {}: several have this name: say -n or --context", flags.name),
            ));
        };
        let until = flags.timeout.map(|limit| begun + limit);
        ended(&mut headless, *cluster, key, until, flags).await
    });
    runtime.shutdown_background();
    result
}

async fn ended(
    headless: &mut Headless,
    cluster: ClusterId,
    key: &ObjectKey,
    until: Option<Instant>,
    flags: &Wait,
) -> Result<ExitCode, Failure> {
    let mut first: Option<Uid> = None;
    loop {
        let tables = headless.fleet.get(cluster).map(|cluster| (cluster, &cluster.tables));
        let row = tables.and_then(|(cluster, tables)| {
            let id = tables.jobs.find(key)?;
            Some((cluster, tables.jobs.get(id)?, tables.job_state(id)?))
        });
        let Some((cluster, job, state)) = row else {
            return Err(Failure::new(NOT_FOUND, format!("job {key}: it was deleted before it ended")));
        };
        if *first.get_or_insert(job.meta.uid) != job.meta.uid {
            return Err(Failure::new(NOT_FOUND, format!("job {key}: it was replaced by another before it ended")));
        }
        if matches!(state.phase, JobPhase::Succeeded | JobPhase::Failed) {
            let mut out = io::stdout().lock();
            match flags.output {
                Format::Table => writeln!(out, "job {key}: {}", crate::domain::text::clean(&state.words))?,
                format => print::document(format, &words::job(cluster, job, Some(state), now()), &mut out)?,
            }
            return match state.phase {
                JobPhase::Failed => Err(Failure::new(FAILED, format!("job {key} failed: {}", state.words))),
                _ => Ok(ExitCode::SUCCESS),
            };
        }
        let words = state.words.to_string();
        match until {
            None => headless.changed().await,
            Some(until) => timeout_at(until, headless.changed())
                .await
                .map_err(|_| Failure::new(TOO_LATE, format!("job {key} has not ended in time: {words}")))?,
        }
    }
}
