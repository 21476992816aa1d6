//! Discovery and access over the rig's stand-in for AWS, felt by its real clusters.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::iam::{aws, by_name};
use crate::cli::{Ended, command, ended};
use crate::pty::Home;

/// Whoever changes the stranger's entry on batch-dev is alone with it.
pub(super) static ENTRY: Mutex<()> = Mutex::new(());
pub(super) const STRANGER: &str = "arn:aws:iam::111111111111:user/stranger";

fn run(home: &Home, profile: &str, arguments: &str) -> Option<Ended> {
    let mut command = command(home, arguments.split_whitespace());
    command.envs(aws()?).env("AWS_PROFILE", profile);
    Some(ended(command))
}

/// Names and statuses of what was discovered.
fn found(run: &Ended) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    run.json().as_array().unwrap().iter().map(|row| (text(&row["name"]), text(&row["status"]))).collect()
}

/// A request to the stand-in itself.
fn rig(method: &str, body: &str) -> String {
    let url = std::env::var("EKSDECK_E2E_AWS_ENDPOINT_URL").unwrap();
    let host = url.trim_start_matches("http://").trim_end_matches('/');
    let mut stream = TcpStream::connect(host).unwrap();
    let length = body.len();
    write!(
        stream,
        "{method} /rig/faults HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.split_once("\r\n\r\n").unwrap().1.to_owned()
}

/// Faults of regions that this test alone looks into, beside those of others, until it is dropped.
struct Faults(&'static [&'static str]);

impl Faults {
    fn set(regions: &'static [&'static str], faults: &[Value]) -> Self {
        let mut all: Vec<Value> = serde_json::from_str(&rig("GET", "")).unwrap();
        all.extend_from_slice(faults);
        rig("POST", &json!(all).to_string());
        Self(regions)
    }
}

impl Drop for Faults {
    fn drop(&mut self) {
        let mut all: Vec<Value> = serde_json::from_str(&rig("GET", "")).unwrap_or_default();
        all.retain(|fault| !fault["region"].as_str().is_some_and(|region| self.0.contains(&region)));
        rig("POST", &json!(all).to_string());
    }
}

#[test]
fn every_cluster_that_the_credentials_reach_is_found_over_all_regions() {
    let home = Home::new();
    let Some(all) = run(&home, "sre", "clusters discover -o json") else { return };
    all.done();
    let found = found(&all);
    for (name, status) in [
        ("payments-prod", "ACTIVE"),
        ("vault-private", "ACTIVE"),
        ("batch-dev", "ACTIVE"),
        ("newborn", "CREATING"),
        ("old-auth", "ACTIVE"),
    ] {
        assert!(found.contains(&(name.to_owned(), status.to_owned())), "{name}: {found:?}");
    }
    let rows = all.json();
    let row = |name: &str| rows.as_array().unwrap().iter().find(|row| row["name"] == name).unwrap();
    assert_eq!((&row("newborn")["endpoint"], &row("old-auth")["auth_mode"]), (&Value::Null, &json!("CONFIG_MAP")));
    assert_eq!(row("vault-private")["exposure"]["private"], true);
    assert!(row("payments-prod")["support"]["days_left"].is_i64());
}

#[test]
fn what_is_found_is_registered_with_the_login_that_sees_it() {
    let home = Home::new();
    let arguments =
        "clusters discover --profile sre --profile staging --region us-west-2 --region eu-west-1 --register";
    let Some(first) = run(&home, "sre", arguments) else { return };
    assert_eq!(first.code, Some(0), "{first:?}");
    let listed = run(&home, "sre", "clusters list -o json").unwrap().json();
    let row = |name: &str| listed.as_array().unwrap().iter().find(|row| row["name"] == name).unwrap().clone();
    assert_eq!(row("batch-dev")["login_profile"], "sre");
    let staging = row("search-staging");
    assert_eq!((&staging["login_profile"], &staging["way"]), (&json!("staging"), &json!("iam")));
    let again = run(&home, "sre", arguments).unwrap();
    assert!(again.stderr.contains("0 registered"), "{again:?}");
    let seen = run(&home, "sre", "clusters sync search-staging -o json").unwrap().json();
    assert_eq!((&seen[0]["kept"], seen[0]["status"] == "down"), (&json!(true), false), "{seen}");
    let audit = run(&home, "sre", "audit list -o json").unwrap().json();
    assert_eq!(audit.as_array().unwrap().len(), listed.as_array().unwrap().len());
}

#[test]
fn logins_that_fail_are_told_beside_those_that_do_not() {
    let home = Home::new();
    let arguments = "clusters discover --profile staging --profile closed --profile sso-expired -o json";
    let Some(both) = run(&home, "sre", arguments) else { return };
    assert_eq!(both.code, Some(0), "{both:?}");
    assert!(found(&both).iter().any(|(name, _)| name == "search-staging"), "{both:?}");
    assert!(both.stderr.contains("aws sso login --profile sso-expired"), "{}", both.stderr);
    assert!(both.stderr.contains("role closed"), "{}", both.stderr);
    run(&home, "closed", "clusters discover").unwrap().failed(4, "may not be assumed");
}

#[test]
fn a_denied_region_is_told_and_a_throttled_one_waited_for() {
    if aws().is_none() {
        return;
    }
    let fault = |region: &str, mode: &str, count: u32| json!({"service": "eks", "region": region, "op": "GET /clusters", "mode": mode, "count": count});
    let faults = [fault("me-south-1", "deny", 100), fault("af-south-1", "throttle", 3)];
    let _faults = Faults::set(&["me-south-1", "af-south-1"], &faults);
    let home = Home::new();
    let arguments =
        "clusters discover --region us-west-2 --region me-south-1 --region af-south-1 --region nowhere -o json";
    let told = run(&home, "sre", arguments).unwrap();
    assert_eq!(told.code, Some(0), "{told:?}");
    assert!(found(&told).iter().any(|(name, _)| name == "batch-dev"), "{told:?}");
    assert!(told.stderr.contains("me-south-1: denied: eks:ListClusters"), "{}", told.stderr);
    assert!(told.stderr.contains("\"nowhere\" is no name of a region"), "{}", told.stderr);
    assert!(!told.stderr.contains("af-south-1"), "{}", told.stderr);
}

#[test]
fn a_region_that_hangs_is_told_and_keeps_nobody() {
    if aws().is_none() {
        return;
    }
    let fault = json!({"service": "eks", "region": "ap-east-1", "op": "GET /clusters", "mode": "slow", "seconds": 40, "count": 9});
    let _faults = Faults::set(&["ap-east-1"], &[fault]);
    let told = run(&Home::new(), "sre", "clusters discover --region us-west-2 --region ap-east-1 -o json").unwrap();
    assert_eq!(told.code, Some(0), "{told:?}");
    assert!(found(&told).iter().any(|(name, _)| name == "batch-dev"), "{told:?}");
    assert!(told.stderr.contains("ap-east-1: no answer: eks:ListClusters"), "{}", told.stderr);
}

#[test]
fn a_cluster_of_another_account_is_not_taken_for_one_of_ours() {
    let home = Home::new();
    let theirs = "clusters show arn:aws:eks:us-west-2:222222222222:cluster/batch-dev";
    let Some(theirs) = run(&home, "sre", theirs) else { return };
    theirs.failed(3, "sees no cluster batch-dev in us-west-2");
}

#[test]
fn an_entry_that_is_granted_and_revoked_is_felt_by_the_cluster() {
    let home = Home::new();
    let Some(_) = aws() else { return };
    let _alone = ENTRY.lock().unwrap_or_else(PoisonError::into_inner);
    let change = |verb: &str, rest: &str| {
        let arguments = format!("access {verb} --cluster batch-dev --principal {STRANGER} {rest}");
        run(&home, "sre", &arguments).unwrap()
    };
    let enter = || by_name(&home, "stranger", "us-west-2", "batch-dev", "job list -n default -o json").unwrap();
    change("revoke", "--yes");
    assert_eq!(enter().code, Some(4));

    change("grant", "--policy view").failed(7, "--yes");
    let plan = change("grant", "--policy view --dry-run -o json").json();
    assert_eq!(plan["requests"][1]["operation"], "AssociateAccessPolicy");
    assert!(change("grant", "--policy view --yes").done().contains("granted"));
    until(|| enter().code == Some(0));
    let listed = run(&home, "sre", "access list --cluster batch-dev -o json").unwrap().json();
    let entry = listed.as_array().unwrap().iter().find(|entry| entry["principal"] == STRANGER).unwrap();
    assert_eq!((&entry["policies"][0]["scope"], &entry["own"]), (&json!("cluster"), &json!(false)));
    assert_eq!(change("grant", "--policy view --yes").code, Some(0), "it is there already");

    assert!(change("revoke", "--yes").done().contains("revoked"));
    until(|| enter().code == Some(4));

    let audit = run(&home, "sre", "audit list -o json").unwrap().json();
    let lines = audit.as_array().unwrap();
    let last = lines.last().unwrap();
    assert_eq!((&last["intent"]["verb"], &last["outcome"]), (&json!("revoke (DeleteAccessEntry)"), &json!("done")));
    assert_eq!(last["intent"]["cluster_user"], "arn:aws:iam::111111111111:user/sre");
    run(&home, "sre", "audit verify").unwrap().done();
}

#[test]
fn what_would_lock_people_out_wants_the_clusters_name() {
    let home = Home::new();
    let own = "access revoke --cluster batch-dev --principal arn:aws:iam::111111111111:user/sre --yes";
    let Some(own) = run(&home, "sre", own) else { return };
    own.failed(7, "this is your own entry");
    assert!(own.stderr.contains("--confirm batch-dev"), "{}", own.stderr);
    let old = run(&home, "sre", &format!("access grant --cluster old-auth --principal {STRANGER} --policy view --yes"));
    old.unwrap().failed(4, "aws-auth");
    let denied = run(
        &home,
        "sre",
        &format!("--read-only access grant --cluster batch-dev --principal {STRANGER} --policy view --yes"),
    );
    denied.unwrap().failed(4, "read-only");
}

#[test]
fn a_clusters_detail_is_shown_with_what_aws_finds_wrong() {
    let home = Home::new();
    let Some(detail) = run(&home, "sre", "clusters show payments-prod -o json") else { return };
    detail.done();
    let detail = detail.json();
    assert_eq!(detail["nodegroups"][0]["name"], "ng-on-demand");
    let coredns = detail["addons"].as_array().unwrap().iter().find(|addon| addon["name"] == "coredns").unwrap();
    assert_eq!(detail["service_accounts"], json!([]), "{detail}");
    assert_eq!((&coredns["status"], &detail["oidc_provider"]), (&json!("DEGRADED"), &json!(true)));
    run(&home, "sre", "clusters show nobody").unwrap().failed(3, "sees no cluster nobody");
}

/// Servers remember a token for some seconds.
fn until(is_so: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_secs(60), "it never came");
        std::thread::sleep(Duration::from_millis(500));
    }
}
