//! Where a pod goes, or why nowhere.

use serde_json::Value;

use super::Sim;
use crate::demo::kinds::Known;
use crate::demo::store::{Entry, Store};

/// What the scheduler says of a pod.
pub(super) enum Placed {
    /// The node's name and address.
    On(String, String),
    /// Why no node fits.
    Nowhere(String),
}

impl Sim {
    pub(super) fn place(&mut self, store: &Store, pod: &Value) -> Placed {
        let nodes: Vec<_> = store.range(Known::get().node, None).collect();
        let wanted = wanted(pod);
        let (mut fit, mut tainted, mut cpu, mut memory, mut selector, mut cordoned) = (Vec::new(), 0, 0, 0, 0, 0);
        for node in &nodes {
            let Some(value) = node.full() else { continue };
            if !selected(node, pod) {
                selector += 1;
            } else if value["spec"]["unschedulable"] == true {
                cordoned += 1;
            } else if value["spec"]["taints"].as_array().is_some_and(|taints| !taints.is_empty()) {
                tainted += 1;
            } else {
                let allocatable = &value["status"]["allocatable"];
                let lacks_cpu = wanted.0 > quantity(&allocatable["cpu"]);
                let lacks_memory = wanted.1 > quantity(&allocatable["memory"]);
                cpu += usize::from(lacks_cpu);
                memory += usize::from(lacks_memory);
                if !lacks_cpu && !lacks_memory {
                    fit.push(value);
                }
            }
        }
        if fit.is_empty() {
            let reasons = [
                (cpu, "Insufficient cpu"),
                (memory, "Insufficient memory"),
                (selector, "node(s) didn't match Pod's node affinity/selector"),
                (tainted, "node(s) had untolerated taint {node.kubernetes.io/unreachable: }"),
                (cordoned, "node(s) were unschedulable"),
            ];
            let told: Vec<String> = reasons
                .iter()
                .filter(|(count, _)| *count > 0)
                .map(|(count, words)| format!("{count} {words}"))
                .collect();
            let told = told.join(", ");
            let all = nodes.len();
            return Placed::Nowhere(format!(
                "0/{all} nodes are available: {told}. no new claims to deallocate, preemption: 0/{all} nodes are available: {all} Preemption is not \
                 helpful for scheduling."
            ));
        }
        let node = fit[self.random.below(fit.len() as u64) as usize];
        let name = node["metadata"]["name"].as_str().unwrap_or_default();
        let address = node["status"]["addresses"][0]["address"].as_str().unwrap_or_default();
        Placed::On(name.to_owned(), address.to_owned())
    }
}

fn selected(node: &Entry, pod: &Value) -> bool {
    let wanted = pod["spec"]["nodeSelector"].as_object().into_iter().flatten();
    wanted.clone().all(|(key, value)| node.label(key).is_some_and(|found| *value == *found))
}

/// CPU and memory that a pod requests, as numbers.
fn wanted(pod: &Value) -> (f64, f64) {
    let sum = |name: &str| -> f64 {
        let containers = pod["spec"]["containers"].as_array().into_iter().flatten();
        containers.map(|container| quantity(&container["resources"]["requests"][name])).sum()
    };
    (sum("cpu"), sum("memory"))
}

/// A quantity as a number of its base unit; 0 for what is none.
fn quantity(value: &Value) -> f64 {
    let text = value.as_str().unwrap_or_default();
    let split = text.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(text.len());
    let (digits, suffix) = text.split_at(split);
    let unit = match suffix {
        "" => 1.0,
        "m" => 1e-3,
        "k" => 1e3,
        "M" => 1e6,
        "G" => 1e9,
        "T" => 1e12,
        "Ki" => 1024.0,
        "Mi" => 1024.0 * 1024.0,
        "Gi" => 1024.0 * 1024.0 * 1024.0,
        "Ti" => 1024.0 * 1024.0 * 1024.0 * 1024.0,
        _ => return 0.0,
    };
    digits.parse::<f64>().unwrap_or(0.0) * unit
}
