//! A pane's order: which rows pass its filter, sorted. A batch of changes costs one pass of moves, no key press costs a
//! comparison sort over all rows.

use std::cmp::Ordering;

/// The first 16 bytes of what a row sorts by, such that unsigned order is the wanted order; ties go to the full rule.
pub type SortPrefix = u128;

/// The prefix of a text: its first 16 bytes, big endian.
pub fn text_prefix(text: &str) -> SortPrefix {
    let mut bytes = [0u8; 16];
    let length = text.len().min(16);
    bytes[..length].copy_from_slice(&text.as_bytes()[..length]);
    u128::from_be_bytes(bytes)
}

/// The prefix of a number, negative ones included.
pub fn number_prefix(number: i64) -> SortPrefix {
    u128::from((number as u64) ^ (1 << 63))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Entry {
    prefix: SortPrefix,
    id: u32,
}

/// How a pane sees its rows.
pub trait View {
    /// The row's sort prefix, or `None` when it is gone or does not pass the filter.
    fn prefix(&self, id: u32) -> Option<SortPrefix>;
    /// Whether the row is there and passes the filter.
    fn passes(&self, id: u32) -> bool {
        self.prefix(id).is_some()
    }
    /// Settles equal prefixes; must never be `Equal` for two different rows, or their order jumps.
    fn tie(&self, left: u32, right: u32) -> Ordering;
    fn descending(&self) -> bool;
}

fn order(view: &impl View, left: &Entry, right: &Entry) -> Ordering {
    let order = left.prefix.cmp(&right.prefix);
    let order = if view.descending() { order.reverse() } else { order };
    order.then_with(|| view.tie(left.id, right.id))
}

/// Ids of the rows that pass, in order.
#[derive(Debug, Default)]
pub struct SortedIndex {
    entries: Vec<Entry>,
}

impl SortedIndex {
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub fn id_at(&self, position: usize) -> Option<u32> {
        self.entries.get(position).map(|entry| entry.id)
    }

    pub fn position_of(&self, id: u32) -> Option<usize> {
        self.entries.iter().position(|entry| entry.id == id)
    }

    pub fn ids(&self) -> impl ExactSizeIterator<Item = u32> + '_ {
        self.entries.iter().map(|entry| entry.id)
    }

    /// Starts over from `ids`: after a change of sort, scope, or a filter that does not narrow the last one.
    pub fn rebuild(&mut self, ids: impl Iterator<Item = u32>, view: &impl View) {
        self.entries.clear();
        self.entries.extend(ids.filter_map(|id| view.prefix(id).map(|prefix| Entry { prefix, id })));
        self.entries.sort_unstable_by(|left, right| order(view, left, right));
    }

    /// Keeps only what still passes: for a filter that grew by a letter. `id_bound` is one past the largest id.
    pub fn narrow(&mut self, id_bound: usize, view: &impl View) {
        // Rows lie in memory in the order of their ids: asked in that order, most of them are in the cache already.
        let mut kept = vec![0u64; id_bound.div_ceil(64)];
        for entry in &self.entries {
            if let Some(word) = kept.get_mut(entry.id as usize / 64) {
                *word |= 1 << (entry.id % 64);
            }
        }
        for (place, word) in kept.iter_mut().enumerate() {
            let mut left = *word;
            while left != 0 {
                let bit = left.trailing_zeros();
                left &= left - 1;
                if !view.passes(place as u32 * 64 + bit) {
                    *word &= !(1 << bit);
                }
            }
        }
        self.entries
            .retain(|entry| kept.get(entry.id as usize / 64).is_some_and(|word| word & (1 << (entry.id % 64)) != 0));
    }

    /// Takes in rows that were added, changed or removed. `id_bound` is one past the largest id.
    pub fn settle(&mut self, dirty: &[u32], id_bound: usize, view: &impl View) {
        if dirty.is_empty() {
            return;
        }
        let mut marked = vec![0u64; id_bound.div_ceil(64)];
        let mut fresh = Vec::with_capacity(dirty.len());
        for &id in dirty {
            let (word, bit) = (id as usize / 64, 1u64 << (id % 64));
            let Some(word) = marked.get_mut(word) else { continue };
            if *word & bit == 0 {
                *word |= bit;
                fresh.extend(view.prefix(id).map(|prefix| Entry { prefix, id }));
            }
        }
        self.entries
            .retain(|entry| marked.get(entry.id as usize / 64).is_none_or(|word| word & (1 << (entry.id % 64)) == 0));
        fresh.sort_unstable_by(|left, right| order(view, left, right));
        self.merge(fresh, view);
    }

    /// Merges from the back, in place.
    fn merge(&mut self, fresh: Vec<Entry>, view: &impl View) {
        let mut left = self.entries.len();
        let mut right = fresh.len();
        let Some(filler) = fresh.first().copied() else { return };
        self.entries.resize(left + right, filler);
        while right > 0 {
            let place = left + right - 1;
            if left > 0 && order(view, &self.entries[left - 1], &fresh[right - 1]) == Ordering::Greater {
                self.entries[place] = self.entries[left - 1];
                left -= 1;
            } else {
                self.entries[place] = fresh[right - 1];
                right -= 1;
            }
        }
    }
}

#[cfg(test)]
mod tests;
