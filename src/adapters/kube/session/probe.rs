//! Asks the server every few seconds whether it is there, and how long that takes.

use std::time::Duration;

use http_body_util::BodyExt;
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;

use crate::adapters::kube::backoff::Backoff;
use crate::adapters::kube::feed::Feed;
use crate::adapters::kube::follower::changed;
use crate::adapters::kube::reader::Reader;
use crate::runtime::ports::PortError;

/// With [`LIMIT`] a server that hangs is noticed within 15 s.
const EVERY: Duration = Duration::from_secs(10);
const LIMIT: Duration = Duration::from_secs(5);
/// A server that is down is asked at least this often, so that it is live again soon after it is back.
const SLOWEST_RETRY: Duration = Duration::from_secs(8);
/// Before the second probe. The first pays for connecting; what a request takes shows from the second on.
const SECOND: Duration = Duration::from_millis(700);
/// Any authenticated user may read it, and its answer is two bytes.
const PATH: &str = "/readyz";

#[derive(Debug, Clone, PartialEq)]
pub enum Probed {
    /// `latency` is not told for the first probe, which also connected.
    Fine {
        latency: Option<Duration>,
    },
    Failed {
        error: PortError,
        pause: Duration,
    },
}

/// Probes until it is dropped.
pub async fn run(reader: Reader, feed: Feed, reports: mpsc::Sender<Probed>, mut wake: watch::Receiver<u64>) {
    let mut backoff = Backoff::default();
    let mut connected = false;
    loop {
        let (begun, heard) = (Instant::now(), feed.times_heard());
        let (report, pause) = match probe(&reader).await {
            Ok(()) => {
                feed.hear();
                backoff = Backoff::default();
                let latency = connected.then(|| begun.elapsed());
                let pause = if std::mem::replace(&mut connected, true) { EVERY } else { SECOND };
                (Some(Probed::Fine { latency }), pause)
            }
            Err(error) => {
                connected = false;
                let pause = backoff.failed(Duration::ZERO).min(SLOWEST_RETRY);
                // A watch that brought something meanwhile proves more than a probe that was lost.
                let silent = feed.times_heard() == heard;
                (silent.then_some(Probed::Failed { error, pause }), pause)
            }
        };
        if let Some(report) = report
            && reports.send(report).await.is_err()
        {
            return;
        }
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = changed(&mut wake) => {}
        }
    }
}

async fn probe(reader: &Reader) -> Result<(), PortError> {
    let asked = async {
        match reader.get(PATH, "*/*").await {
            Ok(answer) => answer.body.collect().await.map(drop).map_err(|error| reader.body_error(PATH, &error)),
            // Whoever says that this path is not for us, or not there, is there.
            Err(PortError::Forbidden(_) | PortError::NotFound(_)) => Ok(()),
            Err(error) => Err(error),
        }
    };
    tokio::time::timeout(LIMIT, asked)
        .await
        .unwrap_or_else(|_| Err(reader.unreachable(&format!("no answer within {} s", LIMIT.as_secs()))))
}
