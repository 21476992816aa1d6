//! The registry of running tasks: a key owns a cancellation token, and the same key replaces.

use std::collections::HashMap;

use tokio_util::sync::CancellationToken;

use crate::domain::effect::TaskKey;

/// Tells replies of a replaced task from those of the task that replaced it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Generation(u64);

/// Tasks by key.
#[derive(Debug, Default)]
pub struct Tasks {
    running: HashMap<TaskKey, (Generation, CancellationToken)>,
    last: u64,
}

impl Tasks {
    /// Registers a task, cancelling the one that held the key.
    pub fn start(&mut self, key: TaskKey) -> (Generation, CancellationToken) {
        self.last += 1;
        let entry = (Generation(self.last), CancellationToken::new());
        if let Some((_, older)) = self.running.insert(key, entry.clone()) {
            older.cancel();
        }
        entry
    }

    pub fn cancel(&mut self, key: &TaskKey) {
        if let Some((_, token)) = self.running.remove(key) {
            token.cancel();
        }
    }

    /// Whether a reply of this generation is still wanted; if so the task is taken as done.
    pub fn finish(&mut self, key: &TaskKey, generation: Generation) -> bool {
        let current = self.running.get(key).is_some_and(|(running, _)| *running == generation);
        if current {
            self.running.remove(key);
        }
        current
    }

    pub fn cancel_all(&mut self) {
        for (_, (_, token)) in self.running.drain() {
            token.cancel();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::effect::Purpose;
    use crate::domain::ids::ClusterId;

    fn key() -> TaskKey {
        TaskKey { cluster: ClusterId(1), kind: None, purpose: Purpose::DetailObject }
    }

    #[test]
    fn the_same_key_replaces_and_the_older_reply_is_dropped() {
        let mut tasks = Tasks::default();
        let (first, token) = tasks.start(key());
        let (second, _) = tasks.start(key());
        assert!(token.is_cancelled());
        assert!(!tasks.finish(&key(), first));
        assert!(tasks.finish(&key(), second));
        assert!(!tasks.finish(&key(), second), "a task ends once");
    }
}
