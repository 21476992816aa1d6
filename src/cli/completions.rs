//! `eksdeck completions SHELL`

use std::io;
use std::process::ExitCode;

use clap::CommandFactory;
use clap_complete::Shell;

use super::Arguments;
use super::exit::Failure;

/// Which shell's script is printed.
#[derive(Debug, clap::Args)]
pub struct Completions {
    shell: Shell,
}

pub fn run(completions: &Completions) -> Result<ExitCode, Failure> {
    clap_complete::generate(completions.shell, &mut Arguments::command(), "eksdeck", &mut io::stdout());
    Ok(ExitCode::SUCCESS)
}
