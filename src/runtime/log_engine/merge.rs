//! Many streams made one by time.
//!
//! Each stream has a lane, a queue of batches. The line with the smallest time goes first, as long as no stream that is
//! still reading its backlog could bring an earlier one; that is waited for only a short time. Live lines are held for
//! a moment, so that a neighbour's line which took longer on the wire still goes before.

use std::collections::VecDeque;
use std::ops::Range;

use super::batch::Batch;
use crate::domain::log_line::Level;
use crate::domain::log_view::{LineKind, StreamState};

/// Batches that a lane may hold; a stream with so many is not read from.
pub const LANE_BATCHES: usize = 4;

/// How long others wait for a stream's first bytes.
const OPENING_MS: u64 = 750;
/// How long others wait for the next bytes of a backlog.
const BACKLOG_MS: u64 = 150;
/// How long a live line is held.
const REORDER_MS: u64 = 40;
/// A line older than this when it arrives is of the backlog.
const LIVE_NS: i64 = 1_500_000_000;
/// An end that the stream does not confirm is shown after this.
const END_MS: u64 = 5_000;

const SECOND: i64 = 1_000_000_000;

/// The two clocks: one that only grows, and Unix time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Now {
    pub ms: u64,
    pub unix_ns: i64,
}

/// What to do after [`Merge::drain`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Nothing until something comes in.
    Idle,
    /// Drain again at this time at the latest.
    At(u64),
    /// The budget was used up.
    More,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Phase {
    /// Brings nothing at present.
    #[default]
    Closed,
    /// Opened for the first time at this moment.
    Opening(u64),
    Reading,
}

#[derive(Debug)]
struct Queued {
    batch: Batch,
    next: usize,
    arrived: u64,
}

#[derive(Debug)]
struct End {
    at: i64,
    words: String,
    level: Level,
    since: u64,
}

#[derive(Debug, Default)]
struct Lane {
    queue: VecDeque<Queued>,
    phase: Phase,
    opened_before: bool,
    /// The stream has been read to an end and is not open at present.
    between_runs: bool,
    had_lines: bool,
    last_at: i64,
    last_arrival: u64,
    /// Its backlog has been read.
    caught_up: bool,
    end: Option<End>,
}

impl Lane {
    fn head(&self) -> Option<i64> {
        self.queue.front().map(|queued| queued.batch.lines[queued.next].at)
    }

    /// Until when an empty lane holds the others back.
    fn holds_until(&self) -> Option<u64> {
        match self.phase {
            Phase::Closed => None,
            Phase::Opening(since) => Some(since + OPENING_MS),
            Phase::Reading if !self.caught_up => Some(self.last_arrival + BACKLOG_MS),
            Phase::Reading => None,
        }
    }

    fn release_end(&mut self, now: u64) {
        if let Some(end) = self.end.take() {
            let batch = Batch::words(LineKind::Ended, end.at.max(self.last_at), end.level, &end.words);
            self.queue.push_back(Queued { batch, next: 0, arrived: now });
        }
    }
}

#[derive(Debug, Default)]
pub struct Merge {
    lanes: Vec<Lane>,
}

impl Merge {
    /// Lanes are numbered from 0.
    pub fn add_lane(&mut self) {
        self.lanes.push(Lane::default());
    }

    pub fn set_state(&mut self, lane: u16, state: &StreamState, now: Now) {
        let Some(lane) = self.lanes.get_mut(usize::from(lane)) else { return };
        lane.phase = match state {
            StreamState::Opening if !lane.opened_before => Phase::Opening(now.ms),
            StreamState::Open => Phase::Reading,
            StreamState::Opening | StreamState::Queued | StreamState::Waiting(_) | StreamState::Ended => Phase::Closed,
            StreamState::Failed(_) => {
                lane.release_end(now.ms);
                Phase::Closed
            }
        };
        lane.opened_before |= matches!(state, StreamState::Opening);
        if *state == StreamState::Open {
            (lane.last_arrival, lane.caught_up, lane.between_runs) = (now.ms, false, false);
        }
    }

    pub fn push(&mut self, lane: u16, batch: Batch, now: Now) {
        let Some(lane) = self.lanes.get_mut(usize::from(lane)) else { return };
        let (Some(first), Some(last)) = (batch.lines.first(), batch.lines.last()) else { return };
        if lane.end.as_ref().is_some_and(|end| first.at > end.at + SECOND) {
            lane.release_end(now.ms);
        }
        lane.had_lines = true;
        lane.last_at = lane.last_at.max(last.at);
        lane.last_arrival = now.ms;
        lane.queue.push_back(Queued { batch, next: 0, arrived: now.ms });
    }

    /// The container has ended, at a time in whole seconds. The words stand where its stream ends; before all lines
    /// when what is read is already the next run.
    pub fn set_end(&mut self, lane: u16, at: i64, words: String, level: Level, running: bool, now: Now) {
        let Some(lane) = self.lanes.get_mut(usize::from(lane)) else { return };
        lane.release_end(now.ms);
        lane.end = Some(End { at, words, level, since: now.ms });
        if lane.between_runs || (running && !lane.had_lines) {
            lane.release_end(now.ms);
        }
    }

    /// The stream has been read to its end.
    pub fn end_of_run(&mut self, lane: u16, now: Now) {
        let Some(lane) = self.lanes.get_mut(usize::from(lane)) else { return };
        lane.between_runs = true;
        lane.phase = Phase::Closed;
        lane.release_end(now.ms);
    }

    /// Whether nothing is held.
    pub fn is_empty(&self) -> bool {
        self.lanes.iter().all(|lane| lane.queue.is_empty() && lane.end.is_none())
    }

    /// Hands out lines in order, at most about `budget`, as stretches of a lane's batch.
    pub fn drain(&mut self, now: Now, budget: usize, sink: &mut impl FnMut(u16, &Batch, Range<usize>)) -> Next {
        let mut left = budget;
        loop {
            let mut wake = self.settle(now);
            let Some((lane, head)) = self.smallest() else { return wake.map_or(Next::Idle, Next::At) };
            let mut hold = |until: u64| wake = Some(wake.map_or(until, |at: u64| at.min(until)));
            if let Some(until) = self.held_by_others(lane, now.ms) {
                hold(until);
                return wake.map_or(Next::Idle, Next::At);
            }
            if let Some(until) = self.held_to_reorder(lane, head, now) {
                hold(until);
                return wake.map_or(Next::Idle, Next::At);
            }
            let bound = self.second_smallest(lane);
            let Some(lane_of) = self.lanes.get_mut(lane) else { return Next::Idle };
            let Some(queued) = lane_of.queue.front_mut() else { return Next::Idle };
            let from = queued.next;
            let lines = &queued.batch.lines;
            let length = lines[from..].iter().take(left.max(1)).take_while(|line| line.at <= bound).count().max(1);
            sink(lane as u16, &queued.batch, from..from + length);
            queued.next += length;
            if queued.next == queued.batch.lines.len() {
                lane_of.queue.pop_front();
            }
            left = left.saturating_sub(length);
            if left == 0 {
                return Next::More;
            }
        }
    }

    /// What time alone changes: backlogs that count as read, ends that nothing confirmed. Returns when it next does.
    fn settle(&mut self, now: Now) -> Option<u64> {
        let mut wake = None;
        for lane in &mut self.lanes {
            if lane.phase == Phase::Reading && lane.queue.is_empty() && now.ms >= lane.last_arrival + BACKLOG_MS {
                lane.caught_up = true;
            }
            let Some(end) = &lane.end else { continue };
            // While it waits for its turn the stream brings the end's place itself.
            if lane.phase == Phase::Closed && !lane.opened_before {
                continue;
            }
            let due = end.since.max(lane.last_arrival) + END_MS;
            if now.ms >= due {
                lane.release_end(now.ms);
            } else {
                wake = Some(wake.map_or(due, |at: u64| at.min(due)));
            }
        }
        wake
    }

    fn smallest(&self) -> Option<(usize, i64)> {
        let heads = self.lanes.iter().enumerate().filter_map(|(index, lane)| Some((index, lane.head()?)));
        heads.min_by_key(|(index, at)| (*at, *index))
    }

    fn second_smallest(&self, but: usize) -> i64 {
        let others = self.lanes.iter().enumerate().filter(|(index, _)| *index != but);
        others.filter_map(|(_, lane)| lane.head()).min().unwrap_or(i64::MAX)
    }

    fn held_by_others(&self, lane: usize, now: u64) -> Option<u64> {
        let others = self.lanes.iter().enumerate().filter(|(index, other)| *index != lane && other.queue.is_empty());
        others.filter_map(|(_, other)| other.holds_until()).filter(|until| *until > now).min()
    }

    fn held_to_reorder(&self, index: usize, head: i64, now: Now) -> Option<u64> {
        let lane = self.lanes.get(index)?;
        let queued = lane.queue.front()?;
        let until = queued.arrived + REORDER_MS;
        let live = now.unix_ns.saturating_sub(head) < LIVE_NS;
        if !live || until <= now.ms || lane.queue.len() >= LANE_BATCHES {
            return None;
        }
        let silent = |other: &Lane| other.phase == Phase::Reading && other.queue.is_empty();
        let others = self.lanes.iter().enumerate().any(|(other, lane)| other != index && silent(lane));
        others.then_some(until)
    }
}

#[cfg(test)]
mod tests;
