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

/// A kubeconfig with one user, over a cluster of the real one.
fn with_user(real: &Path, user: &str) -> (tempfile::TempDir, PathBuf) {
    let text = std::fs::read_to_string(real).unwrap();
    let whole: serde_json::Value = serde_yaml::from_str(&text).unwrap();
    let cluster = &whole["clusters"][0];
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("config");
    let name = cluster["name"].as_str().unwrap();
    let text = format!(
        "clusters: [{cluster}]\nusers: [{{name: u, user: {user}}}]\n\
         contexts: [{{name: it, context: {{cluster: {name}, user: u}}}}]\n"
    );
    std::fs::write(&file, text).unwrap();
    (directory, file)
}

async fn who(reader: &Reader) -> Result<String, PortError> {
    let body = serde_json::json!({"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"});
    let answer = reader.review("/apis/authentication.k8s.io/v1/selfsubjectreviews", body).await?;
    Ok(answer["status"]["userInfo"]["username"].as_str().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn a_foreign_token_is_refused_by_a_real_cluster() {
    let Some(kubeconfig) = real() else { return };
    let (directory, file) = with_user(&kubeconfig, "{token: not-a-real-token}");
    let store = store(&file, directory.path());
    let reader = store.connect(ClusterId(0)).await.unwrap();
    let refused = reader.get("/api/v1/namespaces", "application/json").await;
    assert!(matches!(refused, Err(PortError::Unauthorised(_))), "{refused:?}");
}

/// A service account's own token, in `EKSDECK_E2E_TOKEN`, through a plugin, a token file, and inline.
#[tokio::test]
async fn a_service_account_token_works_by_every_way() {
    let Some((kubeconfig, token)) = real().zip(std::env::var("EKSDECK_E2E_TOKEN").ok()) else { return };
    let credential = serde_json::json!({
        "kind": "ExecCredential", "apiVersion": "client.authentication.k8s.io/v1", "status": {"token": token}
    });
    let tokens = tempfile::tempdir().unwrap();
    let (token_file, credential_file) = (tokens.path().join("token"), tokens.path().join("credential"));
    std::fs::write(&token_file, &token).unwrap();
    std::fs::write(&credential_file, credential.to_string()).unwrap();
    for user in [
        format!("{{token: {token}}}"),
        format!("{{tokenFile: {}}}", token_file.display()),
        format!(
            "{{exec: {{apiVersion: client.authentication.k8s.io/v1, command: cat, args: [{}]}}}}",
            credential_file.display()
        ),
    ] {
        let (directory, file) = with_user(&kubeconfig, &user);
        let store = store(&file, directory.path());
        let reader = match store.connect(ClusterId(0)).await {
            Err(ConnectError::NeedsConsent(request)) => {
                store.answer_consent(&request.fingerprint, true).unwrap();
                store.connect(ClusterId(0)).await.unwrap()
            }
            other => other.unwrap(),
        };
        let name = who(&reader).await.unwrap();
        assert!(name.starts_with("system:serviceaccount:"), "{name}");
    }
}

const PLUGIN: &str = "
clusters: [{name: c, cluster: {server: 'http://127.0.0.1:9'}}]
users: [{name: u, user: {exec: {command: sh, args: [-c, 'echo ran >> RAN; echo sorry >&2; exit 9']}}}]
contexts: [{name: it, context: {cluster: c, user: u}}]
";

#[tokio::test]
async fn a_plugin_runs_only_after_consent() {
    let directory = tempfile::tempdir().unwrap();
    let (file, ran) = (directory.path().join("config"), directory.path().join("ran"));
    std::fs::write(&file, PLUGIN.replace("RAN", &ran.display().to_string())).unwrap();
    let asking = store(&file, directory.path());
    let Err(ConnectError::NeedsConsent(request)) = asking.connect(ClusterId(0)).await else { panic!() };
    assert_eq!((request.argv[0].as_str(), request.user.as_str()), ("sh", "u"));
    asking.answer_consent(&request.fingerprint, false).unwrap();
    let Err(ConnectError::Unauthorised(trouble)) = asking.connect(ClusterId(0)).await else { panic!() };
    assert!(trouble.words.contains("was declined"), "{trouble:?}");
    asking.ask_again(ClusterId(0));
    assert!(matches!(asking.connect(ClusterId(0)).await, Err(ConnectError::NeedsConsent(_))));
    assert!(!ran.exists());

    asking.answer_consent(&request.fingerprint, true).unwrap();
    let Err(ConnectError::Unauthorised(trouble)) = asking.connect(ClusterId(0)).await else { panic!() };
    assert!(trouble.words.contains("exit code 9: sorry"), "{trouble:?}");
    let next_time = store(&file, directory.path());
    assert!(matches!(next_time.connect(ClusterId(0)).await, Err(ConnectError::Unauthorised(_))));
    assert_eq!(std::fs::read_to_string(&ran).unwrap(), "ran\nran\n");
}
