//! Lets nothing through but reads, self-subject reviews, dry runs, and writes that carry the ticket of an approval.

use std::future::{Ready, ready};
use std::task::{Context, Poll};

use futures::future::Either;
use http::{Method, Request, header};
use http_body::Body as _;
use kube::client::Body;
use tower::{BoxError, Layer, Service};

use super::ticket::Ticket;
use crate::adapters::kube::errors::Failure;

/// Reviews that ask about oneself; they change nothing although they are POSTs.
const REVIEWS: [&str; 3] = [
    "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
    "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews",
    "/apis/authentication.k8s.io/v1/selfsubjectreviews",
];

/// Subresources that act, whatever the method.
const ACTING: [&str; 4] = ["exec", "attach", "portforward", "proxy"];

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
    (method == Method::GET || method == Method::HEAD) && !acts(request)
}

/// Of a DELETE with a body the server reads the options there and not in the query, so a dry run has none.
fn runs_dry(request: &Request<Body>) -> bool {
    let query = request.uri().query().unwrap_or_default();
    let mut dry = query.split('&').filter(|part| part.split('=').next() == Some("dryRun"));
    let is_dry = dry.next() == Some("dryRun=All") && dry.next().is_none();
    let method = request.method();
    let reads_the_query = match *method {
        Method::DELETE => request.body().is_end_stream(),
        Method::POST | Method::PUT | Method::PATCH => true,
        _ => false,
    };
    is_dry && reads_the_query && !acts(request)
}

fn is_approved(request: &Request<Body>) -> bool {
    let ticket = request.extensions().get::<Ticket>();
    ticket.is_some_and(|ticket| ticket.admits(request.method(), request.uri().path()))
}

/// Whether it does something to a pod, a service or a node that is neither a read nor a write of an object.
fn acts(request: &Request<Body>) -> bool {
    let mut parts = request.uri().path().split('/').filter(|part| !part.is_empty());
    let root = parts.next();
    // Version, and before it the group.
    parts.nth(usize::from(root == Some("apis")));
    let rest: Vec<&str> = parts.collect();
    let within = match rest.as_slice() {
        ["namespaces", _, rest @ ..] => rest,
        rest => rest,
    };
    let subresource = within.get(2);
    subresource.is_some_and(|name| ACTING.contains(name)) || request.headers().contains_key(header::UPGRADE)
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
        if reads(&request) || runs_dry(&request) || is_approved(&request) {
            return Either::Left(self.inner.call(request));
        }
        let refused = Failure::NotARead { method: request.method().clone(), path: request.uri().path().to_owned() };
        Either::Right(ready(Err(refused.into())))
    }
}
