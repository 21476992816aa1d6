//! The README's tables of keys, as Markdown. A test holds the README against them.

mod k9s;

use std::fmt::Write as _;

use super::commands::{self, Command};
use super::context::{Place, Places, SECTIONS};
use super::keymap::{Base, Keymap, chord_text};
use super::mouse;
use k9s::{Here, PEER_KEYS};

/// Every command with its keys in the three keymaps, grouped as in the help. A dash: as in the first column.
pub fn key_table() -> String {
    let keymaps = Base::ALL.map(|base| Keymap::load(base, None).0);
    let mut text = String::new();
    let mut group = "";
    for command in commands::all() {
        if command.group() != group {
            group = command.group();
            let _ = write!(
                text,
                "{}**{group}**\n\n| keys | vim | emacs | command | what it does |\n|---|---|---|---|---|\n",
                if text.is_empty() { "" } else { "\n" }
            );
        }
        let [default, vim, emacs] = keymaps.each_ref().map(|keymap| key_cell(keymap, command));
        let other = |cell: String| if cell == default { "–".to_owned() } else { cell };
        let (vim, emacs) = (other(vim), other(emacs));
        let _ = writeln!(text, "| {default} | {vim} | {emacs} | `{}` | {} |", command.name, command.words);
    }
    text
}

/// What the mouse does.
pub fn mouse_table() -> String {
    let mut text = String::from("| mouse | what it does |\n|---|---|\n");
    for row in mouse::TABLE {
        let _ = writeln!(text, "| {} | {} |", row.gesture, row.words);
    }
    text
}

/// Every key that k9s users have in their fingers and that does something else here.
pub fn k9s_differences() -> String {
    let mut text = String::from("| key | k9s | eksdeck |\n|---|---|---|\n");
    for peer in PEER_KEYS {
        if let Here::Differs(words) = peer.here {
            let _ = writeln!(text, "| {} | {} | {words} |", code(peer.key), peer.meaning);
        }
    }
    text
}

/// Every key that k9s users have in their fingers and that does the same here, and where.
pub fn k9s_same() -> String {
    let mut text = String::from("| key | k9s | command | where |\n|---|---|---|---|\n");
    for peer in PEER_KEYS {
        if let Here::Same(id, places) = peer.here {
            let words = places_words(places.and(id.command().when.places));
            let _ = writeln!(text, "| {} | {} | `{}` | {words} |", code(peer.key), peer.meaning, id.name());
        }
    }
    text
}

/// All keys of a command; those that hold in a part of its places only say where.
fn key_cell(keymap: &Keymap, command: &Command) -> String {
    let mut chords: Vec<(String, Places)> = Vec::new();
    for place in command.when.places.iter() {
        for keys in keymap.keys(command.id, place) {
            let keys = chord_text(&keys);
            let here = Places::of(&[place]);
            match chords.iter_mut().find(|(known, _)| *known == keys) {
                Some((_, places)) => *places = places.or(here),
                None => chords.push((keys, here)),
            }
        }
    }
    let told = chords.iter().map(|(keys, places)| {
        if *places == command.when.places { code(keys) } else { format!("{} ({})", code(keys), places_words(*places)) }
    });
    told.collect::<Vec<_>>().join(", ")
}

/// The section of exactly these places, else their sections one by one.
fn places_words(places: Places) -> String {
    if let Some((name, _)) = SECTIONS.iter().find(|(_, section)| *section == places) {
        return (*name).to_owned();
    }
    let single = |place: Place| {
        let only = Places::of(&[place]);
        SECTIONS.iter().find(|(_, section)| *section == only).map_or("nothing focused", |(name, _)| *name)
    };
    places.iter().map(single).collect::<Vec<_>>().join(", ")
}

/// Code in a table cell: a bar would end the cell, a backtick the code.
fn code(keys: &str) -> String {
    let keys = keys.replace('|', "\\|");
    if keys.contains('`') { format!("`` {keys} ``") } else { format!("`{keys}`") }
}

#[cfg(test)]
mod tests;
