//! Reading a keymap file. A table for each section, in it `"keys" = "command"`:
//!
//! ```toml
//! [logs]
//! "ctrl-x ctrl-s" = "logs.save"             # a chord
//! enter = ["clusters.open", "row.drill"]    # the first that can be run
//! f = ""                                    # unbound
//! ```

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::domain::settings::{SettingsFile, nearest};
use crate::input::commands::{self, CommandId};
use crate::input::context::{Places, SECTIONS};
use crate::input::event::{Key, parse_chord};

/// One line of a keymap file.
#[derive(Debug)]
pub struct Binding {
    pub keys: Vec<Key>,
    /// Where it holds: the section's places in which one of the commands works.
    pub places: Places,
    /// Empty: the keys are unbound.
    pub commands: Vec<CommandId>,
    /// Bytes of the keys in the file.
    pub at: Range<usize>,
}

/// The bindings of a file in no particular order, and the file with the mistakes noted so far.
pub fn read<'a>(name: &'a str, text: &'a str) -> (SettingsFile<'a>, Vec<Binding>) {
    let mut file = SettingsFile::new(name, text);
    let mut bindings = Vec::new();
    for (section, value) in file.parse() {
        let names = SECTIONS.iter().map(|(name, _)| *name);
        let found = SECTIONS.iter().find(|(name, _)| *name == section.get_ref().as_ref());
        match (found, value.get_ref()) {
            (Some((name, places)), DeValue::Table(table)) => {
                read_section(&mut file, name, *places, table, &mut bindings);
            }
            (Some((name, _)), _) => file.wrong_value(&value, &format!("a table: `[{name}]`")),
            (None, _) => {
                let words = format!("a keymap has no section `{}`", section.get_ref());
                file.problem(section.span(), words, nearest(section.get_ref(), names));
            }
        }
    }
    (file, bindings)
}

fn read_section(
    file: &mut SettingsFile<'_>,
    section: &str,
    places: Places,
    table: &DeTable<'_>,
    bindings: &mut Vec<Binding>,
) {
    for (keys, value) in table {
        let chord = match parse_chord(keys.get_ref()) {
            Ok(chord) => chord,
            Err(error) => {
                file.problem(keys.span(), error.to_string(), error.suggestion);
                continue;
            }
        };
        if value.get_ref().as_str() == Some("") {
            bindings.push(Binding { keys: chord, places, commands: Vec::new(), at: keys.span() });
            continue;
        }
        let commands = read_commands(file, section, places, value);
        let works = commands.iter().fold(Places::NONE, |places, id| places.or(id.command().when.places));
        if !commands.is_empty() {
            bindings.push(Binding { keys: chord, places: places.and(works), commands, at: keys.span() });
        }
    }
}

fn read_commands(
    file: &mut SettingsFile<'_>,
    section: &str,
    places: Places,
    value: &Spanned<DeValue<'_>>,
) -> Vec<CommandId> {
    let single = std::slice::from_ref(value);
    let values: Vec<_> = match value.get_ref() {
        DeValue::Array(values) => values.iter().collect(),
        _ => single.iter().collect(),
    };
    values.into_iter().filter_map(|value| read_command(file, section, places, value)).collect()
}

fn read_command(
    file: &mut SettingsFile<'_>,
    section: &str,
    places: Places,
    value: &Spanned<DeValue<'_>>,
) -> Option<CommandId> {
    let Some(name) = value.get_ref().as_str() else {
        file.wrong_value(value, "a command's name or a list of them (write a chord's keys with blanks, in quotes)");
        return None;
    };
    let Some(id) = CommandId::named(name) else {
        let names = commands::all().iter().map(|command| command.name);
        file.problem(value.span(), format!("no command is named `{name}`"), nearest(name, names));
        return None;
    };
    let works = id.command().when.places;
    if places.and(works).is_empty() {
        file.problem(value.span(), format!("`{name}` does not work in [{section}]"), Some(section_for(works)));
        return None;
    }
    Some(id)
}

/// The section that fits best for a command that works in `places`.
fn section_for(places: Places) -> String {
    let misfit = |section: Places| Places::iter(section).filter(|place| !places.has(*place)).count();
    let missed = |section: Places| places.iter().filter(|place| !section.has(*place)).count();
    let best = SECTIONS.iter().min_by_key(|(_, section)| misfit(*section) + missed(*section));
    best.map_or_else(String::new, |(name, _)| format!("[{name}]"))
}
