//! The life of one open cluster: connect, follow its kinds, probe it, and tell how it stands. It never gives up.

mod board;
mod facts;
mod namespaces;
mod probe;
mod run;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use self::run::Run;
use super::backoff::Backoff;
use super::client::ConnectError;
use super::connect::Connect;
use super::feed::{Feed, now_ms};
use super::follower::changed;
use crate::domain::cluster::ClusterInfo;
use crate::domain::health::{Health, SessionEvent};
use crate::domain::ids::ClusterId;
use crate::runtime::ports::OpenOptions;

/// Everything a session needs. Dropping the future of [`Session::run`] ends it and all its requests.
pub struct Session {
    pub id: ClusterId,
    pub info: ClusterInfo,
    pub ways: Arc<dyn Connect>,
    pub options: OpenOptions,
    pub feed: Feed,
    /// Changes when a person wants a retry now, or has answered a question of this session.
    pub retry: watch::Receiver<u64>,
}

impl Session {
    pub async fn run(mut self) {
        let mut backoff = Backoff::default();
        self.health(Health::Connecting { since_ms: now_ms() });
        if self.info.insecure {
            self.feed.event(SessionEvent::Insecure);
        }
        loop {
            self.retry.borrow_and_update();
            match self.ways.connect(self.id).await {
                Ok(reader) => {
                    backoff = Backoff::default();
                    Run::new(&self, reader).until_restart(&mut self.retry).await;
                }
                Err(ConnectError::NeedsConsent(request)) => {
                    self.feed.event(SessionEvent::ConsentNeeded(request));
                    self.health(Health::NeedsConsent);
                    changed(&mut self.retry).await;
                }
                Err(ConnectError::Broken(trouble)) => {
                    self.health(Health::Broken { trouble });
                    changed(&mut self.retry).await;
                }
                Err(ConnectError::Unauthorised(trouble)) => {
                    let pause = backoff.failed(Duration::ZERO);
                    self.health(Health::Unauthorised { retry_ms: after(pause), trouble });
                    self.wait(pause).await;
                }
                Err(ConnectError::Unreachable(trouble)) => {
                    let pause = backoff.failed(Duration::ZERO);
                    self.health(Health::Unreachable { retry_ms: after(pause), trouble });
                    self.wait(pause).await;
                }
            }
        }
    }

    async fn wait(&mut self, pause: Duration) {
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = changed(&mut self.retry) => {}
        }
    }

    fn health(&self, health: Health) {
        self.feed.event(SessionEvent::Health(health));
    }
}

/// That much from now, Unix milliseconds.
fn after(pause: Duration) -> i64 {
    now_ms().saturating_add(i64::try_from(pause.as_millis()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests;
