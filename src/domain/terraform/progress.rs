//! How far a run is, from its lines.

use indexmap::IndexMap;

use super::lines::{Diagnostic, Line, Output};

/// What a person sees of a run that goes on: fed line by line, in their order.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Progress {
    /// Resources that the plan touches; 0 while it is not known.
    pub planned: u64,
    pub done: u64,
    pub failed: u64,
    /// Resources that are being worked on: action, and seconds as Terraform told them last.
    pub in_flight: IndexMap<String, (String, u64)>,
    pub diagnostics: Vec<Diagnostic>,
    pub outputs: Vec<Output>,
    /// The plan's own count, as it was told last.
    pub summary: Option<(u64, u64, u64)>,
}

impl Progress {
    pub fn take(&mut self, line: &Line) {
        match line {
            Line::Begun { address, action } => {
                self.in_flight.insert(address.clone(), (action.clone(), 0));
            }
            Line::Going { address, elapsed_s } => {
                if let Some((_, elapsed)) = self.in_flight.get_mut(address) {
                    *elapsed = *elapsed_s;
                }
            }
            Line::Done { address, .. } => {
                self.in_flight.shift_remove(address);
                self.done += 1;
            }
            Line::Failed { address, .. } => {
                self.in_flight.shift_remove(address);
                self.failed += 1;
            }
            Line::Summary { operation, add, change, remove, .. } => {
                self.summary = Some((*add, *change, *remove));
                if operation == "plan" {
                    self.planned = add + change + remove;
                }
            }
            Line::Diagnostic(told) => self.diagnostics.push(told.clone()),
            Line::Outputs(outputs) => self.outputs.clone_from(outputs),
            Line::Planned { .. } | Line::Drifted { .. } | Line::Refreshing { .. } | Line::Text(_) => {}
        }
    }

    /// The resource that has been worked on longest.
    pub fn slowest(&self) -> Option<(&str, u64)> {
        let all = self.in_flight.iter().map(|(address, (_, elapsed))| (address.as_str(), *elapsed));
        all.max_by_key(|(_, elapsed)| *elapsed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_flight_leaves_when_it_is_done_or_fails() {
        let begun = |address: &str| Line::Begun { address: address.into(), action: "create".into() };
        let mut progress = Progress::default();
        let summary =
            |operation: &str| Line::Summary { operation: operation.into(), add: 2, change: 1, remove: 0, import: 0 };
        for line in [summary("plan"), begun("a"), begun("b"), begun("c")] {
            progress.take(&line);
        }
        progress.take(&Line::Going { address: "b".into(), elapsed_s: 20 });
        assert_eq!((progress.planned, progress.slowest()), (3, Some(("b", 20))));
        progress.take(&Line::Done { address: "b".into(), action: "create".into(), elapsed_s: 21 });
        progress.take(&Line::Failed { address: "c".into(), action: "create".into(), elapsed_s: 3 });
        assert_eq!((progress.done, progress.failed, progress.in_flight.len()), (1, 1, 1));
    }
}
