//! About what a month costs of what a plan adds: control planes and nodes, by vCPU and memory. Nobody's bill.

mod nodes;
mod price;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use nodes::{Costing, Nodes};
pub use price::{InstanceSize, dollars, extended_support};

use crate::domain::eks::Versions;
use crate::domain::health::Trouble;
use crate::domain::terraform::plan::{Action, Plan, ResourceChange};

/// What an estimate never has in it.
pub const LEFT_OUT: &str = "load balancers, NAT, disks, traffic and discounts are left out";

/// What AWS told of instance types, by name.
pub type Sizes = BTreeMap<String, InstanceSize>;

/// What the parts of a plan cost.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Cost {
    pub parts: Vec<Part>,
    /// Why AWS told nothing of instance types.
    pub trouble: Option<Trouble>,
}

/// One control plane or node group.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    pub address: Arc<str>,
    /// `+ 2 nodes`, `- 1 node`, `2 nodes in place of 3`.
    pub what: String,
    /// Dollars a month that are added; `None`: not known.
    pub added: Option<f64>,
    /// Dollars a month that go, which no sum subtracts; `None`: not known.
    pub gone: Option<f64>,
    /// The type whose size is not known.
    pub unknown: Option<String>,
}

/// The instance types that a plan's cost hangs on.
pub fn types_of(plan: &Plan) -> BTreeSet<String> {
    let groups = plan.changes.iter().filter(|change| Costing::of(change) == Some(Costing::Nodes));
    let sides = groups.flat_map(|change| [Nodes::of(&change.before()), Nodes::of(&change.after())]);
    sides.flatten().filter_map(|nodes| nodes.instance_type).collect()
}

impl Cost {
    /// `now`: Unix seconds. `sizes`: of the types of [`types_of`], as far as the region has them.
    pub fn of(plan: &Plan, sizes: Result<&Sizes, &Trouble>, versions: &Versions, now: i64) -> Self {
        let none = Sizes::new();
        let known = sizes.unwrap_or(&none);
        let part = |change: &ResourceChange| match Costing::of(change)? {
            Costing::ControlPlane => control_plane(change, versions, now),
            Costing::Nodes => nodes_of(change, known),
        };
        Self { parts: plan.changes.iter().filter_map(part).collect(), trouble: sizes.err().cloned() }
    }

    /// Dollars a month that are added; `None` where one of them is not known.
    pub fn sum(&self) -> Option<f64> {
        self.parts.iter().map(|part| part.added).sum()
    }

    /// For a column: `~$1,080`, or a dash where something is not known.
    pub fn column(&self) -> String {
        self.sum().map_or_else(|| "—".to_owned(), |sum| format!("~{}", dollars(sum)))
    }

    /// Words beside the resources, by their addresses.
    pub fn beside(&self) -> HashMap<String, String> {
        self.parts.iter().map(|part| (part.address.to_string(), part.words())).collect()
    }

    /// Lines for whoever is to agree; none where nothing of it is in the plan.
    pub fn notes(&self) -> Vec<String> {
        if self.parts.is_empty() {
            return Vec::new();
        }
        let known: f64 = self.parts.iter().filter_map(|part| part.added).sum();
        let unknown: BTreeSet<&str> = self.parts.iter().filter_map(|part| part.unknown.as_deref()).collect();
        let mut notes = Vec::new();
        let has_unknown = self.sum().is_none();
        if has_unknown || known > 0.0 {
            let and_more = if has_unknown { " + ?" } else { "" };
            let why = match (unknown.is_empty(), &self.trouble) {
                (true, _) => String::new(),
                (_, Some(trouble)) => {
                    format!(" (AWS did not tell how large {} is: {})", listed(&unknown), trouble.words)
                }
                (_, None) => format!(" (AWS does not know {} there)", listed(&unknown)),
            };
            notes.push(format!("adds ~{}{and_more} a month at default prices{why}; {LEFT_OUT}", dollars(known)));
        }
        let gone: f64 = self.parts.iter().filter_map(|part| part.gone).sum();
        if gone > 0.0 {
            let gone = dollars(gone);
            notes.push(match notes.is_empty() {
                true => format!("what goes costs about {gone} a month"),
                false => format!("what goes, about {gone} a month, is not subtracted"),
            });
        }
        notes
    }
}

impl Part {
    fn words(&self) -> String {
        let cost = match (self.added, self.gone) {
            (Some(added), _) if added > 0.0 => format!("about {} a month", dollars(added)),
            (Some(_), Some(gone)) if gone > 0.0 => format!("about {} a month less", dollars(gone)),
            (Some(_), Some(_)) => String::new(),
            _ => match &self.unknown {
                Some(unknown) => format!("cost not known: {unknown}"),
                None => "cost not known".to_owned(),
            },
        };
        let words = [self.what.as_str(), cost.as_str()];
        words.into_iter().filter(|words| !words.is_empty()).collect::<Vec<_>>().join(", ")
    }
}

fn listed(names: &BTreeSet<&str>) -> String {
    names.iter().copied().collect::<Vec<_>>().join(", ")
}

/// `None`: it changes in place, and costs what it did.
fn control_plane(change: &ResourceChange, versions: &Versions, now: i64) -> Option<Part> {
    let (creates, destroys) = (change.action.creates(), change.action.destroys());
    let cost = |side: serde_json::Value| price::control_plane(&versions.support(nodes::version(&side)), now);
    (creates || destroys).then(|| Part {
        address: change.address.clone(),
        what: String::new(),
        added: Some(if creates { cost(change.after()) } else { 0.0 }),
        gone: Some(if destroys { cost(change.before()) } else { 0.0 }),
        unknown: None,
    })
}

fn nodes_of(change: &ResourceChange, sizes: &Sizes) -> Option<Part> {
    let (before, after) = (Nodes::of(&change.before()), Nodes::of(&change.after()));
    let (old, new) = (count(&before), count(&after));
    let told = |number: Option<u64>| match number {
        Some(1) => "1 node".to_owned(),
        Some(number) => format!("{number} nodes"),
        None => "nodes".to_owned(),
    };
    let less = |many: Option<u64>, few: Option<u64>| many.zip(few).map(|(many, few)| many.saturating_sub(few));
    let (what, added, gone) = match &change.action {
        Action::Create | Action::CreateForget => (format!("+ {}", told(new)), new, Some(0)),
        Action::Delete => (format!("- {}", told(old)), Some(0), old),
        Action::Replace { .. } if old == new => (format!("{} anew", told(new)), new, old),
        Action::Replace { .. } => {
            let old_words = old.map_or_else(|| "others".to_owned(), |old| old.to_string());
            (format!("{} in place of {old_words}", told(new)), new, old)
        }
        Action::Update => match (less(new, old), less(old, new)) {
            (Some(0), Some(0)) | (None, _) | (_, None) => return None,
            (more @ Some(1..), _) => (format!("+ {}", told(more)), more, Some(0)),
            (_, fewer) => (format!("- {}", told(fewer)), Some(0), fewer),
        },
        _ => return None,
    };
    let (added, strange) = monthly(added, after.as_ref(), sizes);
    let (gone, _) = monthly(gone, before.as_ref(), sizes);
    Some(Part { address: change.address.clone(), what, added, gone, unknown: strange })
}

fn count(nodes: &Option<Nodes>) -> Option<u64> {
    nodes.as_ref()?.count
}

/// Dollars of so many nodes; else the type that nobody knows.
fn monthly(count: Option<u64>, nodes: Option<&Nodes>, sizes: &Sizes) -> (Option<f64>, Option<String>) {
    match (count, nodes) {
        (Some(0), _) => (Some(0.0), None),
        (Some(count), Some(Nodes { instance_type: Some(name), is_spot, .. })) => match sizes.get(name) {
            Some(size) => (Some(count as f64 * size.monthly(*is_spot)), None),
            None => (None, Some(name.clone())),
        },
        _ => (None, None),
    }
}
