//! Finding a command by a few letters of its name or words.

use frizbee::{CaseMatching, Config, Matcher};

use super::commands::{self, Command, CommandId};
use super::context::Context;
use super::keymap::Keymap;

/// A command as the palette shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaletteRow {
    pub id: CommandId,
    pub name: &'static str,
    pub words: &'static str,
    /// Its first key, if it has one.
    pub keys: Option<String>,
    pub dangerous: bool,
    pub enabled: bool,
    /// Why it cannot be run now.
    pub why_not: Option<&'static str>,
    /// Byte offsets of the letters in `name` that matched, ascending.
    pub name_hits: Vec<usize>,
    /// The same in `words`.
    pub words_hits: Vec<usize>,
}

/// What fingers type after `:` elsewhere, for commands that have another name here.
const ALIASES: &[(&str, CommandId)] = &[
    ("q", CommandId::Quit),
    ("q!", CommandId::Quit),
    ("qa", CommandId::Quit),
    ("exit", CommandId::Quit),
    ("ctx", CommandId::FocusClusters),
    ("context", CommandId::FocusClusters),
    ("contexts", CommandId::FocusClusters),
    ("ns", CommandId::FocusNamespaces),
    ("namespace", CommandId::FocusNamespaces),
    ("job", CommandId::FocusJobs),
    ("jobs", CommandId::FocusJobs),
    ("log", CommandId::FocusLogs),
    ("skin", CommandId::ThemePicker),
    ("describe", CommandId::Detail),
    ("w", CommandId::SaveLog),
];

/// The commands that work in the place that `context` tells, which is that beneath the palette (`Context::beneath`):
/// best match first, what cannot be run now last. An empty query lists all in the order of the help.
pub fn palette(keymap: &Keymap, context: &Context, query: &str) -> Vec<PaletteRow> {
    let place = context.place();
    let query = query.trim();
    let commands = commands::all().iter().filter(|command| command.when.works_in(place)).collect::<Vec<_>>();
    let haystacks = commands.iter().map(|command| format!("{} {}", command.name, command.words)).collect::<Vec<_>>();
    let config = Config::default().casing(CaseMatching::Ignore);
    let mut rows = Matcher::new(query, &config)
        .match_list_indices(&haystacks)
        .into_iter()
        .filter_map(|found| Some((commands.get(found.index as usize)?, found.indices)))
        .map(|(command, hits)| row(keymap, context, command, &hits))
        .collect::<Vec<_>>();
    if let Some((_, id)) = ALIASES.iter().find(|(alias, _)| *alias == query) {
        rows.retain(|row| row.id != *id);
        if id.command().when.works_in(place) {
            rows.insert(0, row(keymap, context, id.command(), &[]));
        }
    }
    rows.sort_by_key(|row| !row.enabled);
    rows
}

fn row(keymap: &Keymap, context: &Context, command: &Command, hits: &[u32]) -> PaletteRow {
    let mut hits = hits.iter().map(|hit| *hit as usize).collect::<Vec<_>>();
    hits.sort_unstable();
    let words_at = command.name.len() + 1;
    let why_not = command.why_not(context);
    PaletteRow {
        id: command.id,
        name: command.name,
        words: command.words,
        keys: keymap.key_text(command.id, context.place()),
        dangerous: command.dangerous,
        enabled: why_not.is_none(),
        why_not,
        name_hits: hits.iter().copied().filter(|hit| *hit < command.name.len()).collect(),
        words_hits: hits.iter().filter_map(|hit| hit.checked_sub(words_at)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::context::Pane;
    use crate::input::keymap::Base;

    fn rows(context: Context, query: &str) -> Vec<PaletteRow> {
        palette(&Keymap::load(Base::Default, None).0, &context, query)
    }

    fn logs() -> Context {
        Context { pane: Some(Pane::Logs), has_lines: true, ..Context::default() }
    }

    #[test]
    fn a_few_letters_find_a_command_and_say_where_they_matched() {
        let found = rows(logs(), "wrap");
        assert_eq!(found[0].id, CommandId::WrapLines);
        assert_eq!(found[0].keys.as_deref(), Some("w"));
        assert_eq!(found[0].name_hits, [5, 6, 7, 8]);
        assert_eq!(rows(logs(), "nxerr")[0].id, CommandId::NextError);
        assert!(rows(logs(), "zzzz").is_empty());
    }

    #[test]
    fn an_empty_query_lists_what_works_here_and_enabled_first() {
        let all = rows(logs(), "");
        assert!(all.iter().all(|row| row.id.command().when.works_in(logs().place())));
        assert!(all.iter().any(|row| row.id == CommandId::Quit));
        let first_disabled = all.iter().position(|row| !row.enabled).unwrap();
        assert!(all[first_disabled..].iter().all(|row| row.why_not.is_some()));
    }

    #[test]
    fn fingers_of_other_tools_are_understood() {
        assert_eq!(rows(logs(), "q")[0].id, CommandId::Quit);
        assert_eq!(rows(logs(), "ns")[0].id, CommandId::FocusNamespaces);
    }
}
