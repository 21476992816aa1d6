//! Rows of one kind in one cluster, found by key or by a small stable id.

use std::hash::{BuildHasher, RandomState};

use hashbrown::HashTable;

use crate::domain::cronjob::CronJobRow;
use crate::domain::delta::Scope;
use crate::domain::ids::ObjectKey;
use crate::domain::job::JobRow;
use crate::domain::namespace::NamespaceRow;
use crate::domain::node::NodeRow;
use crate::domain::object::Meta;
use crate::domain::pod::PodRow;

/// A row's place in its table: stable while the row lives, reused after it is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RowId(pub u32);

/// Rows that carry object metadata.
pub trait HasMeta {
    fn meta(&self) -> &Meta;
}

macro_rules! has_meta {
    ($($row:ty),+) => { $(impl HasMeta for $row { fn meta(&self) -> &Meta { &self.meta } })+ };
}
has_meta!(NamespaceRow, JobRow, CronJobRow, PodRow, NodeRow);

#[derive(Debug)]
struct Slot<R> {
    /// The list that this row was last part of; watch events carry the epoch of the list before them.
    epoch: u32,
    row: R,
}

/// A slab with an index by namespace and name. The index holds ids alone, so that a key is kept once.
#[derive(Debug)]
pub struct Table<R> {
    slots: Vec<Option<Slot<R>>>,
    free: Vec<u32>,
    by_key: HashTable<u32>,
    hasher: RandomState,
}

impl<R> Default for Table<R> {
    fn default() -> Self {
        Self { slots: Vec::new(), free: Vec::new(), by_key: HashTable::new(), hasher: RandomState::new() }
    }
}

impl<R: HasMeta> Table<R> {
    pub fn len(&self) -> usize {
        self.by_key.len()
    }

    pub fn is_empty(&self) -> bool {
        self.by_key.is_empty()
    }

    /// One past the largest id ever given: what a bit set over ids must hold.
    pub fn id_bound(&self) -> usize {
        self.slots.len()
    }

    pub fn get(&self, id: RowId) -> Option<&R> {
        self.slots.get(id.0 as usize)?.as_ref().map(|slot| &slot.row)
    }

    pub fn find(&self, key: &ObjectKey) -> Option<RowId> {
        let hash = self.hasher.hash_one(key);
        self.by_key.find(hash, |id| self.key_is(*id, key)).map(|id| RowId(*id))
    }

    pub fn by_key(&self, key: &ObjectKey) -> Option<&R> {
        self.get(self.find(key)?)
    }

    /// Puts a row in place of one with its key, or adds it. Gives its id and the row that stood there.
    pub fn upsert(&mut self, epoch: u32, row: R) -> (RowId, Option<R>) {
        if let Some(id) = self.find(&row.meta().key) {
            let old = self.slots[id.0 as usize].replace(Slot { epoch, row });
            return (id, old.map(|slot| slot.row));
        }
        let hash = self.hasher.hash_one(&row.meta().key);
        let id = match self.free.pop() {
            Some(id) => {
                self.slots[id as usize] = Some(Slot { epoch, row });
                id
            }
            None => {
                self.slots.push(Some(Slot { epoch, row }));
                (self.slots.len() - 1) as u32
            }
        };
        let (slots, hasher) = (&self.slots, &self.hasher);
        self.by_key.insert_unique(hash, id, |id| match &slots[*id as usize] {
            Some(slot) => hasher.hash_one(&slot.row.meta().key),
            None => 0,
        });
        (RowId(id), None)
    }

    pub fn remove(&mut self, key: &ObjectKey) -> Option<(RowId, R)> {
        let id = self.find(key)?;
        let hash = self.hasher.hash_one(key);
        let slots = &self.slots;
        let entry = self
            .by_key
            .find_entry(hash, |id| slots[*id as usize].as_ref().is_some_and(|slot| slot.row.meta().key == *key));
        if let Ok(entry) = entry {
            entry.remove();
        }
        let slot = self.slots[id.0 as usize].take()?;
        self.free.push(id.0);
        Some((id, slot.row))
    }

    pub fn iter(&self) -> impl Iterator<Item = (RowId, &R)> {
        self.slots.iter().enumerate().filter_map(|(id, slot)| slot.as_ref().map(|slot| (RowId(id as u32), &slot.row)))
    }

    /// Keys of rows in `scope` that the list of `epoch` did not name.
    pub fn older_than(&self, scope: &Scope, epoch: u32) -> Vec<ObjectKey> {
        let in_scope = |key: &ObjectKey| match scope {
            Scope::Cluster => true,
            Scope::Namespace(namespace) => key.namespace == *namespace,
        };
        let old = self.slots.iter().flatten().filter(|slot| slot.epoch < epoch && in_scope(&slot.row.meta().key));
        old.map(|slot| slot.row.meta().key.clone()).collect()
    }

    fn key_is(&self, id: u32, key: &ObjectKey) -> bool {
        self.slots[id as usize].as_ref().is_some_and(|slot| slot.row.meta().key == *key)
    }
}
