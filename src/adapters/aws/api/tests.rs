use serde_json::json;
use wiremock::matchers::{body_json, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::*;
use crate::adapters::aws::testing::config;
use crate::domain::eks::{AccessScope, FaultKind, InsightStatus};
use crate::domain::gate::aws::samples::{PRINCIPAL, granted, revoked};
use crate::domain::request::PortError;

const REGION: &str = "us-west-2";

fn quick() -> Patience {
    Patience { first_pause: Duration::from_millis(1), ..Patience::default() }
}

fn at(server: &MockServer, region: &str) -> Eks {
    eks(&config(&server.uri()), region, quick())
}

async fn answering(server: &MockServer, verb: &str, at: &str, body: serde_json::Value) {
    Mock::given(method(verb))
        .and(path(at))
        .respond_with(ResponseTemplate::new(200).set_body_json(body))
        .mount(server)
        .await;
}

async fn received(server: &MockServer) -> usize {
    server.received_requests().await.unwrap().len()
}

#[tokio::test]
async fn what_changes_something_goes_nowhere_without_its_ticket() {
    let server = MockServer::start().await;
    let client = at(&server, REGION).client;
    let words = |error: String| assert!(error.contains("NotApproved"), "{error}");
    words(format!("{:?}", client.delete_cluster().name("batch-dev").send().await.unwrap_err()));
    let entry = client.create_access_entry().cluster_name("batch-dev").principal_arn(PRINCIPAL).send().await;
    words(format!("{:?}", entry.unwrap_err()));
    let mode = client.update_cluster_config().name("batch-dev").send().await;
    words(format!("{:?}", mode.unwrap_err()));
    let entry = client.delete_access_entry().cluster_name("batch-dev").principal_arn(PRINCIPAL).send().await;
    words(format!("{:?}", entry.unwrap_err()));
    assert_eq!(received(&server).await, 0);
}

#[tokio::test]
async fn a_ticket_admits_its_own_request_alone() {
    let server = MockServer::start().await;
    answering(&server, "DELETE", "/clusters/batch-dev/access-entries/x", json!({})).await;
    let ticket = || guard::Bearer(guard::Ticket::of(&revoked()[0]));
    let client = at(&server, REGION).client;
    let request = client.delete_access_entry().cluster_name("batch-dev");
    let other = request.clone().principal_arn("arn:aws:iam::111111111111:user/sre").customize().interceptor(ticket());
    assert!(format!("{:?}", other.send().await.unwrap_err()).contains("NotApproved"));
    let cluster = client.delete_cluster().name("batch-dev").customize().interceptor(ticket());
    assert!(format!("{:?}", cluster.send().await.unwrap_err()).contains("NotApproved"));
    let elsewhere = at(&server, "eu-west-1").client;
    let elsewhere = elsewhere.delete_access_entry().cluster_name("batch-dev").principal_arn(PRINCIPAL);
    let refused = elsewhere.customize().interceptor(ticket()).send().await.unwrap_err();
    assert!(format!("{refused:?}").contains("NotApproved"));
    assert_eq!(received(&server).await, 0);
}

#[tokio::test]
async fn an_approved_grant_is_an_entry_and_its_policy() {
    let server = MockServer::start().await;
    Mock::given(method("POST")).respond_with(ResponseTemplate::new(200).set_body_json(json!({}))).mount(&server).await;
    let client = at(&server, REGION).client;
    for approved in granted() {
        mutate(&client, approved).await.unwrap();
    }
    let sent = server.received_requests().await.unwrap();
    let entry: serde_json::Value = sent[0].body_json().unwrap();
    assert_eq!((&entry["principalArn"], &entry["kubernetesGroups"]), (&json!(PRINCIPAL), &json!(["team"])));
    let policy: serde_json::Value = sent[1].body_json().unwrap();
    assert_eq!(policy["accessScope"], json!({"type": "cluster"}));
    assert!(sent[1].url.path().ends_with("/access-policies"), "{}", sent[1].url);
}

#[tokio::test]
async fn a_refused_change_is_told_and_surely_not_done() {
    let server = MockServer::start().await;
    let answer = ResponseTemplate::new(409)
        .insert_header("x-amzn-ErrorType", "ResourceInUseException")
        .set_body_json(json!({"message": "already in use"}));
    Mock::given(method("POST")).respond_with(answer).mount(&server).await;
    let error = mutate(&at(&server, REGION).client, granted().remove(0)).await.unwrap_err();
    assert!(matches!(error.error, PortError::Conflict(_)) && !error.may_be_done, "{error:?}");
    assert!(error.error.trouble().words.contains("eks:CreateAccessEntry in us-west-2: ResourceInUseException"));
}

#[tokio::test]
async fn throttling_is_waited_out() {
    let server = MockServer::start().await;
    let throttled = ResponseTemplate::new(429)
        .insert_header("x-amzn-ErrorType", "ThrottlingException")
        .set_body_json(json!({"message": "Rate exceeded"}));
    Mock::given(method("GET")).respond_with(throttled).up_to_n_times(3).with_priority(1).mount(&server).await;
    answering(&server, "GET", "/clusters", json!({"clusters": ["a", "b"], "nextToken": "more"})).await;
    let (names, more) = at(&server, REGION).cluster_names(None).await.unwrap();
    assert_eq!((names.len(), more.as_deref()), (2, Some("more")));
    assert_eq!(received(&server).await, 4);
}

#[tokio::test]
async fn a_cluster_is_read_as_aws_tells_it() {
    let server = MockServer::start().await;
    let arn = "arn:aws:eks:us-west-2:111111111111:cluster/batch-dev";
    let body = json!({"cluster": {
        "name": "batch-dev", "arn": arn, "createdAt": 1_760_000_000.0, "version": "1.34", "status": "UPDATING",
        "platformVersion": "eks.9", "endpoint": "https://x.test", "certificateAuthority": {"data": "Y2E="},
        "resourcesVpcConfig": {"endpointPublicAccess": false, "endpointPrivateAccess": true, "vpcId": "vpc-1"},
        "accessConfig": {"authenticationMode": "API"}, "upgradePolicy": {"supportType": "STANDARD"},
        "computeConfig": {"enabled": true}, "deletionProtection": true, "tags": {"team": "da\u{202e}ta"},
        "health": {"issues": [{"code": "InsufficientFreeAddresses", "message": "no addresses", "resourceIds": ["subnet-1"]}]},
        "identity": {"oidc": {"issuer": "https://oidc.test/id/A"}},
    }});
    answering(&server, "GET", "/clusters/batch-dev", body).await;
    let cluster = at(&server, REGION).cluster("batch-dev").await.unwrap().unwrap();
    assert_eq!((cluster.id.to_string().as_str(), cluster.status.serves()), (arn, true));
    assert!(cluster.auto_mode && cluster.deletion_protection && cluster.exposure.private && !cluster.exposure.public);
    assert_eq!((cluster.tags["team"].as_str(), cluster.created), ("data", Some(1_760_000_000)));
    assert_eq!(cluster.issues[0].code, "InsufficientFreeAddresses");
    assert_eq!(cluster.support, crate::domain::eks::Support::by_table("1.34"));
    let value = serde_json::to_value(&cluster).unwrap();
    assert_eq!((&value["arn"], &value["auth_mode"]), (&json!(arn), &json!("API")));
}

#[tokio::test]
async fn what_is_deleted_between_list_and_describe_is_left_out() {
    let server = MockServer::start().await;
    answering(&server, "GET", "/clusters/a/node-groups", json!({"nodegroups": ["gone", "there"]})).await;
    let there = json!({"nodegroup": {"nodegroupName": "there", "status": "DEGRADED", "scalingConfig": {"desiredSize": 3},
        "health": {"issues": [{"code": "AsgInstanceLaunchFailures", "message": "no capacity", "resourceIds": []}]}}});
    answering(&server, "GET", "/clusters/a/node-groups/there", there).await;
    let gone = ResponseTemplate::new(404)
        .insert_header("x-amzn-ErrorType", "ResourceNotFoundException")
        .set_body_json(json!({"message": "No nodegroup found"}));
    Mock::given(path("/clusters/a/node-groups/gone")).respond_with(gone).mount(&server).await;
    let groups = at(&server, REGION).nodegroups("a").await.unwrap();
    assert_eq!(groups.iter().map(|group| group.name.as_str()).collect::<Vec<_>>(), ["there"]);
    assert_eq!((groups[0].desired, groups[0].issues[0].message.as_str()), (3, "no capacity"));
    assert_eq!(at(&server, REGION).nodegroups("nope").await.unwrap_err().kind, FaultKind::Other);
}

#[tokio::test]
async fn entries_come_with_their_policies_and_insights_with_what_to_do() {
    let server = MockServer::start().await;
    let base = "/clusters/a/access-entries";
    answering(&server, "GET", base, json!({"accessEntries": [PRINCIPAL]})).await;
    let entry = json!({"accessEntry": {"principalArn": PRINCIPAL, "type": "STANDARD", "kubernetesGroups": ["x"]}});
    let policies = json!({"associatedAccessPolicies": [{
        "policyArn": "arn:aws:eks::aws:cluster-access-policy/AmazonEKSEditPolicy",
        "accessScope": {"type": "namespace", "namespaces": ["web"]}}]});
    Mock::given(wiremock::matchers::path_regex("access-policies$"))
        .respond_with(ResponseTemplate::new(200).set_body_json(policies))
        .with_priority(1)
        .mount(&server)
        .await;
    Mock::given(wiremock::matchers::path_regex("^/clusters/a/access-entries/.+"))
        .respond_with(ResponseTemplate::new(200).set_body_json(entry))
        .mount(&server)
        .await;
    let entries = at(&server, REGION).access_entries("a").await.unwrap();
    assert_eq!(entries[0].policies[0].scope, AccessScope::Namespaces(vec!["web".to_owned()]));
    assert_eq!(entries[0].groups, ["x"]);

    let summary = |id: &str, status: &str| json!({"id": id, "name": id, "insightStatus": {"status": status}});
    let list = json!({"insights": [summary("1", "PASSING"), summary("2", "ERROR")]});
    Mock::given(method("POST"))
        .and(path("/clusters/a/insights"))
        .and(body_json(json!({})))
        .respond_with(ResponseTemplate::new(200).set_body_json(list))
        .mount(&server)
        .await;
    answering(&server, "GET", "/clusters/a/insights/2", json!({"insight": {"id": "2", "recommendation": "upgrade"}}))
        .await;
    let insights = at(&server, REGION).insights("a").await.unwrap();
    assert_eq!(insights[0].recommendation, None);
    assert_eq!((&insights[1].status, insights[1].recommendation.as_deref()), (&InsightStatus::Error, Some("upgrade")));
}
