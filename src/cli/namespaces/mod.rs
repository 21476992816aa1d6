//! `eksdeck ns list|create|delete|label`.

mod change;
mod create;
mod list;

use std::process::ExitCode;

use super::Global;
use super::exit::Failure;

#[derive(Debug, clap::Args)]
pub struct Namespace {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Print the namespaces of the current cluster, or of those of --context
    #[command(visible_alias = "ls")]
    List(list::NamespaceList),
    /// Create a namespace, with labels and limits
    Create(create::Create),
    /// Delete a namespace with everything in it; wants --confirm NAME
    Delete(change::Delete),
    /// Set labels of a namespace, or take them away
    Label(change::Label),
}

/// # Errors
/// What stopped it.
pub fn run(global: &Global, namespace: &Namespace) -> Result<ExitCode, Failure> {
    match &namespace.command {
        Command::List(flags) => list::run(global, flags),
        Command::Create(flags) => create::run(global, flags),
        Command::Delete(flags) => change::delete(global, flags),
        Command::Label(flags) => change::label(global, flags),
    }
}
