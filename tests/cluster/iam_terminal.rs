//! The deck by IAM alone, in a terminal, with no kubeconfig on the machine.

use std::sync::PoisonError;
use std::time::{Duration, Instant};

use super::discover::{ENTRY, STRANGER};
use super::iam::{aws, by_name};
use super::{CONTAINERS, real};
use crate::pty::panes::{Pane, rows, selection};
use crate::pty::{Home, Launch, Screen, Terminal, until};
use crate::servers::{Namespace, Server};

/// Longer than a question has to stand before it takes keys.
const READ: Duration = Duration::from_millis(450);

const TALKS: &str = r#"
apiVersion: batch/v1
kind: Job
metadata: {name: talks, namespace: NAMESPACE}
spec:
  template: {spec: {restartPolicy: Never, terminationGracePeriodSeconds: 0, containers: [{name: main,
    image: "busybox:1.36", command: [sh, -c, "i=0; while [ $i -lt 900 ]; do i=$((i+1)); echo word $i; sleep 0.5; done"]}]}}
"#;

/// The deck of one cluster by its name.
fn launch(home: &Home, cluster: &str, region: &str) -> Option<Launch> {
    let launch = Launch::eksdeck(home).env("EKS_CLUSTER_NAME", cluster).env("EKS_REGION", region).size(200, 50);
    Some(aws()?.into_iter().fold(launch, |launch, (name, value)| launch.env(name, value)))
}

/// A Job that talks, and its log on the screen.
fn log(home: &Home, server: &Server) -> Option<(Namespace, Terminal)> {
    let terminal = launch(home, CONTAINERS, "us-east-1")?.env("AWS_PROFILE", "sre");
    let namespace = Namespace::new(server, "talks");
    namespace.apply(TALKS);
    let mut terminal = terminal.start();
    terminal.wait_text("1 live");
    terminal.press("3 /");
    terminal.type_text(&format!("namespace:{} name:talks", namespace.name));
    terminal.press("enter");
    terminal.wait("the Job", |screen| selection(screen, Pane::Jobs).is_some_and(|(_, chosen)| chosen == "talks"));
    terminal.press("l");
    terminal.wait("its log", |screen| rows(screen, Pane::Logs).iter().any(|row| row.contains("word 3")));
    Some((namespace, terminal))
}

#[test]
fn from_a_profile_to_a_jobs_log_on_the_screen() {
    let (Some(server), home) = (real(CONTAINERS), Home::new()) else { return };
    log(&home, &server);
}

#[test]
fn a_login_that_comes_late_brings_its_cluster_to_life() {
    let home = Home::new();
    let Some(launch) = launch(&home, "batch-dev", "us-west-2") else { return };
    let keys = home.path().join("keys.json");
    let config = format!("[profile late]\nregion = us-west-2\ncredential_process = cat {}\n", keys.display());
    let config = home.write("aws-config", &config);
    let terminal = launch.env("AWS_PROFILE", "late").env("AWS_CONFIG_FILE", config).start();
    terminal.wait_text("credential_process");
    let file = std::env::var("EKSDECK_E2E_AWS_SHARED_CREDENTIALS_FILE").unwrap();
    let text = std::fs::read_to_string(file).unwrap();
    let section = text.split("[sre]").nth(1).unwrap();
    let value = |key: &str| section.lines().find_map(|line| line.strip_prefix(key)).unwrap().trim_matches([' ', '=']);
    let printed = serde_json::json!({"Version": 1, "AccessKeyId": value("aws_access_key_id"),
        "SecretAccessKey": value("aws_secret_access_key")});
    std::fs::write(&keys, printed.to_string()).unwrap();
    terminal.wait_text("1 live");
}

/// Whose login fails sees why, and what mends it, on the first screen; the credentials are one key away.
#[test]
fn a_login_that_fails_is_told_apart_where_the_clusters_would_be() {
    let Some(aws) = aws() else { return };
    let told = [
        ("closed", "may not be assumed"),
        ("mfa", "MFA device"),
        ("sso-expired", "aws sso login --profile sso-expired"),
        ("nothere", "aws configure sso --profile nothere"),
    ];
    for (profile, words) in told {
        let home = Home::new();
        let launch = Launch::eksdeck(&home).size(200, 50).env("AWS_PROFILE", profile);
        let mut terminal = aws.iter().fold(launch, |launch, (name, value)| launch.env(name, value)).start();
        // The pane breaks its lines.
        terminal.wait(words, |screen| {
            let told = rows(screen, Pane::Clusters).join(" ");
            told.split_whitespace().collect::<Vec<_>>().join(" ").contains(words)
        });
        terminal.wait_gone("no kubeconfig");
        terminal.press("F");
        terminal.wait_text(" to mend");
    }
}

/// How long the rig's cluster tokens live; it stands in the flags that the stand-in was started with.
fn token_life() -> Option<Duration> {
    let config = std::env::var_os("EKSDECK_E2E_AWS_CONFIG_FILE")?;
    let flags = std::fs::read(std::path::Path::new(&config).with_file_name("run").join("aws.argv")).ok()?;
    let flags: Vec<String> = serde_json::from_slice(&flags).ok()?;
    let life = flags.iter().skip_while(|flag| *flag != "--token-ttl").nth(1)?;
    life.parse().ok().map(Duration::from_secs)
}

/// A stream that is open outlives its token; whatever is asked anew gets a new one after the server's 401.
#[test]
fn logs_and_watches_outlive_their_tokens() {
    let (Some(server), Some(life)) = (real(CONTAINERS), token_life()) else { return };
    if life > Duration::from_secs(60) {
        return eprintln!("SKIPPED: tokens live {} s here: rig up --token-ttl 60", life.as_secs());
    }
    let home = Home::new();
    let Some((namespace, mut terminal)) = log(&home, &server) else { return };
    let begun = Instant::now();
    while begun.elapsed() < 3 * life {
        std::thread::sleep(Duration::from_secs(5));
        assert!(terminal.screen().has("1 live"), "{}", terminal.screen().text());
    }
    let spoken = |screen: &Screen<'_>| {
        let number = |row: &String| row.rsplit_once("word ")?.1.split_whitespace().next()?.parse::<u64>().ok();
        rows(screen, Pane::Logs).iter().filter_map(number).max()
    };
    let before = spoken(&terminal.screen()).unwrap_or_default();
    assert!(before > begun.elapsed().as_secs(), "two words a second, and the last one was {before}");
    terminal.wait("the log to go on", |screen| spoken(screen) > Some(before));
    server.ask(&["-n", &namespace.name, "create", "job", "--image=busybox:1.36", "fresh", "--", "true"]);
    terminal.press("3 /");
    terminal.press("ctrl-u");
    terminal.type_text(&format!("namespace:{} name:fresh", namespace.name));
    terminal.press("enter");
    terminal.wait("a Job of after", |screen| selection(screen, Pane::Jobs).is_some_and(|(_, job)| job == "fresh"));
}

#[test]
fn access_is_granted_and_revoked_on_the_screen_and_felt_by_the_cluster() {
    let home = Home::new();
    let Some(launch) = launch(&home, "batch-dev", "us-west-2") else { return };
    let _alone = ENTRY.lock().unwrap_or_else(PoisonError::into_inner);
    let enter = || by_name(&home, "stranger", "us-west-2", "batch-dev", "job list -n default -o json").unwrap().code;
    let change = |verb: &str| {
        let words = format!("access {verb} --cluster batch-dev --principal {STRANGER} --yes");
        let mut command = crate::cli::command(&home, words.split_whitespace());
        command.envs(aws().unwrap()).env("AWS_PROFILE", "sre");
        crate::cli::ended(command)
    };
    change("revoke");
    until("nobody in", || enter() == Some(4));
    let mut terminal = launch.env("AWS_PROFILE", "sre").start();
    terminal.wait_text("1 live");
    terminal.press("F /");
    terminal.type_text("name:batch-dev");
    terminal.press("enter");
    // What AWS says of it is there once its support is.
    terminal.wait("the cluster with its support", |screen| {
        screen
            .row_with("batch-dev")
            .is_some_and(|row| ["standard", "extended", "ended"].iter().any(|word| row.contains(word)))
    });
    terminal.press("d");
    // The tabs of what hangs on it at AWS.
    terminal.wait_text("insights  access");
    terminal.press("a");
    terminal.wait_text("grant access");
    terminal.paste(STRANGER);
    terminal.press("ctrl-s");
    terminal.wait_text("AmazonEKSViewPolicy");
    std::thread::sleep(READ);
    terminal.press("y");
    terminal.wait_gone("AmazonEKSViewPolicy on the whole");
    until("the stranger in", || enter() == Some(0));

    terminal.wait_gone("grant access");
    // Sorted by principal: the stranger's own policy and whole entry.
    let place = |screen: &crate::pty::Screen<'_>| {
        let rows = screen.rows();
        let first = rows.iter().position(|row| row.contains("take access away"))?;
        let wanted = rows.iter().position(|row| row.contains("user/stranger \u{b7} the whole entry"))?;
        Some(wanted - first - 1)
    };
    // The description is read anew behind the change.
    until("the stranger's entry in the list", || {
        terminal.press("ctrl-d");
        terminal.wait_text("take access away");
        let is_there = place(&terminal.screen()).is_some();
        if !is_there {
            terminal.press("esc");
            terminal.wait_gone("take access away");
        }
        is_there
    });
    for _ in 0..place(&terminal.screen()).unwrap() {
        terminal.press("down");
    }
    terminal.press("enter");
    terminal.wait_text("delete ");
    std::thread::sleep(READ);
    terminal.press("y");
    until("the stranger out", || enter() == Some(4));
    terminal.press("ctrl-c");
    terminal.wait_exit();
    let audit = crate::cli::run(&home, "audit list -o json").json();
    let verbs: Vec<&str> =
        audit.as_array().unwrap().iter().filter_map(|line| line["intent"]["verb"].as_str()).collect();
    assert!(
        verbs.contains(&"grant (AssociateAccessPolicy)") && verbs.ends_with(&["revoke (DeleteAccessEntry)"]),
        "{verbs:?}"
    );
}
