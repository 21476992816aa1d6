//! A Terraform plan as a page: what is lost on top, then the tree of its changes, outputs and drift.

mod build;
mod details;
mod filter;
mod line;
mod row;
mod search;
pub mod update;
mod value;
pub mod view;

#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::Arc;

use crate::domain::terraform::plan::{ActionKind, Entry, Plan, ResourceChange, Summary, Tree};
use crate::domain::text::clean;
use crate::ui::text::wrap;

use super::search::Search;
use details::Details;
use filter::Filter;
pub use row::{Group, Holder, Row};
pub use update::PlanAction;

/// Columns of a warning's lines: they stand as they are at every width that the program takes.
const NOTE_COLUMNS: usize = 72;
/// A plan with more changes opens with its modules folded.
const OPENS_UNFOLDED: usize = 200;
/// Rows whose attributes are read before the first drawing has told how many fit.
const FIRST_PAGE: usize = 60;

/// What the frame of the page says.
#[derive(Debug, Clone, Default)]
pub struct PlanHead {
    /// The cluster's name.
    pub title: String,
    /// Account, region and role, as one line.
    pub place: String,
    pub asked_by: String,
    /// Unix milliseconds.
    pub asked_ms: i64,
    /// Of the plan file, in hex; empty where it is not known.
    pub sha256: String,
    /// Warnings, such as those of the checks before an update.
    pub notes: Vec<String>,
    /// Words beside resources by their address, such as what they cost.
    pub beside: HashMap<String, String>,
    /// What may be done with the plan: `A approve this plan`.
    pub can_approve: Option<String>,
}

/// The page's state.
pub struct PlanPage {
    plan: Arc<Plan>,
    head: PlanHead,
    tree: Tree,
    /// The tree's entry of each change, and the module's entry around each entry.
    entry_of: Vec<usize>,
    parents: Vec<Option<usize>>,
    summary: Summary,
    /// Places of the changes that destroy, and how many they are in words.
    lost: Vec<usize>,
    lost_words: String,
    /// Lines of warnings; those that speak of the plan itself come first.
    notes: Vec<String>,
    rows: Vec<Row>,
    cursor: usize,
    /// First drawn row.
    offset: usize,
    /// Modules that stand otherwise than `modules_open` says, by their entries. A filter has folds of its own.
    modules_open: bool,
    modules_flipped: HashSet<usize>,
    folded_by_filter: HashSet<usize>,
    groups_folded: HashSet<Group>,
    all_lost: bool,
    details: Details,
    filter: Filter,
    search: Search,
    /// Said at the bottom until the next action: why something was not done.
    answer: Option<String>,
}

impl fmt::Debug for PlanPage {
    /// Without the plan: it has sensitive values in clear.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PlanPage").field("rows", &self.rows.len()).field("cursor", &self.cursor).finish_non_exhaustive()
    }
}

impl PlanPage {
    pub fn new(plan: Arc<Plan>, head: PlanHead) -> Self {
        let tree = Tree::of(&plan);
        let (entry_of, parents) = places(&tree, plan.changes.len());
        let destroyed = |place: &usize| plan.changes.get(*place).is_some_and(|change| change.action.destroys());
        let mut page = Self {
            summary: plan.summary(),
            lost_words: plan.lost().unwrap_or_default(),
            lost: (0..plan.changes.len()).filter(destroyed).collect(),
            notes: plan.troubles().iter().chain(&head.notes).flat_map(|words| wrapped(words)).collect(),
            modules_open: plan.changes.len() <= OPENS_UNFOLDED,
            filter: Filter::all(&plan),
            head: cleaned(head),
            plan,
            tree,
            entry_of,
            parents,
            rows: Vec::new(),
            cursor: 0,
            offset: 0,
            modules_flipped: HashSet::new(),
            folded_by_filter: HashSet::new(),
            groups_folded: HashSet::new(),
            all_lost: false,
            details: Details::default(),
            search: Search::default(),
            answer: None,
        };
        page.rows = page.build(false);
        page.look_at(FIRST_PAGE);
        page
    }

    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// What the frame says; its warnings are rows of the page.
    /// The same plan for somebody else.
    pub fn shared(&self) -> Arc<Plan> {
        self.plan.clone()
    }

    pub fn head(&self) -> &PlanHead {
        &self.head
    }

    /// What may be done with the plan now.
    pub fn set_approval(&mut self, words: Option<String>) {
        self.head.can_approve = words.map(|words| clean(&words).into_owned());
    }

    /// The row under the cursor.
    pub fn selected(&self) -> Option<Row> {
        self.rows.get(self.cursor).copied()
    }

    /// The address of the resource under the cursor, for the clipboard.
    pub fn selected_address(&self) -> Option<&str> {
        match self.selected()? {
            Row::Lost(place) => self.change(Holder::Change(place)).map(|change| &*change.address),
            Row::Module(entry) => match self.tree.entries().get(entry)? {
                Entry::Module { address, .. } => Some(address),
                Entry::Change { .. } => None,
            },
            row => match row.holder()? {
                Holder::Output(place) => self.plan.outputs.get(place).map(|output| output.name.as_str()),
                holder => self.change(holder).map(|change| &*change.address),
            },
        }
    }

    fn change(&self, holder: Holder) -> Option<&ResourceChange> {
        match holder {
            Holder::Change(place) => self.plan.changes.get(place),
            Holder::Drift(place) => self.plan.drift.get(place),
            Holder::Output(_) => None,
        }
    }

    /// Rows that are not folded away and pass the filter.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// What the filter keeps.
    pub fn only(&self) -> Option<ActionKind> {
        self.filter.only
    }

    pub fn filter_text(&self) -> &str {
        &self.filter.text
    }

    pub fn search_text(&self) -> &str {
        &self.search.text
    }
}

fn wrapped(words: &str) -> impl Iterator<Item = String> + use<> {
    wrap(&clean(words), NOTE_COLUMNS).into_iter().enumerate().map(hung)
}

/// Warnings are told apart by their first lines.
fn hung((line, text): (usize, String)) -> String {
    if line == 0 { text } else { format!("  {text}") }
}

fn cleaned(head: PlanHead) -> PlanHead {
    let one = |text: String| clean(&text).into_owned();
    PlanHead {
        title: one(head.title),
        place: one(head.place),
        asked_by: one(head.asked_by),
        asked_ms: head.asked_ms,
        sha256: one(head.sha256),
        notes: Vec::new(),
        beside: head.beside.into_iter().map(|(address, words)| (address, one(words))).collect(),
        can_approve: head.can_approve.map(one),
    }
}

/// The entry of each of `changes` changes, and the entry of the module around each entry.
fn places(tree: &Tree, changes: usize) -> (Vec<usize>, Vec<Option<usize>>) {
    let mut entry_of = vec![0; changes];
    let mut parents = Vec::with_capacity(tree.entries().len());
    // Modules that the walk stands in, with the entry at which each ends.
    let mut around: Vec<(usize, usize)> = Vec::new();
    for (at, entry) in tree.entries().iter().enumerate() {
        while around.last().is_some_and(|(_, end)| *end <= at) {
            around.pop();
        }
        parents.push(around.last().map(|(module, _)| *module));
        match entry {
            Entry::Module { within, .. } => around.push((at, at + within + 1)),
            Entry::Change { place, .. } => {
                if let Some(known) = entry_of.get_mut(*place) {
                    *known = at;
                }
            }
        }
    }
    (entry_of, parents)
}
