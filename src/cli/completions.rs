//! `eksdeck completions SHELL`

use std::io::{self, Write};
use std::process::ExitCode;

use clap_complete::Shell;

use super::exit::Failure;

/// Which shell's script is printed.
#[derive(Debug, clap::Args)]
pub struct Completions {
    shell: Shell,
}

pub fn run(completions: &Completions) -> Result<ExitCode, Failure> {
    // Into memory first: the generator panics when its output is closed.
    let mut script = Vec::new();
    clap_complete::generate(completions.shell, &mut super::command(), "eksdeck", &mut script);
    io::stdout().write_all(&script)?;
    Ok(ExitCode::SUCCESS)
}
