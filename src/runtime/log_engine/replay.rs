//! Resuming a broken stream without a line lost or doubled.
//!
//! The server takes a time in whole seconds and sends every line since then again. So the last lines are remembered as
//! (time, hash of the text); after resuming, those are left out. Two seconds are asked for, since the two outputs of a
//! container may be written slightly out of order. When the last line does not come again it has been rotated away,
//! and so may be what followed it: a gap.

use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasher, RandomState};

use crate::domain::log_line::format_time;

const SECOND: i64 = 1_000_000_000;

/// Most lines remembered: a stream that writes more in two seconds is told by time alone for the older of them.
const REMEMBERED: usize = 16_384;

type Mark = (i64, u64);

#[derive(Debug, Default)]
pub struct Replay {
    hasher: RandomState,
    recent: VecDeque<Mark>,
    newest: i64,
    last: Option<Mark>,
    /// Length of the last line's text when it had no line break at its end.
    cut_short: Option<usize>,
    /// Lines of the wanted seconds had to be forgotten.
    forgot: bool,
    resuming: Option<Resuming>,
    missed: bool,
}

#[derive(Debug)]
struct Resuming {
    expected: HashMap<Mark, u32>,
    /// Lines before this were not asked for, or were delivered before.
    known_before: i64,
    newest: i64,
    last: Mark,
    cut_short: Option<usize>,
    found_last: bool,
    /// The run that was read last ended then, and was read whole.
    run_end: Option<i64>,
    tail: bool,
}

/// What to do with a line that is new.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Words of a gap that stands before it.
    pub gap: Option<String>,
    /// So many bytes of its text were delivered before the stream ended in its middle.
    pub known_bytes: usize,
}

impl Replay {
    /// Second since the Unix epoch from which on to ask again; `None` while no line has come.
    pub fn since_second(&self) -> Option<i64> {
        self.last.map(|_| self.wanted() / SECOND)
    }

    /// Beginning of the stretch that is remembered and asked for again.
    fn wanted(&self) -> i64 {
        (self.newest.div_euclid(SECOND) - 1) * SECOND
    }

    /// The stream is about to be opened again from [`Self::since_second`]. `run_end`: when the container's last run
    /// ended, if the stream was read to its end before, so that the lines of a new run follow without a gap. `tail`:
    /// only some last lines were asked for, and whether the last known one is among them shows in [`Self::missed`].
    pub fn resume(&mut self, run_end: Option<i64>, tail: bool) {
        let Some(last) = self.last else { return };
        self.missed = false;
        let mut expected = HashMap::with_capacity(self.recent.len());
        for mark in &self.recent {
            *expected.entry(*mark).or_insert(0) += 1;
        }
        self.resuming = Some(Resuming {
            expected,
            known_before: match self.recent.front() {
                Some(oldest) if self.forgot => oldest.0,
                _ => self.wanted(),
            },
            newest: self.newest,
            last,
            cut_short: self.cut_short.take(),
            found_last: false,
            run_end,
            tail,
        });
    }

    /// The last line that was judged had no line break: the stream ended in its middle, or it was the very last.
    pub fn ended_within(&mut self, text_bytes: usize) {
        self.cut_short = Some(text_bytes);
    }

    /// The last known line was not among the last lines that were asked for: all lines since then are left out, and
    /// the stream must be opened again without that bound.
    pub fn missed(&self) -> bool {
        self.missed
    }

    /// Whether a line is new (`Some`), and remembers it.
    pub fn judge(&mut self, at: i64, text: &[u8], missing: u64) -> Option<Verdict> {
        if self.missed {
            return None;
        }
        let mark = (at, self.hasher.hash_one((text, missing)));
        let mut verdict = Verdict::default();
        if let Some(resuming) = &mut self.resuming {
            if let Some(length) = resuming.cut_short
                && at == resuming.last.0
                && length < text.len()
                && self.hasher.hash_one((&text[..length], 0u64)) == resuming.last.1
            {
                (resuming.found_last, resuming.cut_short) = (true, None);
                verdict.known_bytes = length;
            } else {
                let known = resuming.is_known(mark);
                self.missed = !known && resuming.tail && !resuming.found_last;
                if known || self.missed {
                    return None;
                }
                verdict.gap = resuming.gap_before(mark);
            }
            if at > resuming.newest + 2 * SECOND || resuming.expected.is_empty() {
                self.resuming = None;
            }
        }
        self.remember(mark);
        Some(verdict)
    }

    fn remember(&mut self, mark: Mark) {
        self.last = Some(mark);
        self.newest = self.newest.max(mark.0);
        self.recent.push_back(mark);
        let wanted = self.wanted();
        while self.recent.front().is_some_and(|oldest| oldest.0 < wanted) {
            self.recent.pop_front();
            self.forgot = false;
        }
        if self.recent.len() > REMEMBERED {
            self.recent.pop_front();
            self.forgot = true;
        }
    }
}

impl Resuming {
    /// Whether the line was delivered before.
    fn is_known(&mut self, mark: Mark) -> bool {
        let Some(count) = self.expected.get_mut(&mark) else { return mark.0 < self.known_before };
        *count -= 1;
        if *count == 0 {
            self.expected.remove(&mark);
        }
        self.found_last |= mark == self.last;
        true
    }

    /// The words of a gap, if one stands before this line.
    fn gap_before(&mut self, mark: Mark) -> Option<String> {
        // The end is told in whole seconds.
        let new_run = self.run_end.is_some_and(|end| end + SECOND > self.newest && end <= mark.0);
        if self.found_last || new_run || mark.0 <= self.newest {
            return None;
        }
        self.found_last = true;
        let (from, to) = (clock(self.newest), clock(mark.0));
        let why = "rotated away while the stream was broken, or the container was started anew";
        Some(format!("lines between {from} and {to} are missing: {why}"))
    }
}

/// `HH:MM:SS.mmm` in UTC.
fn clock(at: i64) -> String {
    format_time(at).get(11..23).map(str::to_owned).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Feeds (second/10, text) lines; gives what was new, a gap as its words.
    fn feed(replay: &mut Replay, lines: &[(i64, &str)]) -> Vec<String> {
        let mut new = Vec::new();
        for (tenth, text) in lines {
            let at = (1_000 + tenth) * SECOND / 10;
            if let Some(verdict) = replay.judge(at, text.as_bytes(), 0) {
                new.extend(verdict.gap);
                new.push(text[verdict.known_bytes..].to_owned());
            }
        }
        new
    }

    #[test]
    fn nothing_is_lost_or_doubled_after_a_break() {
        let mut replay = Replay::default();
        feed(&mut replay, &[(0, "a"), (15, "b"), (31, "c"), (31, "c"), (30, "late"), (32, "d")]);
        assert_eq!(replay.since_second(), Some(102));
        replay.resume(None, false);
        let again = [(31, "c"), (31, "c"), (31, "c"), (30, "late"), (32, "d"), (32, "d"), (33, "e"), (90, "f")];
        assert_eq!(feed(&mut replay, &again), ["c", "d", "e", "f"]);
    }

    #[test]
    fn lines_rotated_away_are_a_gap() {
        let mut replay = Replay::default();
        feed(&mut replay, &[(0, "a"), (1, "b")]);
        replay.resume(None, false);
        let new = feed(&mut replay, &[(600, "x"), (601, "y")]);
        assert_eq!(new.len(), 3);
        let words = "lines between 00:01:40.100 and 00:02:40.000 are missing: rotated away";
        assert!(new[0].starts_with(words), "{}", new[0]);
        assert_eq!(new[1..], ["x", "y"]);
    }

    #[test]
    fn the_next_run_of_a_container_is_no_gap() {
        let mut replay = Replay::default();
        feed(&mut replay, &[(0, "a"), (11, "b")]);
        replay.resume(Some(101 * SECOND), false);
        assert_eq!(feed(&mut replay, &[(600, "x")]), ["x"]);
    }

    #[test]
    fn the_last_lines_are_enough_when_the_last_known_is_among_them() {
        let known = [(0, "a"), (1, "b"), (2, "c")];
        let mut replay = Replay::default();
        feed(&mut replay, &known);
        replay.resume(None, true);
        assert_eq!(feed(&mut replay, &[(1, "b"), (2, "c"), (3, "d")]), ["d"]);
        assert!(!replay.missed());
        let mut replay = Replay::default();
        feed(&mut replay, &known);
        replay.resume(None, true);
        assert!(feed(&mut replay, &[(9, "x"), (9, "y")]).is_empty());
        assert!(replay.missed());
        replay.resume(None, false);
        assert_eq!(feed(&mut replay, &[(1, "b"), (2, "c"), (3, "d"), (9, "x")]), ["d", "x"]);
    }

    #[test]
    fn a_line_that_was_cut_short_is_completed() {
        let mut replay = Replay::default();
        feed(&mut replay, &[(0, "a"), (1, "beg")]);
        replay.ended_within(3);
        replay.resume(None, false);
        assert_eq!(feed(&mut replay, &[(0, "a"), (1, "begun"), (2, "next")]), ["un", "next"]);
        let mut replay = Replay::default();
        feed(&mut replay, &[(0, "whole")]);
        replay.ended_within(5);
        replay.resume(None, false);
        assert_eq!(feed(&mut replay, &[(0, "whole"), (5, "next")]), ["next"]);
    }

    #[test]
    fn memory_is_bounded_and_a_flood_is_not_doubled() {
        let mut replay = Replay::default();
        let line = |number: i64| ((1_000 * SECOND) + number, format!("line {number}"));
        for number in 0..100_000 {
            let (at, text) = line(number);
            replay.judge(at, text.as_bytes(), 0);
        }
        assert!(replay.recent.len() <= REMEMBERED);
        replay.resume(None, false);
        let new = (0..100_010).filter(|number| {
            let (at, text) = line(*number);
            replay.judge(at, text.as_bytes(), 0).is_some()
        });
        assert_eq!(new.collect::<Vec<_>>(), (100_000..100_010).collect::<Vec<_>>());
    }
}
