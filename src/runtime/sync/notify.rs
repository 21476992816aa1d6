//! Between the worker and the screen: rules of the configuration, rings and webhooks.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::domain::notify::{Hook, Notice, Ring, Rule};
use crate::domain::sync::SyncNews;
use crate::runtime::ports::{HookPort, NotPosted, SyncSink};

/// A rule with its webhook resolved.
#[derive(Debug, Clone)]
pub struct Bound {
    pub rule: Rule,
    pub hook: Option<Arc<Hook>>,
}

/// Notices that wait for a webhook; what comes on top is dropped and said.
const WAITING: usize = 256;
/// A webhook that hangs is given up after this …
const LIMIT: Duration = Duration::from_secs(10);
/// … and tried again after these pauses.
const PAUSES: [Duration; 3] = [Duration::from_secs(1), Duration::from_secs(5), Duration::from_secs(30)];

type Rings = Box<dyn Fn(Ring, &Notice) + Send + Sync>;

/// A sink that hands all news on, and tells what rules ask for.
pub struct Notifier {
    rules: Vec<Bound>,
    /// One queue a rule: a webhook that hangs does not hold up another.
    queues: Mutex<Vec<Option<mpsc::Sender<Notice>>>>,
    posting: Mutex<JoinSet<()>>,
    ring: Rings,
    next: Arc<dyn SyncSink>,
}

impl Notifier {
    /// `ring` reaches the terminal, if there is one. Call it inside a tokio runtime.
    pub fn new(
        rules: Vec<Bound>,
        hooks: Arc<dyn HookPort>,
        ring: impl Fn(Ring, &Notice) + Send + Sync + 'static,
        next: Arc<dyn SyncSink>,
    ) -> Self {
        let mut posting = JoinSet::new();
        let queues = rules.iter().map(|bound| {
            let hook = bound.hook.clone()?;
            let (queue, waiting) = mpsc::channel(WAITING);
            posting.spawn(post_all(hooks.clone(), hook, waiting));
            Some(queue)
        });
        let queues = Mutex::new(queues.collect());
        Self { rules, queues, posting: Mutex::new(posting), ring: Box::new(ring), next }
    }

    /// Takes no more notices, and waits this long for those that are on their way.
    pub async fn finish(&self, limit: Duration) {
        lock(&self.queues).clear();
        let mut posting = std::mem::take(&mut *lock(&self.posting));
        let all = async { while posting.join_next().await.is_some() {} };
        if timeout(limit, all).await.is_err() {
            tracing::warn!("a webhook does not answer: notices that wait for it are dropped");
        }
    }
}

impl SyncSink for Notifier {
    fn news(&self, news: SyncNews) {
        let queues = lock(&self.queues);
        for (place, bound) in self.rules.iter().enumerate() {
            let Some(notice) = bound.rule.notice(&news) else { continue };
            if let Some(ring) = bound.rule.ring {
                (self.ring)(ring, &notice);
            }
            if let Some(Some(queue)) = queues.get(place)
                && queue.try_send(notice).is_err()
            {
                tracing::warn!("a webhook is too slow: a notice is dropped");
            }
        }
        drop(queues);
        self.next.news(news);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    // What is inside is taken or replaced whole.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn post_all(hooks: Arc<dyn HookPort>, hook: Arc<Hook>, mut waiting: mpsc::Receiver<Notice>) {
    while let Some(notice) = waiting.recv().await {
        let body = notice.body.to_string().into_bytes();
        if let Err(NotPosted { trouble, .. }) = post(&*hooks, &hook, body).await {
            tracing::warn!(cluster = notice.cluster, trouble = trouble.words, "a notice was not posted");
        }
    }
}

async fn post(hooks: &dyn HookPort, hook: &Arc<Hook>, body: Vec<u8>) -> Result<(), NotPosted> {
    let mut pauses = PAUSES.into_iter();
    loop {
        let late = || {
            let words = format!("the webhook did not answer within {} s", LIMIT.as_secs());
            NotPosted { trouble: crate::domain::health::Trouble::new(words), again: true }
        };
        let tried = timeout(LIMIT, hooks.post(hook.clone(), body.clone())).await.unwrap_or_else(|_| Err(late()));
        match (tried, pauses.next()) {
            (Err(error), Some(pause)) if error.again => sleep(pause).await,
            (tried, _) => return tried,
        }
    }
}
