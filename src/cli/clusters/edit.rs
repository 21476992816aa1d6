//! `eksdeck clusters edit`: how a registered cluster is treated.

use std::process::ExitCode;

use jiff::Timestamp;

use super::label::{changed_label, environment};
use crate::cli::Global;
use crate::cli::exit::{Failure, USAGE};
use crate::cli::flags::Format;
use crate::cli::registered::{Opened, print_one};
use crate::domain::gate::Environment;
use crate::domain::registry;

#[derive(Debug, clap::Args)]
pub struct Edit {
    /// The cluster
    name: String,
    /// Call it so from now on
    #[arg(long, value_name = "NAME")]
    rename: Option<String>,
    /// production, staging, development or unclassified
    #[arg(long, value_name = "ENVIRONMENT", value_parser = environment)]
    environment: Option<Environment>,
    /// Whose it is; an empty name takes it away
    #[arg(long, value_name = "TEAM")]
    team: Option<String>,
    /// Set a label (key=value) or take it away (key-)
    #[arg(short = 'l', long = "label", value_name = "LABEL", value_parser = changed_label)]
    labels: Vec<(String, Option<String>)>,
    /// Whether writes ask as hard as in production
    #[arg(long, value_name = "true|false")]
    protected: Option<bool>,
    /// Whether nothing is ever written to it
    #[arg(long, value_name = "true|false")]
    mark_read_only: Option<bool>,
    /// How the outcome is printed
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    output: Format,
}

pub fn run(global: &Global, flags: &Edit) -> Result<ExitCode, Failure> {
    let edit = registry::Edit {
        name: flags.rename.clone(),
        environment: flags.environment,
        team: flags.team.clone().map(|team| Some(team).filter(|team| !team.is_empty())),
        labels: flags.labels.iter().cloned().collect(),
        protected: flags.protected,
        read_only: flags.mark_read_only,
    };
    if edit.is_empty() {
        return Err(Failure::new(USAGE, "nothing to change was named (see eksdeck clusters edit --help)"));
    }
    let opened = Opened::write(global)?;
    let now = Timestamp::now().as_millisecond();
    let work = opened.registry.edit(&flags.name, &edit, now);
    let record = opened.recorded("edit", &flags.name, &format!("{edit:?}"), work)?;
    print_one(flags.output, &record, "changed")?;
    opened.close();
    Ok(ExitCode::SUCCESS)
}
