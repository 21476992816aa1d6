//! The attributes of what is seen: they are read from the file's text when somebody looks, and kept while somebody does.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use super::row::Holder;
use super::value::{Part, parts};
use crate::domain::terraform::plan::{Attribute, Plan};

/// Things whose attributes are kept beside those that are unfolded.
const KEPT: usize = 500;

#[derive(Default)]
pub struct Details {
    /// Unfolded things.
    open: HashSet<Holder>,
    known: HashMap<Holder, Vec<Attribute>>,
    /// Values that are told in full, line by line.
    full: HashMap<(Holder, usize), Vec<Part>>,
}

impl Details {
    pub fn is_open(&self, holder: Holder) -> bool {
        self.open.contains(&holder)
    }

    pub fn is_full(&self, holder: Holder, attribute: usize) -> bool {
        self.full.contains_key(&(holder, attribute))
    }

    pub fn open(&mut self, plan: &Plan, holder: Holder) {
        self.open.insert(holder);
        self.learn(plan, holder);
    }

    pub fn fold(&mut self, holder: Holder) {
        self.open.remove(&holder);
    }

    pub fn fold_all(&mut self) {
        self.open.clear();
        self.full.clear();
    }

    /// Tells a value in full.
    pub fn tell(&mut self, plan: &Plan, holder: Holder, attribute: usize) {
        let told = self.of(plan, holder).get(attribute).map(parts).unwrap_or_default();
        self.full.insert((holder, attribute), told);
    }

    pub fn cut(&mut self, holder: Holder, attribute: usize) {
        self.full.remove(&(holder, attribute));
    }

    pub fn parts(&self, holder: Holder, attribute: usize) -> &[Part] {
        self.full.get(&(holder, attribute)).map(Vec::as_slice).unwrap_or_default()
    }

    /// The attributes of what is unfolded; nothing of what is folded, even if it is known.
    pub fn seen(&self, holder: Holder) -> &[Attribute] {
        let known = self.open.contains(&holder).then(|| self.known.get(&holder)).flatten();
        known.map(Vec::as_slice).unwrap_or_default()
    }

    /// The attributes, read anew where they are not kept.
    pub fn of<'a>(&'a self, plan: &Plan, holder: Holder) -> Cow<'a, [Attribute]> {
        match self.known.get(&holder) {
            Some(known) => Cow::Borrowed(known),
            None => Cow::Owned(read(plan, holder)),
        }
    }

    /// Reads and keeps what is on the page; what was on others goes when it is much.
    pub fn look_at(&mut self, plan: &Plan, holders: impl Iterator<Item = Holder>) {
        if self.known.len() > self.open.len() + KEPT {
            self.known.retain(|holder, _| self.open.contains(holder));
        }
        holders.for_each(|holder| self.learn(plan, holder));
    }

    #[cfg(test)]
    pub fn kept(&self) -> usize {
        self.known.len()
    }

    fn learn(&mut self, plan: &Plan, holder: Holder) {
        self.known.entry(holder).or_insert_with(|| read(plan, holder));
    }
}

fn read(plan: &Plan, holder: Holder) -> Vec<Attribute> {
    let attributes = match holder {
        Holder::Change(place) => plan.changes.get(place).map(|change| change.attributes()),
        Holder::Drift(place) => plan.drift.get(place).map(|change| change.attributes()),
        Holder::Output(place) => plan.outputs.get(place).map(|output| output.attributes()),
    };
    attributes.unwrap_or_default()
}
