//! The only way that the rest of the program asks a cluster something: get, list, watch, logs, self-subject reviews.
//! The clients inside never leave this file:
//! ```compile_fail
//! fn client(reader: eksdeck::adapters::kube::reader::Reader) -> kube::Client {
//!     reader.inner.unary.clone()
//! }
//! ```
//! and what sends writes is for the writer beside it alone:
//! ```compile_fail
//! async fn write(reader: eksdeck::adapters::kube::reader::Reader, request: http::Request<kube::client::Body>) {
//!     reader.send(request).await;
//! }
//! ```
//! The type itself can be named, so that these fail for no other reason:
//! ```
//! fn cluster(reader: &eksdeck::adapters::kube::reader::Reader) -> &str {
//!     reader.cluster()
//! }
//! ```

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::{BodyExt, Limited};
use kube::Client;
use kube::client::Body;

use super::errors::{self, Asked, Place};
use super::transport::{Clients, Permits};
#[cfg(test)]
use super::transport::{FleetPermits, Limits};
use crate::domain::request::PortError;

pub(super) const AGENT: &str = concat!("eksdeck/", env!("CARGO_PKG_VERSION"));
/// Of an error's body, no more than this is read: a Status is a few hundred bytes, a proxy's HTML page a few thousand.
const ERROR_BODY_BYTES: usize = 64 * 1024;
/// How long an error's body may take once its status line is here.
const ERROR_BODY_TIME: Duration = Duration::from_secs(5);
/// An object is at most 1.5 MiB, and JSON says it longer than protobuf.
const WRITE_BODY_BYTES: usize = 8 * 1024 * 1024;
/// A self-subject review's answer is small, SelfSubjectRulesReview with many roles is the largest.
const REVIEW_BODY_BYTES: usize = 4 * 1024 * 1024;

/// Reads one cluster. Cheap to clone; clones share connections and limits.
#[derive(Clone)]
pub struct Reader {
    inner: Arc<Inner>,
}

struct Inner {
    place: Place,
    unary: Client,
    stream: Client,
    permits: Permits,
}

/// A 2xx answer. The body streams, is already gunzipped, and holds one of the cluster's connections until it ends or is
/// dropped. Errors in it become words with [`Reader::body_error`].
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    /// Media type as sent, empty if none.
    pub content_type: String,
    /// The `Date` header: the server's clock, for ages that are right where the own clock is not.
    pub date: Option<String>,
    pub body: Body,
}

/// A 2xx answer to a write. The body is empty where it could not be read: the write is done all the same.
pub(super) struct Sent {
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// A write that did not come through, or may not have.
pub(super) struct Unsent {
    pub error: PortError,
    /// No answer came, or one that does not tell whether the server did it.
    pub may_be_done: bool,
    /// The body of the error's answer.
    pub status: Bytes,
}

impl Reader {
    pub(super) fn new(place: Place, clients: Clients, permits: Permits) -> Self {
        let Clients { unary, stream } = clients;
        Self { inner: Arc::new(Inner { place, unary, stream, permits }) }
    }

    /// A reader over a service that stands for the API server.
    #[cfg(test)]
    pub(crate) fn over<S, B>(name: &str, service: S) -> Self
    where
        S: tower::Service<Request<Body>, Response = http::Response<B>> + Send + 'static,
        S::Future: Send + 'static,
        S::Error: Into<tower::BoxError>,
        B: http_body::Body<Data = bytes::Bytes> + Send + 'static,
        B::Error: Into<tower::BoxError>,
    {
        let client = Client::new(service, "default");
        let permits = FleetPermits::new(&Limits::default()).cluster();
        let clients = Clients { unary: client.clone(), stream: client };
        Self::new(Place::new(name, "https://cluster.test"), clients, permits)
    }

    /// The cluster's shown name.
    pub fn cluster(&self) -> &str {
        self.inner.place.cluster()
    }

    /// As an error of this cluster, with what mends it where that is known.
    pub fn unreachable(&self, words: &str) -> PortError {
        self.inner.place.unreachable(words)
    }

    /// Requests in flight to this cluster, streams included, and their limit.
    pub fn connections(&self) -> (usize, usize) {
        self.inner.permits.connections()
    }

    /// Requests in flight to all clusters together, and their limit.
    pub fn all_connections(&self) -> (usize, usize) {
        self.inner.permits.all_connections()
    }

    /// A question that is answered once: connect, head and body have time limits. Anything but a 2xx is an error.
    pub async fn get(&self, path_and_query: &str, accept: &str) -> Result<Answer, PortError> {
        self.ask(&self.inner.unary, Method::GET, path_and_query, accept, Body::empty()).await
    }

    /// What a health endpoint says: its status and text, be it that all is well (200) or that a check fails (500).
    pub async fn told(&self, path: &str) -> Result<(StatusCode, String), PortError> {
        let place = &self.inner.place;
        let asked = Asked { method: &Method::GET, path };
        let request = Request::get(path).header(header::ACCEPT, "*/*").header(header::USER_AGENT, AGENT);
        let request = request.body(Body::empty()).map_err(|error| place.broken(&asked, &error))?;
        let response =
            self.inner.unary.send(request).await.map_err(|error| errors::from_chain(place, &asked, &error))?;
        let (head, body) = response.into_parts();
        let read = tokio::time::timeout(ERROR_BODY_TIME, Limited::new(body, ERROR_BODY_BYTES).collect()).await;
        let bytes = read.ok().and_then(Result::ok).map(|whole| whole.to_bytes()).unwrap_or_default();
        let is_html = text(&head.headers, header::CONTENT_TYPE).is_some_and(|told| told.starts_with("text/html"));
        match head.status {
            status if is_html => Err(errors::from_html(place, status)),
            StatusCode::OK | StatusCode::INTERNAL_SERVER_ERROR => {
                Ok((head.status, String::from_utf8_lossy(&bytes).into_owned()))
            }
            status => Err(errors::from_status(place, &asked, status, &head.headers, &bytes)),
        }
    }

    /// A watch or a log: connecting and the head have time limits, the body has none: the caller knows how long silence
    /// may last.
    pub async fn stream(&self, path_and_query: &str, accept: &str) -> Result<Answer, PortError> {
        self.ask(&self.inner.stream, Method::GET, path_and_query, accept, Body::empty()).await
    }

    /// POSTs a SelfSubjectAccessReview, SelfSubjectRulesReview or SelfSubjectReview; any other path is refused unsent.
    pub async fn review(&self, path: &str, body: serde_json::Value) -> Result<serde_json::Value, PortError> {
        let asked = Asked { method: &Method::POST, path };
        let bytes = serde_json::to_vec(&body).map_err(|error| self.inner.place.broken(&asked, &error))?;
        let answer = self.ask(&self.inner.unary, Method::POST, path, "application/json", Body::from(bytes)).await?;
        let whole = Limited::new(answer.body, REVIEW_BODY_BYTES)
            .collect()
            .await
            .map_err(|error| errors::from_chain(&self.inner.place, &asked, &*error))?
            .to_bytes();
        serde_json::from_slice(&whole).map_err(|error| self.inner.place.broken(&asked, &error))
    }

    /// Sends a request that changes something, or would; the gate beneath has the last word on it. Anything but a 2xx
    /// comes back with its whole Status.
    pub(super) async fn send(&self, request: Request<Body>) -> Result<Sent, Unsent> {
        let place = &self.inner.place;
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        let asked = Asked { method: &method, path: &path };
        let client = &self.inner.unary;
        let response = client.send(request).await.map_err(|error| Unsent {
            may_be_done: errors::may_be_done(&error),
            error: errors::from_chain(place, &asked, &error),
            status: Bytes::new(),
        })?;
        let (head, body) = response.into_parts();
        let read = tokio::time::timeout(ERROR_BODY_TIME, Limited::new(body, WRITE_BODY_BYTES).collect()).await;
        let body = read.ok().and_then(Result::ok).map(|whole| whole.to_bytes());
        let content_type = text(&head.headers, header::CONTENT_TYPE).unwrap_or_default();
        if head.status.is_success() && !content_type.starts_with("text/html") {
            return Ok(Sent { headers: head.headers, body: body.unwrap_or_default() });
        }
        let status = body.unwrap_or_default();
        let error = match head.status.is_success() {
            true => errors::from_html(place, head.status),
            false => errors::from_status(place, &asked, head.status, &head.headers, &status),
        };
        // What stands before the server may have handed the request on; a server that is not ready says so itself.
        let is_not_ready = head.status == StatusCode::SERVICE_UNAVAILABLE
            && errors::told(&status).reason == "ServiceUnavailable"
            && !String::from_utf8_lossy(&status).contains("error trying to reach service");
        Err(Unsent { may_be_done: head.status.is_server_error() && !is_not_ready, error, status })
    }

    /// Opens a WebSocket. The gate beneath lets it pass with an approval's ticket alone.
    pub(super) async fn socket(&self, request: Request<Vec<u8>>) -> Result<kube::client::Connection, PortError> {
        let path = request.uri().path().to_owned();
        let asked = Asked { method: &Method::GET, path: &path };
        let connected = self.inner.stream.connect(request).await;
        connected.map_err(|error| errors::from_chain(&self.inner.place, &asked, &error))
    }

    /// What an error met while reading an [`Answer`]'s body means.
    pub fn body_error(&self, path_and_query: &str, error: &kube::Error) -> PortError {
        errors::from_chain(&self.inner.place, &Asked { method: &Method::GET, path: path_and_query }, error)
    }

    async fn ask(
        &self,
        client: &Client,
        method: Method,
        path: &str,
        accept: &str,
        body: Body,
    ) -> Result<Answer, PortError> {
        let place = &self.inner.place;
        let asked = Asked { method: &method, path };
        let mut request = Request::builder()
            .method(&method)
            .uri(path)
            .header(header::ACCEPT, accept)
            .header(header::USER_AGENT, AGENT);
        if method == Method::POST {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        let request = request.body(body).map_err(|error| place.broken(&asked, &error))?;
        let response = client.send(request).await.map_err(|error| errors::from_chain(place, &asked, &error))?;
        let (head, body) = response.into_parts();
        if head.status.is_success() {
            let content_type = text(&head.headers, header::CONTENT_TYPE).unwrap_or_default();
            if content_type.starts_with("text/html") {
                return Err(errors::from_html(place, head.status));
            }
            return Ok(Answer { status: head.status, content_type, date: text(&head.headers, header::DATE), body });
        }
        let read = tokio::time::timeout(ERROR_BODY_TIME, Limited::new(body, ERROR_BODY_BYTES).collect()).await;
        let bytes = read.ok().and_then(Result::ok).map(|whole| whole.to_bytes()).unwrap_or_default();
        Err(errors::from_status(place, &asked, head.status, &head.headers, &bytes))
    }
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use http_body_util::Full;

    use super::*;

    #[tokio::test]
    async fn a_request_says_who_asks_and_the_answer_what_time_it_is() {
        let reader = Reader::over(
            "here",
            tower::service_fn(|request: Request<Body>| async move {
                assert_eq!(request.headers()[header::USER_AGENT], AGENT);
                assert_eq!(request.headers()[header::ACCEPT], "application/json");
                let answer = http::Response::builder()
                    .header(header::CONTENT_TYPE, "application/json")
                    .header(header::DATE, "Sat, 21 Nov 2026 12:00:00 GMT")
                    .body(Full::from(request.uri().to_string()));
                Ok::<_, Infallible>(answer.unwrap())
            }),
        );
        let answer = reader.stream("/api/v1/pods?watch=true", "application/json").await.unwrap();
        assert_eq!(
            (answer.content_type.as_str(), answer.date.as_deref()),
            ("application/json", Some("Sat, 21 Nov 2026 12:00:00 GMT"))
        );
        assert_eq!(answer.body.collect().await.unwrap().to_bytes(), "/api/v1/pods?watch=true");
    }
}
