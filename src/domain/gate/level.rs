//! How hard a prompt asks.

use super::ask::Verb;
use super::environment::Environment;

/// What must be answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Level {
    /// One key: `y`.
    Yes,
    /// A word is typed exactly.
    Word {
        word: String,
        /// What the word is: `the Job's name`, `the cluster's name`, `how many they are`.
        is: &'static str,
    },
}

/// What the level hangs on.
#[derive(Debug, Clone, Copy)]
pub struct Stakes<'a> {
    pub verb: Verb,
    pub environment: Environment,
    pub protected: bool,
    /// Names of the objects that are written; of what is run again or triggered, since a new Job's own name is nobody's
    /// choice.
    pub names: &'a [String],
    pub cluster: &'a str,
    /// Whole namespaces go.
    pub namespaces: bool,
}

impl Level {
    /// Development: one key. Staging and unclassified: one key for one object, the count for several. Production and
    /// protected: the object's name for one, the cluster's name for several. A namespace that goes: always its name,
    /// and for several the cluster's.
    pub fn of(stakes: Stakes<'_>) -> Self {
        let word = |word: &str, is| Self::Word { word: word.to_owned(), is };
        let careful = stakes.protected || stakes.environment == Environment::Production;
        match (stakes.names, careful) {
            ([name], _) if stakes.namespaces && stakes.verb == Verb::Delete => word(name, "the namespace's name"),
            (_, _) if stakes.namespaces && stakes.verb == Verb::Delete => word(stakes.cluster, "the cluster's name"),
            ([name], true) => match stakes.verb {
                Verb::Rerun => word(name, "the Job's name"),
                Verb::Trigger => word(name, "the CronJob's name"),
                _ => word(name, "its name"),
            },
            (_, true) => word(stakes.cluster, "the cluster's name"),
            ([_], false) => Self::Yes,
            (_, false) if stakes.environment == Environment::Development => Self::Yes,
            (names, false) => word(&names.len().to_string(), "how many they are"),
        }
    }
}
