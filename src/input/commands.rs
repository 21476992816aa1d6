//! The one table of commands. Dispatch, keymaps, the help, the footer, the palette and the README read it.

mod table;
mod when;

pub use table::CommandId;
pub use when::{Need, When};

use super::context::Context;

/// What can be done, and how it is told.
#[derive(Debug, Clone, Copy)]
pub struct Command {
    pub id: CommandId,
    /// As keymap files and the palette name it: `logs.wrap`.
    pub name: &'static str,
    /// One sentence for the help, without its full stop.
    pub words: &'static str,
    /// The footer's word.
    pub short: &'static str,
    /// Its place in the footer: low numbers first, 0 is not shown there.
    pub footer: u8,
    /// Changes or runs something that cannot simply be taken back.
    pub dangerous: bool,
    pub when: When,
}

impl Command {
    /// Whether the command can be run at this moment.
    pub fn is_enabled(&self, context: &Context) -> bool {
        self.why_not(context).is_none()
    }

    /// Why the command cannot be run at this moment, in words; `None` if it can.
    pub fn why_not(&self, context: &Context) -> Option<&'static str> {
        self.when.why_not(context)
    }

    /// Whether it would run but for a right that is missing, or a cluster that is read-only.
    pub fn is_denied(&self, context: &Context) -> bool {
        self.when.is_denied(context)
    }

    /// What the help calls this command's group.
    pub fn group(&self) -> &'static str {
        match self.name.split_once('.').map_or("", |(prefix, _)| prefix) {
            "app" => "Everywhere",
            "deck" => "Deck",
            "fleet" => "Fleet",
            "login" => "Credentials",
            "provision" => "Clusters by Terraform",
            "move" => "Moving",
            "table" => "Tables",
            "row" => "Row",
            "job" => "Jobs",
            "ns" => "Namespaces",
            "cronjob" => "CronJobs",
            "clusters" => "Clusters",
            "form" => "Forms",
            "logs" => "Logs",
            "search" => "Searching the log",
            "detail" => "Detail",
            "access" => "Access to EKS",
            "editor" => "Editor",
            "layer" => "Layers",
            _ => "Other",
        }
    }
}

impl CommandId {
    pub fn command(self) -> &'static Command {
        &table::COMMANDS[self as usize]
    }

    pub fn name(self) -> &'static str {
        self.command().name
    }

    /// By the name that keymap files use.
    pub fn named(name: &str) -> Option<Self> {
        table::COMMANDS.iter().find(|command| command.name == name).map(|command| command.id)
    }
}

/// Every command, in the order of the help.
pub fn all() -> &'static [Command] {
    &table::COMMANDS
}

#[cfg(test)]
mod tests;
