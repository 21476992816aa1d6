//! What the help layer shows: every command with its keys, those that work here first.

use super::commands::{self, Command};
use super::context::Context;
use super::keymap::{Keymap, chord_text};

/// A group of commands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    pub title: &'static str,
    pub rows: Vec<HelpRow>,
}

/// A command as the help shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HelpRow {
    /// All its keys here (or where it works, if not here), separated by two blanks; empty if a person unbound it.
    pub keys: String,
    pub name: &'static str,
    pub words: &'static str,
    pub dangerous: bool,
    /// It works where the person is.
    pub here: bool,
    /// Why it cannot be run at this moment although it works here.
    pub why_not: Option<&'static str>,
}

/// The sections for the moment that `context` tells, which is that beneath the help (`Context::beneath`).
/// Sections of which something works here come first; else the order is the table's.
pub fn sections(keymap: &Keymap, context: &Context) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    for command in commands::all() {
        let row = row(keymap, context, command);
        match sections.iter_mut().find(|section| section.title == command.group()) {
            Some(section) => section.rows.push(row),
            None => sections.push(Section { title: command.group(), rows: vec![row] }),
        }
    }
    for section in &mut sections {
        section.rows.sort_by_key(|row| !row.here);
    }
    sections.sort_by_key(|section| !section.rows.iter().any(|row| row.here));
    sections
}

fn row(keymap: &Keymap, context: &Context, command: &Command) -> HelpRow {
    let place = context.place();
    let here = command.when.works_in(place);
    let places = std::iter::once(place).chain(command.when.places.iter());
    let keys = places.map(|place| keymap.keys(command.id, place)).find(|keys| !keys.is_empty()).unwrap_or_default();
    HelpRow {
        keys: keys.iter().map(|keys| chord_text(keys)).collect::<Vec<_>>().join("  "),
        name: command.name,
        words: command.words,
        dangerous: command.dangerous,
        here,
        why_not: if here { command.why_not(context) } else { None },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::context::Pane;
    use crate::input::keymap::Base;

    #[test]
    fn every_command_is_told_once_and_what_works_here_first() {
        let (keymap, _) = Keymap::load(Base::Default, None);
        let logs = Context { pane: Some(Pane::Logs), ..Context::default() };
        let sections = sections(&keymap, &logs);
        let rows = sections.iter().flat_map(|section| &section.rows).collect::<Vec<_>>();
        assert_eq!(rows.len(), commands::all().len());
        assert!(rows.iter().all(|row| !row.keys.is_empty()));
        let at = |title| sections.iter().position(|section| section.title == title);
        assert!(at("Logs") < at("Clusters"), "logs work here, clusters do not");
        let unfold = rows.iter().find(|row| row.name == "logs.unfold").unwrap();
        assert_eq!((unfold.here, unfold.why_not), (true, Some("no lines yet")));
    }
}
