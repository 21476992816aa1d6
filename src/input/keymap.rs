//! From keys to commands: a trie of keys for each place, built from keymap files laid over one another.
//!
//! Chords: while `resolve` says `Pending` the loop keeps the keys so far and passes them with the next key. The wait is
//! the loop's: after a second without a key, and on `esc`, it forgets them; what does not continue a chord is forgotten
//! with it.

mod builtin;
mod file;
mod trie;

pub use builtin::Base;

use super::commands::CommandId;
use super::context::{Context, Place};
use super::event::Key;
use crate::domain::settings::FileProblem;
use file::Binding;
use trie::{Inserted, Trie};

/// A mistake in a keymap file.
pub type KeymapProblem = FileProblem;

/// What a key leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resolved {
    Command(CommandId),
    /// Bound, but not possible now: `Command::why_not` says why.
    Disabled(CommandId),
    /// The beginning of a chord.
    Pending,
    None,
}

/// A keymap file that lost a binding to another of the same file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shadow {
    pub place: Place,
    pub keys: Vec<Key>,
    pub winner: CommandId,
    /// The first command that the keys, their beginning or their continuation led to before.
    pub loser: CommandId,
}

/// Which keys lead to which command, in each place.
#[derive(Debug, Clone)]
pub struct Keymap {
    base: Base,
    tries: Vec<Trie>,
    shadows: Vec<Shadow>,
}

impl Keymap {
    /// The keymap that ships under this name, and over it a person's own file (its name and text). Mistakes are
    /// returned in the order of their places; everything else in the file applies.
    pub fn load(base: Base, own: Option<(&str, &str)>) -> (Self, Vec<KeymapProblem>) {
        let files = base.files().iter().copied().chain(own);
        let mut keymap = Self { base, tries: vec![Trie::default(); Place::ALL.len()], shadows: Vec::new() };
        let mut problems = Vec::new();
        for (layer, (name, text)) in files.enumerate() {
            problems.extend(keymap.lay(layer, name, text));
        }
        (keymap, problems)
    }

    /// The keymap that a person started from.
    pub fn base(&self) -> Base {
        self.base
    }

    /// Lays one file over what is there. Within a file the narrower section wins; between files the later.
    fn lay(&mut self, layer: usize, name: &str, text: &str) -> Vec<KeymapProblem> {
        let (mut file, mut bindings) = file::read(name, text);
        bindings.sort_by_key(|binding| (std::cmp::Reverse(binding.places.iter().count()), binding.at.start));
        for binding in &bindings {
            let mut crossed = None;
            for place in binding.places.iter() {
                crossed = self.bind(layer, place, binding).or(crossed);
            }
            if let Some(loser) = crossed {
                let words = format!("this key already leads to `{}` in the same file", loser.name());
                file.problem(binding.at.clone(), words, None);
            }
        }
        file.into_problems()
    }

    /// Returns the command that loses the key without being in a wider section.
    fn bind(&mut self, layer: usize, place: Place, binding: &Binding) -> Option<CommandId> {
        let trie = &mut self.tries[place.index()];
        if binding.commands.is_empty() {
            trie.remove(&binding.keys);
            return None;
        }
        let commands = binding.commands.iter().copied().filter(|id| id.command().when.works_in(place));
        let commands = commands.collect::<Vec<_>>();
        let winner = *commands.first()?;
        let Inserted { displaced } =
            trie.insert(&binding.keys, trie::Leaf { commands, layer, order: binding.at.start, places: binding.places });
        let mut crossed = None;
        for leaf in displaced.into_iter().filter(|leaf| leaf.layer == layer) {
            let Some(loser) = leaf.commands.first().copied() else { continue };
            self.shadows.push(Shadow { place, keys: binding.keys.clone(), winner, loser });
            let wider = leaf.places != binding.places && leaf.places.and(binding.places) == binding.places;
            if !wider {
                crossed = Some(loser);
            }
        }
        crossed
    }

    /// What `key` leads to after the `pending` keys of a chord. Of several commands on one key the first that can be
    /// run is taken.
    pub fn resolve(&self, context: &Context, pending: &[Key], key: Key) -> Resolved {
        let trie = &self.tries[context.place().index()];
        let Some(node) = trie.walk(pending).and_then(|node| node.walk(&[key])) else { return Resolved::None };
        let Some(leaf) = node.leaf() else { return Resolved::Pending };
        let enabled = leaf.commands.iter().copied().find(|id| id.command().is_enabled(context));
        match (enabled, leaf.commands.first()) {
            (Some(id), _) => Resolved::Command(id),
            (None, Some(id)) => Resolved::Disabled(*id),
            (None, None) => Resolved::None,
        }
    }

    /// The chords that lead to a command in a place: a person's own first, then in the order of the file.
    pub fn keys(&self, id: CommandId, place: Place) -> Vec<Vec<Key>> {
        let mut found = self.tries[place.index()]
            .leaves()
            .into_iter()
            .filter(|(_, leaf)| leaf.commands.contains(&id))
            .collect::<Vec<_>>();
        found.sort_by_key(|(_, leaf)| (std::cmp::Reverse(leaf.layer), leaf.order));
        found.into_iter().map(|(keys, _)| keys).collect()
    }

    /// The first chord that leads to a command: here if it works here, else in the first place where it does.
    pub fn key_text(&self, id: CommandId, place: Place) -> Option<String> {
        let elsewhere = id.command().when.places.iter();
        std::iter::once(place)
            .chain(elsewhere)
            .find_map(|place| self.keys(id, place).first().map(|keys| chord_text(keys)))
    }

    /// What can follow the pending keys of a chord: the rest of the keys, and the command.
    pub fn continuations(&self, context: &Context, pending: &[Key]) -> Vec<(Vec<Key>, CommandId)> {
        let Some(node) = self.tries[context.place().index()].walk(pending) else { return Vec::new() };
        let mut found = node.leaves();
        found.sort_by_key(|(_, leaf)| leaf.order);
        found.into_iter().filter_map(|(keys, leaf)| Some((keys, *leaf.commands.first()?))).collect()
    }

    /// Bindings that another of the same file took over. None in a keymap that ships.
    pub fn shadows(&self) -> &[Shadow] {
        &self.shadows
    }
}

/// `g g`, `ctrl-x ctrl-s`.
pub fn chord_text(keys: &[Key]) -> String {
    keys.iter().map(Key::to_string).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;
