//! Lists as they were at a version: the objects of now with the later changes taken back.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Entry, Gone, Key, Store};
use crate::demo::kinds::KindIndex;

impl Store {
    /// The objects of a kind after `start` as they were at `rv`, over the cluster or in one namespace.
    ///
    /// # Errors
    /// [`Gone`] when the history does not reach back to `rv`.
    pub fn at(
        &self,
        kind: KindIndex,
        rv: u64,
        namespace: Option<&str>,
        start: Option<&Key>,
    ) -> Result<Vec<Arc<Entry>>, Gone> {
        let table = &self.tables[kind];
        if rv < table.forgotten {
            return Err(Gone { oldest: table.forgotten });
        }
        let mut undone: BTreeMap<&Key, Option<&Arc<Entry>>> = BTreeMap::new();
        for change in table.log.iter().rev().take_while(|change| change.rv > rv) {
            let key = &change.entry.key;
            let seen = namespace.is_none_or(|namespace| *key.namespace == *namespace);
            if seen && start.is_none_or(|start| key > start) {
                undone.insert(key, change.before.as_ref());
            }
        }
        let mut out = Vec::new();
        let mut undone = undone.into_iter().peekable();
        for (key, entry) in table.after(start, namespace) {
            while let Some((_, before)) = undone.next_if(|(earlier, _)| *earlier < key) {
                out.extend(before.cloned());
            }
            match undone.next_if(|(same, _)| *same == key) {
                Some((_, before)) => out.extend(before.cloned()),
                None => out.push(entry.clone()),
            }
        }
        out.extend(undone.filter_map(|(_, before)| before.cloned()));
        Ok(out)
    }
}
