//! The harness itself, tried on small shell programs.

use nix::sys::signal::Signal;
use std::time::{Duration, Instant};

use super::{GivenBack, Home, Launch, Terminal, keys};

fn shell(script: &str) -> Terminal {
    Launch::program("/bin/sh", &Home::new()).arg("-c").arg(script).size(80, 24).start()
}

#[test]
fn a_screen_is_read_and_keys_arrive() {
    let mut terminal =
        shell("stty raw -echo; printf ready; dd bs=1 count=3 2>/dev/null | od -An -c; printf done; stty sane");
    terminal.wait_text("ready");
    terminal.press("ctrl-d j enter");
    let row = terminal.wait_text("004");
    assert_eq!(row.split_whitespace().skip_while(|word| !word.contains("004")).count(), 3, "{row}");
    terminal.wait_text("done");
    assert!(terminal.wait_exit().success());
}

#[test]
fn a_terminal_that_is_not_given_back_is_noticed_in_each_part() {
    let mut terminal = shell(
        "stty raw -echo; printf '\\033[?1049h\\033[?25l\\033[?1000h\\033[?2004h'; printf taken; head -c1 >/dev/null; \
         printf '\\033[?1049l\\033[?25h\\033[?1000l\\033[?2004l'; stty sane; printf back; head -n1",
    );
    terminal.wait_text("taken");
    let nothing =
        GivenBack { main_screen: false, cursor_shown: false, mouse_off: false, paste_off: false, cooked: false };
    assert_eq!(terminal.given_back(), nothing);
    terminal.press("x");
    terminal.wait_text("back");
    assert_eq!(terminal.given_back(), GivenBack::WHOLE);
    terminal.press("enter");
    terminal.wait_exit();
    assert_eq!(terminal.given_back(), GivenBack::WHOLE, "readable after the end too");
}

#[test]
fn bytes_are_counted_and_a_slow_link_holds_them_up() {
    let started = Instant::now();
    let mut terminal =
        Launch::program("/bin/sh", &Home::new()).arg("-c").arg("head -c 4000 /dev/zero").slow(20_000).start();
    terminal.wait_exit();
    assert_eq!(terminal.received(), 4000);
    assert!(started.elapsed() >= Duration::from_millis(150), "4000 bytes at 20,000 a second");
}

#[test]
fn a_resize_reaches_the_program() {
    let mut terminal = shell("trap 'stty size; exit' WINCH; echo ready; while :; do sleep 0.05; done");
    terminal.wait_text("ready");
    terminal.resize(100, 30);
    terminal.wait_text("30 100");
}

#[test]
fn a_signal_reaches_the_program() {
    let mut terminal = shell("trap 'exit 7' TERM; echo ready; while :; do sleep 0.05; done");
    terminal.wait_text("ready");
    terminal.signal(Signal::SIGTERM);
    assert_eq!(terminal.wait_exit().exit_code(), 7);
}

#[test]
#[should_panic(expected = "the program ended while waiting for: never\n┌")]
fn a_wait_that_cannot_end_well_prints_the_screen() {
    shell("echo hello").wait_text("never");
}

#[test]
fn the_home_hides_whoever_runs_the_tests() {
    let home = Home::new();
    let mut terminal = Launch::program("/usr/bin/env", &home).size(200, 30).start();
    terminal.wait_exit();
    let text = terminal.screen().text();
    assert!(text.contains(&format!("XDG_STATE_HOME={}/state", home.path().display())), "{text}");
    assert!(!text.contains("AWS_") && !text.contains("KUBERNETES_"), "{text}");
}

#[test]
fn a_text_is_found_by_its_cell_behind_wide_characters() {
    let mut terminal = shell("printf 'ab 日本 \\033[1mxy'");
    terminal.wait_exit();
    let screen = terminal.screen();
    assert_eq!(screen.find("xy"), Some((8, 0)));
    assert!(screen.style_at(8, 0).contains("bold=true") && screen.style_at(0, 0).contains("bold=false"));
}

#[test]
fn keys_are_what_xterm_sends() {
    assert_eq!(keys::sequence("ctrl-z alt-x shift-tab / space pagedown"), b"\x1a\x1bx\x1b[Z/ \x1b[6~");
    assert_eq!(keys::click(0, 4), b"\x1b[<0;1;5M\x1b[<0;1;5m");
}
