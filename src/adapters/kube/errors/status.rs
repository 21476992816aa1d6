//! Answers that are not 2xx: a Status in JSON or protobuf, or whatever a proxy sends.

use std::time::Duration;

use http::{HeaderMap, Method, StatusCode, header};
use jiff::Timestamp;
use prost::Message;
use serde::Deserialize;

use super::{Asked, Place, say};
use crate::domain::health::Trouble;
use crate::domain::request::PortError;

/// Seconds by which a clock must be off to be told as the reason of a 401. Signatures hold for minutes.
const CLOCK_OFF: i64 = 60;

/// What a Status in JSON says beside its message.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Told {
    pub reason: String,
    /// Field (may be empty) and words of each cause.
    pub causes: Vec<(String, String)>,
}

/// Reason and causes of a Status; nothing where the body is none.
pub fn told(body: &[u8]) -> Told {
    let status: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
    let text = |value: &serde_json::Value| say(value.as_str().unwrap_or_default());
    let causes = status["details"]["causes"].as_array().into_iter().flatten();
    Told {
        reason: text(&status["reason"]),
        causes: causes
            .map(|cause| {
                let message = cause["message"].as_str().unwrap_or_default();
                (text(&cause["field"]), say(short(message)))
            })
            .collect(),
    }
}

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
    if status.is_none() && is_html(headers) && code != StatusCode::SERVICE_UNAVAILABLE {
        return from_html(place, code);
    }
    let retry_after = retry_after(headers, status.as_ref());
    let (cluster, host, question) = (place.cluster(), place.host(), asked.words());
    let told = match status.as_ref().and_then(|status| status.message.as_deref()) {
        Some(message) => say(message),
        None => plain(body, headers),
    };
    let with_colon = |words: String| if told.is_empty() { words } else { format!("{words}: {told}") };
    match code {
        StatusCode::UNAUTHORIZED => place.unknown_caller(clock_off(headers, Timestamp::now())),
        StatusCode::FORBIDDEN if *asked.method != Method::GET && admission(&told) => {
            let remedy = told.contains("exceeded quota").then_some("ask for less, or have the quota raised");
            let trouble = Trouble::new(format!("{cluster}: {told}"));
            PortError::Refused(Trouble { remedy: remedy.map(str::to_owned), ..trouble })
        }
        StatusCode::UNPROCESSABLE_ENTITY if !causes(body).is_empty() => {
            let causes = causes(body).join("; ");
            PortError::Refused(Trouble::new(format!("{cluster}: {} is not valid: {causes}", object(body))))
        }
        StatusCode::FORBIDDEN => {
            let who = user(&told).map(|user| format!(" as {user}")).unwrap_or_default();
            let why = if who.is_empty() && !told.is_empty() { format!(" ({told})") } else { String::new() };
            let trouble = Trouble::new(format!("{cluster}: no permission to {question}{who}{why}"));
            // Whoever was not told where to look looked into the context's own namespace; there may be others.
            let elsewhere =
                if asked.lists() { "name a namespace that you may look into with -n NAMESPACE, or " } else { "" };
            let remedy = format!("{elsewhere}ask an administrator for the right to {question}");
            PortError::Forbidden(trouble.with_remedy(remedy))
        }
        StatusCode::NOT_FOUND => PortError::NotFound(Trouble::new(with_colon(format!("{cluster}: cannot {question}")))),
        StatusCode::CONFLICT => PortError::Conflict(Trouble::new(with_colon(format!("{cluster}: conflict")))),
        StatusCode::GONE => {
            PortError::Gone(Trouble::new(with_colon(format!("{cluster}: too old to go on from, it is read anew"))))
        }
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
            let patience = retry_after.map(|wait| format!(", asks for {} s of patience", wait.as_secs()));
            let busy = if code == StatusCode::TOO_MANY_REQUESTS { "has too many requests" } else { "is not ready" };
            let words = format!("{cluster}: {host} {busy} ({}){}", code.as_u16(), patience.unwrap_or_default());
            PortError::Busy(Trouble::new(with_colon(words)), retry_after)
        }
        StatusCode::BAD_GATEWAY | StatusCode::GATEWAY_TIMEOUT => PortError::Unreachable(Trouble::new(with_colon(
            format!("{cluster}: what stands before {host} cannot reach the API server ({})", code.as_u16()),
        ))),
        code if code.is_redirection() => {
            let to = headers.get(header::LOCATION).and_then(|value| value.to_str().ok()).unwrap_or("elsewhere");
            let words = format!("{cluster}: {host} sends us on to {} (a login page?)", say(to));
            PortError::Refused(Trouble::new(words))
        }
        code => PortError::Refused(Trouble::new(with_colon(format!(
            "{cluster}: {host} answered {} to {question}",
            code.as_u16()
        )))),
    }
}

/// A web page where a Kubernetes answer should be.
pub fn from_html(place: &Place, code: StatusCode) -> PortError {
    let (cluster, host) = (place.cluster(), place.host());
    let words = format!("{cluster}: {host} answered with a web page ({}): a proxy or a login page?", code.as_u16());
    PortError::Refused(Trouble::new(words).with_remedy("look at HTTPS_PROXY, NO_PROXY, proxy-url and server"))
}

/// Seconds that this machine's clock is ahead of the server's, if that is so much that what it signs is refused.
fn clock_off(headers: &HeaderMap, now: Timestamp) -> Option<i64> {
    let date = headers.get(header::DATE)?.to_str().ok()?;
    let server = jiff::fmt::rfc2822::parse(date).ok()?.timestamp();
    let ahead = now.as_second() - server.as_second();
    (ahead.abs() >= CLOCK_OFF).then_some(ahead)
}

/// Whether it was refused for what it is, and not for who asks: by a quota, a webhook, a policy, a namespace that ends.
fn admission(message: &str) -> bool {
    let lacks_a_right = message.contains("User \"") && message.contains(" cannot ");
    !message.is_empty() && !lacks_a_right
}

/// What is wrong with an object, each said once: `spec.template: field is immutable`.
fn causes(body: &[u8]) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for (field, said) in told(body).causes {
        let cause = if field.is_empty() { said } else { format!("{field}: {said}") };
        if !words.contains(&cause) {
            words.push(cause);
        }
    }
    words
}

/// `job settle`, as the Status names it.
fn object(body: &[u8]) -> String {
    let status: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
    let text = |field: &str| say(status["details"][field].as_str().unwrap_or_default());
    format!("{} {}", text("kind").to_lowercase(), text("name")).trim().to_owned()
}

/// A value that is quoted at length hides what is said of it: `Invalid value: {…}: field is immutable`.
fn short(message: &str) -> &str {
    const LONG: usize = 120;
    match message.rsplit_once(": ") {
        Some((_, last)) if message.len() > LONG && message.starts_with("Invalid value: ") => last,
        _ => message,
    }
}

/// The user in `User "NAME" cannot list resource …`.
fn user(message: &str) -> Option<&str> {
    message.split_once("User \"")?.1.split('"').next()
}

fn retry_after(headers: &HeaderMap, status: Option<&Status>) -> Option<Duration> {
    let header = headers.get(header::RETRY_AFTER).and_then(|value| value.to_str().ok()?.trim().parse().ok());
    let body = status.and_then(|status| status.details.as_ref()?.retry_after_seconds);
    header.or(body).filter(|seconds| *seconds > 0).map(|seconds: u64| Duration::from_secs(seconds.min(600)))
}

fn is_html(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_TYPE).is_some_and(|value| value.as_bytes().starts_with(b"text/html"))
}

/// A body that is no Status, if it is text.
fn plain(body: &[u8], headers: &HeaderMap) -> String {
    if is_html(headers) {
        return String::new();
    }
    String::from_utf8(body[..body.len().min(1024)].to_vec()).map(|text| say(&text)).unwrap_or_default()
}
