//! Answers that are not 2xx: a Status in JSON or protobuf, or whatever a proxy sends.

use std::time::Duration;

use http::{HeaderMap, StatusCode, header};
use prost::Message;
use serde::Deserialize;

use super::{Asked, Place, say};
use crate::domain::health::Trouble;
use crate::runtime::ports::PortError;

/// `metav1.Status`, as far as words need it.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Status {
    message: Option<String>,
    reason: Option<String>,
    details: Option<Details>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Details {
    #[serde(rename = "retryAfterSeconds")]
    retry_after_seconds: Option<u64>,
}

/// `runtime.Unknown`, the envelope behind the magic `k8s\0`.
#[derive(Message)]
struct Envelope {
    #[prost(bytes = "vec", optional, tag = "2")]
    raw: Option<Vec<u8>>,
}

#[derive(Message)]
struct WireStatus {
    #[prost(string, optional, tag = "3")]
    message: Option<String>,
    #[prost(string, optional, tag = "4")]
    reason: Option<String>,
    #[prost(message, optional, tag = "5")]
    details: Option<WireDetails>,
}

#[derive(Message)]
struct WireDetails {
    #[prost(int32, optional, tag = "5")]
    retry_after_seconds: Option<i32>,
}

fn parse(body: &[u8]) -> Option<Status> {
    if let Some(framed) = body.strip_prefix(b"k8s\0") {
        let raw = Envelope::decode(framed).ok()?.raw?;
        let wire = WireStatus::decode(&raw[..]).ok()?;
        let seconds = wire.details.and_then(|details| details.retry_after_seconds);
        let details = Details { retry_after_seconds: seconds.and_then(|seconds| u64::try_from(seconds).ok()) };
        return Some(Status { message: wire.message, reason: wire.reason, details: Some(details) });
    }
    serde_json::from_slice::<Status>(body).ok().filter(|status| status.message.is_some() || status.reason.is_some())
}

/// An answer that is not 2xx as an error in words.
pub fn from_status(place: &Place, asked: &Asked, code: StatusCode, headers: &HeaderMap, body: &[u8]) -> PortError {
    let status = parse(body);
    let retry_after = retry_after(headers, status.as_ref());
    let cluster = place.cluster();
    let message = status.as_ref().and_then(|status| status.message.as_deref()).map(say);
    let told = message.clone().unwrap_or_else(|| not_kubernetes(code, headers, body));
    match code {
        StatusCode::UNAUTHORIZED => PortError::Unauthorised(Trouble::new(format!(
            "{cluster}: the server does not accept the credentials (401 {told})"
        ))),
        StatusCode::FORBIDDEN => PortError::Forbidden(Trouble::new(format!("{cluster}: no permission: {told}"))),
        StatusCode::NOT_FOUND => PortError::NotFound(Trouble::new(format!("{cluster}: not found: {told}"))),
        StatusCode::CONFLICT => PortError::Conflict(Trouble::new(format!("{cluster}: conflict: {told}"))),
        StatusCode::GONE => PortError::Gone(Trouble::new(format!("{cluster}: {told}"))),
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
            PortError::Busy(Trouble::new(format!("{cluster}: the server is busy: {told}")), retry_after)
        }
        _ => PortError::Refused(Trouble::new(format!("{cluster}: {} answered {code}: {told}", asked.path))),
    }
}

fn retry_after(headers: &HeaderMap, status: Option<&Status>) -> Option<Duration> {
    let header = headers.get(header::RETRY_AFTER).and_then(|value| value.to_str().ok()?.trim().parse().ok());
    let body = status.and_then(|status| status.details.as_ref()?.retry_after_seconds);
    header.or(body).filter(|seconds| *seconds > 0).map(|seconds: u64| Duration::from_secs(seconds.min(600)))
}

fn not_kubernetes(code: StatusCode, headers: &HeaderMap, body: &[u8]) -> String {
    let html = headers.get(header::CONTENT_TYPE).is_some_and(|value| value.as_bytes().starts_with(b"text/html"));
    if html {
        return format!("{code}, an HTML page instead of a Kubernetes answer");
    }
    let text = say(&String::from_utf8_lossy(&body[..body.len().min(1024)]));
    if text.is_empty() { code.to_string() } else { text }
}
