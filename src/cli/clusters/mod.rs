//! `eksdeck clusters`: every cluster that is known; and those that are registered: add, list, edit, remove.

mod add;
mod edit;
mod label;
mod list;
mod live;
mod remove;

use std::process::ExitCode;

use super::Global;
use super::exit::Failure;
use super::flags::Listed;

#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Clusters {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    listed: Listed,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Register a cluster: from a kubeconfig's context, or by its ARN
    ///
    /// The kubeconfig is that of --kubeconfig or -f, reduced to the context that --context names, its files taken in, and
    /// kept encrypted. Before that the cluster is asked what it is.
    Add(add::Add),
    /// Print the registered clusters
    #[command(visible_alias = "ls")]
    List(list::List),
    /// Change how a registered cluster is treated
    Edit(edit::Edit),
    /// Take a cluster out of the registry, with everything that was seen of it
    #[command(visible_alias = "rm")]
    Remove(remove::Remove),
}

/// # Errors
/// What stopped it.
pub fn run(global: &Global, clusters: &Clusters) -> Result<ExitCode, Failure> {
    match &clusters.command {
        None => live::run(global, &clusters.listed),
        Some(Command::Add(add)) => add::run(global, add),
        Some(Command::List(list)) => list::run(global, list),
        Some(Command::Edit(edit)) => edit::run(global, edit),
        Some(Command::Remove(remove)) => remove::run(global, remove),
    }
}
