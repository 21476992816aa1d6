//! Which lines a form has, and how one goes through them.

use super::FormPage;
use super::field::Group;

/// A line that can have the focus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Row {
    /// By its place among all fields.
    Field(usize),
    /// What hides or shows everything that stays at its default.
    Fold,
}

impl FormPage {
    /// Those that are shown, from top to bottom.
    pub(super) fn rows(&self) -> Vec<Row> {
        let of = |group: Group| (0..self.fields.len()).filter(move |at| self.group(*at) == Some(group));
        let mut rows: Vec<Row> = of(Group::Main).map(Row::Field).collect();
        if of(Group::Rest).next().is_some() {
            rows.push(Row::Fold);
            rows.extend(of(Group::Rest).filter(|at| self.is_shown(*at)).map(Row::Field));
        }
        rows
    }

    fn group(&self, at: usize) -> Option<Group> {
        self.fields.get(at).map(|field| field.group)
    }

    /// Whether a field stands there although it belongs behind the fold: it says something, or somebody is on it.
    fn is_shown(&self, at: usize) -> bool {
        let says = self.fields.get(at).is_some_and(|field| !field.is_blank() || field.group == Group::Main);
        self.unfolded || says || self.focus == Row::Field(at) || !self.problems.of(at).is_empty()
    }

    /// How many fields the fold hides, or would hide.
    pub(super) fn folded(&self) -> usize {
        let rest = self.fields.iter().enumerate().filter(|(_, field)| field.group == Group::Rest);
        rest.filter(|(at, field)| field.is_blank() && self.problems.of(*at).is_empty()).count()
    }

    /// So many lines down, and not over the ends.
    pub(super) fn step(&mut self, by: isize) {
        let rows = self.rows();
        let here = rows.iter().position(|row| *row == self.focus).unwrap_or(0);
        let to = here.saturating_add_signed(by).min(rows.len().saturating_sub(1));
        self.focus = rows.get(to).copied().unwrap_or(self.focus);
    }

    pub(super) fn go(&mut self, row: Row) {
        if self.rows().contains(&row) {
            self.focus = row;
        }
    }

    pub(super) fn toggle_fold(&mut self) {
        self.unfolded = !self.unfolded;
        if let Row::Field(at) = self.focus
            && self.group(at) == Some(Group::Rest)
            && self.fields.get(at).is_some_and(|field| field.is_blank())
            && !self.unfolded
        {
            self.focus = Row::Fold;
        }
    }
}
