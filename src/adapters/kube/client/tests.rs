use std::path::Path;

use http_body_util::BodyExt;

use super::*;
use crate::runtime::ports::PortError;

fn store(kubeconfig: &Path, state: &Path) -> ContextStore {
    let load = LoadOptions { kubeconfig: Some(kubeconfig.into()), ..LoadOptions::default() };
    ContextStore::load(StoreOptions { load, state_dir: state.into(), limits: Limits::default() })
}

/// The real clusters, if there are any.
fn real() -> Option<PathBuf> {
    let named = std::env::var_os("EKSDECK_E2E_KUBECONFIG").map(PathBuf::from);
    if named.is_none() {
        eprintln!("skipped: EKSDECK_E2E_KUBECONFIG names no real cluster");
    }
    named
}

#[tokio::test]
async fn a_real_cluster_is_read_and_never_written() {
    let Some(kubeconfig) = real() else { return };
    let state = tempfile::tempdir().unwrap();
    let store = store(&kubeconfig, state.path());
    assert!(store.troubles().is_empty(), "{:?}", store.troubles());
    for (index, info) in store.clusters().iter().enumerate() {
        assert_eq!(info.broken, None);
        let reader = store.connect(ClusterId(index as u32)).await.unwrap();
        let answer = reader.get("/api/v1/namespaces?limit=500", "application/vnd.kubernetes.protobuf").await.unwrap();
        assert_eq!(answer.content_type, "application/vnd.kubernetes.protobuf");
        assert_eq!(reader.connections().0, 1, "the body holds its connection");
        let bytes = answer.body.collect().await.unwrap().to_bytes();
        assert_eq!(&bytes[..4], b"k8s\0");
        assert_eq!(reader.connections().0, 0, "and gives it back at its end");
        let missing = reader.get("/api/v1/namespaces/default/pods/nobody", "application/json").await;
        let Err(PortError::NotFound(trouble)) = missing else { panic!("{missing:?}") };
        assert!(trouble.words.contains("nobody"), "{trouble:?}");
        let wire = reader.get("/api/v1/nodes/nobody", "application/vnd.kubernetes.protobuf").await;
        let Err(PortError::NotFound(trouble)) = wire else { panic!("{wire:?}") };
        assert!(trouble.words.contains("nobody"), "{trouble:?}");
        let me = reader.review(
            "/apis/authentication.k8s.io/v1/selfsubjectreviews",
            serde_json::json!({"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}),
        );
        assert!(me.await.unwrap()["status"]["userInfo"]["username"].is_string());
        let write = reader.review("/api/v1/namespaces", serde_json::json!({"metadata": {"name": "x"}})).await;
        let Err(PortError::Broken(trouble)) = write else { panic!("{write:?}") };
        assert!(trouble.words.contains("not sent"), "{trouble:?}");
    }
}
