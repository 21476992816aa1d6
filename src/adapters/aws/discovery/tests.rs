use std::sync::Mutex;
use std::time::Duration;

use serde_json::{Value, json};
use wiremock::matchers::{method, path, query_param};
use wiremock::{Match, Mock, MockServer, Request, ResponseTemplate};

use super::*;
use crate::adapters::aws::testing::config;
use crate::domain::eks::Support;

/// Requests that are signed for a region.
struct For(&'static str);

impl Match for For {
    fn matches(&self, request: &Request) -> bool {
        let signed = request.headers.get("authorization").and_then(|value| value.to_str().ok());
        signed.is_some_and(|signed| signed.contains(&format!("/{}/", self.0)))
    }
}

fn json_of(value: Value) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(value)
}

fn no(status: u16, code: &str) -> ResponseTemplate {
    ResponseTemplate::new(status)
        .insert_header("x-amzn-ErrorType", code)
        .set_body_json(json!({"message": "so it is said"}))
}

fn described(region: &str, name: &str) -> ResponseTemplate {
    let arn = format!("arn:aws:eks:{region}:111111111111:cluster/{name}");
    json_of(json!({"cluster": {"name": name, "arn": arn, "version": "1.34", "status": "ACTIVE"}}))
}

/// A region with clusters, in pages of one each.
async fn region(server: &MockServer, region: &'static str, names: &[&str]) {
    for (place, name) in names.iter().enumerate() {
        let more = names.get(place + 1).map(|_| (place + 1).to_string());
        let page = json_of(json!({"clusters": [name], "nextToken": more}));
        let list = Mock::given(method("GET")).and(path("/clusters")).and(For(region));
        let list = if place == 0 { list } else { list.and(query_param("nextToken", place.to_string())) };
        // The first page is for whoever names no token.
        list.respond_with(page).with_priority(if place == 0 { 5 } else { 2 }).mount(server).await;
        let at = format!("/clusters/{name}");
        Mock::given(path(at))
            .and(For(region))
            .respond_with(described(region, name))
            .with_priority(3)
            .mount(server)
            .await;
    }
}

fn quick() -> Limits {
    let patience = Patience {
        answer: Duration::from_millis(300),
        call: Duration::from_millis(600),
        first_pause: Duration::from_millis(1),
    };
    Limits { patience, ..Limits::default() }
}

fn scope(server: &MockServer, regions: Regions) -> Scope {
    Scope { login: "sre".to_owned(), config: config(&server.uri()), regions }
}

fn named(names: &[&str]) -> Regions {
    Regions::Named(names.iter().map(|name| (*name).to_owned()).collect())
}

/// Names of the clusters in the order of their coming, and the one login's summary.
async fn found(scope: Scope) -> (Vec<EksCluster>, LoginSummary) {
    let clusters = Mutex::new(Vec::new());
    let sink = |found: Found| {
        if let Found::Cluster { cluster, .. } = found {
            clusters.lock().unwrap().push(*cluster);
        }
    };
    let mut summaries = discover(vec![scope], quick(), &sink).await;
    let mut clusters = clusters.into_inner().unwrap();
    clusters.sort_by(|a, b| a.id.cmp(&b.id));
    (clusters, summaries.remove(0))
}

fn names(clusters: &[EksCluster]) -> Vec<&str> {
    clusters.iter().map(|cluster| cluster.id.name.as_str()).collect()
}

#[tokio::test]
async fn every_page_of_every_region_is_read() {
    let server = MockServer::start().await;
    region(&server, "us-east-1", &["a", "b", "c"]).await;
    region(&server, "eu-west-1", &["d"]).await;
    let versions =
        json!({"clusterVersions": [{"clusterVersion": "1.34", "endOfStandardSupportDate": 2_000_000_000.0}]});
    Mock::given(path("/cluster-versions")).respond_with(json_of(versions)).mount(&server).await;
    let (clusters, summary) = found(scope(&server, named(&["us-east-1", "eu-west-1"]))).await;
    assert_eq!(names(&clusters), ["d", "a", "b", "c"]);
    assert!(summary.is_whole(), "{summary:?}");
    assert_eq!(clusters[0].support, Support { standard_until: Some(2_000_000_000), extended_until: None });
    let asked = server.received_requests().await.unwrap();
    assert_eq!(
        asked.iter().filter(|request| request.url.path() == "/cluster-versions").count(),
        1,
        "once for all regions"
    );
}

#[tokio::test]
async fn without_the_versions_the_table_has_to_do() {
    let server = MockServer::start().await;
    region(&server, "us-east-1", &["a"]).await;
    Mock::given(path("/cluster-versions")).respond_with(no(403, "AccessDeniedException")).mount(&server).await;
    let (clusters, summary) = found(scope(&server, named(&["us-east-1"]))).await;
    assert_eq!(clusters[0].support, Support::by_table("1.34"));
    assert!(summary.is_whole());
}

#[tokio::test]
async fn a_denied_a_hanging_and_a_misspelt_region_are_lines_beside_the_others() {
    let server = MockServer::start().await;
    region(&server, "us-east-1", &["a"]).await;
    Mock::given(For("ap-south-1")).respond_with(no(403, "AccessDeniedException")).mount(&server).await;
    let late = json_of(json!({"clusters": []})).set_delay(Duration::from_secs(60));
    Mock::given(For("sa-east-1")).respond_with(late).mount(&server).await;
    let regions = named(&["ap-south-1", "us-east-1", "sa-east-1", "mars"]);
    let (clusters, summary) = found(scope(&server, regions)).await;
    assert_eq!(names(&clusters), ["a"]);
    let kinds: Vec<_> = summary.regions.iter().map(|row| row.fault.as_ref().map(|fault| fault.kind)).collect();
    let wanted = [Some(FaultKind::Denied), None, Some(FaultKind::TimedOut), Some(FaultKind::Unreachable)];
    assert_eq!(kinds, wanted);
    let told = summary.complaints();
    assert!(told[0].contains("ap-south-1: denied: eks:ListClusters"), "{told:?}");
    assert!(told[2].contains("\"mars\" is no name of a region"), "{told:?}");
}

#[tokio::test]
async fn a_cluster_that_is_deleted_meanwhile_is_no_fault_and_one_that_is_denied_is() {
    let server = MockServer::start().await;
    region(&server, "us-east-1", &["a", "b", "c"]).await;
    Mock::given(path("/clusters/b"))
        .respond_with(no(404, "ResourceNotFoundException"))
        .with_priority(1)
        .mount(&server)
        .await;
    let (clusters, summary) = found(scope(&server, named(&["us-east-1"]))).await;
    assert_eq!(names(&clusters), ["a", "c"]);
    assert!(summary.is_whole(), "{summary:?}");
    Mock::given(path("/clusters/c"))
        .respond_with(no(403, "AccessDeniedException"))
        .with_priority(1)
        .mount(&server)
        .await;
    let (clusters, summary) = found(scope(&server, named(&["us-east-1"]))).await;
    assert_eq!(names(&clusters), ["a"]);
    assert!(summary.complaints()[0].contains("1 cluster, but not c: "), "{:?}", summary.complaints());
}

#[tokio::test]
async fn a_page_that_fails_keeps_what_came_before() {
    let server = MockServer::start().await;
    region(&server, "us-east-1", &["a", "b"]).await;
    let denied = no(403, "AccessDeniedException");
    Mock::given(query_param("nextToken", "1")).respond_with(denied).with_priority(1).mount(&server).await;
    let (clusters, summary) = found(scope(&server, named(&["us-east-1"]))).await;
    assert_eq!(names(&clusters), ["a"]);
    assert!(summary.regions[0].words().starts_with("us-east-1: 1 cluster, then denied: "));
}

#[tokio::test]
async fn all_regions_are_those_that_the_account_has_enabled() {
    let server = MockServer::start().await;
    region(&server, "us-east-1", &["a"]).await;
    region(&server, "eu-west-1", &["b"]).await;
    let body = "<R><regionInfo><item><regionName>us-east-1</regionName></item><item><regionName>eu-west-1</regionName></item></regionInfo></R>";
    let answer = ResponseTemplate::new(200).set_body_raw(body, "text/xml");
    Mock::given(method("POST")).and(path("/")).respond_with(answer).mount(&server).await;
    assert_eq!(names(&found(scope(&server, Regions::All)).await.0), ["b", "a"]);
}

#[tokio::test]
async fn who_may_not_list_the_regions_sees_the_one_at_home_and_hears_why() {
    let server = MockServer::start().await;
    region(&server, "us-east-1", &["a"]).await;
    let body =
        "<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>no</Message></Error></Errors></Response>";
    let answer = ResponseTemplate::new(403).set_body_raw(body, "text/xml");
    Mock::given(method("POST")).and(path("/")).respond_with(answer).mount(&server).await;
    let (clusters, summary) = found(scope(&server, Regions::All)).await;
    assert_eq!(names(&clusters), ["a"]);
    assert!(summary.complaints()[0].contains("only us-east-1 is looked into"), "{:?}", summary.complaints());
}

#[tokio::test]
async fn expired_keys_are_one_line_and_not_one_a_region() {
    let server = MockServer::start().await;
    Mock::given(method("GET")).respond_with(no(403, "ExpiredTokenException")).mount(&server).await;
    let (_, summary) = found(scope(&server, named(&["us-east-1", "eu-west-1"]))).await;
    assert_eq!(summary.complaints().len(), 1, "{summary:?}");
    assert_eq!(summary.fault.unwrap().kind, FaultKind::Login);
}

/// A cluster whose API server does not answer.
fn accounts() -> Accounts<'static> {
    Box::pin(async { Err(Trouble::new("it does not answer")) })
}

#[tokio::test]
async fn a_detail_whose_parts_are_refused_still_has_the_others() {
    let server = MockServer::start().await;
    let denied = no(403, "AccessDeniedException");
    Mock::given(path("/clusters/a/addons")).respond_with(denied).mount(&server).await;
    let lists =
        json!({"nodegroups": [], "fargateProfileNames": [], "insights": [], "accessEntries": [], "associations": []});
    Mock::given(wiremock::matchers::any()).respond_with(json_of(lists)).with_priority(9).mount(&server).await;
    region(&server, "us-east-1", &["a"]).await;
    let (clusters, _) = found(scope(&server, named(&["us-east-1"]))).await;
    let mut cluster = clusters[0].clone();
    let detail = super::detail(&config(&server.uri()), &cluster, accounts(), quick().patience).await;
    assert_eq!(detail.service_accounts.unwrap_err().words, "it does not answer");
    assert!(detail.addons.unwrap_err().words.contains("eks:ListAddons"));
    assert_eq!((detail.nodegroups, detail.oidc_provider), (Ok(Vec::new()), Ok(false)));
    cluster.auth_mode = Some(crate::domain::eks::AuthMode::ConfigMap);
    let detail = super::detail(&config(&server.uri()), &cluster, accounts(), quick().patience).await;
    let told = detail.access_entries.unwrap_err();
    assert!(told.words.contains("aws-auth") && told.remedy.unwrap().contains("update-cluster-config"));
}
