//! Subcommands, one file each: parse, call, print. Without one the deck opens.
//!
//! A new subcommand is a file here, a variant of [`Subcommand`] and its line in [`run`].

mod clusters;
mod completions;
mod deck;
mod demo;
mod doctor;
pub mod exit;
mod flags;
mod headless;
mod job;
mod list;
mod logging;
mod namespaces;
mod print;
mod scope;
mod selector;
mod setup;
pub mod snapshot;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser};

use exit::Failure;

/// One terminal for a fleet of EKS and other Kubernetes clusters.
#[derive(Debug, Parser)]
#[command(version, about, propagate_version = true, after_help = exit::HELP)]
pub struct Arguments {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Option<Subcommand>,
}

/// Options that every subcommand takes.
#[derive(Debug, Clone, Default, Args)]
pub struct Global {
    /// Read this kubeconfig alone
    #[arg(long, global = true, value_name = "FILE")]
    pub kubeconfig: Option<PathBuf>,
    /// A context to open; several times for several, `all` for every one
    #[arg(long, global = true, value_name = "NAME")]
    pub context: Vec<String>,
    /// A namespace; several times for several
    #[arg(short, long, global = true, value_name = "NAMESPACE")]
    pub namespace: Vec<String>,
    /// Read this configuration file
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The theme's name
    #[arg(long, global = true, value_name = "NAME")]
    pub theme: Option<String>,
    /// The keymap: default, vim or emacs
    #[arg(long, global = true, value_name = "NAME")]
    pub keymap: Option<String>,
    /// Leave the mouse to the terminal
    #[arg(long, global = true)]
    pub no_mouse: bool,
    /// Change nothing anywhere (this version changes nothing in any case)
    #[arg(long, global = true)]
    pub read_only: bool,
}

#[derive(Debug, clap::Subcommand)]
pub enum Subcommand {
    /// Open the deck on an embedded fleet, with no cluster at hand
    Demo(demo::Demo),
    /// Print every cluster that is known, and how those that are asked stand
    Clusters(clusters::Clusters),
    /// Namespaces
    #[command(name = "ns", visible_alias = "namespace")]
    Namespace(namespaces::Namespace),
    /// Jobs: their states, why they failed, their logs
    Job(job::Job),
    /// Connect, check permissions, and say what is wrong
    Doctor(doctor::Doctor),
    /// Print one frame of the deck, without a terminal
    Snapshot(snapshot::Snapshot),
    /// Print a shell's completion script
    Completions(completions::Completions),
}

/// Runs what was asked for.
///
/// # Errors
/// What stopped it, in one line, with the exit code that stands for it.
pub fn run(arguments: Arguments) -> Result<ExitCode, Failure> {
    let Arguments { global, command } = arguments;
    let result = match command {
        None => deck::run(&global),
        Some(Subcommand::Demo(demo)) => demo::run(&global, &demo),
        Some(Subcommand::Clusters(clusters)) => clusters::run(&global, &clusters),
        Some(Subcommand::Namespace(namespace)) => namespaces::run(&global, &namespace),
        Some(Subcommand::Job(job)) => job::run(&global, &job),
        Some(Subcommand::Doctor(doctor)) => doctor::run(&global, &doctor),
        Some(Subcommand::Snapshot(snapshot)) => snapshot::run(&global, &snapshot),
        Some(Subcommand::Completions(completions)) => completions::run(&completions),
    };
    match result {
        Err(failure) if failure.is_quiet() => Ok(ExitCode::SUCCESS),
        result => result,
    }
}
