//! Which proxy, if any, stands before a server.

use std::net::IpAddr;

use http::Uri;
use hyper_util::client::proxy::matcher::{Intercept, Matcher};

/// The kubeconfig's `proxy-url`, else what HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY say. This machine itself is
/// never reached through the environment's proxy, as in Go.
pub fn before(server: &Uri, explicit: Option<&Uri>) -> Option<Intercept> {
    match explicit {
        Some(proxy) => Matcher::builder().all(proxy.to_string()).build().intercept(server),
        None if is_loopback(server) => None,
        None => Matcher::from_env().intercept(server),
    }
}

/// `localhost` and addresses that stay on this machine.
pub fn is_loopback(server: &Uri) -> bool {
    let host = server.host().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}
