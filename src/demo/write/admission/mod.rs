//! What a namespace's LimitRanges and ResourceQuotas make of new objects.

pub mod limits;
pub mod quota;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde_json::Value;

use crate::demo::wire::quantity::Amount;

/// Containers of a pod's spec, by the list that they stand in.
fn containers<'a>(spec: &'a Value, list: &str) -> impl Iterator<Item = &'a Value> {
    spec[list].as_array().into_iter().flatten()
}

/// What a pod's containers ask for together: `requests` or `limits` by resource. Init containers run one after another,
/// so that the largest of them counts, and only where it is larger than the rest together.
fn totals(spec: &Value, what: &str) -> BTreeMap<String, Amount> {
    let of = |container: &Value| -> Vec<(String, Amount)> {
        let resources = container["resources"][what].as_object().into_iter().flatten();
        resources.filter_map(|(name, value)| Some((name.clone(), Amount::read(value.as_str()?)?))).collect()
    };
    let mut sums: BTreeMap<String, Amount> = BTreeMap::new();
    for (name, amount) in containers(spec, "containers").flat_map(of) {
        let sum = sums.entry(name).or_default();
        *sum = sum.plus(amount);
    }
    for (name, amount) in containers(spec, "initContainers").flat_map(of) {
        let sum = sums.entry(name).or_default();
        if amount.nanos > sum.nanos {
            *sum = amount;
        }
    }
    sums
}
