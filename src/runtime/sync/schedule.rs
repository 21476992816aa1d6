//! Who is due. Times are Unix milliseconds; chances are from 0 to 1.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::domain::ids::ClusterId;

/// How a look ended, as far as the next one depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Seen,
    Failed,
    /// Somebody else looks after it.
    Theirs,
}

/// A cluster that fails is asked again after a sixth of the interval, so that one lost probe is soon told from an
/// outage; then in every interval, then in every second, and no rarer, since it must be seen when it is back.
const SOON: i64 = 6;
const RAREST: i64 = 2;
/// All looks of an interval end within this part of it, whatever chance adds.
const SPREAD: f64 = 0.9;
/// The first looks are spread over so many milliseconds, that workers which start together share the clusters.
const FIRST_SPREAD: f64 = 500.0;

#[derive(Debug)]
struct Entry {
    due: i64,
    /// The cluster's place within the interval, from 0 to 1.
    place: f64,
    failures: u32,
    begun: bool,
    /// Somebody asked for a look while one was under way.
    again: bool,
}

#[derive(Debug)]
pub struct Schedule {
    interval: i64,
    at_once: usize,
    entries: BTreeMap<ClusterId, Entry>,
}

impl Schedule {
    pub fn new(interval: Duration, at_once: usize) -> Self {
        let interval = i64::try_from(interval.as_millis()).unwrap_or(i64::MAX / 8).max(1);
        Self { interval, at_once: at_once.max(1), entries: BTreeMap::new() }
    }

    /// A cluster that is new is due at once. `place` is the same for all workers.
    pub fn add(&mut self, cluster: ClusterId, place: f64, now: i64, chance: f64) {
        let due = now + (FIRST_SPREAD.min(self.interval as f64 / 4.0) * chance) as i64;
        self.entries.entry(cluster).or_insert(Entry { due, place, failures: 0, begun: false, again: false });
    }

    pub fn remove(&mut self, cluster: ClusterId) {
        self.entries.remove(&cluster);
    }

    /// Who is to be looked at now, the longest overdue first; they count as begun.
    pub fn begin(&mut self, now: i64) -> Vec<ClusterId> {
        let busy = self.entries.values().filter(|entry| entry.begun).count();
        let mut due: Vec<_> = self.entries.iter().filter(|(_, entry)| !entry.begun && entry.due <= now).collect();
        due.sort_by_key(|(_, entry)| entry.due);
        let due: Vec<ClusterId> = due.into_iter().take(self.at_once.saturating_sub(busy)).map(|(id, _)| *id).collect();
        for id in &due {
            if let Some(entry) = self.entries.get_mut(id) {
                entry.begun = true;
            }
        }
        due
    }

    /// A look has ended.
    pub fn end(&mut self, cluster: ClusterId, outcome: Outcome, now: i64, chance: f64) {
        let interval = self.interval;
        let Some(entry) = self.entries.get_mut(&cluster) else { return };
        entry.begun = false;
        entry.failures = if outcome == Outcome::Failed { entry.failures.saturating_add(1) } else { 0 };
        let next = |skipped: i64| {
            let slot = now.div_euclid(interval) + 1 + skipped;
            let within = entry.place * SPREAD + chance * (1.0 - SPREAD);
            slot * interval + (interval as f64 * within) as i64
        };
        entry.due = match (std::mem::take(&mut entry.again), entry.failures) {
            (true, _) => now,
            (false, 0) => next(0),
            (false, 1) => now + interval / SOON,
            (false, failures) => next((1_i64 << (failures - 2).min(8)).min(RAREST) - 1),
        };
    }

    /// Looks at these clusters at once, or at all.
    pub fn now(&mut self, clusters: Option<&[ClusterId]>, now: i64) {
        for (id, entry) in &mut self.entries {
            if clusters.is_none_or(|wanted| wanted.contains(id)) {
                entry.again = entry.begun;
                entry.due = entry.due.min(now);
            }
        }
    }

    /// Milliseconds until somebody is due, if anybody can begin; `None` while nobody can.
    pub fn wait(&mut self, now: i64) -> Option<Duration> {
        let farthest = now + self.interval.saturating_mul(RAREST + 2);
        for entry in self.entries.values_mut().filter(|entry| entry.due > farthest) {
            // The clock was put back.
            entry.due = now;
        }
        if self.busy() >= self.at_once {
            return None;
        }
        let next = self.entries.values().filter(|entry| !entry.begun).map(|entry| entry.due).min()?;
        Some(Duration::from_millis(next.saturating_sub(now).max(0).unsigned_abs()))
    }

    pub fn busy(&self) -> usize {
        self.entries.values().filter(|entry| entry.begun).count()
    }

    /// How far the cluster that waits longest is behind its time, in milliseconds. A look that is under way is behind once
    /// its interval is over: it hangs.
    pub fn lag(&self, now: i64) -> i64 {
        let waiting = self.entries.values().map(|entry| {
            let allowed = if entry.begun { self.interval } else { 0 };
            now.saturating_sub(entry.due).saturating_sub(allowed)
        });
        waiting.max().unwrap_or_default().max(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: i64 = 1_000;

    fn schedule(clusters: u32, at_once: usize) -> Schedule {
        let mut schedule = Schedule::new(Duration::from_secs(30), at_once);
        (0..clusters).for_each(|id| schedule.add(ClusterId(id), f64::from(id) / f64::from(clusters), 0, 0.0));
        schedule
    }

    fn ids(numbers: &[u32]) -> Vec<ClusterId> {
        numbers.iter().copied().map(ClusterId).collect()
    }

    #[test]
    fn no_more_begin_at_once_than_may_and_the_rest_follows() {
        let mut schedule = schedule(5, 2);
        assert_eq!(schedule.begin(0), ids(&[0, 1]));
        assert_eq!((schedule.begin(0), schedule.wait(0), schedule.busy()), (Vec::new(), None, 2));
        assert_eq!(schedule.lag(3 * SECOND), 3 * SECOND);
        let mut alone = Schedule::new(Duration::from_secs(30), 2);
        alone.add(ClusterId(0), 0.0, 0, 0.0);
        alone.begin(0);
        assert_eq!((alone.lag(29 * SECOND), alone.lag(95 * SECOND)), (0, 65 * SECOND), "a look that hangs is behind");
        schedule.end(ClusterId(0), Outcome::Seen, SECOND, 0.0);
        assert_eq!(schedule.wait(SECOND), Some(Duration::ZERO));
        assert_eq!(schedule.begin(SECOND), ids(&[2]));
    }

    #[test]
    fn whatever_a_look_takes_there_is_one_in_each_interval() {
        for (place, chance, took) in [(0.0, 0.0, 1), (0.99, 1.0, 2_500), (0.5, 0.3, 14_000), (0.9, 0.9, 40)] {
            let mut schedule = Schedule::new(Duration::from_secs(30), 1);
            schedule.add(ClusterId(0), place, 0, chance);
            let (mut now, mut last) = (0, -1);
            for _ in 0..100 {
                now += schedule.wait(now).unwrap().as_millis() as i64;
                assert_eq!(schedule.begin(now), ids(&[0]));
                let slot = now.div_euclid(30 * SECOND);
                assert!(slot == last + 1 || last <= 0, "{slot} after {last} at {place}");
                assert_ne!(slot, last);
                last = slot;
                // A look that runs over the end of its interval costs the next one, and no more.
                let end = (now + took).min((slot + 1) * 30 * SECOND - 1);
                schedule.end(ClusterId(0), Outcome::Seen, end, chance);
                now = end;
            }
        }
    }

    #[test]
    fn a_failure_is_soon_looked_at_again_then_rarer_and_rarer_but_not_too_rarely() {
        let mut schedule = schedule(1, 1);
        let mut now = 0;
        let mut pauses = Vec::new();
        for _ in 0..7 {
            let pause = schedule.wait(now).unwrap().as_millis() as i64;
            pauses.push(pause / SECOND);
            now += pause;
            schedule.begin(now);
            schedule.end(ClusterId(0), Outcome::Failed, now, 0.0);
        }
        assert_eq!(pauses, [0, 5, 25, 60, 60, 60, 60]);
        now += schedule.wait(now).unwrap().as_millis() as i64;
        schedule.begin(now);
        schedule.end(ClusterId(0), Outcome::Seen, now, 0.0);
        assert_eq!(schedule.wait(now), Some(Duration::from_secs(30)));
    }

    #[test]
    fn a_look_that_is_asked_for_comes_at_once_and_after_one_that_is_under_way() {
        let mut schedule = schedule(2, 2);
        schedule.begin(0);
        schedule.end(ClusterId(0), Outcome::Seen, 10, 0.0);
        schedule.now(None, 20);
        assert_eq!(schedule.begin(20), ids(&[0]));
        schedule.end(ClusterId(1), Outcome::Seen, 30, 0.0);
        assert_eq!(schedule.begin(30), ids(&[1]), "what was under way may have begun before the wish");
        schedule.end(ClusterId(0), Outcome::Seen, 40, 0.0);
        schedule.now(Some(&[ClusterId(0)]), 50);
        assert_eq!(schedule.begin(50), ids(&[0]));
    }

    #[test]
    fn a_clock_that_is_put_back_stops_nobody() {
        let mut schedule = schedule(1, 1);
        schedule.begin(0);
        schedule.end(ClusterId(0), Outcome::Seen, 86_400 * SECOND, 0.0);
        assert_eq!(schedule.wait(0), Some(Duration::ZERO));
    }
}
