//! How far a run is, from its lines.

use indexmap::IndexMap;

use super::lines::{Diagnostic, Line, Output};

/// Terraform tells of a resource that it is at every ten seconds: a time that runs on from what it told last runs no
/// further, for after that nobody knows whether it still is.
const TOLD_EVERY_MS: i64 = 10_000;

/// A resource that is being worked on.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct InFlight {
    pub action: String,
    /// Seconds since it began, as Terraform told them last.
    told_s: u64,
    /// When it told so, Unix milliseconds.
    at_ms: Option<i64>,
}

impl InFlight {
    /// Seconds since it began. `now_ms`: Unix milliseconds.
    pub fn elapsed_s(&self, now_ms: i64) -> u64 {
        let since = self.at_ms.map_or(0, |at| now_ms.saturating_sub(at).clamp(0, TOLD_EVERY_MS));
        self.told_s.saturating_add(since.unsigned_abs() / 1_000)
    }
}

/// What a person sees of a run that goes on: fed line by line, in their order.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Progress {
    /// Resources that the plan touches; 0 while it is not known.
    pub planned: u64,
    pub done: u64,
    pub failed: u64,
    /// Resources that are being worked on, by address, those that began first before the others.
    pub in_flight: IndexMap<String, InFlight>,
    pub diagnostics: Vec<Diagnostic>,
    pub outputs: Vec<Output>,
    /// The plan's own count, as it was told last.
    pub summary: Option<(u64, u64, u64)>,
}

impl Progress {
    pub fn take(&mut self, line: &Line) {
        match line {
            Line::Begun { address, action, at_ms } => {
                let begun = InFlight { action: action.clone(), told_s: 0, at_ms: *at_ms };
                self.in_flight.insert(address.clone(), begun);
            }
            Line::Going { address, elapsed_s, at_ms } => {
                if let Some(one) = self.in_flight.get_mut(address) {
                    (one.told_s, one.at_ms) = (*elapsed_s, *at_ms);
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
    pub fn slowest(&self) -> Option<&str> {
        // Of equals the one that began first.
        let all = self.in_flight.iter().rev();
        all.max_by_key(|(_, one)| one.told_s).map(|(address, _)| address.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn begun(address: &str, at_ms: Option<i64>) -> Line {
        Line::Begun { address: address.into(), action: "create".into(), at_ms }
    }

    #[test]
    fn what_is_in_flight_leaves_when_it_is_done_or_fails() {
        let mut progress = Progress::default();
        let summary =
            |operation: &str| Line::Summary { operation: operation.into(), add: 2, change: 1, remove: 0, import: 0 };
        for line in [summary("plan"), begun("a", None), begun("b", None), begun("c", None)] {
            progress.take(&line);
        }
        assert_eq!(progress.slowest(), Some("a"));
        progress.take(&Line::Going { address: "b".into(), elapsed_s: 20, at_ms: None });
        assert_eq!((progress.planned, progress.slowest()), (3, Some("b")));
        progress.take(&Line::Done { address: "b".into(), action: "create".into(), elapsed_s: 21 });
        progress.take(&Line::Failed { address: "c".into(), action: "create".into(), elapsed_s: 3 });
        assert_eq!((progress.done, progress.failed, progress.in_flight.len()), (1, 1, 1));
    }

    #[test]
    fn the_time_runs_on_from_what_was_told_until_more_should_have_come() {
        let mut progress = Progress::default();
        progress.take(&begun("a", Some(100_000)));
        let elapsed = |progress: &Progress, now_ms| progress.in_flight["a"].elapsed_s(now_ms);
        let told = [100_000, 104_900, 110_000, 400_000].map(|now| elapsed(&progress, now));
        assert_eq!(told, [0, 4, 10, 10]);
        // A clock that is behind the worker's.
        assert_eq!(elapsed(&progress, 40_000), 0);
        progress.take(&Line::Going { address: "a".into(), elapsed_s: 10, at_ms: Some(110_000) });
        assert_eq!([110_000, 113_000, 400_000].map(|now| elapsed(&progress, now)), [10, 13, 20]);
        // Without a time there is what was told, and nothing is made of it.
        progress.take(&Line::Going { address: "a".into(), elapsed_s: 20, at_ms: None });
        assert_eq!(elapsed(&progress, 400_000), 20);
    }
}
