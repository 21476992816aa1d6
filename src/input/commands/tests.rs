use std::collections::HashSet;

use super::*;
use crate::input::context::Pane;

#[test]
fn every_command_has_a_name_of_its_own_and_words() {
    let mut names = HashSet::new();
    for command in all() {
        let name = command.name;
        assert!(names.insert(name), "{name} is there twice");
        assert_eq!(CommandId::named(name), Some(command.id));
        assert_eq!(command.id.command().name, name, "the table is in the order of the identifiers");
        assert!(name.split_once('.').is_some_and(|(group, rest)| !group.is_empty() && !rest.is_empty()), "{name}");
        assert!(name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "-.".contains(c)), "{name}");
        assert_ne!(command.group(), "Other", "{name} has no group in the help");
        assert!(command.words.len() > 4 && command.words.starts_with(char::is_uppercase), "{name} has no words");
        assert!(!command.words.ends_with('.') && command.words.len() <= 64, "{name}: {}", command.words);
        assert!(!command.short.is_empty() && command.short.len() <= 12, "{name} has no short word");
        assert!(!command.when.places.is_empty(), "{name} works nowhere");
    }
}

#[test]
fn a_command_says_why_it_cannot_be_run() {
    let clusters = Context { pane: Some(Pane::Clusters), ..Context::default() };
    let why = |id: CommandId, context: Context| id.command().why_not(&context);
    assert_eq!(why(CommandId::OpenCluster, clusters), Some("no row is selected"));
    let row = Context { has_row: true, ..clusters };
    assert_eq!(why(CommandId::OpenCluster, row), None);
    assert_eq!(why(CommandId::CloseCluster, row), Some("the cluster is not open"));
    assert_eq!(why(CommandId::WrapLines, row), Some("not here"));
}

#[test]
fn only_what_runs_or_changes_something_is_dangerous() {
    let dangerous = all().iter().filter(|command| command.dangerous).map(|command| command.id).collect::<Vec<_>>();
    let wanted = [
        CommandId::FleetRemove,
        CommandId::ProvisionDestroy,
        CommandId::ProvisionCleanup,
        CommandId::ProvisionVolumes,
        CommandId::JobDelete,
        CommandId::NamespaceDelete,
        CommandId::CronJobDelete,
        CommandId::AccessRevoke,
        CommandId::Agree,
        CommandId::Confirm,
    ];
    assert_eq!(dangerous, wanted);
}
