//! `eksdeck demo`: the deck on an embedded fleet, with no cluster at hand.

use std::process::ExitCode;

use super::Global;
use super::exit::Failure;

/// How large the embedded fleet is. Without sizes it is a small one with a story.
#[derive(Debug, clap::Args)]
pub struct Demo {
    /// Clusters
    #[arg(long)]
    clusters: Option<usize>,
}

pub fn run(_global: &Global, _demo: &Demo) -> Result<ExitCode, Failure> {
    Ok(ExitCode::SUCCESS)
}
