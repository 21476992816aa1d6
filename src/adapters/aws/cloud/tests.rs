use std::time::Duration;

use aws_types::os_shim_internal::{Env, Fs};
use serde_json::json;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use wiremock::matchers::{body_string_contains, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::*;
use crate::adapters::aws::api::Patience;
use crate::adapters::kube::{self, ContextStore, KubeFleet, LoadOptions, StoreOptions};
use crate::domain::aws::login::LoginState;
use crate::domain::aws::trouble::LoginTrouble;
use crate::domain::cloud::{LaneKey, Round};
use crate::runtime::ports::{AccessPort, CloudPort};

/// An AWS of one account and one region, logins whose keys stand in a folder, and what the cloud tells.
struct World {
    server: MockServer,
    folder: tempfile::TempDir,
    cloud: Cloud,
    news: mpsc::UnboundedReceiver<CloudNews>,
    cancel: CancellationToken,
}

struct Sender(mpsc::UnboundedSender<CloudNews>);

impl CloudSink for Sender {
    fn news(&self, news: CloudNews) {
        let _ = self.0.send(news);
    }
}

const CONFIG: &str = "
[profile sre]
region = us-east-1
credential_process = cat FOLDER/keys.json
[profile idle]
region = us-east-1
credential_process = touch FOLDER/contacted; false
[profile mfa]
role_arn = arn:aws:iam::222222222222:role/x
source_profile = sre
mfa_serial = arn:aws:iam::111111111111:mfa/sre
[profile corp]
sso_session = corp
sso_account_id = 111111111111
sso_role_name = read
[sso-session corp]
sso_start_url = https://corp.test
sso_region = us-east-1
";

impl World {
    async fn new(active: &str, reach: Reach) -> Self {
        let (server, folder) = (MockServer::start().await, tempfile::tempdir().unwrap());
        let config = CONFIG.replace("FOLDER", &folder.path().display().to_string());
        let files = Fs::from_slice(&[("/config", &config)]);
        let url = server.uri();
        let env = [("HOME", "/"), ("AWS_CONFIG_FILE", "/config"), ("AWS_PROFILE", active), ("AWS_ENDPOINT_URL", &url)];
        let env: Vec<(&str, &str)> = env.into_iter().filter(|(_, value)| !value.is_empty()).collect();
        Self::over(server, folder, files, &env, reach)
    }

    fn over(server: MockServer, folder: tempfile::TempDir, files: Fs, env: &[(&str, &str)], reach: Reach) -> Self {
        let aws = Aws::over("ann", Duration::from_secs(20), files, Env::from_slice(env));
        let load = LoadOptions { kubeconfig: Some(folder.path().join("none")), ..LoadOptions::default() };
        let state_dir = folder.path().to_owned();
        let store = ContextStore::load(StoreOptions { load, state_dir, limits: kube::Limits::default() });
        let ways = Arc::new(Ways::new(store, aws));
        let fleet = Arc::new(KubeFleet::new(ways.clone()));
        let patience = Patience {
            answer: Duration::from_secs(5),
            call: Duration::from_secs(10),
            first_pause: Duration::from_millis(1),
        };
        let limits = Limits { patience, ..Limits::default() };
        let cloud = Cloud::with_limits(ways, fleet, reach, limits);
        let (sender, news) = mpsc::unbounded_channel();
        let cancel = CancellationToken::new();
        cloud.watch(Arc::new(Sender(sender)), cancel.clone());
        Self { server, folder, cloud, news, cancel }
    }

    fn log_in(&self) {
        let text = r#"{"Version":1,"AccessKeyId":"A","SecretAccessKey":"S"}"#;
        std::fs::write(self.folder.path().join("keys.json"), text).unwrap();
    }

    /// What EKS, STS and EC2 answer from now on.
    async fn aws(&self, clusters: &[(&str, &str)]) {
        self.server.reset().await;
        let xml = |text: &str| ResponseTemplate::new(200).set_body_raw(text.to_owned(), "text/xml");
        let post = |action: &str| Mock::given(method("POST")).and(body_string_contains(format!("Action={action}&")));
        let who = "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::111111111111:user/sre</Arn>\
            </GetCallerIdentityResult></GetCallerIdentityResponse>";
        post("GetCallerIdentity").respond_with(xml(who)).mount(&self.server).await;
        let regions = "<DescribeRegionsResponse><regionInfo><item><regionName>us-east-1</regionName></item></regionInfo>\
            </DescribeRegionsResponse>";
        post("DescribeRegions").respond_with(xml(regions)).mount(&self.server).await;
        let role = "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>B</AccessKeyId>\
            <SecretAccessKey>S</SecretAccessKey><SessionToken>T</SessionToken>\
            <Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>";
        post("AssumeRole")
            .and(body_string_contains("TokenCode=123456"))
            .respond_with(xml(role))
            .mount(&self.server)
            .await;
        let no = "<ErrorResponse><Error><Code>AccessDenied</Code><Message>MultiFactorAuthentication failed</Message>\
            </Error></ErrorResponse>";
        let no = ResponseTemplate::new(403).set_body_raw(no, "text/xml");
        post("AssumeRole").respond_with(no).with_priority(9).mount(&self.server).await;
        let names: Vec<&str> = clusters.iter().map(|(name, _)| *name).collect();
        let get = |at: &str| Mock::given(method("GET")).and(path(at.to_owned()));
        let json_of = |value| ResponseTemplate::new(200).set_body_json(value);
        get("/clusters").respond_with(json_of(json!({"clusters": names}))).mount(&self.server).await;
        get("/cluster-versions").respond_with(json_of(json!({"clusterVersions": []}))).mount(&self.server).await;
        for (name, status) in clusters {
            let mut cluster = json!({"name": name, "arn": arn(name).to_string(), "version": "1.34", "status": status,
                "accessConfig": {"authenticationMode": "API"}});
            if *status == "ACTIVE" {
                cluster["endpoint"] = json!(format!("https://{name}.test"));
            }
            get(&format!("/clusters/{name}"))
                .respond_with(json_of(json!({"cluster": cluster})))
                .mount(&self.server)
                .await;
        }
    }

    async fn next(&mut self) -> CloudNews {
        let waited = tokio::time::timeout(Duration::from_secs(30), self.news.recv()).await;
        waited.unwrap().unwrap()
    }

    /// What is told until a round is over, without the lane.
    async fn round(&mut self) -> (Vec<String>, Round) {
        let mut told = Vec::new();
        loop {
            match self.next().await {
                CloudNews::Found(it) => told.push(format!("found {} {}", it.info.name, it.cluster.status)),
                CloudNews::Changed(it) => told.push(format!("changed {} {}", it.info.name, it.cluster.status)),
                CloudNews::Vanished { arn, .. } => told.push(format!("vanished {}", arn.name)),
                CloudNews::Looked(round) => break (told, round),
                CloudNews::Lane(_) | CloudNews::Looking => {}
            }
        }
    }

    async fn again(&mut self) -> Vec<String> {
        self.cloud.look_now();
        self.round().await.0
    }

    fn row(&self, name: &str) -> LaneRow {
        let lane = self.cloud.lane();
        let row = lane.iter().find(|row| row.name == name);
        row.unwrap_or_else(|| panic!("no {name}: {lane:#?}")).clone()
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.cancel.cancel();
    }
}

fn arn(name: &str) -> ClusterArn {
    ClusterArn::parse(&format!("arn:aws:eks:us-east-1:111111111111:cluster/{name}")).unwrap()
}

fn only_keys(world: &World) -> bool {
    !world.folder.path().join("contacted").exists()
}

#[tokio::test]
async fn clusters_appear_change_and_vanish_and_what_did_not_change_is_not_told() {
    let mut world = World::new("sre", Reach::default()).await;
    world.log_in();
    world.aws(&[("a", "ACTIVE"), ("b", "CREATING")]).await;
    world.cloud.look_now();
    let mut found = Vec::new();
    while found.is_empty() {
        found = world.round().await.0;
    }
    found.sort();
    assert_eq!(found, ["found a ACTIVE", "found b CREATING"]);
    assert_eq!(world.again().await, Vec::<String>::new());

    world.aws(&[("a", "ACTIVE"), ("b", "ACTIVE")]).await;
    assert_eq!(world.again().await, ["changed b ACTIVE"]);
    world.aws(&[("b", "ACTIVE")]).await;
    assert_eq!(world.again().await, ["vanished a"]);
    world.aws(&[("a", "ACTIVE"), ("b", "ACTIVE")]).await;
    assert_eq!(world.again().await, ["found a ACTIVE"]);

    let row = world.row("sre");
    assert_eq!(row.identity(), "user/sre in 111111111111");
    assert_eq!((row.is_used, row.expires(0).as_str(), row.clusters.len()), (true, "never", 2));
    assert!(row.looked_ms.is_some() && row.region_complaints().is_empty());
}

#[tokio::test]
async fn a_region_that_fails_takes_no_cluster_away() {
    let mut world = World::new("sre", Reach::default()).await;
    world.log_in();
    world.aws(&[("a", "ACTIVE")]).await;
    while world.again().await.is_empty() {}
    world.aws(&[("a", "ACTIVE")]).await;
    let denied = ResponseTemplate::new(403)
        .insert_header("x-amzn-ErrorType", "AccessDeniedException")
        .set_body_json(json!({"message": "no"}));
    Mock::given(path("/clusters")).respond_with(denied).with_priority(1).mount(&world.server).await;
    assert_eq!(world.again().await, Vec::<String>::new());
    let row = world.row("sre");
    assert!(row.region_complaints()[0].contains("us-east-1: denied"), "{row:?}");
}

#[tokio::test]
async fn other_profiles_are_listed_and_not_contacted() {
    let mut world = World::new("sre", Reach::default()).await;
    world.log_in();
    world.aws(&[]).await;
    world.again().await;
    let names: Vec<String> = world.cloud.lane().iter().map(|row| row.name.clone()).collect();
    assert_eq!(names, ["sre", "corp", "idle", "mfa", "SSO session corp"]);
    for name in ["corp", "idle", "mfa", "SSO session corp"] {
        let row = world.row(name);
        assert_eq!((row.is_used, &row.state), (false, &LoginState::NotContacted), "{name}");
    }
    assert!(only_keys(&world));
    assert!(world.row("mfa").wants_code());
    assert_eq!(world.row("corp").sso_session.as_deref(), Some("corp"));
}

#[tokio::test]
async fn one_login_brings_back_what_waits_for_it() {
    let mut world = World::new("sre", Reach::default()).await;
    world.aws(&[("a", "ACTIVE")]).await;
    let (told, round) = world.round().await;
    assert!(told.is_empty() && round.complaints[0].contains("credential_process"), "{round:?}");
    let row = world.row("sre");
    assert!(matches!(&row.state, LoginState::Trouble(LoginTrouble::ProcessFailed { .. })), "{row:?}");
    let mut revived = world.cloud.shared.aws.login(&LoginKey::default()).revived();
    world.log_in();
    let who = world.cloud.log_in(LaneKey::Login(LoginKey::default())).await.unwrap();
    assert_eq!(who, "arn:aws:iam::111111111111:user/sre");
    assert!(revived.has_changed().unwrap());
    revived.mark_unchanged();
    loop {
        if let CloudNews::Found(found) = world.next().await {
            assert_eq!((found.info.name.as_str(), &found.login), ("a", &LoginKey::default()));
            break;
        }
    }
}

#[tokio::test]
async fn a_code_is_asked_for_once_and_a_wrong_one_is_told() {
    let mut world = World::new("sre", Reach::default()).await;
    world.log_in();
    world.aws(&[]).await;
    world.again().await;
    let mfa = LoginKey::profile("mfa");
    let wrong = world.cloud.with_code(mfa.clone(), "000000".to_owned()).await.unwrap_err();
    assert!(matches!(wrong, LoginTrouble::MfaRefused { .. }), "{wrong:?}");
    assert!(world.row("mfa").wants_code());
    world.cloud.with_code(mfa.clone(), " 123456 ".to_owned()).await.unwrap();
    assert!(!world.row("mfa").wants_code());
    world.again().await;
    let again = world.cloud.log_in(LaneKey::Login(mfa)).await;
    assert!(again.is_ok(), "the session goes on: {again:?}");
    let requests = world.server.received_requests().await.unwrap();
    let bodies = requests.iter().map(|request| String::from_utf8_lossy(&request.body));
    assert_eq!(bodies.filter(|body| body.contains("Action=AssumeRole&")).count(), 2);
}

#[tokio::test]
async fn where_nothing_gives_credentials_nobody_is_contacted() {
    let (server, folder) = (MockServer::start().await, tempfile::tempdir().unwrap());
    let files = Fs::from_slice(&[("/x", "")]);
    let env = [("HOME", "/nowhere")];
    let mut world = World::over(server, folder, files, &env, Reach::default());
    let CloudNews::Lane(lane) = world.next().await else { panic!("the lane comes first") };
    assert_eq!(lane.len(), 1, "{lane:?}");
    assert_eq!((lane[0].name.as_str(), &lane[0].state), ("the instance's role", &LoginState::NotContacted));
    assert!(lane[0].trouble().unwrap().words.contains("no AWS credentials"));
    assert!(tokio::time::timeout(Duration::from_millis(300), world.news.recv()).await.is_err(), "no round begins");
    assert!(world.cloud.shared.aws.logins().is_empty());
}

#[tokio::test]
async fn a_profile_that_is_not_there_is_a_row_with_words() {
    let mut world = World::new("nobody", Reach::default()).await;
    world.round().await;
    let trouble = world.row("nobody").trouble().unwrap();
    assert!(trouble.words.contains("there is no profile nobody"), "{trouble:?}");
}

#[tokio::test]
async fn detail_and_access_go_by_the_login_that_sees_the_cluster() {
    let reach = Reach { profiles: vec!["sre".to_owned()], ..Reach::default() };
    let mut world = World::new("idle", reach).await;
    world.log_in();
    world.aws(&[("a", "CREATING")]).await;
    while world.again().await.is_empty() {}
    let lists = json!({"nodegroups": [], "fargateProfileNames": [], "insights": [], "accessEntries": [],
        "associations": [], "addons": []});
    let lists = ResponseTemplate::new(200).set_body_json(lists);
    Mock::given(method("GET")).respond_with(lists).with_priority(200).mount(&world.server).await;
    let detail = world.cloud.detail(arn("a")).await.unwrap();
    assert_eq!((detail.caller.as_str(), detail.parts.addons), ("arn:aws:iam::111111111111:user/sre", Ok(Vec::new())));
    assert!(detail.parts.service_accounts.unwrap_err().words.contains("CREATING"));
    let known = world.cloud.known(arn("a")).await.unwrap();
    assert_eq!((known.caller.as_str(), known.entries.len()), ("arn:aws:iam::111111111111:user/sre", 0));
    assert!(only_keys(&world), "the active profile is not configured, so it is not contacted");
    let gone = world.cloud.detail(arn("nothing")).await.unwrap_err();
    assert!(matches!(gone, crate::domain::request::PortError::Unauthorised(_)), "{gone:?}");
}

/// Nobody has logged in to the session: one profile tells so for all, until others were asked for too.
#[tokio::test]
async fn a_session_is_logged_in_by_one_profile_or_by_those_that_were_asked_for() {
    const SESSION: &str = "eksdeck-nobody-is-logged-in-here";
    let profile = |name: &str| {
        format!("[profile {name}]\nsso_session = {SESSION}\nsso_account_id = 111111111111\nsso_role_name = {name}\n")
    };
    let session = format!("[sso-session {SESSION}]\nsso_start_url = https://corp.test\nsso_region = us-east-1\n");
    let keys = "[profile keys]\naws_access_key_id = A\naws_secret_access_key = S\n";
    let config = [profile("admin").as_str(), &profile("read"), &session, keys].concat();
    let (server, folder) = (MockServer::start().await, tempfile::tempdir().unwrap());
    let url = server.uri();
    let env = [("HOME", "/"), ("AWS_CONFIG_FILE", "/config"), ("AWS_PROFILE", "keys"), ("AWS_ENDPOINT_URL", &url)];
    let mut world = World::over(server, folder, Fs::from_slice(&[("/config", &config)]), &env, Reach::default());
    while world.cloud.lane().is_empty() {
        world.next().await;
    }
    let log_in = || world.cloud.log_in(LaneKey::SsoSession(SESSION.to_owned()));
    let is_expired = |trouble: &LoginTrouble| matches!(trouble, LoginTrouble::SsoExpired { session: Some(session), .. } if session == SESSION);
    let failing = || {
        let failed =
            |name: &&str| matches!(&world.row(name).state, LoginState::Trouble(trouble) if is_expired(trouble));
        ["admin", "read"].into_iter().filter(failed).collect::<Vec<_>>()
    };
    assert!(is_expired(&log_in().await.unwrap_err()));
    assert_eq!(failing(), ["admin"], "one is enough to tell");
    let read = LaneKey::Login(LoginKey::profile("read"));
    assert!(is_expired(&world.cloud.log_in(read).await.unwrap_err()));
    assert!(is_expired(&log_in().await.unwrap_err()));
    assert_eq!(failing(), ["admin", "read"]);
}
