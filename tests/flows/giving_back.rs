//! Whatever ends the program, the terminal is as it was.

use nix::sys::signal::Signal;
use rstest::rstest;

use super::{bare_deck, deck};
use crate::pty::{GivenBack, Home, Launch};

#[test]
fn the_deck_takes_the_terminal_and_ctrl_c_gives_it_back() {
    let mut terminal = bare_deck(&Home::new());
    let nothing =
        GivenBack { main_screen: false, cursor_shown: false, mouse_off: false, paste_off: false, cooked: false };
    assert_eq!(terminal.given_back(), nothing);
    terminal.press("ctrl-c");
    assert!(terminal.wait_exit().success());
    assert_eq!(terminal.given_back(), GivenBack::WHOLE);
}

#[rstest]
#[case(Signal::SIGTERM)]
#[case(Signal::SIGHUP)]
#[case(Signal::SIGINT)]
fn a_signal_ends_the_program_in_order(#[case] signal: Signal) {
    let mut terminal = bare_deck(&Home::new());
    terminal.signal(signal);
    let status = terminal.wait_exit();
    assert_eq!(status.signal(), None, "it ended by itself, not by the signal");
    assert_eq!(terminal.given_back(), GivenBack::WHOLE);
    assert!(!terminal.screen().has("panicked"), "{}", terminal.screen());
}

#[test]
fn ctrl_z_goes_to_the_shell_and_fg_comes_back() {
    let home = Home::new();
    let launch = Launch::program("bash", &home).args("--norc --noprofile --noediting -i").env("PS1", "shell$ ");
    let mut terminal = launch.start();
    terminal.wait_text("shell$");
    let before = terminal.given_back();
    terminal.type_text(&format!("{}\n", env!("CARGO_BIN_EXE_eksdeck")));
    terminal.wait_text("1 clusters");
    for times in 1..=2 {
        terminal.press("ctrl-z");
        // What the shell said the first time stands there still.
        terminal.wait("the shell to tell it", |screen| {
            screen.rows().iter().filter(|row| row.contains("Stopped")).count() == times
        });
        assert_eq!(terminal.given_back(), before);
        terminal.type_text("fg\n");
        terminal.wait("the deck again", |screen| screen.has("1 clusters") && !screen.has("shell$"));
        // It listens again.
        terminal.press("?");
        terminal.wait_text("esc closes");
        terminal.press("esc");
        terminal.wait_gone("esc closes");
    }
    terminal.press("ctrl-c");
    terminal.wait("the shell", |screen| screen.row_with("shell$").is_some() && !screen.raw().alternate_screen());
    assert_eq!(terminal.given_back(), before);
}

#[test]
fn with_the_mouse_left_alone_the_terminal_never_reports_it() {
    let terminal = deck(Launch::eksdeck(&Home::new()).arg("--no-mouse"));
    assert!(terminal.given_back().mouse_off);
}

#[test]
fn a_wrong_argument_is_told_without_touching_the_screen() {
    let home = Home::new();
    let mut terminal = Launch::eksdeck(&home).arg("--no-such-flag").start();
    terminal.transcript();
    assert_eq!(terminal.wait_exit().exit_code(), 2);
    assert!(terminal.screen().has("--no-such-flag"));
    assert_eq!(terminal.given_back(), GivenBack::WHOLE);
}
