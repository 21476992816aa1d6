//! The HTTP client of the SDK: rustls with ring, the proxies of the environment, AWS_CA_BUNDLE.

use std::path::Path;

use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_http_client::{Builder, Connector};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use crate::adapters::kube::errors::say;
use crate::domain::aws::trouble::LoginTrouble;

/// The variable of the AWS CLI that names the authorities to trust in place of the system's.
const CA_BUNDLE: &str = "AWS_CA_BUNDLE";

/// A client as the environment says.
///
/// # Errors
/// AWS_CA_BUNDLE names a file that cannot be read or holds no certificate.
pub fn client() -> Result<SharedHttpClient, LoginTrouble> {
    let bundle = std::env::var_os(CA_BUNDLE).filter(|file| !file.is_empty());
    let trust = bundle.map(|file| authorities(Path::new(&file))).transpose()?.unwrap_or_default();
    let tls = TlsContext::builder().with_trust_store(trust).build();
    let tls = tls.map_err(|error| misconfigured(&error.to_string()))?;
    let direct = over(tls.clone(), ProxyConfig::disabled());
    Ok(SharedHttpClient::new(Ways { direct, proxied: over(tls, ProxyConfig::from_env()) }))
}

fn over(tls: TlsContext, proxy: ProxyConfig) -> SharedHttpClient {
    Builder::new().build_with_connector_fn(move |settings, components| {
        let mut builder = Connector::builder().proxy_config(proxy.clone());
        builder.set_connector_settings(settings.cloned());
        builder.set_sleep_impl(components.and_then(RuntimeComponents::sleep_impl));
        builder.tls_provider(Provider::Rustls(CryptoMode::Ring)).tls_context(tls.clone()).build()
    })
}

/// The certificates of a file of PEM. The TLS library beneath dies of one that it cannot read, so those are left out.
fn authorities(file: &Path) -> Result<TrustStore, LoginTrouble> {
    let at = |words: &str| misconfigured(&format!("{CA_BUNDLE} {}: {words}", file.display()));
    let text = std::fs::read(file).map_err(|error| at(&error.to_string()))?;
    let mut roots = RootCertStore::empty();
    let certificates = CertificateDer::pem_slice_iter(&text).filter_map(Result::ok);
    let sound: Vec<_> = certificates.filter(|certificate| roots.add(certificate.clone()).is_ok()).collect();
    if sound.is_empty() {
        return Err(at("it holds no certificate"));
    }
    let pem = |certificate: &CertificateDer<'_>| {
        format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", STANDARD.encode(certificate))
    };
    Ok(sound.iter().fold(TrustStore::empty(), |trust, certificate| trust.with_pem_certificate(pem(certificate))))
}

fn misconfigured(said: &str) -> LoginTrouble {
    LoginTrouble::Misconfigured { profile: None, said: say(said) }
}

/// This machine and its link (instance metadata, a container's agent, a stand-in) are never asked through a proxy.
#[derive(Debug)]
struct Ways {
    direct: SharedHttpClient,
    proxied: SharedHttpClient,
}

impl HttpClient for Ways {
    fn http_connector(&self, settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(WaysConnector {
            direct: self.direct.http_connector(settings, components),
            proxied: self.proxied.http_connector(settings, components),
        })
    }
}

#[derive(Debug)]
struct WaysConnector {
    direct: SharedHttpConnector,
    proxied: SharedHttpConnector,
}

impl HttpConnector for WaysConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let is_near = request.uri().parse::<::http::Uri>().is_ok_and(|uri| is_near(uri.host().unwrap_or_default()));
        if is_near { self.direct.call(request) } else { self.proxied.call(request) }
    }
}

fn is_near(host: &str) -> bool {
    use std::net::IpAddr;
    let metadata_v6 = "fd00:ec2::254";
    let agent_v6 = "fd00:ec2::23";
    let host = host.trim_matches(['[', ']']);
    host == "localhost"
        || host == metadata_v6
        || host == agent_v6
        || host.parse::<IpAddr>().is_ok_and(|address| match address {
            IpAddr::V4(v4) => v4.is_loopback() || v4.is_link_local(),
            IpAddr::V6(v6) => v6.is_loopback() || v6.is_unicast_link_local(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_metadata_service_and_this_machine_are_near() {
        for near in ["169.254.169.254", "169.254.170.2", "[fd00:ec2::254]", "127.0.0.1", "localhost", "[::1]"] {
            assert!(is_near(near), "{near}");
        }
        assert!(!is_near("sts.us-east-1.amazonaws.com") && !is_near("10.0.0.1"));
    }

    #[test]
    fn a_bundle_of_no_use_is_told_and_not_died_of() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("bundle.pem");
        let words = |error: LoginTrouble| error.words();
        assert!(words(authorities(&file).unwrap_err()).contains("AWS_CA_BUNDLE"));
        std::fs::write(&file, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n").unwrap();
        assert!(words(authorities(&file).unwrap_err()).contains("no certificate"));
        let sound = rcgen::generate_simple_self_signed(vec!["a.test".into()]).unwrap();
        std::fs::write(&file, format!("junk\n{}", sound.cert.pem())).unwrap();
        assert!(authorities(&file).is_ok());
    }
}
