use std::time::Duration;

use wiremock::matchers::{body_string_contains, header_exists, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::*;
use crate::adapters::aws::testing::config;

fn client(server: &MockServer) -> QueryClient {
    QueryClient { first_pause: Duration::from_millis(1), ..QueryClient::new(&config(&server.uri())) }
}

fn xml(status: u16, body: &str) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_raw(body.to_owned(), "text/xml")
}

const REGIONS: &str = r#"<DescribeRegionsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>a</requestId>
<regionInfo><item><regionName>us-west-2</regionName><optInStatus>opt-in-not-required</optInStatus></item>
<item><regionName>eu-west-1</regionName></item></regionInfo></DescribeRegionsResponse>"#;

#[tokio::test]
async fn a_call_is_a_signed_form() {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .and(path("/"))
        .and(header_exists("authorization"))
        .and(body_string_contains("Action=DescribeRegions&Version=2016-11-15"))
        .respond_with(xml(200, REGIONS))
        .mount(&server)
        .await;
    assert_eq!(client(&server).regions().await.unwrap(), ["eu-west-1", "us-west-2"]);
    let sent = &server.received_requests().await.unwrap()[0];
    let authorization = sent.headers["authorization"].to_str().unwrap();
    assert!(authorization.contains("/us-east-1/ec2/aws4_request"), "{authorization}");
    assert!(authorization.contains("SignedHeaders=content-type;host;x-amz-date"), "{authorization}");
}

#[tokio::test]
async fn pages_follow_one_another() {
    let server = MockServer::start().await;
    let page = |id: &str, next: &str| {
        format!(
            "<R><vpcSet><item><vpcId>{id}</vpcId><tagSet><item><key>Name</key><value>main</value></item></tagSet></item></vpcSet>{next}</R>"
        )
    };
    Mock::given(body_string_contains("NextToken=a%2Bb%3D"))
        .respond_with(xml(200, &page("vpc-2", "<nextToken/>")))
        .with_priority(1)
        .mount(&server)
        .await;
    Mock::given(method("POST"))
        .respond_with(xml(200, &page("vpc-1", "<nextToken>a+b=</nextToken>")))
        .mount(&server)
        .await;
    let vpcs = client(&server).vpcs("eu-west-1").await.unwrap();
    assert_eq!(vpcs.iter().map(|vpc| vpc.id.as_str()).collect::<Vec<_>>(), ["vpc-1", "vpc-2"]);
    assert_eq!(vpcs[0].name, "main");
}

#[tokio::test]
async fn a_throttled_call_is_made_again_and_told_when_it_stays_so() {
    let throttled = "<Response><Errors><Error><Code>RequestLimitExceeded</Code><Message>Rate exceeded</Message></Error></Errors></Response>";
    let server = MockServer::start().await;
    Mock::given(method("POST")).respond_with(xml(503, throttled)).up_to_n_times(2).mount(&server).await;
    Mock::given(method("POST")).respond_with(xml(200, REGIONS)).with_priority(9).mount(&server).await;
    assert_eq!(client(&server).regions().await.unwrap().len(), 2);
    assert_eq!(server.received_requests().await.unwrap().len(), 3);

    let server = MockServer::start().await;
    Mock::given(method("POST")).respond_with(xml(503, throttled)).mount(&server).await;
    let fault = client(&server).regions().await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::Throttled);
    assert_eq!(server.received_requests().await.unwrap().len(), TRIES as usize);
}

#[tokio::test]
async fn a_no_is_told_with_the_services_code() {
    let server = MockServer::start().await;
    let denied = "<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>You are not authorized\u{202e} to perform this</Message></Error></Errors></Response>";
    Mock::given(method("POST")).respond_with(xml(403, denied)).mount(&server).await;
    let fault = client(&server).regions().await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::Denied);
    let words = fault.trouble.words;
    assert!(words.starts_with("ec2:DescribeRegions in us-east-1: UnauthorizedOperation: You are"), "{words}");
    assert!(!words.contains('\u{202e}'));
}

#[tokio::test]
async fn an_answer_that_is_none_is_told() {
    let server = MockServer::start().await;
    Mock::given(method("POST")).respond_with(xml(200, "<html>a portal")).mount(&server).await;
    let fault = client(&server).regions().await.unwrap_err();
    assert!(fault.trouble.words.contains("ends in the middle"), "{}", fault.trouble.words);
    let nobody = QueryClient::new(&config("http://127.0.0.1:9"));
    assert_eq!(nobody.regions().await.unwrap_err().kind, FaultKind::Unreachable);
}

#[tokio::test]
async fn iam_is_asked_for_the_providers_and_signed_for_its_one_region() {
    let server = MockServer::start().await;
    let body = "<ListOpenIDConnectProvidersResponse><ListOpenIDConnectProvidersResult><OpenIDConnectProviderList><member><Arn>arn:aws:iam::1:oidc-provider/x</Arn></member></OpenIDConnectProviderList></ListOpenIDConnectProvidersResult></ListOpenIDConnectProvidersResponse>";
    Mock::given(body_string_contains("Version=2010-05-08")).respond_with(xml(200, body)).mount(&server).await;
    assert_eq!(client(&server).oidc_providers("eu-west-1").await.unwrap(), ["arn:aws:iam::1:oidc-provider/x"]);
    let sent = &server.received_requests().await.unwrap()[0];
    assert!(sent.headers["authorization"].to_str().unwrap().contains("/us-east-1/iam/aws4_request"));
}

#[tokio::test]
async fn sizes_are_asked_for_by_a_filter_and_unknown_names_are_left_out() {
    let server = MockServer::start().await;
    let row = |name: &str, vcpus: &str| {
        format!(
            "<item><instanceType>{name}</instanceType><vCpuInfo><defaultVCpus>{vcpus}</defaultVCpus></vCpuInfo>\
             <memoryInfo><sizeInMiB>8192</sizeInMiB></memoryInfo></item>"
        )
    };
    let rows = [row("m7i.large", "2"), row("t3.medium", "2"), row("odd.large", "many")].concat();
    Mock::given(body_string_contains("Filter.1.Name=instance-type"))
        .and(body_string_contains("Filter.1.Value.2=m9z.large"))
        .respond_with(xml(200, &format!("<R><instanceTypeSet>{rows}</instanceTypeSet></R>")))
        .mount(&server)
        .await;
    let names = ["m7i.large", "m9z.large", "odd.large"].map(str::to_owned);
    let sizes = client(&server).sizes("eu-west-1", &names).await.unwrap();
    assert_eq!(sizes.keys().collect::<Vec<_>>(), ["m7i.large"]);
    assert_eq!((sizes["m7i.large"].vcpus, sizes["m7i.large"].memory_mib), (2, 8_192));
}
