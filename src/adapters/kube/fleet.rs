//! The fleet behind the program's port: every known cluster, its session while it is open, and questions to it.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures::future::BoxFuture;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::client::ConnectError;
use super::connect::Connect;
use super::feed::{Epochs, Feed};
use super::reader::Reader;
use super::session::Session;
use super::{fetch, logs, writer};
use crate::domain::cluster::{ClusterInfo, WayIn};
use crate::domain::gate::{ApprovedWrite, Write};
use crate::domain::health::Trouble;
use crate::domain::ids::ClusterId;
use crate::domain::logs::LogSource;
use crate::domain::request::{
    FetchReply, FetchRequest, LogRequest, NotWritten, OpenOptions, PortError, WriteError, WriteReply,
};
use crate::runtime::ports::{FleetPort, LogReader, SessionSink, WritePort};

/// [`FleetPort`] over real API servers. `open`, `fetch` and `open_log` must be called inside a tokio runtime.
pub struct KubeFleet {
    ways: Arc<dyn Connect>,
    epochs: Epochs,
    /// Ends the waiting of each session.
    retries: Mutex<HashMap<ClusterId, watch::Sender<u64>>>,
    /// Where what can be fetched again is kept.
    cache: Option<PathBuf>,
}

impl KubeFleet {
    /// Over a [`ContextStore`](super::ContextStore), say.
    pub fn new(ways: Arc<dyn Connect>) -> Self {
        Self { ways, epochs: Epochs::default(), retries: Mutex::default(), cache: None }
    }

    /// Keeps what can be fetched again below this folder.
    pub fn with_cache(self, cache: Option<PathBuf>) -> Self {
        Self { cache, ..self }
    }

    fn wake(&self, cluster: ClusterId) {
        if let Some(retry) = self.retries().get(&cluster) {
            retry.send_modify(|count| *count = count.wrapping_add(1));
        }
    }

    fn retries(&self) -> MutexGuard<'_, HashMap<ClusterId, watch::Sender<u64>>> {
        // Each change is one call, so a panic elsewhere leaves the map whole.
        self.retries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl FleetPort for KubeFleet {
    fn clusters(&self) -> Vec<ClusterInfo> {
        self.ways.clusters()
    }

    fn open(&self, cluster: ClusterId, options: OpenOptions, sink: Arc<dyn SessionSink>, cancel: CancellationToken) {
        let Some(info) = self.ways.clusters().into_iter().nth(cluster.0 as usize) else {
            tracing::error!(?cluster, "no such cluster to open");
            return;
        };
        let retry = self.retries().entry(cluster).or_insert_with(|| watch::Sender::new(0)).clone();
        if let Some(mut revived) = self.ways.revived(cluster) {
            let retry = retry.clone();
            tokio::spawn(cancel.clone().run_until_cancelled_owned(async move {
                while revived.changed().await.is_ok() {
                    retry.send_modify(|count| *count = count.wrapping_add(1));
                }
            }));
        }
        let retry = retry.subscribe();
        let feed = Feed::new(cluster, sink, self.epochs.clone());
        let session = Session { id: cluster, info, ways: self.ways.clone(), options, feed, retry };
        tokio::spawn(cancel.run_until_cancelled_owned(session.run()));
    }

    fn retry_now(&self, cluster: ClusterId) {
        self.ways.ask_again(cluster);
        self.wake(cluster);
    }

    fn choose(&self, cluster: ClusterId, way: WayIn) -> bool {
        self.ways.choose(cluster, way)
    }

    fn answer_consent(&self, cluster: ClusterId, fingerprint: String, agreed: bool) {
        self.ways.answer_consent(&fingerprint, agreed);
        self.wake(cluster);
    }

    fn fetch(&self, cluster: ClusterId, request: FetchRequest) -> BoxFuture<'static, Result<FetchReply, PortError>> {
        let (ways, cache) = (self.ways.clone(), self.cache.clone());
        Box::pin(async move { fetch::fetch(&reader(&*ways, cluster).await?, request, cache.as_deref()).await })
    }

    fn open_log(&self, source: LogSource, request: LogRequest) -> BoxFuture<'static, Result<LogReader, PortError>> {
        let ways = self.ways.clone();
        Box::pin(async move { logs::open(&reader(&*ways, source.cluster).await?, &source, &request).await })
    }
}

impl WritePort for KubeFleet {
    fn dry_run(&self, cluster: ClusterId, write: Write) -> BoxFuture<'static, Result<WriteReply, WriteError>> {
        let ways = self.ways.clone();
        Box::pin(async move {
            let reader = reader(&*ways, cluster).await.map_err(writer::unsent)?;
            writer::dry_run(&reader, &write).await
        })
    }

    fn write(&self, write: ApprovedWrite) -> BoxFuture<'static, Result<WriteReply, NotWritten>> {
        let ways = self.ways.clone();
        Box::pin(async move {
            match reader(&*ways, write.cluster()).await {
                Ok(reader) => writer::write(&reader, write).await,
                Err(error) => Err(NotWritten { error: writer::unsent(error), unspent: None }),
            }
        })
    }
}

async fn reader(ways: &dyn Connect, cluster: ClusterId) -> Result<Reader, PortError> {
    ways.connect(cluster).await.map_err(|error| match error {
        ConnectError::NeedsConsent(_) => PortError::Unauthorised(Trouble::new(error.to_string())),
        ConnectError::Unauthorised(trouble) => PortError::Unauthorised(trouble),
        ConnectError::Unreachable(trouble) => PortError::Unreachable(trouble),
        ConnectError::Broken(trouble) => PortError::Broken(trouble),
    })
}
