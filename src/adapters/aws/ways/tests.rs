use std::time::Duration;

use super::*;
use crate::adapters::kube::{Limits, LoadOptions, StoreOptions};
use crate::adapters::registry::crypto::{Keys, ToolKeyring};
use crate::adapters::registry::{Opener, Options, Place};
use crate::domain::aws::login::LoginKey;
use crate::domain::cluster::Source;
use crate::domain::registry::{ClusterRecord, Identity, Way};

const KUBECONFIG: &str = "
apiVersion: v1
kind: Config
current-context: plain
contexts:
- {name: plain, context: {cluster: plain, user: u}}
- {name: 'arn:aws:eks:eu-west-1:111111111111:cluster/payments', context: {cluster: payments, user: u}}
- {name: by-endpoint, context: {cluster: by-endpoint, user: u}}
clusters:
- {name: plain, cluster: {server: 'https://plain.test'}}
- {name: payments, cluster: {server: 'https://payments.test'}}
- {name: by-endpoint, cluster: {server: 'https://ABC.gr7.eu-west-1.eks.amazonaws.com'}}
users:
- {name: u, user: {token: t}}
";

fn ways(folder: &std::path::Path) -> Ways {
    let file = folder.join("config");
    std::fs::write(&file, KUBECONFIG).unwrap();
    let load = LoadOptions { kubeconfig: Some(file), ..LoadOptions::default() };
    let options = StoreOptions { load, state_dir: folder.to_owned(), limits: Limits::default() };
    Ways::new(ContextStore::load(options), Aws::new("ann", Duration::from_secs(5)))
}

fn cluster(name: &str, account: Option<&str>, endpoint: Option<&str>) -> IamCluster {
    let arn = account.map(|account| format!("arn:aws:eks:eu-west-1:{account}:cluster/{name}"));
    IamCluster {
        name: name.to_owned(),
        region: "eu-west-1".to_owned(),
        login: LoginKey::profile("sre"),
        arn: arn.as_deref().and_then(ClusterArn::parse),
        endpoint: endpoint.map(str::to_owned),
    }
}

const ONE: Option<&str> = Some("111111111111");
const TWO: Option<&str> = Some("222222222222");

#[tokio::test]
async fn what_the_kubeconfig_knows_is_not_a_second_row() {
    let folder = tempfile::tempdir().unwrap();
    let ways = ways(folder.path());
    let id = ways.add(cluster("payments", ONE, None));
    assert_eq!((id, ways.clusters().len()), (ClusterId(1), 3));
    assert_eq!(ways.clusters()[1].ways, [WayIn::Context, WayIn::Iam]);
    assert!(ways.login(id).is_none(), "the context stays the way in");
    assert!(ways.choose(id, WayIn::Iam) && ways.login(id).is_some());

    let endpoint = "https://abc.gr7.eu-west-1.eks.amazonaws.com/";
    let id = ways.add(cluster("search", ONE, Some(endpoint)));
    assert_eq!((id, ways.clusters().len()), (ClusterId(2), 3));
    assert_eq!(ways.clusters()[2].arn.as_ref().unwrap().name, "search");
    assert!(!ways.choose(ClusterId(0), WayIn::Iam), "it has no such way");
}

#[tokio::test]
async fn two_arns_are_two_rows_even_on_one_endpoint() {
    let folder = tempfile::tempdir().unwrap();
    let ways = ways(folder.path());
    let mut changes = ways.changes();
    let endpoint = Some("https://one.test");
    let (one, two) = (ways.add(cluster("a", ONE, endpoint)), ways.add(cluster("b", ONE, endpoint)));
    let other = ways.add(cluster("a", TWO, endpoint));
    assert_eq!((one, two, other), (ClusterId(3), ClusterId(4), ClusterId(5)));
    assert!(changes.has_changed().unwrap());
    changes.mark_unchanged();
    let again = ways.add(cluster("a", TWO, None));
    assert_eq!((again, ways.clusters().len()), (other, 6));
    let clusters = ways.clusters();
    let names: Vec<&str> = clusters.iter().skip(3).map(|info| info.name.as_str()).collect();
    assert_eq!(names, ["a", "b", "arn:aws:eks:eu-west-1:222222222222:cluster/a"]);
    assert!(matches!(&clusters[3].source, Source::Iam { cluster, .. } if cluster == "a"));
}

#[tokio::test]
async fn a_cluster_known_by_name_alone_is_joined_when_its_arn_is_known() {
    let folder = tempfile::tempdir().unwrap();
    let ways = ways(folder.path());
    let id = ways.add(cluster("a", None, None));
    assert_eq!(ways.add(cluster("a", None, None)), id);
    assert_eq!(ways.add(cluster("a", ONE, None)), id, "the same name, region and login");
    assert_eq!(ways.clusters()[id.0 as usize].arn.as_ref().unwrap().account, "111111111111");
    assert_ne!(ways.add(cluster("a", TWO, None)), id);
}

fn registered(name: &str, arn: Option<&str>, server: &str, way: Way) -> ClusterRecord {
    let identity = Identity { arn: arn.map(str::to_owned), uid: Some(format!("uid-{name}")), ca: None };
    ClusterRecord { identity, server: server.to_owned(), way, ..ClusterRecord::sample(name) }
}

fn opener(folder: &std::path::Path) -> Arc<Opener> {
    let keys = Keys::new(None, None, Arc::new(ToolKeyring), None);
    let place = Place::File(folder.join("registry.sqlite"));
    Arc::new(Opener::new(Options { place, organisation: "default".to_owned(), keys }))
}

fn record_of(ways: &Ways, id: u32) -> Option<String> {
    ways.clusters()[id as usize].record.as_ref().map(|record| record.name.clone())
}

#[tokio::test]
async fn what_is_registered_too_is_one_row_and_the_way_in_can_be_chosen() {
    let folder = tempfile::tempdir().unwrap();
    let (ways, opener) = (ways(folder.path()), opener(folder.path()));
    let payments = "arn:aws:eks:eu-west-1:111111111111:cluster/payments";
    let elsewhere = "arn:aws:eks:eu-west-1:222222222222:cluster/payments";
    ways.register(
        vec![
            registered("pay", Some(payments), "https://elsewhere.test", Way::Kubeconfig),
            registered("home", None, "https://PLAIN.test:443/", Way::Kubeconfig),
            registered("other", Some(elsewhere), "https://payments.test", Way::Kubeconfig),
        ],
        &opener,
    );
    let clusters = ways.clusters();
    assert_eq!(clusters.len(), 4, "two ARNs are two rows, even on one server");
    assert_eq!(record_of(&ways, 1).as_deref(), Some("pay"));
    assert_eq!(
        (clusters[1].name.as_str(), &clusters[1].ways[..]),
        ("payments", &[WayIn::Context, WayIn::Registered][..])
    );
    assert_eq!(record_of(&ways, 0).as_deref(), Some("home"), "server and authorities are the same");
    assert_eq!((clusters[3].name.as_str(), &clusters[3].ways[..]), ("other", &[WayIn::Registered][..]));
    assert!(matches!(&clusters[3].source, Source::Registry { id } if id == "id-other"));

    assert!(ways.choose(ClusterId(1), WayIn::Registered) && !ways.choose(ClusterId(1), WayIn::Iam));
    assert_eq!(ways.clusters()[1].ways, [WayIn::Registered, WayIn::Context]);
    // The registry is asked for its kubeconfig only now, and has none.
    let error = ways.connect(ClusterId(1)).await.err().unwrap().to_string();
    assert!(error.contains("holds no kubeconfig"), "{error}");
}

#[tokio::test]
async fn a_registered_arn_is_reached_by_iam_until_discovery_knows_the_login() {
    let folder = tempfile::tempdir().unwrap();
    let (ways, opener) = (ways(folder.path()), opener(folder.path()));
    let arn = "arn:aws:eks:eu-west-1:111111111111:cluster/search";
    ways.register(vec![registered("search", Some(arn), "", Way::Iam)], &opener);
    let id = ClusterId(3);
    assert_eq!(ways.clusters()[3].ways, [WayIn::Iam]);
    assert_eq!(ways.login(id).unwrap().key(), &LoginKey::default());
    assert_eq!(ways.add(cluster("search", ONE, None)), id);
    assert_eq!(ways.login(id).unwrap().key(), &LoginKey::profile("sre"));
    assert_eq!(ways.add(cluster("payments", TWO, None)), ClusterId(4));
    ways.register(vec![registered("search", Some(arn), "", Way::Iam)], &opener);
    assert_eq!((ways.clusters().len(), ways.login(id).unwrap().key()), (5, &LoginKey::profile("sre")));
}

#[tokio::test]
async fn what_is_not_registered_any_more_loses_what_the_registry_said() {
    let folder = tempfile::tempdir().unwrap();
    let (ways, opener) = (ways(folder.path()), opener(folder.path()));
    let plain = || registered("home", None, "https://plain.test", Way::Kubeconfig);
    let alone = || registered("alone", None, "https://alone.test", Way::Kubeconfig);
    ways.register(vec![plain(), alone()], &opener);
    assert!(ways.choose(ClusterId(0), WayIn::Registered));
    let changes = ways.changes();
    ways.register(Vec::new(), &opener);
    assert!(changes.has_changed().unwrap(), "whoever shows the rows is told");
    assert_eq!((record_of(&ways, 0), &ways.clusters()[0].ways[..]), (None, &[WayIn::Context][..]));
    assert_eq!((ways.clusters().len(), ways.clusters()[3].ways.len()), (4, 0), "a position stays a position");
    let error = ways.connect(ClusterId(3)).await.err().unwrap().to_string();
    assert!(error.contains("alone"), "{error}");
}

#[tokio::test]
async fn one_server_before_two_clusters_is_told_apart_by_the_uid() {
    let folder = tempfile::tempdir().unwrap();
    let (ways, opener) = (ways(folder.path()), opener(folder.path()));
    ways.register(vec![registered("home", None, "https://plain.test", Way::Kubeconfig)], &opener);
    assert_eq!(ways.unproved(ClusterId(0)).as_deref(), Some("uid-home"));
    ways.prove(ClusterId(0), false);
    let clusters = ways.clusters();
    assert_eq!((clusters.len(), record_of(&ways, 0), record_of(&ways, 3).as_deref()), (4, None, Some("home")));
    assert_eq!(clusters[3].ways, [WayIn::Registered]);
    assert_eq!(ways.unproved(ClusterId(0)), None);
    ways.register(vec![registered("home", None, "https://plain.test", Way::Kubeconfig)], &opener);
    assert_eq!((ways.clusters().len(), record_of(&ways, 0)), (4, None), "what was told apart stays apart");
}
