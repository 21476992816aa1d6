//! When keys answer a question: never before it was read, never as the repeat of a key that is held down.

use crate::domain::gate::SETTLE_MS;

/// Unix milliseconds of what happened to a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Pace {
    /// When it was first painted: keys that came before that answer nothing.
    pub shown_ms: Option<i64>,
    /// The last key: a key that is held down comes again and again.
    pub key_ms: Option<i64>,
}

impl Pace {
    /// Whether keys count at `now_ms`.
    pub fn is_settled(&self, now_ms: i64) -> bool {
        self.shown_ms.is_some_and(|shown| now_ms - shown >= SETTLE_MS)
    }

    /// Whether a key counts: not before the question was on the screen for a moment, and not as the repeat of a key that
    /// is held down. A terminal without key reports sends repeats as presses, a few tens of milliseconds apart.
    /// `is_asked`: it waits for its answer; `by_one_key`: one key is the answer.
    pub fn takes_key(&mut self, repeat: bool, is_asked: bool, by_one_key: bool, now_ms: i64) -> bool {
        let before = self.key_ms.replace(now_ms);
        let quiet = before.is_none_or(|before| now_ms - before >= SETTLE_MS);
        match is_asked {
            true => self.is_settled(now_ms) && !repeat && (quiet || !by_one_key),
            false => !repeat,
        }
    }

    /// What lay over it is gone: it counts as painted anew, and as if a key had just come.
    pub fn revealed(&mut self, now_ms: i64) {
        *self = Self { shown_ms: None, key_ms: Some(now_ms) };
    }

    pub fn drawn(&mut self, now_ms: i64) {
        self.shown_ms.get_or_insert(now_ms);
    }
}
