//! What a look at a cluster reads of its objects: figures, not rows, so fewer fields than the tables' kinds have.

mod deployment;
mod node;
mod pod;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

pub use deployment::Deployment;
pub use node::Node;
pub use pod::{Figures, Pod};

use super::quantity::Quantity;

/// Millicores and bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Amount {
    pub cpu: i64,
    pub memory: i64,
}

impl Amount {
    fn of(quantities: &BTreeMap<String, Quantity>) -> Self {
        let get = |name: &str| quantities.get(name);
        Self { cpu: get("cpu").map_or(0, Quantity::millis), memory: get("memory").map_or(0, Quantity::units) }
    }

    fn plus(self, other: Self) -> Self {
        Self { cpu: self.cpu.saturating_add(other.cpu), memory: self.memory.saturating_add(other.memory) }
    }

    fn most(self, other: Self) -> Self {
        Self { cpu: self.cpu.max(other.cpu), memory: self.memory.max(other.memory) }
    }
}
