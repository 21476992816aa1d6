//! `eksdeck job delete|suspend|resume|rerun|trigger`.

use std::process::ExitCode;

use clap::{Args, ValueEnum};

use crate::app::clock::now_ms;
use crate::cli::Global;
use crate::cli::exit::Failure;
use crate::cli::scope::Asked;
use crate::cli::write::{self, Writing, cluster, keys};
use crate::domain::gate::Propagation;
use crate::domain::gate::ask::Wanted;
use crate::domain::ids::KindId;
use crate::domain::suffix::suffix;

/// Which Jobs.
#[derive(Debug, Args)]
pub struct Named {
    /// Names, or NAMESPACE/NAME
    #[arg(required = true, value_name = "NAME")]
    names: Vec<String>,
    #[command(flatten)]
    writing: Writing,
}

/// Which Jobs or CronJobs.
#[derive(Debug, Args)]
pub struct Held {
    #[command(flatten)]
    named: Named,
    /// The names are those of CronJobs
    #[arg(long)]
    cronjob: bool,
}

#[derive(Debug, Args)]
pub struct Delete {
    #[command(flatten)]
    held: Held,
    /// What becomes of their pods, and of a CronJob's Jobs
    #[arg(long, value_enum, default_value_t, value_name = "HOW")]
    cascade: Cascade,
}

/// Propagation, in kubectl's words.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum Cascade {
    /// They go after it
    #[default]
    Background,
    /// They go before it
    Foreground,
    /// They stay
    Orphan,
}

impl From<Cascade> for Propagation {
    fn from(cascade: Cascade) -> Self {
        match cascade {
            Cascade::Background => Self::Background,
            Cascade::Foreground => Self::Foreground,
            Cascade::Orphan => Self::Orphan,
        }
    }
}

impl Held {
    fn kind(&self) -> KindId {
        if self.cronjob { KindId::CronJob } else { KindId::Job }
    }
}

pub fn delete(global: &Global, flags: &Delete) -> Result<ExitCode, Failure> {
    let (asked, kind) = (Asked::read(global)?, flags.held.kind());
    let keys = keys(&asked, cluster(&asked)?, &global.namespace, &flags.held.named.names)?;
    write::run(&asked, Wanted::Delete { kind, keys, propagation: flags.cascade.into() }, &flags.held.named.writing)
}

/// Suspends or resumes.
pub fn suspend(global: &Global, flags: &Held, suspended: bool) -> Result<ExitCode, Failure> {
    let asked = Asked::read(global)?;
    let keys = keys(&asked, cluster(&asked)?, &global.namespace, &flags.named.names)?;
    write::run(&asked, Wanted::Suspend { kind: flags.kind(), keys, suspended }, &flags.named.writing)
}

pub fn rerun(global: &Global, flags: &Named) -> Result<ExitCode, Failure> {
    let asked = Asked::read(global)?;
    let keys = keys(&asked, cluster(&asked)?, &global.namespace, &flags.names)?;
    write::run(&asked, Wanted::Rerun { keys }, &flags.writing)
}

pub fn trigger(global: &Global, flags: &Named) -> Result<ExitCode, Failure> {
    let asked = Asked::read(global)?;
    let keys = keys(&asked, cluster(&asked)?, &global.namespace, &flags.names)?;
    let suffix = suffix(now_ms()).into();
    write::run(&asked, Wanted::Trigger { keys, suffix }, &flags.writing)
}
