//! `eksdeck registry member`: which PostgreSQL login may do what in which organisation.

use clap::ValueEnum;
use serde_json::json;

use super::{Output, owner_url, told};
use crate::adapters::registry::Owner;
use crate::cli::Global;
use crate::cli::exit::{Failure, NOT_FOUND};
use crate::cli::setup;
use crate::domain::registry::Role;

#[derive(Debug, clap::Args)]
pub struct Member {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Let a login into the organisation of --org, or change its role
    Add {
        /// The PostgreSQL login
        login: String,
        /// What it may do
        #[arg(long, value_enum)]
        role: RoleWord,
        #[command(flatten)]
        output: Output,
    },
    /// Take a login out of the organisation of --org
    Remove {
        /// The PostgreSQL login
        login: String,
        #[command(flatten)]
        output: Output,
    },
    /// Every member of every organisation
    #[command(visible_alias = "ls")]
    List(Output),
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum RoleWord {
    /// Reads
    Viewer,
    /// Acts on clusters
    Operator,
    /// Changes the registry
    Admin,
}

impl From<RoleWord> for Role {
    fn from(word: RoleWord) -> Self {
        match word {
            RoleWord::Viewer => Self::Viewer,
            RoleWord::Operator => Self::Operator,
            RoleWord::Admin => Self::Admin,
        }
    }
}

pub fn run(global: &Global, flags: &Member) -> Result<(), Failure> {
    let url = owner_url(global)?;
    let org = &global.org;
    setup::runtime()?.block_on(async {
        let owner = Owner::connect(&url).await?;
        match &flags.command {
            Command::Add { login, role, output } => {
                let role = Role::from(*role);
                owner.put_member(org, login, role).await?;
                let lines = [format!("{login} is {} in {org}", role.word())];
                told(output.output, &lines, &json!({"login": login, "organisation": org, "role": role.word()}))
            }
            Command::Remove { login, output } => {
                if !owner.remove_member(org, login).await? {
                    return Err(Failure::new(NOT_FOUND, format!("{login} is no member of {org}")));
                }
                told(
                    output.output,
                    &[format!("{login} is out of {org}")],
                    &json!({"login": login, "organisation": org}),
                )
            }
            Command::List(output) => {
                let members = owner.members().await?;
                let lines: Vec<String> =
                    members.iter().map(|(login, org, role)| format!("{org}  {login}  {role}")).collect();
                let values: Vec<_> = members
                    .iter()
                    .map(|(login, org, role)| json!({"login": login, "organisation": org, "role": role}))
                    .collect();
                told(output.output, &lines, &values.into())
            }
        }
    })
}
