//! Lists as they were at a version: the objects of now with the later changes taken back.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Entry, Gone, Key, Store};
use crate::demo::kinds::KindIndex;

/// Part of a list.
#[derive(Debug, Default)]
pub struct Page {
    pub entries: Vec<Arc<Entry>>,
    /// How many objects of the range (filtered or not) come after this page.
    pub left: usize,
    /// One of those passes the filter.
    pub more: bool,
}

/// Which objects of a kind are wanted.
#[derive(Clone, Copy)]
pub struct Range<'a> {
    /// The version of the list.
    pub rv: u64,
    pub namespace: Option<&'a str>,
    /// Only objects after this key.
    pub start: Option<&'a Key>,
    /// No more than this; 0 is all.
    pub limit: usize,
    pub filter: &'a dyn Fn(&Entry) -> bool,
}

impl Page {
    fn take(&mut self, entry: &Arc<Entry>, range: &Range) {
        if range.limit > 0 && self.entries.len() >= range.limit {
            self.left += 1;
            self.more = self.more || (range.filter)(entry);
        } else if (range.filter)(entry) {
            self.entries.push(entry.clone());
        }
    }
}

impl Store {
    /// The objects of a kind as they were at a version.
    ///
    /// # Errors
    /// [`Gone`] when the history does not reach back to it.
    pub fn at(&self, kind: KindIndex, range: Range) -> Result<Page, Gone> {
        let table = &self.tables[kind];
        if range.rv < table.forgotten {
            return Err(Gone { oldest: table.forgotten });
        }
        let mut undone: BTreeMap<&Key, Option<&Arc<Entry>>> = BTreeMap::new();
        for change in table.log.iter().rev().take_while(|change| change.rv > range.rv) {
            let key = &change.entry.key;
            let seen = range.namespace.is_none_or(|namespace| *key.namespace == *namespace);
            if seen && range.start.is_none_or(|start| key > start) {
                undone.insert(key, change.before.as_ref());
            }
        }
        let mut page = Page::default();
        let mut undone = undone.into_iter().peekable();
        for (key, entry) in table.after(range.start, range.namespace) {
            while let Some((_, before)) = undone.next_if(|(earlier, _)| *earlier < key) {
                before.iter().for_each(|before| page.take(before, &range));
            }
            match undone.next_if(|(same, _)| *same == key) {
                Some((_, before)) => before.iter().for_each(|before| page.take(before, &range)),
                None => page.take(entry, &range),
            }
        }
        undone.filter_map(|(_, before)| before).for_each(|before| page.take(before, &range));
        Ok(page)
    }
}
