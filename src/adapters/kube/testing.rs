//! An API server that answers as a test says, and a sink that remembers.

use std::io;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use futures::StreamExt;
use futures::stream::{self, BoxStream};
use http::{Request, Response};
use http_body::Frame;
use http_body_util::StreamBody;
use kube::client::Body;
use tokio::sync::Notify;
use tower::service_fn;

use super::reader::Reader;
use crate::domain::delta::Delta;
use crate::domain::health::SessionEvent;
use crate::domain::ids::ClusterId;
use crate::runtime::ports::SessionSink;

/// What the server does with one request.
#[derive(Debug, Clone)]
pub enum Reply {
    /// Status, content type, body, and what follows the body.
    Answer(u16, &'static str, Vec<u8>, Then),
    /// Takes the request and never answers.
    Hang,
    /// The connection breaks before any answer.
    Refuse,
}

#[derive(Debug, Clone, Copy)]
pub enum Then {
    End,
    Silence,
    Break,
}

pub const JSON: &str = "application/json";

pub fn ok(body: impl Into<Vec<u8>>) -> Reply {
    Reply::Answer(200, JSON, body.into(), Then::End)
}

/// A list of objects with these names.
pub fn list(version: u32, names: &[&str]) -> Reply {
    let items: Vec<String> = names.iter().map(|name| object(name, version)).collect();
    ok(format!(r#"{{"kind":"List","metadata":{{"resourceVersion":"{version}"}},"items":[{}]}}"#, items.join(",")))
}

pub fn object(name: &str, version: u32) -> String {
    let labels = format!(r#"{{"version":"{version}"}}"#);
    format!(r#"{{"metadata":{{"name":"{name}","namespace":"a","resourceVersion":"{version}","labels":{labels}}}}}"#)
}

pub fn event(kind: &str, object: &str) -> String {
    format!("{{\"type\":\"{kind}\",\"object\":{object}}}\n")
}

pub const GONE: &str = r#"{"kind":"Status","code":410,"reason":"Expired","message":"too old resource version"}"#;

/// A watch that brings these lines.
pub fn watch(lines: &[String], then: Then) -> Reply {
    Reply::Answer(200, JSON, lines.concat().into_bytes(), then)
}

pub fn denied(words: &str) -> Reply {
    let status = format!(r#"{{"kind":"Status","code":403,"reason":"Forbidden","message":"{words}"}}"#);
    Reply::Answer(403, JSON, status.into_bytes(), Then::End)
}

/// Every request that came, as `METHOD path?query`.
pub type Requests = Arc<Mutex<Vec<String>>>;

/// A reader over a server that answers each request by `answer`, which is told how many came before it.
pub fn reader(answer: impl Fn(&str, usize) -> Reply + Send + Sync + 'static) -> (Reader, Requests) {
    let requests = Requests::default();
    let (seen, answer) = (requests.clone(), Arc::new(answer));
    let service = service_fn(move |request: Request<Body>| {
        let line = format!("{} {}", request.method(), request.uri().path_and_query().unwrap());
        let mut seen = seen.lock().unwrap();
        let reply = answer(&line, seen.len());
        seen.push(line);
        drop(seen);
        async move {
            match reply {
                Reply::Refuse => Err(io::Error::from(io::ErrorKind::ConnectionRefused)),
                Reply::Hang => std::future::pending().await,
                Reply::Answer(status, content_type, body, then) => {
                    let body = StreamBody::new(chunks(body, then));
                    Ok(Response::builder().status(status).header("content-type", content_type).body(body).unwrap())
                }
            }
        }
    });
    (Reader::over("shop", service), requests)
}

/// The body in pieces of odd sizes.
fn chunks(body: Vec<u8>, then: Then) -> BoxStream<'static, io::Result<Frame<Bytes>>> {
    let pieces: Vec<_> = body.chunks(37).map(|piece| Ok(Frame::data(Bytes::copy_from_slice(piece)))).collect();
    let pieces = stream::iter(pieces);
    match then {
        Then::End => pieces.boxed(),
        Then::Silence => pieces.chain(stream::pending()).boxed(),
        Then::Break => pieces.chain(stream::iter([Err(io::Error::from(io::ErrorKind::ConnectionReset))])).boxed(),
    }
}

/// Remembers what a session told.
#[derive(Default)]
pub struct Recorder {
    pub deltas: Mutex<Vec<Delta>>,
    pub events: Mutex<Vec<SessionEvent>>,
    changed: Notify,
}

impl Recorder {
    /// Waits until `done` says so. Under tokio's paused clock, time passes as fast as tasks can go.
    pub async fn until(&self, done: impl Fn(&Self) -> bool) {
        let wait = async {
            loop {
                let changed = self.changed.notified();
                if done(self) {
                    return;
                }
                changed.await;
            }
        };
        let limit = std::time::Duration::from_secs(3600);
        if tokio::time::timeout(limit, wait).await.is_err() {
            panic!("not within an hour: {:?} {:?}", self.deltas.lock(), self.events.lock());
        }
    }

    pub async fn until_event(&self, is: impl Fn(&SessionEvent) -> bool) {
        self.until(|this| this.events.lock().unwrap().iter().any(&is)).await;
    }

    pub fn forget(&self) {
        self.deltas.lock().unwrap().clear();
        self.events.lock().unwrap().clear();
    }
}

impl SessionSink for Recorder {
    fn deltas(&self, _: ClusterId, deltas: Vec<Delta>) {
        self.deltas.lock().unwrap().extend(deltas);
        self.changed.notify_waiters();
    }

    fn event(&self, _: ClusterId, event: SessionEvent) {
        self.events.lock().unwrap().push(event);
        self.changed.notify_waiters();
    }
}
