//! Which changes are shown: by what happens to them, and by words in their addresses, types and unfolded attributes.

use super::details::Details;
use super::row::Holder;
use crate::domain::terraform::plan::{ActionKind, Entry, Plan, ResourceChange, Tree};
use crate::domain::text::clean;

pub struct Filter {
    pub text: String,
    pub only: Option<ActionKind>,
    /// In lower case; each must be found.
    words: Vec<String>,
    /// The kinds that the plan has.
    kinds: Vec<ActionKind>,
    changes: Vec<bool>,
    outputs: Vec<bool>,
    drift: Vec<bool>,
    /// So many changes pass in the tree before each entry, and in all of it.
    before: Vec<usize>,
}

impl Filter {
    /// The one that everything passes.
    pub fn all(plan: &Plan) -> Self {
        let has = |kind: &ActionKind| {
            plan.changes.iter().chain(&plan.drift).any(|change| ActionKind::of(change) == *kind)
                || plan.outputs.iter().any(|output| ActionKind::from(&output.action) == *kind)
        };
        Self {
            text: String::new(),
            only: None,
            words: Vec::new(),
            kinds: ActionKind::ALL.into_iter().filter(has).collect(),
            changes: Vec::new(),
            outputs: Vec::new(),
            drift: Vec::new(),
            before: Vec::new(),
        }
    }

    pub fn is_active(&self) -> bool {
        self.only.is_some() || !self.words.is_empty()
    }

    pub fn set_text(&mut self, text: &str) {
        self.text = clean(text).into_owned();
        self.words = self.text.split_whitespace().map(str::to_lowercase).collect();
    }

    /// The kind after the one that is kept, of those that the plan has; then all of them.
    pub fn next_kind(&self) -> Option<ActionKind> {
        match self.only {
            None => self.kinds.first().copied(),
            Some(only) => {
                let at = self.kinds.iter().position(|kind| *kind == only)?;
                self.kinds.get(at + 1).copied()
            }
        }
    }

    /// Looks at every change.
    pub fn apply(&mut self, plan: &Plan, tree: &Tree, details: &Details) {
        let change = |change: &ResourceChange, holder: Holder| {
            self.takes(ActionKind::of(change)) && self.finds(&[&change.address, &change.kind], holder, details)
        };
        let of = |changes: &[ResourceChange], holder: fn(usize) -> Holder| -> Vec<bool> {
            changes.iter().enumerate().map(|(place, it)| change(it, holder(place))).collect()
        };
        let (changes, drift) = (of(&plan.changes, Holder::Change), of(&plan.drift, Holder::Drift));
        let outputs = plan.outputs.iter().enumerate().map(|(place, output)| {
            let is_found = self.finds(&[&output.name], Holder::Output(place), details);
            is_found && self.takes(ActionKind::from(&output.action))
        });
        self.outputs = outputs.collect();
        (self.changes, self.drift) = (changes, drift);
        let mut sum = 0;
        self.before = vec![0];
        for entry in tree.entries() {
            if let Entry::Change { place, .. } = entry {
                sum += usize::from(self.changes.get(*place).copied().unwrap_or(false));
            }
            self.before.push(sum);
        }
    }

    pub fn passes(&self, holder: Holder) -> bool {
        let (all, place) = match holder {
            Holder::Change(place) => (&self.changes, place),
            Holder::Output(place) => (&self.outputs, place),
            Holder::Drift(place) => (&self.drift, place),
        };
        !self.is_active() || all.get(place).copied().unwrap_or(false)
    }

    /// Whether anything passes in the module at `entry` with so many entries behind it.
    pub fn passes_in(&self, entry: usize, within: usize) -> bool {
        let at = |entry: usize| self.before.get(entry).copied().unwrap_or(0);
        !self.is_active() || at(entry + within + 1) > at(entry)
    }

    /// Changes that pass.
    pub fn passing(&self, plan: &Plan) -> usize {
        if self.is_active() { self.before.last().copied().unwrap_or(0) } else { plan.changes.len() }
    }

    fn takes(&self, kind: ActionKind) -> bool {
        self.only.is_none_or(|only| only == kind)
    }

    fn finds(&self, texts: &[&str], holder: Holder, details: &Details) -> bool {
        self.words.iter().all(|word| {
            texts.iter().any(|text| holds(text, word))
                || details.seen(holder).iter().any(|attribute| holds(&attribute.path, word))
        })
    }
}

/// Letter case apart; `word` is in lower case. Addresses are ASCII nearly always: no text is made for those.
fn holds(text: &str, word: &str) -> bool {
    match text.is_ascii() {
        true => text.as_bytes().windows(word.len()).any(|part| part.eq_ignore_ascii_case(word.as_bytes())),
        false => text.to_lowercase().contains(word),
    }
}
