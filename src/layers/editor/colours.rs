//! What each line leaves open for the next, kept so that a key colours only what it changed.

use super::buffer::Change;
use crate::yaml::{LineState, highlight};

#[derive(Debug, Clone, Default)]
pub struct Colours {
    /// The state at the start of each line.
    states: Vec<LineState>,
    /// How many of them hold from the top.
    clean: usize,
    /// Lines whose states follow from one another: they hold as soon as the first of them does.
    tail: Option<(usize, usize)>,
}

impl Colours {
    pub fn changed(&mut self, change: Change) {
        if change.line >= self.states.len() {
            return;
        }
        let begin = change.line + 1;
        let end = (begin + change.removed).min(self.states.len());
        self.states.splice(begin..end, std::iter::repeat_n(LineState::default(), change.added));
        let behind = begin + change.added;
        let shifted = |line: usize| line + behind - end;
        self.tail = match self.tail {
            _ if self.clean > end => Some((behind, shifted(self.clean))),
            Some((first, last)) if first >= end => Some((shifted(first), shifted(last))),
            Some((_, last)) if last > end => Some((behind, shifted(last))),
            _ => None,
        };
        self.clean = self.clean.min(begin);
    }

    /// Makes the states of the lines up to and with `upto` hold.
    pub fn ensure(&mut self, lines: &[String], upto: usize) {
        if self.states.len() != lines.len() {
            // New lines at the end are not known yet; a text that shrank was told by `changed`.
            self.states.resize(lines.len(), LineState::default());
            self.tail = None;
        }
        self.clean = self.clean.clamp(1, lines.len().max(1)).min(self.states.len());
        let upto = upto.min(lines.len().saturating_sub(1));
        while self.clean <= upto {
            let at = self.clean;
            let (_, state) = highlight(&lines[at - 1], self.states[at - 1]);
            let tail = self.tail.filter(|(first, last)| (*first..*last).contains(&at));
            let met = tail.filter(|_| self.states[at] == state);
            self.states[at] = state;
            self.clean = met.map_or(at + 1, |(_, last)| last);
            self.tail = match (met, tail) {
                (Some(_), _) => None,
                (None, Some((_, last))) => Some((at + 1, last)),
                (None, None) => self.tail,
            };
        }
    }

    /// The state at the start of a line; the plain one where it is not known.
    pub fn state(&self, line: usize) -> LineState {
        if line < self.clean { self.states.get(line).copied().unwrap_or_default() } else { LineState::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::super::buffer::{At, Buffer, Grouping};
    use super::*;
    use proptest::prelude::*;

    fn wanted(lines: &[String]) -> Vec<LineState> {
        let mut states = vec![LineState::default()];
        for line in lines {
            let state = highlight(line, states[states.len() - 1]).1;
            states.push(state);
        }
        states
    }

    proptest! {
        #[test]
        fn what_is_kept_is_what_would_be_computed(
            text in "(a: \\|\n|  b\n|\"|c: \"|\n|- x\n){0,20}",
            edits in prop::collection::vec((0usize..12, 0usize..4, 0usize..3, "(a: \\|\n|\"|\n|x){0,3}", 0usize..14), 0..12),
        ) {
            let mut buffer = Buffer::new(&text);
            let mut colours = Colours::default();
            colours.ensure(buffer.lines(), 3);
            for (line, column, more, text, upto) in edits {
                let from = buffer.clamp(At::new(line, column));
                let to = buffer.clamp(At::new(line + more, column));
                if let Some(change) = buffer.replace(from, to, &text, Grouping::Alone) {
                    colours.changed(change);
                }
                colours.ensure(buffer.lines(), upto);
                let wanted = wanted(buffer.lines());
                for (line, wanted) in wanted.iter().enumerate().take(upto.min(buffer.lines().len() - 1) + 1) {
                    prop_assert_eq!(colours.state(line), *wanted, "line {} of {:?}", line, buffer.lines());
                }
            }
        }
    }
}
