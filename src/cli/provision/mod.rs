//! `eksdeck provision`: clusters by Terraform, run as Jobs in a management cluster.

mod approve;
mod begin;
mod desk;
mod files;
mod init;
mod list;
mod logs;
mod stop;
mod values;
mod wait;

use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::Global;
use super::exit::Failure;
use crate::domain::provision::Kind;

/// Clusters by Terraform
///
/// Terraform runs as Jobs in the management cluster that `provision.cluster` of the configuration (or --context) names.
/// A run goes on when nobody watches; any eksdeck, and `eksdeck collect`, starts what is queued.
#[derive(Debug, Args)]
pub struct Provision {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make the management cluster ready: namespace, ServiceAccount, rights, NetworkPolicy
    Init(init::Init),
    /// Plan a cluster and change nothing
    Test(begin::Begin),
    /// Plan a new cluster; `provision approve` applies exactly that plan
    Apply(begin::Begin),
    /// Plan a change of a cluster that was made from here; what is not given stays as it is
    Update(begin::Begin),
    /// Look at what is different from the state, without changing anything
    Drift(begin::Begin),
    /// Plan the end of a cluster; `provision approve` carries it out
    Destroy(begin::Begin),
    /// Agree to a plan: it is applied, and nothing else
    Approve(approve::Approve),
    /// Where a run stands, its plan, its outputs
    Status(files::Status),
    /// A run's log
    Logs(logs::Logs),
    /// Free a state's lock that nobody holds any more
    Unlock(begin::Unlock),
    /// Write the state that a run kept because it could not be written
    Push(begin::Push),
    /// End a run: what is queued never begins, what runs saves its state and stops
    Cancel(stop::Cancel),
    /// Give a queued run another place: the lowest is next
    Move(stop::Move),
    /// Take a run's Jobs and files away; with --volumes all that lies on its cluster's volumes, a state too
    Cleanup(stop::Cleanup),
    /// Every run
    List(list::List),
}

/// # Errors
/// What stood in its way.
pub fn run(global: &Global, provision: &Provision) -> Result<ExitCode, Failure> {
    match &provision.command {
        Command::Init(flags) => init::run(global, flags),
        Command::Test(flags) => begin::run(global, flags, Kind::Test),
        Command::Apply(flags) => begin::run(global, flags, Kind::Provision),
        Command::Update(flags) => begin::run(global, flags, Kind::Update),
        Command::Drift(flags) => begin::run(global, flags, Kind::Drift),
        Command::Destroy(flags) => begin::run(global, flags, Kind::Destroy),
        Command::Unlock(flags) => begin::unlock(global, flags),
        Command::Push(flags) => begin::push(global, flags),
        Command::Approve(flags) => approve::run(global, flags),
        Command::Status(flags) => files::run(global, flags),
        Command::Logs(flags) => logs::run(global, flags),
        Command::Cancel(flags) => stop::cancel(global, flags),
        Command::Move(flags) => stop::move_to(global, flags),
        Command::Cleanup(flags) => stop::clean_up(global, flags),
        Command::List(flags) => list::run(global, flags),
    }
}
