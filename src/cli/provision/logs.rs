//! `eksdeck provision logs`: what Terraform said, while its pod is there and long after.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use tokio::io::AsyncBufReadExt;

use super::desk::Desk;
use crate::cli::Global;
use crate::cli::exit::{FAILED, Failure, NOT_FOUND};
use crate::domain::logs::LogSource;
use crate::domain::provision::{JobFacts, Phase, Run};
use crate::domain::request::LogRequest;
use crate::domain::terraform::lines::line;
use crate::domain::text::clean;
use crate::runtime::ports::FleetPort;

#[derive(Debug, Args)]
pub struct Logs {
    /// The run's id, or its cluster's name
    #[arg(value_name = "RUN")]
    run: String,
    /// Of which phase; else of the last one
    #[arg(long, value_enum, value_name = "PHASE")]
    phase: Option<PhaseFlag>,
    /// Go on while Terraform writes
    #[arg(short, long)]
    follow: bool,
    /// The lines as Terraform wrote them
    #[arg(long)]
    raw: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum PhaseFlag {
    Plan,
    Apply,
}

pub fn run(global: &Global, flags: &Logs) -> Result<ExitCode, Failure> {
    let desk = Desk::read(global)?;
    desk.done(async {
        let run = desk.find(&flags.run).await?;
        let phase = match flags.phase {
            Some(PhaseFlag::Plan) => Phase::Plan,
            Some(PhaseFlag::Apply) => Phase::Apply,
            None => run.last_phase(),
        };
        let Some(seen) = run.phase(phase) else {
            return Err(Failure::new(NOT_FOUND, format!("run {} has no {}", run.id, phase.word())));
        };
        let facts = if phase == Phase::Apply { &run.facts.apply } else { &run.facts.plan };
        match (&seen.pod, facts) {
            // What a node keeps of a log is cut: once it is over, the file on the volume is whole.
            (Some(pod), JobFacts::Running) => from_the_pod(&desk, &run, pod, flags).await,
            _ => from_the_volume(&desk, &run, phase, flags).await,
        }
    })
}

async fn from_the_pod(desk: &Desk, run: &Run, pod: &str, flags: &Logs) -> Result<ExitCode, Failure> {
    let source = LogSource {
        cluster: desk.runs.cluster(),
        namespace: run.worker.namespace.as_str().into(),
        pod: pod.into(),
        container: "terraform".into(),
    };
    let request = LogRequest { follow: flags.follow, ..LogRequest::default() };
    let mut lines = FleetPort::open_log(&*desk.asked.port, source, request).await?.lines();
    let mut out = io::stdout().lock();
    while let Some(text) = lines.next_line().await.map_err(|error| Failure::new(FAILED, error))? {
        // The server puts the time before each line.
        let text = text.split_once(' ').map_or(text.as_str(), |(_, rest)| rest);
        print(text, flags.raw, &mut out)?;
    }
    Ok(ExitCode::SUCCESS)
}

async fn from_the_volume(desk: &Desk, run: &Run, phase: Phase, flags: &Logs) -> Result<ExitCode, Failure> {
    let file = format!("{}.jsonl", phase.word());
    let told = desk.runs.files(run, &[&file]).await.map_err(|trouble| Failure::new(FAILED, trouble.told()))?;
    let Some(text) = told.into_iter().next().flatten() else {
        return Err(Failure::new(NOT_FOUND, format!("run {} left no log of its {}", run.id, phase.word())));
    };
    let mut out = io::BufWriter::new(io::stdout().lock());
    text.lines().try_for_each(|text| print(text, flags.raw, &mut out))?;
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn print(text: &str, raw: bool, out: &mut impl Write) -> Result<(), Failure> {
    if raw {
        writeln!(out, "{}", clean(text))?;
        return Ok(());
    }
    for words in line(text).words() {
        writeln!(out, "{}", clean(&words))?;
    }
    Ok(())
}
