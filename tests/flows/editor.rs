//! Writing a manifest: what was typed outlives the program, `$EDITOR` has its turn, a large paste goes in.

use nix::sys::signal::Signal;

use super::{bare_deck, deck};
use crate::pty::{Home, Launch, until};

const FOOTER: &str = "ctrl-s apply";

#[test]
fn what_was_typed_outlives_a_kill_and_is_offered_again() {
    let home = Home::new();
    let mut terminal = bare_deck(&home);
    terminal.press("+");
    terminal.wait_text(FOOTER);
    terminal.type_text("kind: Job q1?");
    terminal.wait_text("kind: Job q1?");
    let drafts = home.path().join("data/eksdeck/drafts");
    let holds = |text: &str| {
        let files = std::fs::read_dir(&drafts).into_iter().flatten().flatten().map(|file| file.path());
        // Another file is on its way to this name.
        let mut files = files.filter(|path| path.extension().is_some_and(|extension| extension == "json"));
        files.any(|path| std::fs::read_to_string(path).is_ok_and(|held| held.contains(text)))
    };
    // Nothing is pressed: the draft is written by itself.
    until("the draft on the disk", || holds("kind: Job q1?"));
    terminal.signal(Signal::SIGKILL);
    terminal.wait_exit();

    let mut again = deck(Launch::eksdeck(&home));
    again.press("D");
    again.wait_text("new manifest");
    again.press("enter");
    again.wait_text("kind: Job q1?");
    // Closing asks nothing and keeps it; an empty page is forgotten.
    again.press("esc");
    // A toast may stand where the footer was: the deck is back when its panes are.
    again.wait_text("1 clusters");
    again.press("D");
    again.wait_text("new manifest");
    again.press("enter");
    again.wait_text("kind: Job q1?");
    again.press("ctrl-a backspace");
    again.wait_gone("kind: Job q1?");
    again.press("esc");
    again.wait_text("1 clusters");
    until("no draft on the disk", || !holds("Job"));
    again.press("ctrl-c");
    again.wait_exit();
}

#[test]
fn the_persons_own_editor_has_its_turn() {
    let home = Home::new();
    let kubeconfig = "apiVersion: v1\nkind: Config\ncurrent-context: nobody\n\
        clusters: [{name: nobody, cluster: {server: \"https://127.0.0.1:1\"}}]\nusers: [{name: nobody, user: {token: abc}}]\n\
        contexts: [{name: nobody, context: {cluster: nobody, user: nobody}}]\n";
    home.write("kubeconfig", kubeconfig);
    let script = home.write("editor.sh", "echo your turn\nread answer\necho \"name: $answer\" >> \"$1\"\n");
    let mut terminal = deck(Launch::eksdeck(&home).env("EDITOR", format!("sh {}", script.display())));
    terminal.wait_text("refuses");
    terminal.press("+");
    terminal.wait_text(FOOTER);
    terminal.type_text("kind: Job");
    terminal.press("enter ctrl-e");
    terminal.wait_text("your turn");
    // Every key is the other program's, and none is lost.
    terminal.type_text("written elsewhere");
    terminal.press("enter");
    terminal.wait("both texts", |screen| screen.has("name: written elsewhere") && screen.has("kind: Job"));
    terminal.press("pagedown end enter");
    terminal.type_text("x: 1");
    terminal.wait_text("x: 1");
    terminal.press("ctrl-c");
    terminal.wait_exit();

    let mut terminal = deck(Launch::eksdeck(&home).env("VISUAL", "no-such-editor"));
    terminal.press("D enter");
    terminal.wait_text("x: 1");
    terminal.press("ctrl-e");
    terminal.wait_text("no-such-editor is not there");
    terminal.wait_text("written elsewhere");
    terminal.press("ctrl-c");
    terminal.wait_exit();
}

#[test]
fn ten_thousand_lines_are_pasted_at_once() {
    let home = Home::new();
    let mut terminal = bare_deck(&home);
    terminal.press("+");
    terminal.wait_text(FOOTER);
    let lines: String = (0..10_000).map(|line| format!("key-{line}: \"value of {line}\"\n")).collect();
    terminal.paste(&lines);
    terminal.wait_text("key-9999");
    terminal.type_text("last: yes");
    terminal.wait_text("last: yes");
    terminal.press("ctrl-u ctrl-u ctrl-u");
    terminal.wait_gone("key-9999");
    terminal.press("ctrl-c");
    terminal.wait_exit();
}
