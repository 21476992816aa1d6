//! Help and palette say what the command table says.

use eksdeck::input::commands;

use super::bare_deck;
use crate::pty::Home;

#[test]
fn the_help_tells_every_command_that_works_on_the_deck() {
    let mut terminal = bare_deck(&Home::new());
    terminal.resize(200, 200);
    terminal.press("?");
    terminal.wait_text("esc closes");
    // The new size may come behind the layer: pages are as high as the last drawing was.
    terminal.wait_quiet(std::time::Duration::from_millis(400));
    let mut seen = terminal.screen().text();
    // Longer than any screen: read on to its end.
    for _ in 0..20 {
        terminal.press("pagedown");
        terminal.wait_quiet(std::time::Duration::from_millis(150));
        seen += &terminal.screen().text();
    }
    let told = ["app.", "deck.", "move.", "table.", "row."];
    let commands = commands::all().iter().filter(|command| told.iter().any(|group| command.name.starts_with(group)));
    let missing: Vec<_> =
        commands.filter(|command| !seen.contains(command.words)).map(|command| command.name).collect();
    assert!(missing.is_empty(), "not in the help: {missing:?}");
}

#[test]
fn the_palette_finds_a_command_by_a_few_letters_and_runs_it() {
    let mut terminal = bare_deck(&Home::new());
    let command = commands::CommandId::named("deck.zoom").unwrap().command();
    terminal.press(":");
    terminal.type_text("zoom");
    terminal.wait_text(command.words);
    terminal.press("enter");
    terminal.wait("the clusters pane alone", |screen| screen.has("1 clusters") && !screen.has("2 namespaces"));
}

#[test]
fn every_keymap_and_theme_starts() {
    for keymap in ["default", "vim", "emacs"] {
        let home = Home::new();
        super::deck(crate::pty::Launch::eksdeck(&home).args(&format!("--keymap {keymap}")));
    }
    for theme in eksdeck::ui::theme::NAMES {
        let home = Home::new();
        super::deck(crate::pty::Launch::eksdeck(&home).args(&format!("--theme {theme}")));
    }
}
