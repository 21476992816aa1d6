//! What one cluster holds: its objects by kind, and the bounded history that watches and old lists are served from.

mod entry;
mod key;
mod snapshot;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, VecDeque};
use std::ops::Bound;
use std::sync::Arc;

use serde_json::Value;

pub use self::entry::{Body, Entry};
pub use self::key::Key;
pub use self::snapshot::{Page, Range};
use super::bulk::Bulk;
use super::kinds::{KindIndex, Kinds};
use super::wire::time;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Happened {
    Added,
    Modified,
    Deleted,
}

/// One step of a kind's history.
#[derive(Debug, Clone)]
pub struct Change {
    pub rv: u64,
    pub happened: Happened,
    /// The object after the change; for `Deleted` its last state, with the version of the deletion.
    pub entry: Arc<Entry>,
    pub before: Option<Arc<Entry>>,
}

/// A version that the history no longer reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gone {
    /// The oldest version that a watch may start from.
    pub oldest: u64,
}

#[derive(Debug, Default)]
struct Table {
    objects: BTreeMap<Key, Arc<Entry>>,
    log: VecDeque<Change>,
    /// Changes up to this version are forgotten.
    forgotten: u64,
}

/// Objects and history of one cluster. Versions count over all kinds, as etcd's revisions do.
#[derive(Debug)]
pub struct Store {
    rv: u64,
    tables: Vec<Table>,
    history: usize,
    /// Unix milliseconds while the past is made up; afterwards the system's clock holds.
    past: Option<i64>,
}

impl Store {
    /// An empty store that remembers `history` changes of each kind.
    pub fn new(history: usize) -> Self {
        let tables = Kinds::get().all.iter().map(|_| Table::default()).collect();
        Self { rv: 1000, tables, history: history.max(1), past: None }
    }

    /// Unix milliseconds.
    pub fn now(&self) -> i64 {
        self.past.unwrap_or_else(time::now_millis)
    }

    /// Lets the store live in the past, or (`None`) by the system's clock.
    pub fn set_past(&mut self, millis: Option<i64>) {
        self.past = millis;
    }

    /// The version of the latest change.
    pub fn rv(&self) -> u64 {
        self.rv
    }

    pub fn get(&self, kind: KindIndex, key: &Key) -> Option<&Arc<Entry>> {
        self.tables[kind].objects.get(key)
    }

    /// The objects of a kind in the order of their keys, over the cluster or in one namespace.
    pub fn range<'a>(
        &'a self,
        kind: KindIndex,
        namespace: Option<&str>,
    ) -> impl Iterator<Item = &'a Arc<Entry>> + use<'a> {
        let (from, to) = key::bounds(namespace);
        self.tables[kind].objects.range((from, to)).map(|(_, entry)| entry)
    }

    /// Puts an object in without history: it was there before anybody looked.
    pub fn load(&mut self, kind: KindIndex, key: Key, body: Body) {
        self.rv += 1;
        let entry = Arc::new(Entry::new(key.clone(), self.rv, body));
        self.tables[kind].objects.insert(key, entry);
    }

    /// Ends the loading: no version before this one can be watched from or listed.
    pub fn loaded(&mut self) {
        for table in &mut self.tables {
            table.forgotten = self.rv;
            table.log.clear();
        }
    }

    /// Creates or replaces an object.
    pub fn put(&mut self, kind: KindIndex, key: Key, value: Value) -> Arc<Entry> {
        self.put_body(kind, key, Body::Full(Box::new(value)))
    }

    pub fn put_bulk(&mut self, kind: KindIndex, key: Key, bulk: Bulk) -> Arc<Entry> {
        self.put_body(kind, key, Body::Bulk(bulk))
    }

    fn put_body(&mut self, kind: KindIndex, key: Key, body: Body) -> Arc<Entry> {
        self.rv += 1;
        let entry = Arc::new(Entry::new(key.clone(), self.rv, body));
        let before = self.tables[kind].objects.insert(key, entry.clone());
        let happened = if before.is_some() { Happened::Modified } else { Happened::Added };
        self.remember(kind, Change { rv: self.rv, happened, entry: entry.clone(), before });
        entry
    }

    /// Takes an object out; what is returned has the version of the deletion.
    pub fn remove(&mut self, kind: KindIndex, key: &Key) -> Option<Arc<Entry>> {
        let before = self.tables[kind].objects.remove(key)?;
        self.rv += 1;
        let entry = Arc::new(before.at(self.rv));
        let change = Change { rv: self.rv, happened: Happened::Deleted, entry: entry.clone(), before: Some(before) };
        self.remember(kind, change);
        Some(entry)
    }

    fn remember(&mut self, kind: KindIndex, change: Change) {
        let table = &mut self.tables[kind];
        if table.log.len() >= self.history
            && let Some(oldest) = table.log.pop_front()
        {
            table.forgotten = oldest.rv;
        }
        table.log.push_back(change);
    }

    /// Up to `limit` changes of a kind after a version.
    ///
    /// # Errors
    /// [`Gone`] when some of them are forgotten.
    pub fn changes(&self, kind: KindIndex, after: u64, limit: usize) -> Result<Vec<Change>, Gone> {
        let table = &self.tables[kind];
        if after < table.forgotten {
            return Err(Gone { oldest: table.forgotten });
        }
        let from = table.log.partition_point(|change| change.rv <= after);
        Ok(table.log.range(from..).take(limit).cloned().collect())
    }
}

impl Table {
    fn after(&self, key: Option<&Key>, namespace: Option<&str>) -> impl Iterator<Item = (&Key, &Arc<Entry>)> {
        let (from, to) = key::bounds(namespace);
        let from = key.map_or(from, |key| Bound::Excluded(key.clone()));
        let beyond = match (&from, &to) {
            (Bound::Excluded(from), Bound::Included(to)) => from >= to,
            _ => false,
        };
        let range = (!beyond).then(|| self.objects.range((from, to)));
        range.into_iter().flatten()
    }
}
