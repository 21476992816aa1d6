//! Interning of strings that repeat over thousands of rows: namespaces, nodes, images, reasons, label keys.

use std::collections::HashSet;
use std::sync::Arc;

use super::object::Owner;

/// Gives the same `Arc<str>` for the same text. One pool per watch; it forgets what no row holds any more when it grows.
#[derive(Debug, Default)]
pub struct Pool {
    texts: HashSet<Arc<str>>,
    owners: HashSet<Arc<Owner>>,
    sweep_at: usize,
}

/// Below this many entries a sweep is not worth its pass.
const SWEEP_FLOOR: usize = 4096;

impl Pool {
    pub fn text(&mut self, text: &str) -> Arc<str> {
        if let Some(found) = self.texts.get(text) {
            return found.clone();
        }
        self.sweep_if_grown();
        let fresh: Arc<str> = Arc::from(text);
        self.texts.insert(fresh.clone());
        fresh
    }

    pub fn owner(&mut self, owner: Owner) -> Arc<Owner> {
        if let Some(found) = self.owners.get(&owner) {
            return found.clone();
        }
        self.sweep_if_grown();
        let fresh = Arc::new(owner);
        self.owners.insert(fresh.clone());
        fresh
    }

    fn sweep_if_grown(&mut self) {
        let held = self.texts.len() + self.owners.len();
        if held < self.sweep_at.max(SWEEP_FLOOR) {
            return;
        }
        self.owners.retain(|owner| Arc::strong_count(owner) > 1);
        self.texts.retain(|text| Arc::strong_count(text) > 1);
        self.sweep_at = (self.texts.len() + self.owners.len()) * 2;
    }
}
