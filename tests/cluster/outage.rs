//! API servers that stop, start again, and hang.

use super::downtime::Outage;
use super::{CONTAINERS, FAKE, deck, real};
use crate::pty::panes::{Pane, row_of, selection};
use crate::pty::{Home, Screen};
use crate::servers::{Namespace, rig};

fn cluster_says(screen: &Screen<'_>, cluster: &str, words: &str) -> bool {
    let rows = crate::pty::panes::rows(screen, Pane::Clusters);
    let place = rows.iter().position(|row| row.contains(cluster));
    place.is_some_and(|place| rows[place..].iter().take(2).any(|row| row.contains(words)))
}

#[test]
fn a_server_that_stops_turns_its_rows_stale_and_they_recover() {
    let Some(server) = real(FAKE) else { return };
    if rig().is_none() {
        return eprintln!("SKIPPED: EKSDECK_E2E_RIG is not set");
    }
    let (first, second) = (Namespace::new(&server, "stays"), Namespace::new(&server, "goes"));
    let home = Home::new();
    let mut terminal = deck(&home, &server, &format!("--context {FAKE}"));
    terminal.press("2 /");
    terminal.type_text("eksdeck-it");
    terminal.press("enter");
    terminal.wait("both namespaces", |screen| {
        [&first, &second].iter().all(|namespace| row_of(screen, Pane::Namespaces, &namespace.name).is_some())
    });
    terminal.press("j");
    terminal.wait("a namespace to be selected", |screen| {
        selection(screen, Pane::Namespaces).is_some_and(|(_, name)| name.starts_with("eksdeck-it"))
    });
    let chosen = selection(&terminal.screen(), Pane::Namespaces);

    let outage = Outage::stop(FAKE);
    terminal.wait("stale", |screen| cluster_says(screen, FAKE, "stale"));
    assert_eq!(selection(&terminal.screen(), Pane::Namespaces), chosen, "rows and selection stay");
    drop(outage);
    terminal.wait("live again", |screen| screen.has("1 live") && !cluster_says(screen, FAKE, "stale"));
    assert_eq!(selection(&terminal.screen(), Pane::Namespaces), chosen);
    // What happens after the outage is seen.
    server.ask(&["label", "namespace", &first.name, &second.name, "team=after"]);
    terminal.wait("a change after the outage", |screen| {
        row_of(screen, Pane::Namespaces, &first.name).is_some_and(|row| row.contains("after"))
    });
}

#[test]
fn a_server_that_hangs_slows_nothing_else() {
    let Some(server) = real(CONTAINERS) else { return };
    if rig().is_none() {
        return eprintln!("SKIPPED: EKSDECK_E2E_RIG is not set");
    }
    let home = Home::new();
    let mut terminal = deck(&home, &server, &format!("--context {CONTAINERS} --context {FAKE}"));
    terminal.wait("both live", |screen| screen.has("2 live"));
    let outage = Outage::freeze(FAKE);
    terminal.wait("stale", |screen| cluster_says(screen, FAKE, "stale"));
    // The other cluster is seen to change, and keys are answered, all the while.
    let namespace = Namespace::new(&server, "lives");
    terminal.press("2");
    terminal.wait("a new namespace of the other cluster", |screen| {
        row_of(screen, Pane::Namespaces, &namespace.name).is_some()
    });
    terminal.press("j");
    terminal.wait("the selection to move", |screen| {
        selection(screen, Pane::Namespaces).is_some_and(|(_, name)| name != "all")
    });
    assert!(cluster_says(&terminal.screen(), FAKE, "stale"));
    drop(outage);
    terminal.wait("both live again", |screen| screen.has("2 live"));
}
