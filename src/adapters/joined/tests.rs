use std::time::Duration;

use super::*;
use crate::adapters::aws::Aws;
use crate::adapters::kube::{ContextStore, LoadOptions, StoreOptions};
use crate::adapters::registry::crypto::{Keys, ToolKeyring};
use crate::adapters::registry::{Options, Place, PlainKubeconfig, by_arn};

const ARN: &str = "arn:aws:eks:eu-west-1:111111111111:cluster/payments";
const KUBECONFIG: &str = "apiVersion: v1\nkind: Config\n\
    clusters: [{name: a, cluster: {server: 'https://a.test'}}, {name: b, cluster: {server: 'https://b.test'}}]\n\
    users: [{name: me, user: {token: abc}}]\n\
    contexts: [{name: a, context: {cluster: a, user: me}}, {name: b, context: {cluster: b, user: me}}]\n";

async fn lab(folder: &std::path::Path) -> (Registry, Joined) {
    let key = secrecy::SecretString::from("11".repeat(32));
    let keys = Keys::new(Some(key), None, Arc::new(ToolKeyring), None);
    let place = Place::File(folder.join("registry.sqlite"));
    let registry = Registry::open(&Options { place, organisation: "default".into(), keys }).await.unwrap();
    let file = folder.join("kubeconfig");
    std::fs::write(&file, KUBECONFIG).unwrap();
    let load = LoadOptions::from_env(Some(file));
    let store = ContextStore::load(StoreOptions { load, state_dir: folder.to_owned(), limits: Default::default() });
    let ways = Arc::new(Ways::new(store, Aws::new("me", Duration::from_secs(1))));
    (registry.clone(), Joined::new(ways, Some(registry), folder.to_owned()))
}

fn record(name: &str, server: &str, way: Way) -> ClusterRecord {
    let mut record = by_arn(ARN, "default", "me", jiff::Timestamp::UNIX_EPOCH).unwrap();
    (record.name, record.server, record.way) = (name.to_owned(), server.to_owned(), way);
    if way != Way::Iam {
        record.identity = crate::domain::registry::Identity { arn: None, uid: Some(name.into()), ca: None };
    }
    record
}

fn told(joined: &Joined) -> Vec<(String, bool)> {
    let targets = joined.targets(&Policy::default(), &[ClusterId(0)]);
    targets.into_iter().map(|target| (target.name, target.registered.is_some())).collect()
}

#[tokio::test]
async fn one_cluster_is_one_row_whoever_knows_it() {
    let folder = tempfile::tempdir().unwrap();
    let (registry, joined) = lab(folder.path()).await;
    assert_eq!(told(&joined), [("a".to_owned(), false)], "of the kubeconfig's those that are wanted");
    let plain = || PlainKubeconfig::new(secrecy::SecretString::from("{}"));
    registry.add(&record("shop", "https://b.test/", Way::Kubeconfig), Some(&plain())).await.unwrap();
    registry.add(&record("hand", "https://c.test", Way::None), None).await.unwrap();
    registry.add(&record("pay", "", Way::Iam), None).await.unwrap();
    for _ in 0..2 {
        joined.refresh().await.unwrap();
        let names: Vec<String> = joined.clusters().into_iter().map(|info| info.name).collect();
        assert_eq!(names, ["a", "shop", "hand", "pay"], "a row keeps its place");
        let expected = [("a", false), ("shop", true), ("pay", true)].map(|(name, is)| (name.to_owned(), is));
        assert_eq!(told(&joined), expected, "who cannot be reached is looked at by nobody");
    }
    registry.remove("pay").await.unwrap();
    joined.refresh().await.unwrap();
    assert_eq!(told(&joined).len(), 2, "who left the registry is no target any more");
    assert_eq!(joined.clusters().len(), 4);
}
