//! Lets nothing but reads and self-subject reviews through.

use std::future::{Ready, ready};
use std::task::{Context, Poll};

use futures::future::Either;
use http::{Method, Request, header};
use kube::client::Body;
use tower::{BoxError, Layer, Service};

use crate::adapters::kube::errors::Failure;

/// Reviews that ask about oneself; they change nothing although they are POSTs.
const REVIEWS: [&str; 3] = [
    "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
    "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews",
    "/apis/authentication.k8s.io/v1/selfsubjectreviews",
];

/// Reads by method that act on a pod all the same.
const ACTING: [&str; 3] = ["exec", "attach", "portforward"];

#[derive(Debug, Clone, Copy)]
pub struct GateLayer;

impl<S> Layer<S> for GateLayer {
    type Service = Gate<S>;

    fn layer(&self, inner: S) -> Gate<S> {
        Gate { inner }
    }
}

/// Refuses a request without handing any of it on.
#[derive(Debug, Clone)]
pub struct Gate<S> {
    inner: S,
}

fn reads(request: &Request<Body>) -> bool {
    let path = request.uri().path();
    let method = request.method();
    if method == Method::POST {
        return REVIEWS.contains(&path) && request.uri().query().is_none();
    }
    let acts = path.rsplit('/').next().is_some_and(|last| ACTING.contains(&last)) && path.matches('/').count() >= 7;
    (method == Method::GET || method == Method::HEAD) && !acts && !request.headers().contains_key(header::UPGRADE)
}

impl<S> Service<Request<Body>> for Gate<S>
where
    S: Service<Request<Body>, Error = BoxError>,
{
    type Response = S::Response;
    type Error = BoxError;
    type Future = Either<S::Future, Ready<Result<S::Response, BoxError>>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        if reads(&request) {
            return Either::Left(self.inner.call(request));
        }
        let refused = Failure::NotARead { method: request.method().clone(), path: request.uri().path().to_owned() };
        Either::Right(ready(Err(refused.into())))
    }
}
