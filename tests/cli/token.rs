//! `eksdeck token` with credentials from everywhere that the standard chain looks into, each recorded as HTTP.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use wiremock::matchers::{body_string_contains, header, method, path, query_param};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::{Ended, command, ended};
use crate::pty::Home;

const KEYS: &str = r#"{"Code": "Success", "Type": "AWS-HMAC", "AccessKeyId": "ASIARECORDED", "SecretAccessKey": "secret",
    "Token": "session", "Expiration": "2099-01-01T00:00:00Z", "LastUpdated": "2026-01-01T00:00:00Z"}"#;

async fn token(home: &Home, variables: &[(&str, &str)]) -> Ended {
    let mut command = command(home, ["token", "--cluster", "payments", "--region", "eu-west-1"]);
    command.envs(variables.iter().copied());
    tokio::task::spawn_blocking(move || ended(command)).await.unwrap()
}

/// The URL in a token that was printed.
#[track_caller]
fn url(ended: &Ended) -> String {
    ended.done();
    let value = ended.json();
    let token = value["status"]["token"].as_str().unwrap().strip_prefix("k8s-aws-v1.").unwrap().to_owned();
    let url = String::from_utf8(URL_SAFE_NO_PAD.decode(token).unwrap()).unwrap();
    assert!(url.starts_with("https://sts.eu-west-1.amazonaws.com/?Action=GetCallerIdentity&"), "{url}");
    assert!(url.contains("X-Amz-Credential=ASIARECORDED%2F") && url.contains("X-Amz-Security-Token=session"), "{url}");
    url
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_container_or_pod_identity() {
    let (home, server) = (Home::new(), MockServer::start().await);
    let answer = ResponseTemplate::new(200).set_body_raw(KEYS, "application/json");
    let asked = Mock::given(method("GET")).and(path("/v1/credentials")).and(header("authorization", "pod-token"));
    asked.respond_with(answer).expect(1..).mount(&server).await;
    let file = home.write("pod-token", "pod-token");
    let uri = format!("{}/v1/credentials", server.uri());
    let file = file.to_string_lossy();
    let variables =
        [("AWS_CONTAINER_CREDENTIALS_FULL_URI", uri.as_str()), ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", &file)];
    url(&token(&home, &variables).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_an_instance() {
    let (home, server) = (Home::new(), MockServer::start().await);
    let text = |body: &str| ResponseTemplate::new(200).set_body_string(body);
    let session = text("imds").insert_header("x-aws-ec2-metadata-token-ttl-seconds", "21600");
    Mock::given(method("PUT")).and(path("/latest/api/token")).respond_with(session).mount(&server).await;
    for (at, body) in [("", "worker"), ("worker", KEYS)] {
        for base in
            ["/latest/meta-data/iam/security-credentials/", "/latest/meta-data/iam/security-credentials-extended/"]
        {
            let asked = Mock::given(method("GET")).and(path(format!("{base}{at}")));
            asked.and(header("x-aws-ec2-metadata-token", "imds")).respond_with(text(body)).mount(&server).await;
        }
    }
    url(&token(&home, &[("AWS_EC2_METADATA_SERVICE_ENDPOINT", &server.uri())]).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sso_and_of_an_sso_session_that_is_over() {
    let (home, server) = (Home::new(), MockServer::start().await);
    home.write(
        ".aws/config",
        "[default]\nsso_session = corp\nsso_account_id = 111111111111\nsso_role_name = sre\n\
         [sso-session corp]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = us-east-1\n",
    );
    let given = r#"{"roleCredentials": {"accessKeyId": "ASIARECORDED", "secretAccessKey": "s", "sessionToken": "session",
        "expiration": 4070908800000}}"#;
    let asked = Mock::given(method("GET")).and(path("/federation/credentials")).and(query_param("role_name", "sre"));
    let asked = asked.and(header("x-amz-sso_bearer_token", "sso-token"));
    asked.respond_with(ResponseTemplate::new(200).set_body_raw(given, "application/json")).mount(&server).await;
    let variables = [("AWS_ENDPOINT_URL_SSO", server.uri())];
    let variables = [(variables[0].0, variables[0].1.as_str())];
    let failed = token(&home, &variables).await;
    failed.failed(4, "the SSO session corp of profile default has expired, or nobody has logged in (aws sso login");
    // The name of the file is the SHA-1 of the session's name.
    let cache = |ends: &str| {
        let text = format!(r#"{{"accessToken": "sso-token", "expiresAt": "{ends}", "region": "us-east-1"}}"#);
        home.write(".aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json", &text);
    };
    cache("2020-01-01T00:00:00Z");
    token(&home, &variables).await.failed(4, "aws sso login");
    cache("2099-01-01T00:00:00Z");
    url(&token(&home, &variables).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_web_identity_as_irsa_has_it() {
    let (home, server) = (Home::new(), MockServer::start().await);
    let given = "<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials>\
        <AccessKeyId>ASIARECORDED</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>session</SessionToken>\
        <Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleWithWebIdentityResult>\
        </AssumeRoleWithWebIdentityResponse>";
    let asked = Mock::given(method("POST")).and(body_string_contains("WebIdentityToken=projected"));
    asked.respond_with(ResponseTemplate::new(200).set_body_raw(given, "text/xml")).mount(&server).await;
    let file = home.write("projected", "projected");
    let (file, url_of_sts) = (file.to_string_lossy(), server.uri());
    let variables = [
        ("AWS_WEB_IDENTITY_TOKEN_FILE", &*file),
        ("AWS_ROLE_ARN", "arn:aws:iam::111111111111:role/eksdeck"),
        ("AWS_ENDPOINT_URL_STS", &url_of_sts),
    ];
    url(&token(&home, &variables).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_nothing_at_all() {
    let home = Home::new();
    let none = token(&home, &[("AWS_EC2_METADATA_DISABLED", "true")]).await;
    none.failed(4, "no AWS credentials: none in the environment, no profile");
}
