//! Keeps one kind in view for as long as its session lives: list, watch, and both again after whatever happens.

use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::time::Instant;

use super::backoff::{Backoff, LIVE_ENOUGH, chance};
use super::decode::{Decoder, Undecoded};
use super::feed::Feed;
use super::list::{self, Listed};
use super::reader::Reader;
use super::target::Target;
use super::watch as stream;
use crate::domain::delta::{Delta, Scope};
use crate::domain::health::Trouble;
use crate::domain::ids::KindId;
use crate::runtime::ports::PortError;

/// What a follower tells its session.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    pub kind: KindId,
    pub scope: Scope,
    pub news: News,
}

#[derive(Debug, Clone, PartialEq)]
pub enum News {
    /// Listed, and about to be watched, or watched again after a failure.
    Live,
    /// Tried again after this time.
    Failed { error: PortError, pause: Duration },
    /// Objects that were left out.
    Undecoded(Undecoded),
}

/// Why a follower gave up. Everything else it waits out.
#[derive(Debug, Clone, PartialEq)]
pub enum End {
    /// Listing is not allowed in this scope.
    Forbidden(Trouble),
    /// The server does not have the kind.
    Absent,
}

/// One kind in one scope of one cluster. Dropping the future of [`Follower::run`] ends it.
pub struct Follower {
    pub reader: Reader,
    pub target: Target,
    pub feed: Feed,
    pub reports: mpsc::Sender<Report>,
    /// Changes when waiting should end and open watches should be opened anew.
    pub wake: watch::Receiver<u64>,
}

impl Follower {
    pub async fn run(mut self) -> End {
        let mut backoff = Backoff::default();
        let mut decoder = Decoder::new(self.target.entry);
        let mut first = true;
        loop {
            self.wake.borrow_and_update();
            let listed = if first {
                list::first(&self.reader, &self.target, &mut decoder, &self.feed).await
            } else {
                list::list(&self.reader, &self.target, &mut decoder, &self.feed).await
            };
            let (pause, error) = match listed {
                Ok(Listed { version, epoch }) => {
                    first = false;
                    let (kind, scope) = (self.target.kind(), self.target.scope.clone());
                    self.feed.deltas(vec![Delta::Listed { kind, scope, epoch }]);
                    self.report_undecoded(&mut decoder).await;
                    self.report(News::Live).await;
                    self.watch(version, epoch, &mut decoder, &mut backoff).await
                }
                Err(PortError::Forbidden(trouble)) => return End::Forbidden(trouble),
                Err(PortError::NotFound(_)) => return End::Absent,
                Err(error) => (backoff.failed(Duration::ZERO), error),
            };
            self.wait(pause, error).await;
        }
    }

    /// Watches until only a new list helps; gives how long to wait before it, and why.
    async fn watch(
        &mut self,
        mut version: String,
        epoch: u32,
        decoder: &mut Decoder,
        backoff: &mut Backoff,
    ) -> (Duration, PortError) {
        let listed = Instant::now();
        let mut failing = false;
        loop {
            let answer = match stream::open(&self.reader, &self.target, &version, chance()).await {
                Ok(answer) => answer,
                Err(error) if relists(&error) => return (backoff.ended(listed.elapsed()), error),
                Err(error) => {
                    failing = true;
                    self.wait(backoff.failed(Duration::ZERO), error).await;
                    continue;
                }
            };
            self.feed.hear();
            if std::mem::take(&mut failing) {
                self.report(News::Live).await;
            }
            let opened = Instant::now();
            let follow = stream::follow(&self.reader, &self.target, answer, &mut version, epoch, decoder, &self.feed);
            let end = tokio::select! {
                end = follow => end,
                // A session that heard nothing for a while cannot know which of its connections still live.
                _ = changed(&mut self.wake) => {
                    failing = true;
                    continue;
                }
            };
            self.report_undecoded(decoder).await;
            match end {
                Ok(()) => {
                    let pause = backoff.ended(opened.elapsed());
                    self.pause(pause).await;
                }
                Err(error) if relists(&error) => return (backoff.ended(opened.elapsed()), error),
                Err(error) => {
                    let live = opened.elapsed();
                    let pause = backoff.failed(live);
                    if live >= LIVE_ENOUGH {
                        // Load balancers cut connections as a matter of course: told only if the next one fails too.
                        tracing::debug!(cluster = self.reader.cluster(), %error, "a watch broke off");
                        self.pause(pause).await;
                    } else {
                        failing = true;
                        self.wait(pause, error).await;
                    }
                }
            }
        }
    }

    /// Waits and says why, unless there is nothing to wait for.
    async fn wait(&mut self, pause: Duration, error: PortError) {
        let pause = match &error {
            PortError::Busy(_, Some(asked)) => pause.max(*asked),
            _ => pause,
        };
        if !pause.is_zero() {
            tracing::info!(cluster = self.reader.cluster(), kind = ?self.target.kind(), %error, ?pause, "watch failed");
            // A list that is too old is an ordinary event: rows are as fresh as they were.
            if !matches!(error, PortError::Gone(_)) {
                self.report(News::Failed { error, pause }).await;
            }
            self.pause(pause).await;
        }
    }

    async fn pause(&mut self, pause: Duration) {
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = changed(&mut self.wake) => {}
        }
    }

    async fn report_undecoded(&self, decoder: &mut Decoder) {
        if let Some(undecoded) = decoder.take_undecoded() {
            self.report(News::Undecoded(undecoded)).await;
        }
    }

    async fn report(&self, news: News) {
        let report = Report { kind: self.target.kind(), scope: self.target.scope.clone(), news };
        // The session's end takes the receiver away; this future is dropped with it.
        let _ = self.reports.send(report).await;
    }
}

/// Whether a new list is needed: the resourceVersion is not usable, rights have changed, or the server answered
/// something that a watch cannot be continued from.
fn relists(error: &PortError) -> bool {
    match error {
        PortError::Unreachable(_) | PortError::Unauthorised(_) | PortError::Busy(..) | PortError::Broken(_) => false,
        PortError::Gone(_)
        | PortError::Refused(_)
        | PortError::Forbidden(_)
        | PortError::NotFound(_)
        | PortError::Conflict(_) => true,
    }
}

/// Resolves at the next change, never when the sender is gone.
pub async fn changed(wake: &mut watch::Receiver<u64>) {
    if wake.changed().await.is_err() {
        std::future::pending::<()>().await;
    }
}

#[cfg(test)]
mod tests;
