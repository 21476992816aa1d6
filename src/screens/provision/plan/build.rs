//! The rows of the page in their order, by what is folded and what passes the filter.

use super::row::{Group, Holder, Row};
use super::{PlanPage, details::Details};
use crate::domain::terraform::plan::Entry;

/// Changes that are told on top until more are asked for.
const LOST: usize = 5;

impl PlanPage {
    /// The rows; with `through` as if no module and no group were folded.
    pub(super) fn build(&self, through: bool) -> Vec<Row> {
        let mut rows = Vec::new();
        if !self.filter.is_active() {
            rows.extend((0..self.notes.len()).map(Row::Note));
            self.build_lost(&mut rows);
        }
        rows.push(Row::Group(Group::Resources));
        let is_open = |group: Group| through || !self.groups_folded.contains(&group);
        if is_open(Group::Resources) {
            self.build_tree(through, &mut rows);
        }
        let outputs = (0..self.plan.outputs.len()).map(Holder::Output);
        let drift = (0..self.plan.drift.len()).map(Holder::Drift);
        self.build_group(Group::Outputs, outputs, is_open(Group::Outputs), &mut rows);
        self.build_group(Group::Drift, drift, is_open(Group::Drift), &mut rows);
        rows
    }

    fn build_lost(&self, rows: &mut Vec<Row>) {
        if self.lost.is_empty() {
            return;
        }
        rows.push(Row::Group(Group::Lost));
        // One more line costs no more than the line that says so.
        let told = if self.all_lost || self.lost.len() <= LOST + 1 { self.lost.len() } else { LOST };
        rows.extend(self.lost.iter().take(told).map(|place| Row::Lost(*place)));
        if told < self.lost.len() {
            rows.push(Row::LostMore);
        }
    }

    fn build_tree(&self, through: bool, rows: &mut Vec<Row>) {
        let entries = self.tree.entries();
        let mut at = 0;
        while let Some(entry) = entries.get(at) {
            match entry {
                Entry::Module { within, .. } => {
                    let passes = self.filter.passes_in(at, *within);
                    if passes {
                        rows.push(Row::Module(at));
                    }
                    if !passes || !through && !self.is_module_open(at) {
                        at += within;
                    }
                }
                Entry::Change { place, .. } => build_thing(&self.details, self.passing(Holder::Change(*place)), rows),
            }
            at += 1;
        }
    }

    fn build_group(&self, group: Group, all: impl Iterator<Item = Holder>, is_open: bool, rows: &mut Vec<Row>) {
        let mut passing = all.filter(|holder| self.filter.passes(*holder)).peekable();
        if passing.peek().is_none() {
            return;
        }
        rows.push(Row::Group(group));
        if is_open {
            passing.for_each(|holder| build_thing(&self.details, Some(holder), rows));
        }
    }

    fn passing(&self, holder: Holder) -> Option<Holder> {
        self.filter.passes(holder).then_some(holder)
    }

    /// Under a filter modules are open until they are folded anew.
    pub(super) fn is_module_open(&self, entry: usize) -> bool {
        match self.filter.is_active() {
            true => !self.folded_by_filter.contains(&entry),
            false => self.modules_open != self.modules_flipped.contains(&entry),
        }
    }

    pub(super) fn set_module_open(&mut self, entry: usize, open: bool) {
        let flipped = match self.filter.is_active() {
            true => (&mut self.folded_by_filter, !open),
            false => (&mut self.modules_flipped, self.modules_open != open),
        };
        match flipped {
            (set, true) => drop(set.insert(entry)),
            (set, false) => drop(set.remove(&entry)),
        }
    }

    /// What is around a row: folding it would take the row away.
    pub(super) fn parent(&self, row: Row) -> Option<Row> {
        let in_module = |entry: usize| match self.parents.get(entry).copied().flatten() {
            Some(module) => Row::Module(module),
            None => Row::Group(Group::Resources),
        };
        match row {
            Row::Note(_) | Row::Group(_) => None,
            Row::Lost(_) | Row::LostMore => Some(Row::Group(Group::Lost)),
            Row::Module(entry) => Some(in_module(entry)),
            Row::Thing(Holder::Change(place)) => Some(in_module(self.entry_of.get(place).copied()?)),
            Row::Thing(Holder::Output(_)) => Some(Row::Group(Group::Outputs)),
            Row::Thing(Holder::Drift(_)) => Some(Row::Group(Group::Drift)),
            Row::Nothing(holder) | Row::Attribute(holder, _) => Some(Row::Thing(holder)),
            Row::Part(holder, attribute, _) => Some(Row::Attribute(holder, attribute)),
        }
    }

    /// Where a row's thing or module stands in the tree.
    pub(super) fn entry(&self, row: Row) -> Option<usize> {
        match row {
            Row::Module(entry) => Some(entry),
            row => match row.holder()? {
                Holder::Change(place) => self.entry_of.get(place).copied(),
                Holder::Output(_) | Holder::Drift(_) => None,
            },
        }
    }
}

fn build_thing(details: &Details, holder: Option<Holder>, rows: &mut Vec<Row>) {
    let Some(holder) = holder else { return };
    rows.push(Row::Thing(holder));
    if !details.is_open(holder) {
        return;
    }
    let attributes = details.seen(holder).len();
    if attributes == 0 {
        rows.push(Row::Nothing(holder));
    }
    for attribute in 0..attributes {
        rows.push(Row::Attribute(holder, attribute));
        rows.extend((0..details.parts(holder, attribute).len()).map(|line| Row::Part(holder, attribute, line)));
    }
}
