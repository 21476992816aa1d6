use bytes::Bytes;
use eksdeck::demo::Fleet;
use http::{HeaderMap, Request, Uri};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use kube::client::ConfigExt;
use kube::config::{Config, KubeConfigOptions, Kubeconfig};

type Http = Client<hyper_rustls::HttpsConnector<hyper_util::client::legacy::connect::HttpConnector>, Full<Bytes>>;

/// An API server to ask, without anything between that would unpack or retry.
pub struct Server {
    pub name: &'static str,
    url: String,
    http: Http,
}

impl Server {
    pub fn embedded(fleet: &Fleet) -> Self {
        let url = fleet.servers()[0].1.clone();
        let config = Config::new(url.parse().unwrap());
        Self::new("embedded", &config)
    }

    /// The rig's cluster with fake nodes, whose Jobs complete by themselves.
    pub async fn real() -> Option<Self> {
        let file = std::env::var("EKSDECK_E2E_KUBECONFIG").ok()?;
        let kubeconfig = Kubeconfig::read_from(file).unwrap();
        let named = |name: &str| kubeconfig.contexts.iter().any(|context| context.name == name);
        let context = ["batch-dev", "search-staging"].into_iter().find(|name| named(name)).map(str::to_owned);
        let options = KubeConfigOptions { context, ..KubeConfigOptions::default() };
        let config = Config::from_custom_kubeconfig(kubeconfig, &options).await.unwrap();
        Some(Self::new("real", &config))
    }

    fn new(name: &'static str, config: &Config) -> Self {
        // Another test of the binary may have installed the same one.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let connector = config.rustls_https_connector().unwrap();
        let url = config.cluster_url.to_string().trim_end_matches('/').to_owned();
        Self { name, url, http: Client::builder(TokioExecutor::new()).build(connector) }
    }

    /// Status, headers and the whole body.
    pub async fn ask(&self, request: http::request::Builder, path: &str, body: String) -> (u16, HeaderMap, Bytes) {
        let uri: Uri = format!("{}{path}", self.url).parse().unwrap();
        let request: Request<Full<Bytes>> = request.uri(uri).body(Full::new(body.into())).unwrap();
        let reply = self.http.request(request).await.unwrap();
        let (parts, body) = reply.into_parts();
        (parts.status.as_u16(), parts.headers, body.collect().await.unwrap().to_bytes())
    }
}
