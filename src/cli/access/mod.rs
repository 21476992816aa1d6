//! `eksdeck access list|grant|revoke`: who may enter an EKS cluster.

mod change;
mod list;

use std::process::ExitCode;

use clap::Args;

use super::Global;
use super::aws::Reach;
use super::exit::Failure;

#[derive(Debug, Args)]
pub struct Access {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Print the access entries of a cluster, with their policies
    ///
    /// For a cluster of authentication mode CONFIG_MAP the ConfigMap aws-auth is read from the cluster and printed.
    #[command(visible_alias = "ls")]
    List(list::List),
    /// Let a principal in: an entry, and with it a policy
    ///
    /// A policy holds for the whole cluster, or with -n for these namespaces alone. One that is held already gets the
    /// new scope.
    Grant(change::Grant),
    /// Take policies from a principal, or without --policy its whole entry
    Revoke(change::Revoke),
}

/// The cluster that is meant.
#[derive(Debug, Clone, Args)]
struct Target {
    /// The cluster's name in EKS, or its ARN
    #[arg(long, value_name = "NAME")]
    cluster: String,
    #[command(flatten)]
    reach: Reach,
}

/// # Errors
/// What stopped it.
pub fn run(global: &Global, access: &Access) -> Result<ExitCode, Failure> {
    match &access.command {
        Command::List(flags) => list::run(global, flags),
        Command::Grant(flags) => change::grant(global, flags),
        Command::Revoke(flags) => change::revoke(global, flags),
    }
}
