//! A saved plan, as `terraform show -json PLAN` tells it (format 1.x), kept without what nobody looks at: planned values,
//! prior state and configuration say once more what the changes say.

mod action;
mod attributes;
mod kind;
mod read;
mod sides;
mod text;
mod tree;
mod words;

#[cfg(test)]
mod tests;

pub use action::{Action, Reason};
pub use attributes::{Attribute, Shown};
pub use kind::ActionKind;
pub use read::{PlanError, read};
pub use text::lines;
pub use tree::{Entry, Tree};
pub use words::{BECOMES, beside_update};

use std::ops::AddAssign;
use std::sync::Arc;

use serde_json::value::RawValue;

/// What a plan would do.
#[derive(Debug, Default)]
pub struct Plan {
    /// Of the Terraform that made it.
    pub terraform_version: String,
    /// There is something that an apply would do.
    pub is_applyable: bool,
    /// Nothing was left out: no `-target`, nothing deferred.
    pub is_complete: bool,
    /// It broke off: what is here is what was planned until then.
    pub is_errored: bool,
    /// Everything but what stays as it is, in the order of the plan.
    pub changes: Vec<ResourceChange>,
    /// What was found to be different from the state.
    pub drift: Vec<ResourceChange>,
    /// Outputs that change, by name.
    pub outputs: Vec<OutputChange>,
    /// Resources that stay as they are.
    pub unchanged: usize,
}

/// One resource instance.
#[derive(Debug)]
pub struct ResourceChange {
    /// `module.network.aws_subnet.private["eu-west-1a"]`.
    pub address: Arc<str>,
    /// `module.network`; empty in the root module.
    pub module: Arc<str>,
    /// `aws_subnet`.
    pub kind: Arc<str>,
    /// It is only read.
    pub is_data: bool,
    /// Where it was before, if it moved.
    pub moved_from: Option<String>,
    /// The id that it is imported by.
    pub imported: Option<String>,
    pub action: Action,
    pub reason: Option<Reason>,
    pub(super) values: Values,
}

#[derive(Debug)]
pub struct OutputChange {
    pub name: String,
    pub action: Action,
    pub(super) values: Values,
}

/// Before and after, as they stand in the file: they are read when somebody looks.
#[derive(Debug, Default)]
pub(super) struct Values {
    pub before: Option<Box<RawValue>>,
    pub after: Option<Box<RawValue>>,
    pub after_unknown: Option<Box<RawValue>>,
    pub before_sensitive: Option<Box<RawValue>>,
    pub after_sensitive: Option<Box<RawValue>>,
    pub replace_paths: Option<Box<RawValue>>,
}

/// How many resources a plan touches, in Terraform's own way of counting: one that is replaced is added and destroyed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Summary {
    pub add: usize,
    pub change: usize,
    pub destroy: usize,
    /// Of those that are added and destroyed.
    pub replace: usize,
    pub import: usize,
    pub moved: usize,
    /// Leave the state and go on to exist.
    pub forget: usize,
}

impl Plan {
    pub fn summary(&self) -> Summary {
        let mut sum = Summary::default();
        self.changes.iter().for_each(|change| sum.count(change));
        sum
    }

    /// What would be gone, or made anew: what a person has to read before anything else.
    pub fn destroyed(&self) -> impl Iterator<Item = &ResourceChange> {
        self.changes.iter().filter(|change| change.action.destroys())
    }

    /// Whether an approval is asked for as hard as can be: something is destroyed, or nobody here knows what is done.
    pub fn is_dangerous(&self) -> bool {
        self.changes.iter().any(|change| change.action.destroys() || matches!(change.action, Action::Other(_)))
    }
}

impl Summary {
    fn count(&mut self, change: &ResourceChange) {
        if change.is_data {
            return;
        }
        let action = &change.action;
        self.add += usize::from(action.creates());
        self.change += usize::from(*action == Action::Update);
        self.destroy += usize::from(action.destroys());
        self.replace += usize::from(matches!(action, Action::Replace { .. }));
        self.forget += usize::from(action.forgets());
        self.import += usize::from(change.imported.is_some());
        self.moved += usize::from(change.moved_from.is_some());
    }

    /// `+3 ~1 -2`.
    pub fn short(&self) -> String {
        format!("+{} ~{} -{}", self.add, self.change, self.destroy)
    }

    /// `3 to add, 1 to change, 2 to destroy`, and what else there is.
    pub fn words(&self) -> String {
        let mut words = format!("{} to add, {} to change, {} to destroy", self.add, self.change, self.destroy);
        for (number, what) in [(self.import, "to import"), (self.moved, "moved"), (self.forget, "to forget")] {
            if number > 0 {
                words.push_str(&format!(", {number} {what}"));
            }
        }
        words
    }

    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

impl AddAssign for Summary {
    fn add_assign(&mut self, other: Self) {
        self.add += other.add;
        self.change += other.change;
        self.destroy += other.destroy;
        self.replace += other.replace;
        self.import += other.import;
        self.moved += other.moved;
        self.forget += other.forget;
    }
}

impl ResourceChange {
    /// What is different, attribute by attribute; sensitive values are masked.
    pub fn attributes(&self) -> Vec<Attribute> {
        attributes::of(&self.values)
    }
}

impl OutputChange {
    /// Before and after, in one piece or in several.
    pub fn attributes(&self) -> Vec<Attribute> {
        attributes::of(&self.values)
    }
}
