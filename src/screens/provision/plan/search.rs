//! Searching without hiding: in everything that passes the filter, whether it is folded away or not.

use regex::Regex;

use super::PlanPage;
use super::row::{Holder, Row};
use crate::domain::terraform::plan::Entry;

impl PlanPage {
    /// Goes to the next row found after the cursor (1), the one before (-1), or the first from the cursor on (0), round
    /// the ends.
    pub(super) fn go_found(&mut self, by: isize) {
        let Some(pattern) = &self.search.pattern else { return };
        let all = self.build(true);
        let found: Vec<usize> =
            (0..all.len()).filter(|place| all.get(*place).is_some_and(|row| self.finds(pattern, *row))).collect();
        let here = self.selected().and_then(|row| all.iter().position(|other| *other == row)).unwrap_or(0);
        if let Some(row) = self.search.go(&found, here, by).and_then(|at| all.get(at).copied()) {
            self.reveal(row);
        }
    }

    fn finds(&self, pattern: &Regex, row: Row) -> bool {
        let is = |text: &str| pattern.is_match(text);
        match row {
            // What is told on top is found where it stands in the tree.
            Row::Group(_) | Row::Lost(_) | Row::LostMore | Row::Nothing(_) => false,
            Row::Note(line) => self.notes.get(line).is_some_and(|text| is(text)),
            Row::Module(entry) => match self.tree.entries().get(entry) {
                Some(Entry::Module { address, .. }) => {
                    is(address.rsplit_once("module.").map_or(address, |(_, own)| own))
                }
                Some(Entry::Change { .. }) | None => false,
            },
            Row::Thing(Holder::Output(place)) => self.plan.outputs.get(place).is_some_and(|output| is(&output.name)),
            Row::Thing(holder) => self.change(holder).is_some_and(|change| {
                let other = [&change.moved_from, &change.imported];
                is(&change.address) || other.into_iter().flatten().any(|text| is(text))
            }),
            Row::Attribute(holder, place) => self.details.seen(holder).get(place).is_some_and(|attribute| {
                let (before, after) = attribute.sides();
                is(attribute.name()) || is(&before) || is(&after)
            }),
            Row::Part(holder, attribute, line) => {
                self.details.parts(holder, attribute).get(line).is_some_and(|part| is(&part.text))
            }
        }
    }
}
