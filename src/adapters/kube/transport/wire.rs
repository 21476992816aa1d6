//! The HTTP client itself: TCP, proxy, TLS, and the client certificate of the moment.

use std::sync::{Arc, PoisonError, RwLock};
use std::task::{Context, Poll};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures::future::BoxFuture;
use http::{Request, Response, Uri};
use hyper::body::Incoming;
use hyper::rt::{Read, Write};
use hyper_util::client::legacy::connect::proxy::{SocksV5, Tunnel};
use hyper_util::client::legacy::connect::{Connection, HttpConnector};
use hyper_util::client::proxy::matcher::Intercept;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use kube::Config;
use kube::client::{Body, ConfigExt};
use secrecy::ExposeSecret;
use tower::util::BoxCloneSyncService;
use tower::{BoxError, Service, ServiceExt};

use super::limits::Limits;
use super::proxy;
use crate::adapters::kube::contexts::{Identity, Settings};
use crate::adapters::kube::errors::say;
use crate::domain::health::Trouble;

/// Idle connections kept for the next request.
const IDLE_CONNECTIONS: usize = 4;
const IDLE_TIME: Duration = Duration::from_secs(60);
/// A peer that is gone is noticed after about a minute even if nothing is sent.
const KEEPALIVE: Duration = Duration::from_secs(30);
const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(10);
const KEEPALIVE_PROBES: u32 = 3;

type HttpService = BoxCloneSyncService<Request<Body>, Response<Incoming>, BoxError>;

/// Sends requests; a request that wears another client certificate than the last one is sent over new connections.
#[derive(Clone)]
pub struct Wire {
    maker: Arc<Maker>,
    current: Arc<RwLock<Current>>,
}

#[derive(Clone)]
struct Current {
    identity: Option<Arc<Identity>>,
    http: HttpService,
}

struct Maker {
    config: Config,
    proxy: Option<Intercept>,
    connect: Duration,
}

impl Wire {
    /// # Errors
    /// TLS material that the TLS library does not take.
    pub fn new(settings: &Settings, limits: &Limits, identity: Option<Arc<Identity>>) -> Result<Self, Trouble> {
        let mut config = Config::new(settings.server.clone());
        config.root_cert = settings.authorities.clone();
        config.root_cert_file = settings.authorities_file.clone();
        config.accept_invalid_certs = settings.insecure;
        config.tls_server_name = settings.tls_server_name.clone();
        config.auth_info = settings.impersonation.clone();
        let proxy = proxy::before(&settings.server, settings.proxy.as_ref());
        let maker = Maker { config, proxy, connect: limits.connect };
        let http = maker.http(identity.as_deref()).map_err(|error| Trouble::new(say(&error.to_string())))?;
        Ok(Self { maker: Arc::new(maker), current: Arc::new(RwLock::new(Current { identity, http })) })
    }

    /// Server and impersonation; no credentials.
    pub fn base_config(&self) -> &Config {
        &self.maker.config
    }

    fn http_for(&self, identity: Option<&Arc<Identity>>) -> Result<HttpService, kube::Error> {
        let same = |current: &Current| match (&current.identity, identity) {
            (Some(a), Some(b)) => Arc::ptr_eq(a, b),
            (None, None) => true,
            _ => false,
        };
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner).clone();
        if same(&current) {
            return Ok(current.http);
        }
        let http = self.maker.http(identity.map(Arc::as_ref))?;
        let fresh = Current { identity: identity.cloned(), http: http.clone() };
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(http)
    }
}

impl Service<Request<Body>> for Wire {
    type Response = Response<Incoming>;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<Response<Incoming>, BoxError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let http = self.http_for(request.extensions().get::<Arc<Identity>>());
        Box::pin(async move { http?.oneshot(request).await })
    }
}

impl Maker {
    fn http(&self, identity: Option<&Identity>) -> Result<HttpService, kube::Error> {
        let mut config = self.config.clone();
        if let Some(identity) = identity {
            config.auth_info.client_certificate_data = Some(STANDARD.encode(&identity.certificate));
            config.auth_info.client_key_data = Some(STANDARD.encode(identity.key.expose_secret()).into());
        }
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_connect_timeout(Some(self.connect));
        tcp.set_keepalive(Some(KEEPALIVE));
        tcp.set_keepalive_interval(Some(KEEPALIVE_INTERVAL));
        tcp.set_keepalive_retries(Some(KEEPALIVE_PROBES));
        let Some(proxy) = &self.proxy else { return self.over(&config, tcp) };
        match proxy.uri().scheme_str() {
            Some("socks5" | "socks5h") => {
                let mut socks = SocksV5::new(proxy.uri().clone(), tcp);
                if let Some((user, password)) = proxy.raw_auth() {
                    socks = socks.with_auth(user.to_owned(), password.to_owned());
                }
                self.over(&config, socks)
            }
            Some("https") => {
                let mut to_proxy = self.config.clone();
                to_proxy.tls_server_name = None;
                let tls = to_proxy.rustls_https_connector_with_connector(tcp)?;
                self.over(&config, tunnel(proxy, tls))
            }
            _ => self.over(&config, tunnel(proxy, tcp)),
        }
    }

    fn over<C>(&self, config: &Config, connector: C) -> Result<HttpService, kube::Error>
    where
        C: Service<Uri> + Clone + Send + Sync + 'static,
        C::Response: Connection + Read + Write + Send + Unpin + 'static,
        C::Future: Send + 'static,
        C::Error: std::error::Error + Send + Sync + 'static,
    {
        let tls = config.rustls_https_connector_with_connector(connector)?;
        let timed = tower::timeout::Timeout::new(tls, self.connect).map_future(Box::pin);
        let client = hyper_util::client::legacy::Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_max_idle_per_host(IDLE_CONNECTIONS)
            .pool_idle_timeout(IDLE_TIME)
            .build::<_, Body>(timed);
        Ok(BoxCloneSyncService::new(client.map_err(Into::into)))
    }
}

fn tunnel<C>(proxy: &Intercept, connector: C) -> Tunnel<C> {
    let tunnel = Tunnel::new(proxy.uri().clone(), connector);
    match proxy.basic_auth() {
        Some(value) => tunnel.with_auth(value.clone()),
        None => tunnel,
    }
}
