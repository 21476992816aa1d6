//! One row of the page as pieces of text that fit its width.

use super::PlanPage;
use super::row::{Group, Holder, Row};
use super::value::{Side, pair};
use crate::domain::terraform::plan::{Action, ActionKind, Attribute, BECOMES, Entry, Shown, beside_update};
use crate::domain::text::{fit, fit_middle, width};
use crate::ui::ascii::{is_ascii, spelled};
use crate::ui::frame::Piece;
use crate::ui::theme::{Role, State, Theme};

/// Columns of the longest word for what happens.
const WORD: usize = 7;
/// Columns of a narrow page that words beside an address keep for themselves; what is lost is to be read whole.
const BESIDE: usize = 30;
const BESIDE_LOST: usize = 20;
/// The widest column of attributes' names.
const NAMES: usize = 32;

pub struct Painter<'a> {
    pub page: &'a PlanPage,
    pub theme: &'a Theme,
    /// Of the row without the cursor's column.
    pub columns: usize,
}

/// The pieces of a row, and the columns that are left.
struct Line {
    pieces: Vec<Piece>,
    left: usize,
}

impl Line {
    /// Puts as much of a text as fits.
    fn put(&mut self, text: &str, role: Role) {
        let text = fit(text, self.left);
        self.left -= width(&text);
        self.pieces.push(Piece::new(text, role));
    }

    fn gap(&mut self, columns: usize) {
        let columns = columns.min(self.left);
        self.left -= columns;
        self.pieces.push(Piece::new(" ".repeat(columns), Role::Text));
    }
}

/// What a kind of change looks like.
pub fn role(kind: ActionKind) -> Role {
    match kind {
        ActionKind::Destroy | ActionKind::Replace => Role::Broken,
        ActionKind::Other => Role::Warning,
        ActionKind::Forget => Role::Suspended,
        ActionKind::Update => Role::DiffChange,
        ActionKind::Create => Role::DiffAdd,
        ActionKind::Import | ActionKind::Move => Role::Accent,
        ActionKind::Read => Role::Dim,
        ActionKind::Stays => Role::Muted,
    }
}

impl Painter<'_> {
    pub fn row(&self, row: Row) -> Vec<Piece> {
        let mut line = Line { pieces: Vec::new(), left: self.columns };
        match row {
            Row::Note(at) => self.note(at, &mut line),
            Row::Group(group) => self.group(group, row, &mut line),
            Row::Lost(place) => self.lost(place, &mut line),
            Row::LostMore => {
                let told = self.page.rows.iter().filter(|row| matches!(row, Row::Lost(_))).count();
                line.gap(2);
                line.put(&format!("and {} more", self.page.lost.len() - told), Role::Broken);
            }
            Row::Module(entry) => self.module(entry, row, &mut line),
            Row::Thing(Holder::Output(place)) => self.output(place, row, &mut line),
            Row::Thing(holder) => self.resource(holder, row, &mut line),
            Row::Nothing(holder) => {
                line.gap(self.indent(holder) + 4);
                line.put("no attribute differs", Role::Muted);
            }
            Row::Attribute(holder, place) => self.attribute(holder, place, row, &mut line),
            Row::Part(holder, attribute, at) => self.part(holder, attribute, at, &mut line),
        }
        line.pieces
    }

    fn note(&self, at: usize, line: &mut Line) {
        let text = self.page.notes.get(at).map(String::as_str).unwrap_or_default();
        // The line that goes on is set in.
        let sign = if text.starts_with(' ') { " " } else { self.theme.sign(State::Warning) };
        line.put(&format!("{sign} "), Role::Warning);
        line.put(&self.spelled(text.trim_start()), Role::Warning);
    }

    fn group(&self, group: Group, row: Row, line: &mut Line) {
        let plan = &self.page.plan;
        let (title, words) = match group {
            Group::Lost => {
                line.put(&format!("{} ", self.theme.sign(State::Broken)), Role::Broken);
                line.put(&format!("{}:", self.page.lost_words), Role::Broken);
                return;
            }
            Group::Resources if plan.changes.is_empty() => {
                let state = if plan.is_errored { State::Warning } else { State::Ok };
                line.put(&format!("{} ", self.theme.sign(state)), state.role());
                line.put(&plan.nothing(), Role::Text);
                return;
            }
            Group::Resources => ("resources", self.counted()),
            Group::Outputs => ("outputs that change", plan.outputs.len().to_string()),
            Group::Drift => ("changed outside Terraform", plan.drift.len().to_string()),
        };
        line.put(&self.mark(row), Role::Dim);
        line.put(title, Role::Title);
        line.gap(2);
        line.put(&self.spelled(&words), Role::Dim);
    }

    fn counted(&self) -> String {
        let (plan, filter) = (&self.page.plan, &self.page.filter);
        let all = plan.changes.len();
        if filter.is_active() {
            return format!("{} of {all} changes pass the filter", filter.passing(plan));
        }
        let changes = if all == 1 { "1 change".to_owned() } else { format!("{all} changes") };
        match plan.unchanged {
            0 => changes,
            1 => format!("{changes} · 1 stays as it is"),
            many => format!("{changes} · {many} stay as they are"),
        }
    }

    fn module(&self, at: usize, row: Row, line: &mut Line) {
        let entries = self.page.tree.entries();
        let Some(Entry::Module { address, depth, summary, .. }) = entries.get(at) else { return };
        let around = self.page.parents.get(at).copied().flatten().and_then(|parent| entries.get(parent));
        let own = match around {
            Some(Entry::Module { address: around, .. }) => {
                address.strip_prefix(&**around).and_then(|rest| rest.strip_prefix('.')).unwrap_or(address)
            }
            _ => address,
        };
        line.gap(2 * (depth + 1));
        line.put(&self.mark(row), Role::Dim);
        let mut words = summary.short();
        for (number, what) in [(summary.import, "import"), (summary.moved, "move"), (summary.forget, "forget")] {
            if number > 0 {
                words.push_str(&format!("  {number} {what}"));
            }
        }
        let lost = if summary.destroy > 0 { Role::Broken } else { Role::Dim };
        self.beside(own, &[(words, lost)], BESIDE, line);
    }

    fn lost(&self, place: usize, line: &mut Line) {
        let holder = Holder::Change(place);
        let Some(change) = self.page.change(holder) else { return };
        line.gap(2);
        self.sign(ActionKind::of(change), line);
        let words = change.beside(&self.page.details.of(&self.page.plan, holder));
        self.beside(&change.address, &[(words, Role::Broken)], BESIDE_LOST, line);
    }

    fn resource(&self, holder: Holder, row: Row, line: &mut Line) {
        let Some(change) = self.page.change(holder) else { return };
        let kind = ActionKind::of(change);
        line.gap(self.indent(holder));
        line.put(&self.mark(row), Role::Dim);
        self.sign(kind, line);
        let words = change.beside(&self.page.details.of(&self.page.plan, holder));
        let words_role = match kind {
            ActionKind::Replace | ActionKind::Destroy => Role::Broken,
            ActionKind::Update => Role::Text,
            _ => Role::Dim,
        };
        let name = if matches!(holder, Holder::Drift(_)) { &change.address } else { change.name() };
        let mut words = vec![(words, words_role)];
        if matches!(holder, Holder::Change(_))
            && let Some(told) = self.page.head.beside.get(&*change.address)
        {
            words.push((told.clone(), Role::Dim));
        }
        self.beside(name, &words, BESIDE, line);
    }

    fn output(&self, place: usize, row: Row, line: &mut Line) {
        let Some(output) = self.page.plan.outputs.get(place) else { return };
        line.gap(2);
        line.put(&self.mark(row), Role::Dim);
        self.sign(ActionKind::from(&output.action), line);
        let attributes = self.page.details.of(&self.page.plan, Holder::Output(place));
        let words = match (&output.action, &*attributes) {
            (Action::Create, [one]) => one.sides().1.into_owned(),
            (Action::Delete, [one]) => one.sides().0.into_owned(),
            (_, all) => beside_update(all),
        };
        self.beside(&output.name, &[(words, Role::Text)], BESIDE, line);
    }

    fn attribute(&self, holder: Holder, place: usize, row: Row, line: &mut Line) {
        let all = self.page.details.seen(holder);
        let Some(attribute) = all.get(place) else { return };
        line.gap(self.indent(holder) + 4);
        line.put(&self.mark(row), Role::Dim);
        let names = all.iter().map(|it| width(it.name())).max().unwrap_or(0).min(NAMES).min(self.columns / 3);
        let name = fit_middle(attribute.name(), names);
        line.put(&name, Role::Info);
        line.gap(names - width(&name) + 2);
        let forces = if attribute.forces_replacement { "  forces replacement" } else { "" };
        let room = line.left.saturating_sub(forces.len());
        self.values(self.action(holder), attribute, room, line);
        line.put(forces, Role::Broken);
    }

    /// What is new has no before, and what goes no after.
    fn values(&self, action: Option<&Action>, attribute: &Attribute, room: usize, line: &mut Line) {
        let (before, after) = attribute.sides();
        let (before, after) = (self.spelled(&before), self.spelled(&after));
        let becomes = format!(" {} ", self.spelled(BECOMES));
        match action {
            Some(Action::Create | Action::CreateForget | Action::Read) if attribute.before == Shown::Absent => {
                line.put(&fit(&after, room), value_role(&attribute.after));
            }
            Some(Action::Delete | Action::Forget) => line.put(&fit(&before, room), value_role(&attribute.before)),
            _ => {
                let (before, after) = pair(&before, &after, room.saturating_sub(width(&becomes)));
                let old =
                    if matches!(attribute.before, Shown::Value(_)) { Role::Dim } else { value_role(&attribute.before) };
                line.put(&before, old);
                line.put(&becomes, Role::Muted);
                line.put(&after, value_role(&attribute.after));
            }
        }
    }

    fn part(&self, holder: Holder, attribute: usize, at: usize, line: &mut Line) {
        let Some(part) = self.page.details.parts(holder, attribute).get(at) else { return };
        let (sign, role) = match part.side {
            Side::Both => (" ", Role::Dim),
            Side::Before => ("-", Role::Broken),
            Side::After => ("+", Role::DiffAdd),
        };
        line.gap(self.indent(holder) + 6);
        line.put(&format!("{sign} "), role);
        line.put(&self.spelled(&part.text), role);
    }

    /// A name, and words at a column of their own as far as there is room.
    fn beside(&self, name: &str, words: &[(String, Role)], least: usize, line: &mut Line) {
        let words: Vec<(String, Role)> = words.iter().filter(|(text, _)| !text.is_empty()).cloned().collect();
        let needed: usize = words.iter().map(|(text, _)| width(text) + 2).sum();
        let least = needed.min(least).min(line.left / 2);
        let name = fit_middle(name, line.left.saturating_sub(least)).into_owned();
        line.put(&name, Role::Text);
        // In a column of their own they are told apart at a glance; where they would be cut there, they come earlier, at
        // one of a few places so that lines beside each other do not start anywhere.
        let here = self.columns - line.left;
        let fits = |place: &usize| place + needed <= self.columns;
        let place = [11, 8, 5].map(|part| self.columns * part / 20).into_iter().find(fits);
        let column = place.unwrap_or_else(|| self.columns.saturating_sub(needed)).max(here);
        line.gap(column - here);
        for (text, role) in &words {
            line.gap(2);
            line.put(&self.spelled(text), *role);
        }
    }

    fn sign(&self, kind: ActionKind, line: &mut Line) {
        let columns = if is_ascii(self.theme) { 3 } else { 1 };
        let sign = self.spelled(kind.sign());
        line.put(&format!("{sign:<columns$} {:<WORD$} ", kind.word()), role(kind));
    }

    /// Whether there is something to unfold.
    fn mark(&self, row: Row) -> String {
        let mark = match self.page.is_open(row) {
            Some(true) => "▾",
            Some(false) => "▸",
            None => " ",
        };
        format!("{} ", self.spelled(mark))
    }

    fn spelled(&self, text: &str) -> String {
        if is_ascii(self.theme) { spelled(text).into_owned() } else { text.to_owned() }
    }

    fn indent(&self, holder: Holder) -> usize {
        let entry = self.page.entry(Row::Thing(holder)).and_then(|entry| self.page.tree.entries().get(entry));
        match entry {
            Some(Entry::Change { depth, .. }) => 2 * (depth + 1),
            Some(Entry::Module { .. }) | None => 2,
        }
    }

    fn action(&self, holder: Holder) -> Option<&Action> {
        match holder {
            Holder::Output(place) => self.page.plan.outputs.get(place).map(|output| &output.action),
            holder => self.page.change(holder).map(|change| &change.action),
        }
    }
}

fn value_role(shown: &Shown) -> Role {
    match shown {
        Shown::Value(_) => Role::Text,
        Shown::Absent | Shown::Unknown => Role::Muted,
        Shown::Sensitive => Role::Masked,
    }
}
