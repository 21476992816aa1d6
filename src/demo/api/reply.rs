//! Answers: whole ones and streams.

use std::convert::Infallible;
use std::io::Write as _;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::{HeaderValue, Response, header};
use hyper::body::Frame;
use serde_json::{Map, Value};
use tokio::sync::mpsc;

use super::error::ApiError;
use super::media::{Media, Shown};
use crate::demo::bulk::Format;
use crate::demo::kinds::Kind;
use crate::demo::wire::schema::Schema;
use crate::demo::wire::{encode, unknown};

/// Answers shorter than this are never compressed, as the API server has it.
pub const GZIP_FROM: usize = 128 * 1024;

/// The body of an answer.
#[derive(Debug)]
pub enum Body {
    Whole(Option<Bytes>),
    /// Chunks as they are made; the sender's end is the body's end.
    Stream(mpsc::Receiver<Bytes>),
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        match self.get_mut() {
            Body::Whole(bytes) => Poll::Ready(bytes.take().map(|bytes| Ok(Frame::data(bytes)))),
            Body::Stream(chunks) => chunks.poll_recv(context).map(|chunk| chunk.map(|chunk| Ok(Frame::data(chunk)))),
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Body::Whole(None))
    }

    fn size_hint(&self) -> http_body::SizeHint {
        match self {
            Body::Whole(bytes) => http_body::SizeHint::with_exact(bytes.as_ref().map_or(0, Bytes::len) as u64),
            Body::Stream(_) => http_body::SizeHint::default(),
        }
    }
}

pub type Reply = Response<Body>;

/// A whole answer.
pub fn reply(status: u16, content_type: &str, body: impl Into<Bytes>) -> Reply {
    finish(status, content_type, Body::Whole(Some(body.into())))
}

/// An answer that is made while it is read; it is compressed by the one who makes it.
pub fn stream(content_type: &str, gzip: bool, chunks: mpsc::Receiver<Bytes>) -> Reply {
    let mut reply = finish(200, content_type, Body::Stream(chunks));
    if gzip {
        mark_gzip(&mut reply);
    }
    reply
}

fn finish(status: u16, content_type: &str, body: Body) -> Reply {
    let mut reply = Response::new(body);
    *reply.status_mut() = http::StatusCode::from_u16(status).unwrap_or(http::StatusCode::INTERNAL_SERVER_ERROR);
    let headers = reply.headers_mut();
    if let Ok(value) = HeaderValue::from_str(content_type) {
        headers.insert(header::CONTENT_TYPE, value);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache, private"));
    reply
}

fn mark_gzip(reply: &mut Reply) {
    reply.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    reply.headers_mut().insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
}

/// One object in the chosen representation. `object` has no `kind` and `apiVersion`.
pub fn object(status: u16, media: Media, kind: &Kind, object: &Value) -> Reply {
    match media.shown {
        Shown::Metadata => {
            let partial = Value::Object(Map::from_iter([("metadata".to_owned(), object["metadata"].clone())]));
            named(status, media, "meta.k8s.io/v1", "PartialObjectMetadata", &partial)
        }
        _ => named(status, media, &kind.group_version(), kind.kind, object),
    }
}

/// An object of any kind that the schema knows.
pub fn named(status: u16, media: Media, api_version: &str, kind: &str, object: &Value) -> Reply {
    let schema = Schema::get();
    let bytes = match (media.format, schema.find(kind)) {
        (Format::Protobuf, Some(id)) => {
            let mut raw = Vec::new();
            encode::encode(id, object, &mut raw);
            unknown(api_version, kind, &raw)
        }
        _ => with_kind(api_version, kind, object).to_string().into_bytes(),
    };
    let content_type = if schema.find(kind).is_some() { media.content_type() } else { Media::JSON.content_type() };
    compressed(status, content_type, bytes, media.gzip)
}

/// A refusal, in the chosen encoding.
pub fn refusal(media: Media, error: &ApiError) -> Reply {
    let media = Media { shown: Shown::Whole, gzip: false, ..media };
    warn(named(error.code, media, "v1", "Status", &error.status()), &error.warnings)
}

/// The answer with `Warning` headers.
fn warn(mut reply: Reply, warnings: &[String]) -> Reply {
    for warning in warnings {
        if let Ok(value) = HeaderValue::from_str(&format!("299 - {warning:?}")) {
            reply.headers_mut().append(header::WARNING, value);
        }
    }
    reply
}

/// An answer or a refusal, with what is said beside it.
///
/// # Errors
/// Those of `result`.
pub fn warned(result: Result<Reply, ApiError>, warnings: Vec<String>) -> Result<Reply, ApiError> {
    match result {
        Ok(reply) => Ok(warn(reply, &warnings)),
        Err(error) => Err(ApiError { warnings, ..error }),
    }
}

/// A JSON answer, compressed when it is long and the client takes it.
pub fn json(status: u16, content_type: &str, value: &Value, gzip: bool) -> Reply {
    compressed(status, content_type, value.to_string().into_bytes(), gzip)
}

/// A document that never changes, with the tag that it is known by.
pub fn tagged(content_type: &str, text: &str, tag: &str, gzip: bool) -> Reply {
    let mut reply = compressed(200, content_type, text.as_bytes().to_vec(), gzip);
    if let Ok(tag) = HeaderValue::from_str(&format!("{tag:?}")) {
        reply.headers_mut().insert(header::ETAG, tag);
    }
    reply
}

fn compressed(status: u16, content_type: &str, bytes: Vec<u8>, gzip: bool) -> Reply {
    if !gzip || bytes.len() < GZIP_FROM {
        return reply(status, content_type, bytes);
    }
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    match encoder.write_all(&bytes).and_then(|()| encoder.finish()) {
        Ok(packed) => {
            let mut reply = reply(status, content_type, packed);
            mark_gzip(&mut reply);
            reply
        }
        Err(_) => reply(status, content_type, bytes),
    }
}

/// The object with `kind` and `apiVersion` in front.
pub fn with_kind(api_version: &str, kind: &str, object: &Value) -> Value {
    let mut whole = Map::new();
    whole.insert("kind".into(), kind.into());
    whole.insert("apiVersion".into(), api_version.into());
    if let Value::Object(fields) = object {
        whole.extend(fields.iter().map(|(key, value)| (key.clone(), value.clone())));
    }
    Value::Object(whole)
}
