use std::time::Duration;

use super::*;
use crate::adapters::kube::{Limits, LoadOptions, StoreOptions};
use crate::domain::aws::arn::ClusterArn;
use crate::domain::aws::login::LoginKey;
use crate::domain::cluster::Source;

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
    assert_eq!(ways.way_in(id), Some((WayIn::Context, true)));
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
    let grown = ways.grown();
    let endpoint = Some("https://one.test");
    let (one, two) = (ways.add(cluster("a", ONE, endpoint)), ways.add(cluster("b", ONE, endpoint)));
    let other = ways.add(cluster("a", TWO, endpoint));
    assert_eq!((one, two, other), (ClusterId(3), ClusterId(4), ClusterId(5)));
    let again = ways.add(cluster("a", TWO, None));
    assert_eq!((again, ways.clusters().len(), *grown.borrow()), (other, 6, 6));
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
