//! Puts the current credential on each request, and asks for a new one once when the server says 401.

use std::task::{Context, Poll};

use futures::future::BoxFuture;
use http::{Request, Response, StatusCode, header};
use kube::client::Body;
use tower::{BoxError, Layer, Service, ServiceExt};

use crate::adapters::kube::auth::{Credential, Credentials};

#[derive(Clone)]
pub struct AuthorizeLayer {
    credentials: Credentials,
}

impl AuthorizeLayer {
    pub fn new(credentials: Credentials) -> Self {
        Self { credentials }
    }
}

impl<S> Layer<S> for AuthorizeLayer {
    type Service = Authorize<S>;

    fn layer(&self, inner: S) -> Authorize<S> {
        Authorize { inner, credentials: self.credentials.clone() }
    }
}

#[derive(Clone)]
pub struct Authorize<S> {
    inner: S,
    credentials: Credentials,
}

impl<S, B> Service<Request<Body>> for Authorize<S>
where
    S: Service<Request<Body>, Response = Response<B>, Error = BoxError> + Clone + Send + 'static,
    S::Future: Send,
    B: Send,
{
    type Response = Response<B>;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<Self::Response, BoxError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let (inner, credentials) = (self.inner.clone(), self.credentials.clone());
        Box::pin(async move {
            let credential = credentials.current().await?;
            let (head, body) = request.into_parts();
            let again = body.try_clone().map(|body| Request::from_parts(head.clone(), body));
            let response = inner.clone().oneshot(dress(Request::from_parts(head, body), &credential)).await?;
            let Some(again) = again.filter(|_| response.status() == StatusCode::UNAUTHORIZED) else {
                return Ok(response);
            };
            match credentials.after_refusal(&credential).await? {
                Some(fresh) => {
                    drop(response);
                    inner.oneshot(dress(again, &fresh)).await
                }
                None => Ok(response),
            }
        })
    }
}

fn dress(mut request: Request<Body>, credential: &Credential) -> Request<Body> {
    if let Some(value) = credential.header() {
        request.headers_mut().insert(header::AUTHORIZATION, value.clone());
    }
    if let Some(identity) = credential.identity() {
        request.extensions_mut().insert(identity.clone());
    }
    request
}
