//! `eksdeck clusters`: every cluster that is known; and those that are registered: add, list, edit, remove.

mod add;
mod discover;
mod edit;
mod label;
mod list;
mod live;
mod remove;
mod show;
mod sync;

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
    /// Print every EKS cluster that AWS credentials reach, over profiles and regions
    ///
    /// Without --profile the active one is asked, without --region all regions that are enabled for its account. A
    /// region that refuses or does not answer is told on stderr; only if nothing was found for it is it a failure.
    Discover(discover::Discover),
    /// Print what AWS tells of one EKS cluster: nodegroups, addons, insights, access
    Show(show::Show),
    /// Look at clusters once, now, and keep what is seen
    ///
    /// Looked at are all that are registered, those of --context and of clusters.open, or those that are named. A
    /// cluster that does not answer is a row with its reason; only if not one answered is it a failure. Collectors go
    /// on meanwhile: of the results of one interval the first is kept.
    Sync(sync::Sync),
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
        Some(Command::Discover(discover)) => discover::run(global, discover),
        Some(Command::Show(show)) => show::run(global, show),
        Some(Command::Sync(sync)) => sync::run(global, sync),
        Some(Command::Edit(edit)) => edit::run(global, edit),
        Some(Command::Remove(remove)) => remove::run(global, remove),
    }
}
