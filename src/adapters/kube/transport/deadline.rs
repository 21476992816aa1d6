//! Deadlines: until the status line, between two pieces of a body, and for the whole.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures::future::BoxFuture;
use http::{Request, Response};
use http_body::{Body as HttpBody, Frame, SizeHint};
use kube::client::Body;
use tokio::time::{Instant, Sleep};
use tower::{BoxError, Layer, Service, ServiceExt};

use crate::adapters::kube::errors::Failure;

#[derive(Debug, Clone, Copy)]
pub struct Deadlines {
    pub head: Duration,
    /// `None`: the caller knows how long silence may last.
    pub silence: Option<Duration>,
    pub whole: Option<Duration>,
}

#[derive(Debug, Clone, Copy)]
pub struct DeadlineLayer {
    deadlines: Deadlines,
}

impl DeadlineLayer {
    pub fn new(deadlines: Deadlines) -> Self {
        Self { deadlines }
    }
}

impl<S> Layer<S> for DeadlineLayer {
    type Service = Deadline<S>;

    fn layer(&self, inner: S) -> Deadline<S> {
        Deadline { inner, deadlines: self.deadlines }
    }
}

#[derive(Debug, Clone)]
pub struct Deadline<S> {
    inner: S,
    deadlines: Deadlines,
}

impl<S, B> Service<Request<Body>> for Deadline<S>
where
    S: Service<Request<Body>, Response = Response<B>> + Clone + Send + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send,
    B: HttpBody,
{
    type Response = Response<Timed<B>>;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<Self::Response, BoxError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let (inner, deadlines) = (self.inner.clone(), self.deadlines);
        Box::pin(async move {
            let answered = tokio::time::timeout(deadlines.head, inner.oneshot(request)).await;
            let response = answered.map_err(|_| Failure::NoHead(deadlines.head))?.map_err(Into::into)?;
            Ok(response.map(|body| Timed::new(body, deadlines)))
        })
    }
}

/// A body with deadlines.
pub struct Timed<B> {
    body: Pin<Box<B>>,
    clock: Option<Clock>,
}

struct Clock {
    alarm: Pin<Box<Sleep>>,
    silence: Duration,
    ends: Instant,
    /// Whether the last poll found nothing: a slow reader's own time is not the server's silence.
    waiting: bool,
}

impl<B> Timed<B> {
    fn new(body: B, deadlines: Deadlines) -> Self {
        let clock = deadlines.silence.map(|silence| {
            let whole = deadlines.whole.unwrap_or(Duration::from_secs(86_400));
            let alarm = Box::pin(tokio::time::sleep(silence));
            Clock { alarm, silence, ends: Instant::now() + whole, waiting: false }
        });
        Self { body: Box::pin(body), clock }
    }
}

impl<B> HttpBody for Timed<B>
where
    B: HttpBody<Data = Bytes>,
    B::Error: Into<BoxError>,
{
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = &mut *self;
        let frame = this.body.as_mut().poll_frame(context);
        let Some(clock) = &mut this.clock else { return frame.map_err(Into::into) };
        if frame.is_ready() {
            clock.waiting = false;
            return frame.map_err(Into::into);
        }
        if !clock.waiting {
            clock.waiting = true;
            let until = (Instant::now() + clock.silence).min(clock.ends);
            clock.alarm.as_mut().reset(until);
        }
        match clock.alarm.as_mut().poll(context) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(()) => Poll::Ready(Some(Err(Failure::Silent(clock.silence).into()))),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
