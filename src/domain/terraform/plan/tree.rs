//! A plan's changes by module: what a screen goes through.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Plan, Summary};

/// The modules of a plan with their changes, in the order of their addresses; the root module comes first.
#[derive(Debug, Default)]
pub struct Tree {
    entries: Vec<Entry>,
}

/// One line of the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    Module {
        /// `module.network.module.subnets["a"]`.
        address: Arc<str>,
        /// From 0; a module of the root module has 0.
        depth: usize,
        /// Of everything in it and beneath.
        summary: Summary,
        /// So many entries behind this one belong to it.
        within: usize,
    },
    Change {
        /// Its place in [`Plan::changes`].
        place: usize,
        depth: usize,
    },
}

#[derive(Default)]
struct Module {
    changes: Vec<usize>,
    modules: BTreeMap<String, Module>,
}

impl Tree {
    /// What is destroyed comes first in every module, then the order of addresses.
    pub fn of(plan: &Plan) -> Self {
        let mut root = Module::default();
        for (place, change) in plan.changes.iter().enumerate() {
            let mut module = &mut root;
            for step in steps(&change.module) {
                module = module.modules.entry(step.to_owned()).or_default();
            }
            module.changes.push(place);
        }
        let mut tree = Self::default();
        tree.add(plan, root, "", 0);
        tree
    }

    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    fn add(&mut self, plan: &Plan, mut module: Module, address: &str, depth: usize) -> Summary {
        let mut sum = Summary::default();
        module.changes.sort_by_key(|place| {
            let change = &plan.changes[*place];
            (!change.action.destroys(), change.is_data, change.address.clone())
        });
        for place in module.changes {
            sum.count(&plan.changes[place]);
            self.entries.push(Entry::Change { place, depth });
        }
        for (step, inner) in module.modules {
            let address = if address.is_empty() { step } else { format!("{address}.{step}") };
            let at = self.entries.len();
            let of_inner = Summary::default();
            self.entries.push(Entry::Module { address: Arc::from(&*address), depth, summary: of_inner, within: 0 });
            let of_inner = self.add(plan, inner, &address, depth + 1);
            let behind = self.entries.len() - at - 1;
            if let Some(Entry::Module { summary, within, .. }) = self.entries.get_mut(at) {
                (*summary, *within) = (of_inner, behind);
            }
            sum += of_inner;
        }
        sum
    }
}

/// `module.a["x.y"].module.b` in its steps. A key may hold dots and brackets.
fn steps(module: &str) -> impl Iterator<Item = &str> {
    let mut rest = module;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (mut in_quotes, mut is_escaped) = (false, false);
        let mut end = rest.len();
        for (at, char) in rest.char_indices() {
            match char {
                _ if is_escaped => is_escaped = false,
                '\\' if in_quotes => is_escaped = true,
                '"' => in_quotes = !in_quotes,
                '.' if !in_quotes && at > 0 && rest[at..].starts_with(".module.") => {
                    end = at;
                    break;
                }
                _ => {}
            }
        }
        let step = &rest[..end];
        rest = rest[end..].strip_prefix('.').unwrap_or_default();
        Some(step)
    })
}
