use std::sync::Arc;
use std::time::Duration;

use http::header;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use secrecy::SecretString;
use tokio_rustls::TlsAcceptor;

use super::super::*;
use super::layers::{reader, settings};
use super::server::{answer, proxy, raw, serve};
use crate::adapters::kube::contexts::{Identity, Settings};
use crate::domain::request::PortError;

struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self { issuer: CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap() }
    }

    fn der(&self) -> Vec<u8> {
        self.issuer.der().to_vec()
    }

    fn sign(&self, name: &str, ends: i32) -> (rcgen::Certificate, KeyPair) {
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.not_before = rcgen::date_time_ymd(2020, 1, 1);
        params.not_after = rcgen::date_time_ymd(ends, 1, 1);
        let key = KeyPair::generate().unwrap();
        (params.signed_by(&key, &self.issuer).unwrap(), key)
    }

    fn server(&self, name: &str, ends: i32, clients: Option<&Authority>) -> TlsAcceptor {
        let (certificate, key) = self.sign(name, ends);
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let builder = ServerConfig::builder();
        let builder = match clients {
            None => builder.with_no_client_auth(),
            Some(authority) => {
                let mut roots = RootCertStore::empty();
                roots.add(authority.der().into()).unwrap();
                builder.with_client_cert_verifier(WebPkiClientVerifier::builder(Arc::new(roots)).build().unwrap())
            }
        };
        let config = builder.with_single_cert(vec![certificate.der().clone()], key).unwrap();
        TlsAcceptor::from(Arc::new(config))
    }

    fn identity(&self) -> Arc<Identity> {
        let (certificate, key) = self.sign("alice", 2090);
        Arc::new(Identity { certificate: certificate.pem(), key: SecretString::from(key.serialize_pem()) })
    }
}

async fn ask(settings: &Settings) -> Result<(), PortError> {
    reader(settings, &Limits::default()).get("/version", "*/*").await.map(drop)
}

fn words(outcome: Result<(), PortError>) -> String {
    outcome.unwrap_err().trouble().words.clone()
}

#[tokio::test]
async fn what_is_wrong_with_the_servers_certificate_is_told() {
    let (ours, other) = (Authority::new(), Authority::new());
    for (acceptor, needle) in [
        (other.server("localhost", 2090, None), "is not signed by an authority that is trusted"),
        (ours.server("localhost", 2021, None), "has expired"),
        (ours.server("elsewhere.example", 2090, None), "is for another name"),
    ] {
        let listening = serve(Some(acceptor), |_| answer(200, "{}")).await;
        let mut settings = settings(&format!("https://localhost:{}", listening.address.port()));
        settings.authorities = Some(vec![ours.der()]);
        let told = words(ask(&settings).await);
        assert!(told.contains(needle) && told.contains("here") && told.contains("localhost"), "{told}");

        settings.authorities = None;
        settings.insecure = true;
        ask(&settings).await.unwrap();
    }
}

#[tokio::test]
async fn another_server_name_can_be_expected() {
    let ours = Authority::new();
    let listening = serve(Some(ours.server("api.example", 2090, None)), |_| answer(200, "{}")).await;
    let mut settings = settings(&format!("https://{}", listening.address));
    settings.authorities = Some(vec![ours.der()]);
    settings.tls_server_name = Some("api.example".into());
    ask(&settings).await.unwrap();
}

#[tokio::test]
async fn a_client_certificate_is_shown_and_its_refusal_told() {
    let (ours, other) = (Authority::new(), Authority::new());
    let listening = serve(Some(ours.server("localhost", 2090, Some(&ours))), |_| answer(200, "{}")).await;
    let mut settings = settings(&format!("https://localhost:{}", listening.address.port()));
    settings.authorities = Some(vec![ours.der()]);
    settings.identity = Some(ours.identity());
    ask(&settings).await.unwrap();
    settings.identity = Some(other.identity());
    let refused = ask(&settings).await;
    assert!(matches!(refused, Err(PortError::Unauthorised(_))), "{refused:?}");
    settings.identity = None;
    let missing = ask(&settings).await;
    assert!(matches!(missing, Err(PortError::Unauthorised(_))), "{missing:?}");
}

#[tokio::test]
async fn a_certificate_that_changes_makes_new_connections() {
    use futures::FutureExt;
    let (ours, other) = (Authority::new(), Authority::new());
    let listening = serve(Some(ours.server("localhost", 2090, Some(&ours))), |_| answer(200, "{}")).await;
    let mut settings = settings(&format!("https://localhost:{}", listening.address.port()));
    settings.authorities = Some(vec![ours.der()]);
    let identities = [other.identity(), ours.identity()];
    let asked = std::sync::atomic::AtomicUsize::new(0);
    let credentials = Credentials::renewed(move || {
        let identity = Some(identities[asked.fetch_add(1, std::sync::atomic::Ordering::SeqCst).min(1)].clone());
        let expires = Some(jiff::Timestamp::now());
        async move { Ok(crate::adapters::kube::auth::Fresh { identity, expires, ..Default::default() }) }.boxed()
    });
    let limits = Limits::default();
    let both = clients(&settings, &credentials, &limits, &FleetPermits::new(&limits).cluster()).unwrap();
    let ask = || both.unary.send(http::Request::get("/version").body(Body::empty()).unwrap());
    assert!(ask().await.is_err());
    assert!(ask().await.unwrap().status().is_success());
}

#[tokio::test]
async fn a_proxy_is_gone_through_with_its_password() {
    let ours = Authority::new();
    let listening = serve(Some(ours.server("api.example", 2090, None)), |request| {
        assert!(request.headers().get(header::PROXY_AUTHORIZATION).is_none());
        answer(200, "{}")
    })
    .await;
    let proxy = proxy(listening.address, "Basic bWU6cGFzcw==").await;
    let mut settings = settings("https://api.example:6443");
    settings.authorities = Some(vec![ours.der()]);
    settings.proxy = Some(format!("http://me:pass@{proxy}").parse().unwrap());
    ask(&settings).await.unwrap();
    settings.proxy = Some(format!("http://{proxy}").parse().unwrap());
    let told = words(ask(&settings).await);
    assert!(told.contains("the proxy asks for a name and password"), "{told}");
}

#[tokio::test]
async fn what_is_no_api_server_is_told() {
    let not_http = raw(b"SSH-2.0-OpenSSH\r\n").await;
    let cut = raw(b"HTTP/1.1 200 OK\r\nContent-Le").await;
    let page = raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nhi").await;
    let login = raw(b"HTTP/1.1 302 Found\r\nLocation: https://login.example/\r\nContent-Length: 0\r\n\r\n").await;
    let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    for (server, needle) in [
        (format!("http://{not_http}"), "something that is not HTTP"),
        (format!("https://{not_http}"), "does not speak TLS"),
        (format!("http://{cut}"), "in the middle of an answer"),
        (format!("http://{page}"), "a web page (200)"),
        (format!("http://{login}"), "sends us on to https://login.example/"),
        (format!("http://{free}"), "refuses connections"),
        ("https://no-such-host.invalid".to_owned(), "no-such-host.invalid does not resolve"),
    ] {
        let mut settings = settings(&server);
        settings.insecure = true;
        let told = words(ask(&settings).await);
        assert!(told.starts_with("here: ") && told.contains(needle), "{server}: {told}");
    }
}

#[tokio::test]
async fn a_server_that_takes_connections_and_says_nothing_is_told() {
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = silent.local_addr().unwrap();
    let short = Duration::from_millis(200);
    let limits = Limits { connect: short, unary_head: short, stream_head: short, ..Limits::default() };
    let over_tls = reader(&settings(&format!("https://{address}")), &limits);
    let told = words(over_tls.stream("/version", "*/*").await.map(drop));
    assert!(told.contains("within the time limit") || told.contains("gave no answer"), "{told}");
    let plain = reader(&settings(&format!("http://{address}")), &limits);
    let told = words(plain.get("/version", "*/*").await.map(drop));
    assert!(told.contains("took the question and gave no answer"), "{told}");
    assert_eq!(plain.connections().0, 0);
}

#[tokio::test]
async fn a_body_that_ends_early_is_told() {
    use http_body_util::BodyExt;
    let short = raw(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf").await;
    let reader = reader(&settings(&format!("http://{short}")), &Limits::default());
    let answer = reader.get("/api/v1/namespaces/web/pods", "*/*").await.unwrap();
    let error = answer.body.collect().await.unwrap_err();
    let told = reader.body_error("/api/v1/namespaces/web/pods", &error);
    let words = &told.trouble().words;
    assert!(words.contains("in the middle of an answer") && words.contains("list pods in namespace web"), "{words}");
}
