//! The fleet's screen.

use std::collections::BTreeMap;
use std::sync::Arc;

use insta::assert_snapshot;

use super::*;
use crate::domain::aws::arn::ClusterArn;
use crate::domain::aws::login::{LoginKey, LoginState};
use crate::domain::aws::trouble::LoginTrouble;
use crate::domain::cloud::{LaneKey, LaneRow};
use crate::domain::cluster::{ClusterInfo, Source};
use crate::domain::effect::{Effect, FleetEffect};
use crate::domain::eks::*;
use crate::domain::fleet::FleetNews;
use crate::domain::registry::{Pods, Snapshot, Status, Summary, Transition};
use crate::domain::sync::SyncFigures;

fn surveyed(cluster: u32, status: Status, why: &str, since: i64, summary: Summary) -> Vec<FleetNews> {
    let name = cluster.to_string();
    let snapshot = Snapshot { cluster: name.clone(), at_ms: NOW - 12_000, summary, ..Snapshot::default() };
    let standing = Transition { cluster: name, status, since_ms: NOW - since * 1_000, why: why.to_owned() };
    let cluster = ClusterId(cluster);
    let looked = FleetNews::Surveyed { cluster, snapshot: Arc::new(snapshot) };
    let stands = FleetNews::Stands { cluster, standing };
    if status == Status::Down { vec![stands] } else { vec![looked, stands] }
}

fn summary(nodes: u32, pods: u32, share: i64) -> Summary {
    Summary {
        nodes,
        nodes_ready: nodes - 1,
        cpu_allocatable: 100_000,
        cpu_requested: share * 1_000,
        memory_allocatable: 100 << 30,
        memory_requested: (share / 2) << 30,
        pods: Pods { phases: BTreeMap::from([("Running".to_owned(), pods)]), reasons: BTreeMap::new() },
        warnings: Some(pods / 50),
        ..Summary::default()
    }
}

fn login(name: &str, state: LoginState, clusters: &[&str]) -> LaneRow {
    let arn = |name: &&str| ClusterArn::parse(&format!("arn:aws:eks:eu-west-1:111111111111:cluster/{name}")).unwrap();
    let clusters = clusters.iter().map(arn).collect();
    let is_used = state != LoginState::NotContacted;
    LaneRow { state, clusters, is_used, ..LaneRow::new(LaneKey::Login(LoginKey::profile(name)), name) }
}

fn logins() -> FleetNews {
    let ok =
        |arn: &str, left: Option<i64>| LoginState::Ok { arn: arn.to_owned(), expires_ms: left.map(|left| NOW + left) };
    let expired = LoginTrouble::SsoExpired { profile: Some("corp".to_owned()), session: Some("corp".to_owned()) };
    let serial = "arn:aws:iam::111111111111:mfa/sre".to_owned();
    let mfa = LoginTrouble::MfaNeeded { profile: Some("mfa".to_owned()), serial };
    let sre = ["payments-prod", "batch-dev", "vault-private", "edge-k3s"];
    FleetNews::Logins(Arc::from([
        login("sre", ok("arn:aws:iam::111111111111:user/sre", None), &sre),
        login("staging", ok("arn:aws:sts::222222222222:assumed-role/eksdeck/me", Some(3_180_000)), &["search-staging"]),
        login("corp", LoginState::Trouble(expired), &["audit-eu"]),
        login("mfa", LoginState::Trouble(mfa), &[]),
        login("other", LoginState::NotContacted, &[]),
    ]))
}

pub(super) fn shown() -> Model {
    let mut model = super::fleet();
    let news = [
        surveyed(0, Status::Degraded, "1 of 21 nodes is not ready", 3_720, summary(21, 412, 71)),
        surveyed(1, Status::Up, "", 86_400 * 3, summary(20, 96, 12)),
        surveyed(
            4,
            Status::Down,
            "private endpoint; reach it from inside the VPC or over a bastion",
            900,
            summary(1, 0, 0),
        ),
        vec![
            logins(),
            FleetNews::Sync(SyncFigures { clusters: 6, runs: 214, failures: 3, busy: 1, ..SyncFigures::default() }),
        ],
    ];
    update(&mut model, Message::Fleet(news.concat()), NOW);
    press(&mut model, &["F"]);
    model
}

#[test]
fn the_fleet_over_time() {
    let mut model = shown();
    assert_snapshot!("fleet_160x50", draw(&mut model, LARGE.0, LARGE.1));
    assert_snapshot!("fleet_80x24", draw(&mut model, SMALL.0, SMALL.1));
    press(&mut model, &["tab"]);
    assert_snapshot!("fleet_logins_80x24", draw(&mut model, SMALL.0, SMALL.1));
}

#[test]
fn the_fleet_as_cards() {
    let mut model = shown();
    press(&mut model, &["v"]);
    draw(&mut model, LARGE.0, LARGE.1);
    assert_snapshot!("fleet_cards_160x50", draw(&mut model, LARGE.0, LARGE.1));
    let chosen = |model: &Model| model.fleet_screen.clusters.cursor();
    let before = chosen(&model);
    press(&mut model, &["right"]);
    assert_eq!(chosen(&model), before + 1);
    press(&mut model, &["g", "down"]);
    assert_eq!(chosen(&model), 4, "a row of cards further down");
    assert_snapshot!("fleet_cards_80x24", draw(&mut model, SMALL.0, SMALL.1));
}

#[test]
fn a_login_is_tried_again_its_code_typed_and_its_remedy_copied() {
    let mut model = shown();
    press(&mut model, &["tab", "down", "down"]);
    let copied = press(&mut model, &["c"]);
    assert_eq!(copied, [Effect::Copy("aws sso login --profile corp".to_owned())]);
    let again = press(&mut model, &["enter"]);
    assert_eq!(again, [Effect::Fleet(FleetEffect::LoginAgain(LaneKey::Login(LoginKey::profile("corp"))))]);
    press(&mut model, &["down", "enter"]);
    assert!(draw(&mut model, SMALL.0, SMALL.1).contains("code of the MFA device"));
    let code = press(&mut model, &["1", "2", "3", "4", "5", "6", "enter"]);
    let login = LoginKey::profile("mfa");
    assert_eq!(code, [Effect::Fleet(FleetEffect::MfaCode { login, code: "123456".to_owned() })]);
}

#[test]
fn one_key_leads_from_a_row_to_its_deck_and_another_looks_now() {
    let mut model = shown();
    press(&mut model, &["/", "e", "d", "g", "e", "enter"]);
    let synced = press(&mut model, &["S"]);
    assert_eq!(synced, [Effect::Fleet(FleetEffect::Sync(vec![ClusterId(5)]))]);
    let opened = press(&mut model, &["o"]);
    assert!(opened.contains(&Effect::Open(ClusterId(5))));
    assert_eq!(model.deck.cluster, Some(ClusterId(5)));
    assert!(draw(&mut model, LARGE.0, LARGE.1).contains("2 namespaces"));
}

#[test]
fn clusters_that_are_found_are_rows_and_those_that_are_gone_say_so() {
    let mut model = shown();
    let found = FleetNews::Found { from: ClusterId(6), clusters: vec![fixtures::info("newcomer")] };
    update(&mut model, Message::Fleet(vec![found, FleetNews::Gone { cluster: ClusterId(1) }]), NOW);
    let screen = draw(&mut model, LARGE.0, LARGE.1);
    assert!(screen.contains("newcomer") && screen.contains("AWS does not list it any more"), "{screen}");
    press(&mut model, &["esc"]);
    assert!(draw(&mut model, LARGE.0, LARGE.1).contains("newcomer"));
}

/// What AWS says of payments-prod.
pub(super) fn told_by_aws() -> (ClusterArn, EksCluster, EksDetail) {
    let arn = ClusterArn::parse("arn:aws:eks:eu-central-1:111111111111:cluster/payments-prod").unwrap();
    let eks = EksCluster {
        id: arn.clone(),
        version: "1.34".to_owned(),
        platform_version: "eks.9".to_owned(),
        status: ClusterStatus::Active,
        endpoint: None,
        certificate_authority: None,
        exposure: Exposure { public: true, private: true, cidrs: vec!["203.0.113.0/24".to_owned()] },
        auth_mode: Some(AuthMode::Api),
        upgrade_policy: None,
        auto_mode: false,
        deletion_protection: true,
        tags: BTreeMap::from([("team".to_owned(), "payments".to_owned())]),
        created: None,
        issues: Vec::new(),
        oidc_issuer: None,
        vpc: Some("vpc-1".to_owned()),
        support: Support::by_table("1.34"),
    };
    let group = Nodegroup {
        name: "general".to_owned(),
        status: "DEGRADED".to_owned(),
        version: "1.34".to_owned(),
        release_version: "1.34.4-20261101".to_owned(),
        ami_type: "AL2023_x86_64_STANDARD".to_owned(),
        capacity_type: "SPOT".to_owned(),
        instance_types: vec!["m7i.large".to_owned()],
        min: 1,
        max: 9,
        desired: 3,
        issues: vec![HealthIssue {
            code: "AsgInstanceLaunchFailures".to_owned(),
            message: "no capacity".to_owned(),
            resources: Vec::new(),
        }],
    };
    let entry = AccessEntry {
        principal: "arn:aws:iam::111111111111:user/sre".to_owned(),
        kind: "STANDARD".to_owned(),
        username: "sre".to_owned(),
        groups: Vec::new(),
        policies: vec![AccessPolicy { arn: AccessPolicy::arn_of("aws", "cluster-admin"), scope: AccessScope::Cluster }],
        created: None,
    };
    let detail = EksDetail {
        nodegroups: Ok(vec![group]),
        addons: Ok(Vec::new()),
        fargate_profiles: Ok(Vec::new()),
        insights: Err(Trouble::new("eks:ListInsights is denied")),
        access_entries: Ok(vec![entry]),
        pod_identities: Ok(Vec::new()),
        oidc_provider: Ok(false),
        service_accounts: Ok(Vec::new()),
        auth_map: None,
    };
    (arn, eks, detail)
}

#[test]
fn the_description_of_a_cluster_has_what_aws_says() {
    let mut model = shown();
    let (arn, eks, detail) = told_by_aws();
    let described = FleetNews::Described { cluster: ClusterId(0), eks: Arc::new(eks) };
    update(&mut model, Message::Fleet(vec![described]), NOW);
    let asked = press(&mut model, &["d"]);
    assert!(asked.contains(&Effect::Fleet(FleetEffect::Detail { cluster: ClusterId(0), arn: arn.clone() })));
    assert!(draw(&mut model, LARGE.0, LARGE.1).contains("asking AWS"));
    let detailed = FleetNews::Detailed { cluster: ClusterId(0), detail: Ok(Arc::new(detail)) };
    update(&mut model, Message::Fleet(vec![detailed]), NOW);
    assert_snapshot!("cluster_detail_160x50", draw(&mut model, LARGE.0, LARGE.1));
    assert_snapshot!("cluster_detail_80x24", draw(&mut model, SMALL.0, SMALL.1));
}

#[test]
fn a_description_that_was_open_before_aws_answered_asks_for_its_parts_then_and_once() {
    let mut model = shown();
    let (arn, eks, _) = told_by_aws();
    let asks = Effect::Fleet(FleetEffect::Detail { cluster: ClusterId(0), arn });
    assert!(!press(&mut model, &["d"]).contains(&asks));
    let eks = Arc::new(eks);
    let mut describe = || {
        let told = FleetNews::Described { cluster: ClusterId(0), eks: eks.clone() };
        update(&mut model, Message::Fleet(vec![told]), NOW)
    };
    assert!(describe().contains(&asks));
    assert!(!describe().contains(&asks));
}

#[test]
fn what_was_destroyed_from_here_leaves_when_aws_lists_it_no_longer() {
    let mut model = shown();
    let count = model.fleet.len() as u32;
    let info = |name: &str| {
        let login = LoginKey { profile: None, role: None };
        let source = Source::Iam { cluster: name.to_owned(), region: "eu-west-1".to_owned(), login };
        ClusterInfo { source, ..fixtures::info(name) }
    };
    let clusters = vec![info("brought-down"), info("lost-by-others")];
    update(&mut model, Message::Fleet(vec![FleetNews::Found { from: ClusterId(count), clusters }]), NOW);
    model.fleet.get_mut(ClusterId(count)).unwrap().is_destroyed = true;
    assert!(draw(&mut model, LARGE.0, LARGE.1).contains("brought-down"), "until AWS says so it is there");
    let gone = [count, count + 1].map(|id| FleetNews::Gone { cluster: ClusterId(id) });
    update(&mut model, Message::Fleet(gone.to_vec()), NOW);
    let text = draw(&mut model, LARGE.0, LARGE.1);
    assert!(!text.contains("brought-down") && text.contains("lost-by-others"), "{text}");
}

#[test]
fn a_cluster_that_was_open_before_is_opened_when_it_comes_late_and_stays_remembered_until_then() {
    let mut model = shown();
    model.awaited = vec!["late".to_owned(), "never".to_owned()];
    let found = |name: &str, from: usize| {
        let found = FleetNews::Found { from: ClusterId(from as u32), clusters: vec![fixtures::info(name)] };
        Message::Fleet(vec![found])
    };
    let count = model.fleet.len();
    assert!(update(&mut model, found("other", count), NOW).is_empty());
    let effects = update(&mut model, found("late", count + 1), NOW);
    let late = ClusterId(count as u32 + 1);
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Open(cluster) if *cluster == late)), "{effects:?}");
    let opened = press(&mut model, &["/", "e", "d", "g", "e", "enter", "o"]);
    let remembered = opened.into_iter().find_map(|effect| match effect {
        Effect::RememberOpen(names) => Some(names),
        _ => None,
    });
    let remembered = remembered.unwrap();
    assert!(remembered.contains(&"late".to_owned()) && remembered.contains(&"never".to_owned()), "{remembered:?}");
}

#[test]
fn a_login_that_fails_is_told_where_the_clusters_would_be_and_the_credentials_are_one_key_away() {
    let mut model = fixtures::model();
    model.fleet = Fleet::new(Vec::new());
    model.problems = vec!["no kubeconfig".to_owned()];
    model.bare = model.problems.clone();
    start(&mut model, &[], NOW);
    assert!(draw(&mut model, LARGE.0, LARGE.1).contains("no kubeconfig"));
    let expired = LoginTrouble::SsoExpired { profile: Some("corp".to_owned()), session: Some("corp".to_owned()) };
    let lane = Arc::from([login("corp", LoginState::Trouble(expired), &[])]);
    update(&mut model, Message::Fleet(vec![FleetNews::Logins(lane)]), NOW);
    let text = draw(&mut model, LARGE.0, LARGE.1);
    assert!(text.contains("sso login --profile corp") && !text.contains("no kubeconfig"), "{text}");
    press(&mut model, &["F"]);
    let text = draw(&mut model, LARGE.0, LARGE.1);
    assert!(text.contains("credentials") && text.contains("1 to mend") && text.contains("enter try again"), "{text}");
}
