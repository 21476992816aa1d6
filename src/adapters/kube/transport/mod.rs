//! The stack beneath every client: what may be sent, how fast, as whom, how many at once, and how long it may take.
//!
//! From the outside in: gate (reads, dry runs, approved writes) → rate → credentials → connection permit → deadlines → impersonation → base
//! URL → gzip → the wire. A request that the gate refuses reaches nothing below it.

mod authorize;
mod deadline;
mod gate;
mod limits;
mod permits;
mod proxy;
mod rate;
mod ticket;
mod wire;

#[cfg(test)]
pub(super) mod tests;

use kube::Client;
use kube::client::{Body, ConfigExt};
use tower::{Layer, ServiceBuilder};
use tower_http::decompression::DecompressionLayer;

pub use authorize::AuthorizeLayer;
pub use deadline::{DeadlineLayer, Deadlines};
pub use gate::GateLayer;
pub use limits::Limits;
pub use permits::{FleetPermits, PermitLayer, Permits, Purpose};
pub use rate::RateLayer;
pub use ticket::{Ticket, method};
pub use wire::Wire;

use super::auth::Credentials;
use super::contexts::Settings;
use super::errors::say;
use crate::domain::health::Trouble;

/// One cluster's clients. They differ in their deadlines and in what they accept.
pub struct Clients {
    /// For questions that are answered once.
    pub unary: Client,
    /// For watches and logs.
    pub stream: Client,
}

/// Builds both clients. Nothing is sent yet; must be called inside a tokio runtime.
///
/// # Errors
/// TLS material that the TLS library does not take.
pub fn clients(
    settings: &Settings,
    credentials: &Credentials,
    limits: &Limits,
    permits: &Permits,
) -> Result<Clients, Trouble> {
    let rate = RateLayer::new(limits.requests_per_second, limits.request_burst);
    let unary =
        Deadlines { head: limits.unary_head, silence: Some(limits.unary_silence), whole: Some(limits.unary_whole) };
    let stream = Deadlines { head: limits.stream_head, silence: None, whole: None };
    Ok(Clients {
        unary: client(settings, credentials, limits, permits.layer(Purpose::Unary), unary, rate.clone())?,
        stream: client(settings, credentials, limits, permits.layer(Purpose::Stream), stream, rate)?,
    })
}

fn client(
    settings: &Settings,
    credentials: &Credentials,
    limits: &Limits,
    permits: PermitLayer,
    deadlines: Deadlines,
    rate: RateLayer,
) -> Result<Client, Trouble> {
    let unusable = |error: kube::Error| Trouble::new(say(&error.to_string()));
    let gzip = settings.compression && deadlines.silence.is_some();
    let wire = Wire::new(settings, limits, settings.identity.clone())?;
    let config = wire.base_config();
    let below = ServiceBuilder::new()
        .layer(config.extra_headers_layer().map_err(unusable)?)
        .layer(config.base_uri_layer())
        .layer(DecompressionLayer::new().gzip(gzip))
        .service(wire);
    Ok(Client::new(guarded(below, credentials, permits, deadlines, rate), "default"))
}

/// Puts what every client has in common above a service.
pub fn guarded<S, B>(
    below: S,
    credentials: &Credentials,
    permits: PermitLayer,
    deadlines: Deadlines,
    rate: RateLayer,
) -> impl tower::Service<
    http::Request<Body>,
    Response = http::Response<permits::Held<deadline::Timed<B>>>,
    Error = tower::BoxError,
    Future: Send + 'static,
> + Clone
+ Send
+ use<S, B>
where
    S: tower::Service<http::Request<Body>, Response = http::Response<B>> + Clone + Send + 'static,
    S::Error: Into<tower::BoxError>,
    S::Future: Send + 'static,
    B: http_body::Body<Data = bytes::Bytes> + Send + 'static,
    B::Error: Into<tower::BoxError>,
{
    let limited = permits.layer(DeadlineLayer::new(deadlines).layer(below));
    let authorized = AuthorizeLayer::new(credentials.clone()).layer(limited);
    GateLayer.layer(rate.layer(authorized))
}
