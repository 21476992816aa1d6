//! How a cluster stood, since when, and why.

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Status {
    Up,
    /// It answers, and something in it does not work.
    Degraded,
    Down,
}

impl Status {
    pub const ALL: [Self; 3] = [Self::Up, Self::Degraded, Self::Down];

    pub fn word(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Degraded => "degraded",
            Self::Down => "down",
        }
    }

    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.word() == word)
    }
}

/// From `since_ms` on, the cluster is so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transition {
    /// The registry's id of the cluster.
    pub cluster: String,
    pub status: Status,
    pub since_ms: i64,
    /// Cleaned words; empty for `up` without a word to say.
    pub why: String,
}

impl Transition {
    /// Whether this says something else than the last one: another status, or another reason for not being up.
    pub fn is_news(&self, last: Option<&Self>) -> bool {
        last.is_none_or(|last| last.status != self.status || last.why != self.why)
    }
}
