//! What a person does to the page. Pure: no I/O, no clock.

use std::collections::{HashMap, HashSet};

use super::row::{Group, Holder, Row};
use super::value::is_long;
use super::{PlanPage, wrapped};
use crate::domain::terraform::plan::{ActionKind, Entry, Tree};
use crate::domain::text::clean;

/// What is done to the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlanAction {
    /// So many rows down; negative is up.
    Step(isize),
    Page(isize),
    Home,
    End,
    /// To a row, counted from the first one of all: what a click does.
    To(usize),
    /// Folds the row, or goes to what is around it.
    Fold,
    /// Unfolds the row, or goes into it.
    Unfold,
    /// Unfolds what is folded and the other way round; from what is told on top it goes to its place in the tree.
    Toggle,
    UnfoldAll,
    FoldAll,
    /// Keeps one kind of change.
    Only(Option<ActionKind>),
    /// The next kind that the plan has, then all of them again.
    CycleOnly,
    /// Keeps changes with each of the words in address, type or unfolded attributes; empty keeps all.
    Filter(String),
    /// Goes to the first row from here that has the text; empty ends the search.
    Search(String),
    Next,
    Previous,
    /// To the next change that destroys something.
    NextDestroyed,
}

/// Changes that are unfolded at once: more than that nobody reads, and each must be read from the file.
const AT_ONCE: usize = 500;

impl PlanPage {
    /// Does `action` on a page of `page_rows` rows.
    pub fn act(&mut self, action: PlanAction, page_rows: usize) {
        self.answer = None;
        match action {
            PlanAction::Step(by) => self.step(by),
            PlanAction::Page(by) => self.step(by.saturating_mul(page_rows.saturating_sub(1).max(1) as isize)),
            PlanAction::Home => self.cursor = 0,
            PlanAction::End => self.cursor = usize::MAX,
            PlanAction::To(place) => self.cursor = place,
            PlanAction::Fold => self.fold_or_leave(),
            PlanAction::Unfold => self.unfold_or_enter(),
            PlanAction::Toggle => self.toggle(),
            PlanAction::UnfoldAll => self.unfold_all(),
            PlanAction::FoldAll => self.fold_all(),
            PlanAction::Only(only) => self.refilter(|page| page.filter.only = only),
            PlanAction::CycleOnly => self.refilter(|page| page.filter.only = page.filter.next_kind()),
            PlanAction::Filter(text) => self.refilter(|page| page.filter.set_text(&text)),
            PlanAction::Search(text) => {
                self.search.set(&text);
                self.go_found(0);
            }
            PlanAction::Next => self.go_found(1),
            PlanAction::Previous => self.go_found(-1),
            PlanAction::NextDestroyed => self.next_destroyed(),
        }
        self.cursor = self.cursor.min(self.rows.len().saturating_sub(1));
        let last = self.cursor.saturating_add(1).saturating_sub(page_rows.max(1));
        self.offset = self.offset.clamp(last, self.cursor.max(last)).min(self.rows.len().saturating_sub(page_rows));
        self.look_at(page_rows.min(1_000));
    }

    /// Reads the attributes of what stands on the page: its rows tell something of them.
    pub(super) fn look_at(&mut self, page_rows: usize) {
        let on_page = self.rows.iter().skip(self.offset).take(page_rows);
        let holders = on_page.filter_map(|row| match row {
            Row::Lost(place) => Some(Holder::Change(*place)),
            row => row.holder(),
        });
        self.details.look_at(&self.plan, holders);
    }

    fn step(&mut self, by: isize) {
        self.cursor = self.cursor.saturating_add_signed(by);
    }

    /// Makes the rows anew; the cursor stays on its row, or on what is left of it.
    /// Takes in what came after the plan: more warnings, and words beside resources by their address.
    pub fn add(&mut self, notes: &[String], beside: HashMap<String, String>) {
        self.notes.extend(notes.iter().flat_map(|words| wrapped(words)));
        let beside = beside.into_iter().map(|(address, words)| (address, clean(&words).into_owned()));
        self.head.beside.extend(beside);
        self.rebuild();
    }

    fn rebuild(&mut self) {
        let was = self.selected();
        self.rows = self.build(false);
        if let Some(row) = was {
            self.stand_on(row);
        }
    }

    fn stand_on(&mut self, row: Row) {
        let place = |wanted: Row| self.rows.iter().position(|other| *other == wanted);
        let entry = self.entry(row);
        let resources = Row::Group(Group::Resources);
        let mut around = std::iter::successors(Some(row), |row| self.parent(*row));
        let around = around.by_ref().filter(|row| entry.is_none() || *row != resources).find_map(place);
        // Where a filter took the modules around too, the next row of the tree stands for the one that is gone.
        let after = |row: &Row| entry.is_some() && self.entry(*row) >= entry;
        let next = || self.rows.iter().position(after).or_else(|| place(resources));
        if let Some(place) = around.or_else(next) {
            self.cursor = place;
        }
    }

    fn fold_or_leave(&mut self) {
        let Some(row) = self.selected() else { return };
        match self.is_open(row) {
            Some(true) => self.set_open(row, false),
            Some(false) | None => {
                let parent = self.parent(row);
                let place = parent.and_then(|parent| self.rows.iter().position(|other| *other == parent));
                self.cursor = place.unwrap_or(self.cursor);
            }
        }
    }

    fn unfold_or_enter(&mut self) {
        let Some(row) = self.selected() else { return };
        match self.is_open(row) {
            Some(false) => self.set_open(row, true),
            Some(true) => self.step(1),
            None => {}
        }
    }

    fn toggle(&mut self) {
        match self.selected() {
            Some(Row::Lost(place)) => {
                self.reveal(Row::Thing(Holder::Change(place)));
                self.set_open(Row::Thing(Holder::Change(place)), true);
            }
            Some(row) => {
                // A line within folds what it stands in.
                let within = matches!(row, Row::Part(..)).then(|| self.parent(row)).flatten();
                let row = within.unwrap_or(row);
                if let Some(is_open) = self.is_open(row) {
                    self.set_open(row, !is_open);
                }
            }
            None => {}
        }
    }

    /// `None` where there is nothing to unfold.
    pub(super) fn is_open(&self, row: Row) -> Option<bool> {
        match row {
            Row::Group(Group::Lost) => self.is_lost_long().then_some(self.all_lost),
            Row::LostMore => Some(false),
            Row::Group(Group::Resources) if self.plan.changes.is_empty() => None,
            Row::Group(group) => Some(!self.groups_folded.contains(&group)),
            Row::Module(entry) => Some(self.is_module_open(entry)),
            Row::Thing(holder) => Some(self.details.is_open(holder)),
            Row::Attribute(holder, place) => {
                let is_long = self.details.seen(holder).get(place).is_some_and(is_long);
                is_long.then(|| self.details.is_full(holder, place))
            }
            Row::Note(_) | Row::Lost(_) | Row::Nothing(_) | Row::Part(..) => None,
        }
    }

    /// Whether there is more that is lost than stands on top at first.
    fn is_lost_long(&self) -> bool {
        self.all_lost || self.rows.contains(&Row::LostMore)
    }

    fn set_open(&mut self, row: Row, open: bool) {
        match row {
            Row::Group(Group::Lost) | Row::LostMore => self.all_lost = open,
            Row::Group(group) if open => drop(self.groups_folded.remove(&group)),
            Row::Group(group) => drop(self.groups_folded.insert(group)),
            Row::Module(entry) => self.set_module_open(entry, open),
            Row::Thing(holder) if open => self.details.open(&self.plan, holder),
            Row::Thing(holder) => self.details.fold(holder),
            Row::Attribute(holder, place) if open => self.details.tell(&self.plan, holder, place),
            Row::Attribute(holder, place) => self.details.cut(holder, place),
            Row::Note(_) | Row::Lost(_) | Row::Nothing(_) | Row::Part(..) => {}
        }
        let at = self.cursor;
        self.rebuild();
        if row == Row::LostMore {
            // Where it said that there is more, there is more now.
            self.cursor = at;
        }
    }

    /// Unfolds modules and groups; what changes in each resource too, as long as that can be read.
    fn unfold_all(&mut self) {
        self.groups_folded.clear();
        self.modules_flipped.clear();
        self.folded_by_filter.clear();
        self.modules_open = true;
        let things: Vec<Holder> = self.build(true).into_iter().filter_map(thing).collect();
        match things.len() <= AT_ONCE {
            true => things.into_iter().for_each(|holder| self.details.open(&self.plan, holder)),
            false => {
                self.answer = Some(format!("{} changes stay folded: a filter makes them fewer", things.len()));
            }
        }
        self.rebuild();
    }

    fn fold_all(&mut self) {
        self.details.fold_all();
        self.modules_open = false;
        self.modules_flipped.clear();
        self.all_lost = false;
        if self.filter.is_active() {
            self.folded_by_filter = modules(&self.tree);
        }
        self.rebuild();
    }

    fn refilter(&mut self, set: impl FnOnce(&mut Self)) {
        set(self);
        self.folded_by_filter.clear();
        let (plan, tree) = (&self.plan, &self.tree);
        self.filter.apply(plan, tree, &self.details);
        self.rebuild();
    }

    fn next_destroyed(&mut self) {
        let all = self.build(true);
        let is_lost = |row: &Row| match row {
            Row::Thing(Holder::Change(place)) => self.lost.binary_search(place).is_ok(),
            _ => false,
        };
        let here = self.selected().and_then(|row| all.iter().position(|other| *other == row));
        let after = here.map_or(0, |here| here + 1);
        let next = all.iter().skip(after).find(|row| is_lost(row)).or_else(|| all.iter().find(|row| is_lost(row)));
        match next.copied() {
            Some(row) => self.reveal(row),
            None => self.answer = Some("nothing that is shown is destroyed".to_owned()),
        }
    }

    /// Unfolds what is around a row and goes to it.
    pub(super) fn reveal(&mut self, row: Row) {
        let around: Vec<Row> = std::iter::successors(self.parent(row), |row| self.parent(*row)).collect();
        for row in around {
            match row {
                Row::Module(entry) => self.set_module_open(entry, true),
                Row::Group(group) => drop(self.groups_folded.remove(&group)),
                _ => {}
            }
        }
        self.rows = self.build(false);
        self.stand_on(row);
    }
}

fn thing(row: Row) -> Option<Holder> {
    match row {
        Row::Thing(holder) => Some(holder),
        _ => None,
    }
}

fn modules(tree: &Tree) -> HashSet<usize> {
    let entries = tree.entries().iter().enumerate();
    entries.filter(|(_, entry)| matches!(entry, Entry::Module { .. })).map(|(place, _)| place).collect()
}
