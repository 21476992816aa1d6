//! How long to wait before trying again.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

/// The first pause.
const FIRST: Duration = Duration::from_millis(500);
/// The longest pause.
const LAST: Duration = Duration::from_secs(30);
/// Who was live this long starts over at the first pause. A watch that is closed at once, or a list that succeeds before
/// each failure, never resets the pause: kube's own backoff does and becomes a hot loop.
pub const LIVE_ENOUGH: Duration = Duration::from_secs(20);

/// Pauses that double from 0.5 s to 30 s, each a quarter shorter or longer by chance.
#[derive(Debug, Default)]
pub struct Backoff {
    failures: u32,
}

impl Backoff {
    /// The pause after a failure; `live` is how long it went well before.
    pub fn failed(&mut self, live: Duration) -> Duration {
        self.pause(live, chance())
    }

    /// The pause after something that ended as it should: none, unless it was short.
    pub fn ended(&mut self, live: Duration) -> Duration {
        if live >= LIVE_ENOUGH {
            self.failures = 0;
            return Duration::ZERO;
        }
        self.failed(live)
    }

    fn pause(&mut self, live: Duration, chance: f64) -> Duration {
        if live >= LIVE_ENOUGH {
            self.failures = 0;
        }
        let pause = FIRST.saturating_mul(1 << self.failures.min(10)).min(LAST);
        self.failures = self.failures.saturating_add(1);
        pause.mul_f64(0.75 + 0.5 * chance)
    }
}

/// From 0 to 1. The standard library's hash keys are random, and jitter needs no better.
pub fn chance() -> f64 {
    (RandomState::new().hash_one(0u8) >> 11) as f64 / (1u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Backoff, chance};

    #[test]
    fn pauses_grow_to_thirty_seconds_and_stay_there() {
        let mut backoff = Backoff::default();
        let pauses: Vec<u128> = (0..9).map(|_| backoff.pause(Duration::ZERO, 0.5).as_millis()).collect();
        assert_eq!(pauses, [500, 1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000]);
    }

    #[test]
    fn only_a_life_of_some_length_starts_over() {
        let mut backoff = Backoff::default();
        backoff.failed(Duration::ZERO);
        backoff.failed(Duration::ZERO);
        assert_eq!(backoff.pause(Duration::from_secs(3), 0.5), Duration::from_secs(2));
        assert_eq!(backoff.pause(Duration::from_secs(25), 0.5), Duration::from_millis(500));
        assert_eq!(backoff.ended(Duration::from_secs(25)), Duration::ZERO);
        assert!(backoff.ended(Duration::from_secs(1)) > Duration::ZERO);
    }

    #[test]
    fn jitter_is_a_quarter_each_way() {
        let one = |chance| Backoff::default().pause(Duration::ZERO, chance).as_millis();
        assert_eq!((one(0.0), one(1.0)), (375, 625));
        assert!((0.0..1.0).contains(&chance()));
    }
}
