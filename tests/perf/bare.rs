//! The floor: the smallest client that has read every pod.

use std::time::{Duration, Instant};

use http_body_util::BodyExt;
use prost::Message;

use super::servers::Server;

/// `runtime.Unknown`, which wraps what a server answers in protobuf (behind the four bytes `k8s\0`).
#[derive(Message)]
struct Unknown {
    #[prost(bytes = "bytes", tag = "2")]
    raw: bytes::Bytes,
}

#[derive(Message)]
struct PodList {
    #[prost(message, repeated, tag = "2")]
    items: Vec<Pod>,
}

#[derive(Message)]
struct Pod {
    #[prost(message, optional, tag = "1")]
    metadata: Option<Metadata>,
}

#[derive(Message)]
struct Metadata {
    #[prost(string, tag = "1")]
    name: String,
    #[prost(string, tag = "3")]
    namespace: String,
}

/// One list of all pods, gzip protobuf, names decoded: how many, and how long from the kubeconfig to the last one.
pub fn list_pods(server: &Server) -> (u64, Duration) {
    // The provider may have been installed by an earlier call.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let begin = Instant::now();
        let file = kube::config::Kubeconfig::read_from(&server.kubeconfig).unwrap();
        let options = kube::config::KubeConfigOptions { context: server.context.clone(), ..Default::default() };
        let config = kube::Config::from_custom_kubeconfig(file, &options).await.unwrap();
        let client = kube::Client::try_from(config).unwrap();
        let request = http::Request::get("/api/v1/pods?resourceVersion=0")
            .header("accept", "application/vnd.kubernetes.protobuf");
        let answer = client.send(request.body(kube::client::Body::empty()).unwrap()).await.unwrap();
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        let unknown = Unknown::decode(body.slice(4..)).unwrap();
        let list = PodList::decode(unknown.raw).unwrap();
        let named = list
            .items
            .iter()
            .filter_map(|pod| pod.metadata.as_ref())
            .filter(|meta| !meta.name.is_empty() && !meta.namespace.is_empty());
        (named.count() as u64, begin.elapsed())
    })
}
