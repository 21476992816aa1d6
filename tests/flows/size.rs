//! Terminals of every size.

use super::bare_deck;
use crate::pty::{Home, Launch};

#[test]
fn a_terminal_that_is_too_small_says_so_and_waits() {
    let home = Home::new();
    let mut terminal = Launch::eksdeck(&home).size(50, 12).start();
    terminal.wait_text("50×12 is too small");
    assert!(terminal.screen().has("60×15"), "says what it wants");
    terminal.resize(100, 30);
    terminal.wait_text("1 clusters");
    terminal.resize(59, 30);
    terminal.wait_text("59×30 is too small");
    terminal.press("ctrl-c");
    assert!(terminal.wait_exit().success());
}

#[test]
fn a_resize_redraws_and_80_by_24_shows_tabs() {
    let home = Home::new();
    let mut terminal = bare_deck(&home);
    let row = |terminal: &crate::pty::Terminal, title: &str| terminal.screen().find(title).map(|(_, row)| row);
    assert_eq!(row(&terminal, "1 clusters"), row(&terminal, "3 jobs"), "side by side");
    terminal.resize(80, 24);
    terminal.wait("tabs in one row and one pane below", |screen| {
        let tabs = screen.rows().into_iter().find(|row| row.contains("1 clusters"));
        tabs.is_some_and(|row| row.contains("2 namespaces") && row.contains("3 jobs") && row.contains("4 logs"))
    });
    terminal.press("3");
    terminal.wait("the jobs pane", |screen| screen.has("╭ 3 jobs"));
    terminal.press("tab");
    terminal.wait("the logs pane", |screen| screen.has("╭ 4 logs"));
    terminal.resize(200, 50);
    terminal.wait("all panes again", |screen| {
        screen.has("╭ 1 clusters") && screen.has("╭ 2 namespaces") && screen.has("╭ 4 logs")
    });
}

#[test]
fn zoom_gives_a_pane_the_whole_screen() {
    let mut terminal = bare_deck(&Home::new());
    terminal.press("2 z");
    terminal
        .wait("one pane", |screen| screen.has("╭ 2 namespaces") && !screen.has("1 clusters") && !screen.has("4 logs"));
    terminal.press("z");
    terminal.wait("all panes", |screen| screen.has("1 clusters") && screen.has("4 logs"));
}
