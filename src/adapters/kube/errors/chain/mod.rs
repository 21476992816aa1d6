//! Failures below HTTP: our own layers, name resolution, connecting, proxies, TLS, bodies that end early.

mod tls;

use std::error::Error;
use std::io;

use super::{Asked, Failure, Place, say};
use crate::domain::health::Trouble;
use crate::domain::request::PortError;

const CUT: &str = "ended the connection in the middle of an answer";

/// An error of the client as an error in words; whatever in its chain of causes is known tells which.
pub fn from_chain(place: &Place, asked: &Asked, error: &(dyn Error + 'static)) -> PortError {
    let host = place.host();
    let unreachable = |words: String| place.unreachable(&words);
    let mut deepest = error;
    for cause in causes(error) {
        deepest = cause;
        if let Some(failure) = cause.downcast_ref::<Failure>() {
            return from_failure(place, failure);
        }
        if let Some(tls) = cause.downcast_ref::<rustls::Error>() {
            return tls::words(place, tls);
        }
        if let Some(words) = proxy_words(&cause.to_string()) {
            return unreachable(format!("{words} on the way to {host}"));
        }
        if cause.is::<tower::timeout::error::Elapsed>() {
            return unreachable(format!(
                "no connection to {host} within the time limit (host down, firewall, or VPN?)"
            ));
        }
        if let Some(http) = cause.downcast_ref::<hyper::Error>()
            && let Some(words) = http_words(http)
        {
            return unreachable(format!("{host} {words} (while asked to {})", asked.words()));
        }
        if let Some(io) = cause.downcast_ref::<io::Error>()
            && io.kind() == io::ErrorKind::UnexpectedEof
        {
            return unreachable(format!("{host} {CUT} (while asked to {})", asked.words()));
        }
        if let Some(io) = cause.downcast_ref::<io::Error>()
            && let Some(words) = io_words(io, host)
        {
            return unreachable(words);
        }
    }
    let text = say(&deepest.to_string());
    if is_resolving(error) {
        let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
        return unreachable(format!("the name {name} does not resolve ({text})"));
    }
    if text.contains("tcp connect error") || text.is_empty() {
        return unreachable(format!("{host} cannot be reached"));
    }
    unreachable(format!("{host}: {text}"))
}

/// Whether a request that failed so may have reached the server. It did not if our own layers held it back, or if there
/// was no connection.
pub fn may_be_done(error: &(dyn Error + 'static)) -> bool {
    !causes(error).any(|cause| {
        let held = |failure: &Failure| !matches!(failure, Failure::NoHead(_) | Failure::Silent(_));
        let unconnected = |http: &hyper_util::client::legacy::Error| http.is_connect();
        cause.downcast_ref::<Failure>().is_some_and(held)
            || cause.downcast_ref::<hyper_util::client::legacy::Error>().is_some_and(unconnected)
            || cause.is::<tower::timeout::error::Elapsed>()
    })
}

/// An error and everything beneath it. `io::Error` hides what it wraps from `source`, so that is looked into.
fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |cause: &&'a (dyn Error + 'static)| {
        let cause: &'a (dyn Error + 'static) = *cause;
        match cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(inner) => Some(inner as &(dyn Error + 'static)),
            None => cause.source(),
        }
    })
}

fn from_failure(place: &Place, failure: &Failure) -> PortError {
    let (cluster, host) = (place.cluster(), place.host());
    match failure {
        Failure::NotARead { .. } => PortError::Broken(Trouble::new(format!("{cluster}: {failure}"))),
        Failure::Crowded { limit, in_all } => {
            let which = if *in_all { "in all" } else { "to this cluster" };
            let words = format!("{cluster}: all {limit} connections {which} are in use");
            PortError::Busy(Trouble::new(words).with_remedy("close a log or a cluster"), None)
        }
        Failure::NoHead(limit) => {
            place.unreachable(&format!("{host} took the question and gave no answer within {} s", limit.as_secs()))
        }
        Failure::Silent(limit) => PortError::Unreachable(Trouble::new(format!(
            "{cluster}: the answer of {host} stopped on the way ({} s of silence, or too slow in all)",
            limit.as_secs()
        ))),
        Failure::Credential(trouble) => PortError::Unauthorised(Trouble {
            words: format!("{cluster}: {}", trouble.words),
            remedy: trouble.remedy.clone(),
        }),
    }
}

/// hyper-util's tunnel keeps its error type to itself, so its words are all there is.
fn proxy_words(text: &str) -> Option<&'static str> {
    match text.strip_prefix("tunnel error: ")? {
        "proxy authorization required" => Some("the proxy asks for a name and password"),
        "unsuccessful" => Some("the proxy refuses"),
        "unexpected end of file" => Some("the proxy hung up"),
        "proxy response headers too long" => Some("the proxy answers something strange"),
        "failed to create underlying connection" => Some("the proxy cannot be reached"),
        _ => None,
    }
}

fn http_words(error: &hyper::Error) -> Option<&'static str> {
    if error.is_incomplete_message() {
        return Some(CUT);
    }
    if error.is_parse() {
        return Some("answers something that is not HTTP");
    }
    None
}

fn io_words(error: &io::Error, host: &str) -> Option<String> {
    Some(match error.kind() {
        io::ErrorKind::ConnectionRefused => format!("{host} refuses connections (API server down, or wrong port?)"),
        io::ErrorKind::TimedOut => format!("no connection to {host} in time (host down, firewall, or VPN?)"),
        io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => {
            format!("there is no route to {host} (VPN or network down?)")
        }
        io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionAborted => {
            format!("{host} broke the connection off")
        }
        io::ErrorKind::InvalidData if error.get_ref().is_none() => format!("the answer of {host} cannot be unpacked"),
        _ => return None,
    })
}

/// hyper-util's connector says so in words alone.
fn is_resolving(error: &(dyn Error + 'static)) -> bool {
    causes(error).any(|cause| cause.to_string().starts_with("dns error"))
}
