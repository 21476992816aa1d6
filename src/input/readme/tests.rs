use std::collections::HashSet;

use super::*;
use crate::input::event::Key;

#[test]
fn what_is_said_to_be_as_in_k9s_is() {
    let (keymap, _) = Keymap::load(Base::Default, None);
    for peer in PEER_KEYS {
        let Here::Same(id, places) = peer.here else { continue };
        let key = Key::parse(peer.key).unwrap();
        for place in places.and(id.command().when.places).iter() {
            assert!(keymap.keys(id, place).contains(&vec![key]), "{} is not {} in {place:?}", peer.key, id.name());
        }
        assert!(!places.and(id.command().when.places).is_empty(), "{}", peer.key);
    }
    assert!(k9s_same().contains("| `1` | log: head | `logs.head` | full-logs |"));
}

#[test]
fn a_key_that_k9s_has_and_that_does_something_else_here_is_told() {
    let (keymap, _) = Keymap::load(Base::Default, None);
    let told = k9s_differences();
    for key in ["ctrl-z", "1", "2", "3", "4", "z", "r", "n", "s", "t", "u"] {
        assert!(told.contains(&format!("| `{key}` |")), "{key} is not told");
    }
    let delete = vec![Key::parse("ctrl-d").unwrap()];
    for command in commands::all().iter().filter(|command| !command.name.ends_with(".delete")) {
        for place in crate::input::context::TABLES.iter() {
            assert!(!keymap.keys(command.id, place).contains(&delete), "ctrl-d deletes, and is not {}", command.name);
        }
    }
}

#[test]
fn the_key_table_has_a_row_for_each_command() {
    let table = key_table();
    for command in commands::all() {
        assert_eq!(table.matches(&format!("| `{}` |", command.name)).count(), 1, "{}", command.name);
    }
    assert!(table.contains("`g g`"), "vim's own keys are told");
    assert!(!table.contains("|  |"), "a command without a key");
    let groups = table.lines().filter(|line| line.starts_with("**")).collect::<Vec<_>>();
    assert_eq!(groups.iter().collect::<HashSet<_>>().len(), groups.len(), "a group in two parts: {groups:?}");
    let cells = |line: &str| line.replace("\\|", "").matches('|').count();
    assert!(table.lines().filter(|line| line.starts_with('|')).all(|line| cells(line) == 6));
}
