//! Chords as paths. A node either is a command's end or leads on, never both: a key that begins a chord would never
//! run, or the chord would never be reached.

use std::collections::BTreeMap;

use crate::input::commands::CommandId;
use crate::input::context::Places;
use crate::input::event::Key;

/// The end of a chord.
#[derive(Debug, Clone)]
pub struct Leaf {
    /// Tried in this order.
    pub commands: Vec<CommandId>,
    /// Which file it came from, counted from the bottom, and where in it.
    pub layer: usize,
    pub order: usize,
    /// Of the whole binding, to compare how wide two bindings are.
    pub places: Places,
}

#[derive(Debug, Clone, Default)]
pub struct Trie {
    leaf: Option<Leaf>,
    next: BTreeMap<Key, Trie>,
}

/// What an insertion pushed out: the chord's former end, an end on its way, ends beyond it.
pub struct Inserted {
    pub displaced: Vec<Leaf>,
}

impl Trie {
    pub fn insert(&mut self, keys: &[Key], leaf: Leaf) -> Inserted {
        let mut displaced = Vec::new();
        let mut node = self;
        for key in keys {
            displaced.extend(node.leaf.take());
            node = node.next.entry(*key).or_default();
        }
        displaced.extend(node.leaves().into_iter().map(|(_, leaf)| leaf.clone()));
        *node = Self { leaf: Some(leaf), next: BTreeMap::new() };
        Inserted { displaced }
    }

    /// Takes the chord away, with every longer chord that begins with it.
    pub fn remove(&mut self, keys: &[Key]) {
        let Some((first, rest)) = keys.split_first() else { return };
        let Some(node) = self.next.get_mut(first) else { return };
        if !rest.is_empty() {
            node.remove(rest);
        }
        if rest.is_empty() || (node.leaf.is_none() && node.next.is_empty()) {
            self.next.remove(first);
        }
    }

    pub fn walk(&self, keys: &[Key]) -> Option<&Self> {
        keys.iter().try_fold(self, |node, key| node.next.get(key))
    }

    pub fn leaf(&self) -> Option<&Leaf> {
        self.leaf.as_ref()
    }

    /// Every chord from here, with its end.
    pub fn leaves(&self) -> Vec<(Vec<Key>, &Leaf)> {
        let mut found = self.leaf.iter().map(|leaf| (Vec::new(), leaf)).collect::<Vec<_>>();
        for (key, node) in &self.next {
            found.extend(node.leaves().into_iter().map(|(mut keys, leaf)| {
                keys.insert(0, *key);
                (keys, leaf)
            }));
        }
        found
    }
}
