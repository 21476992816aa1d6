//! How many requests are in flight at once, per cluster and in all. A permit is held until the body ends or is dropped.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures::future::BoxFuture;
use http::{Request, Response};
use http_body::{Body as HttpBody, Frame, SizeHint};
use kube::client::Body;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tower::{BoxError, Layer, Service, ServiceExt};

use super::limits::Limits;
use crate::adapters::kube::errors::Failure;

/// Kept free of streams, so that a probe or a question gets through when every watch and log is open.
const RESERVED: usize = 4;
/// How long a request waits for one that ends before it says that there are too many.
const PATIENCE: Duration = Duration::from_secs(10);

/// Whether a request holds its connection for long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    Unary,
    Stream,
}

/// A number of permits of which streams may not take the last ones.
#[derive(Debug, Clone)]
struct Pool {
    all: Arc<Semaphore>,
    streams: Arc<Semaphore>,
    limit: usize,
}

impl Pool {
    fn new(limit: usize) -> Self {
        let limit = limit.max(1);
        let streams = limit.saturating_sub(RESERVED).max(limit.div_ceil(2));
        Self { all: Arc::new(Semaphore::new(limit)), streams: Arc::new(Semaphore::new(streams)), limit }
    }

    async fn take(&self, purpose: Purpose, held: &mut Vec<OwnedSemaphorePermit>) {
        if purpose == Purpose::Stream {
            held.extend(self.streams.clone().acquire_owned().await.ok());
        }
        held.extend(self.all.clone().acquire_owned().await.ok());
    }

    fn open(&self) -> usize {
        self.limit.saturating_sub(self.all.available_permits())
    }
}

/// The permits of all clusters together.
#[derive(Debug, Clone)]
pub struct FleetPermits {
    pool: Pool,
    per_cluster: usize,
}

impl FleetPermits {
    pub fn new(limits: &Limits) -> Self {
        Self { pool: Pool::new(limits.connections), per_cluster: limits.connections_per_cluster }
    }

    /// Requests in flight and their limit, over all clusters.
    pub fn connections(&self) -> (usize, usize) {
        (self.pool.open(), self.pool.limit)
    }

    pub fn cluster(&self) -> Permits {
        Permits { cluster: Pool::new(self.per_cluster), fleet: self.pool.clone() }
    }
}

/// One cluster's permits.
#[derive(Debug, Clone)]
pub struct Permits {
    cluster: Pool,
    fleet: Pool,
}

impl Permits {
    /// Requests in flight and their limit, in this cluster.
    pub fn connections(&self) -> (usize, usize) {
        (self.cluster.open(), self.cluster.limit)
    }

    /// Requests in flight and their limit, over all clusters.
    pub fn all_connections(&self) -> (usize, usize) {
        (self.fleet.open(), self.fleet.limit)
    }

    pub fn layer(&self, purpose: Purpose) -> PermitLayer {
        PermitLayer { permits: self.clone(), purpose }
    }

    async fn take(&self, purpose: Purpose) -> Result<Vec<OwnedSemaphorePermit>, Failure> {
        let mut held = Vec::with_capacity(4);
        let taking = async {
            self.cluster.take(purpose, &mut held).await;
            self.fleet.take(purpose, &mut held).await;
        };
        match tokio::time::timeout(PATIENCE, taking).await {
            Ok(()) => Ok(held),
            Err(_) => {
                let full = if self.fleet.all.available_permits() == 0 { &self.fleet } else { &self.cluster };
                Err(Failure::Crowded { limit: full.limit, in_all: std::ptr::eq(full, &self.fleet) })
            }
        }
    }
}

#[derive(Debug, Clone)]
pub struct PermitLayer {
    permits: Permits,
    purpose: Purpose,
}

impl<S> Layer<S> for PermitLayer {
    type Service = Permitted<S>;

    fn layer(&self, inner: S) -> Permitted<S> {
        Permitted { inner, layer: self.clone() }
    }
}

#[derive(Debug, Clone)]
pub struct Permitted<S> {
    inner: S,
    layer: PermitLayer,
}

impl<S, B> Service<Request<Body>> for Permitted<S>
where
    S: Service<Request<Body>, Response = Response<B>, Error = BoxError> + Clone + Send + 'static,
    S::Future: Send,
    B: HttpBody,
{
    type Response = Response<Held<B>>;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<Self::Response, BoxError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let (inner, layer) = (self.inner.clone(), self.layer.clone());
        Box::pin(async move {
            let held = layer.permits.take(layer.purpose).await?;
            let response = inner.oneshot(request).await?;
            Ok(response.map(|body| {
                let held = if body.is_end_stream() { Vec::new() } else { held };
                Held { body: Box::pin(body), held }
            }))
        })
    }
}

/// A body that holds its permits until it ends.
pub struct Held<B> {
    body: Pin<Box<B>>,
    held: Vec<OwnedSemaphorePermit>,
}

impl<B: HttpBody<Data = Bytes>> HttpBody for Held<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        let frame = self.body.as_mut().poll_frame(context);
        let ended = matches!(frame, Poll::Ready(None | Some(Err(_)))) || self.body.is_end_stream();
        if ended {
            self.held.clear();
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
