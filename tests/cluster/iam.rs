//! The real clusters by IAM alone: no kubeconfig anywhere. Profiles and clusters are those of the rig's stand-in for AWS.

use std::process::Command;

use serde_json::{Value, json};

use super::real;
use crate::cli::{Ended, command, ended};
use crate::pty::Home;
use crate::servers::{Namespace, Server};

/// Variables that point at the stand-in; `None` when there is none.
pub(super) fn aws() -> Option<[(&'static str, String); 3]> {
    let variables = ["AWS_ENDPOINT_URL", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"];
    let values = variables.map(|name| (name, std::env::var(format!("EKSDECK_E2E_{name}")).unwrap_or_default()));
    let is_set = values.iter().all(|(_, value)| !value.is_empty());
    if !is_set {
        eprintln!("SKIPPED: EKSDECK_E2E_AWS_ENDPOINT_URL names no AWS");
    }
    is_set.then_some(values)
}

/// Clusters of account 1 that are gone for everybody when a test ends, however it ends.
pub(super) struct Swept {
    pub name: String,
    pub regions: Vec<&'static str>,
}

impl Drop for Swept {
    fn drop(&mut self) {
        let Some([(_, url), ..]) = aws() else { return };
        for region in &self.regions {
            let gone = json!({"op": "delete", "account": "111111111111", "name": self.name, "region": region});
            let url = format!("{url}/rig/clusters");
            let _ = Command::new("curl").args(["-s", "-X", "POST", &url, "-d", &gone.to_string()]).output();
        }
    }
}

/// One cluster by name, as a profile.
pub(super) fn by_name(home: &Home, profile: &str, region: &str, cluster: &str, arguments: &str) -> Option<Ended> {
    let mut command = command(home, arguments.split_whitespace());
    command.envs(aws()?).env("AWS_PROFILE", profile).env("EKS_REGION", region).env("EKS_CLUSTER_NAME", cluster);
    Some(ended(command))
}

const JOB: &str = r#"
apiVersion: batch/v1
kind: Job
metadata: {name: counts, namespace: NAMESPACE}
spec:
  template: {spec: {restartPolicy: Never, containers: [{name: main, image: "busybox:1.36",
    command: [sh, -c, "echo one; echo two"]}]}}
"#;

#[test]
fn from_a_profile_to_a_jobs_logs_with_no_kubeconfig() {
    let (Some(server), Some(_)) = (real(super::CONTAINERS), aws()) else { return };
    let (namespace, home) = (Namespace::new(&server, "aws"), Home::new());
    namespace.apply(JOB);
    let job = "job/counts";
    server.ask(&["wait", "--for=condition=complete", job, "-n", &namespace.name, "--timeout=90s"]);
    let run = |arguments: &str| {
        let arguments = arguments.replace("NS", &namespace.name);
        by_name(&home, "sre", "us-east-1", super::CONTAINERS, &arguments).unwrap()
    };
    let rows = run("job list -n NS -o json");
    rows.done();
    assert_eq!(rows.json()[0]["state"], "Succeeded", "{rows:?}");
    assert_eq!(run("job logs counts -n NS").stdout, "one\ntwo\n");
    let doctor = run("doctor -o json");
    doctor.done();
    assert_eq!(doctor.json()["clusters"][0]["identity"], "arn:aws:iam::111111111111:user/sre");
}

#[test]
fn clusters_of_other_regions_and_accounts_are_reached() {
    let home = Home::new();
    for (profile, region, cluster) in [
        ("sre", "us-west-2", "batch-dev"),
        ("sre", "us-west-2", "old-auth"),
        ("staging", "eu-west-1", "search-staging"),
        ("viewer", "us-east-1", "payments-prod"),
    ] {
        let Some(rows) = by_name(&home, profile, region, cluster, "job list -A -o json") else { return };
        match cluster {
            // The mapping of old-auth is the ConfigMap's matter, which the stand-in may leave empty.
            "old-auth" if rows.code != Some(0) => rows.failed(4, "aws-auth"),
            _ => assert!(rows.json().is_array(), "{profile} {cluster}: {rows:?}"),
        }
    }
}

#[test]
fn who_may_not_come_in_is_told_apart_with_what_mends_it() {
    let home = Home::new();
    for (profile, region, cluster, code, words) in [
        (
            "stranger",
            "us-east-1",
            "payments-prod",
            4,
            [
                "does not know arn:aws:iam::111111111111:user/stranger (401)",
                "aws eks create-access-entry --cluster-name payments-prod --region us-east-1 --principal-arn arn:aws:iam::111111111111:user/stranger",
            ],
        ),
        (
            "closed",
            "eu-west-1",
            "search-staging",
            4,
            ["role closed in account 222222222222 may not be assumed", "update-assume-role-policy --role-name closed"],
        ),
        (
            "mfa",
            "eu-west-1",
            "search-staging",
            4,
            ["wants a code of arn:aws:iam::111111111111:mfa/sre", "enter the code"],
        ),
        ("sso-expired", "us-east-1", "payments-prod", 4, ["the SSO session corp", "aws sso login"]),
        ("nobody", "us-east-1", "payments-prod", 4, ["there is no profile nobody: ", "sso-expired"]),
        ("sre", "us-west-2", "newborn", 6, ["newborn: the cluster is being created", "once it is ACTIVE"]),
        ("staging", "eu-west-1", "wrong-ca", 6, ["not signed by an authority that is trusted", "EKS tells"]),
        ("sre", "us-east-1", "no-such", 6, ["EKS in us-east-1 knows no cluster no-such", "aws eks list-clusters"]),
    ] {
        let Some(ended) = by_name(&home, profile, region, cluster, "job list -A --timeout 20s") else { return };
        for word in words {
            ended.failed(code, word);
        }
    }
}

#[test]
fn a_private_endpoint_that_never_answers_says_so() {
    let home = Home::new();
    let Some(ended) = by_name(&home, "sre", "us-east-1", "vault-private", "job list -A --timeout 40s") else { return };
    ended.failed(6, "private endpoint; reach it from inside the VPC or over a bastion");
}

#[test]
fn a_viewer_is_held_to_viewing() {
    let home = Home::new();
    let Some(ended) = by_name(&home, "viewer", "us-east-1", "payments-prod", "doctor -o json") else { return };
    ended.done();
    let report = ended.json();
    assert_eq!(report["clusters"][0]["identity"], "arn:aws:iam::111111111111:user/viewer");
    assert!(report.to_string().contains("no permission to list and watch nodes"), "{ended:?}");
}

#[test]
fn kubectl_takes_the_token() {
    let (Some(server), Some(variables)) = (real("batch-dev"), aws()) else { return };
    let home = Home::new();
    let (text, _) = server.ask(&["config", "view", "--raw", "--minify", "-o", "json"]);
    let mut config: Value = serde_json::from_str(&text).unwrap();
    for version in ["v1", "v1beta1"] {
        config["users"][0]["user"] = serde_json::json!({"exec": {
            "apiVersion": format!("client.authentication.k8s.io/{version}"),
            "command": env!("CARGO_BIN_EXE_eksdeck"),
            "args": ["token", "--cluster", "batch-dev", "--region", "us-west-2", "--profile", "sre"],
            "interactiveMode": "Never",
        }});
        let kubeconfig = home.write("plugin.kubeconfig", &config.to_string());
        let mut kubectl: Command = Server { kubeconfig, context: None }.kubectl(&["auth", "whoami", "-o", "json"]);
        let output = kubectl.envs(variables.clone()).output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(text.contains("sre"), "{version}: {text}");
    }
}

#[test]
fn a_kubeconfig_of_the_aws_cli_needs_no_aws_cli() {
    let (Some(server), Some(variables)) = (real("batch-dev"), aws()) else { return };
    let home = Home::new();
    let (text, _) = server.ask(&["config", "view", "--raw", "--minify", "-o", "json"]);
    let mut config: Value = serde_json::from_str(&text).unwrap();
    config["users"][0]["user"] = serde_json::json!({"exec": {
        "apiVersion": "client.authentication.k8s.io/v1beta1",
        "command": "aws",
        "args": ["--region", "us-west-2", "eks", "get-token", "--cluster-name", "batch-dev", "--output", "json"],
        "env": [{"name": "AWS_PROFILE", "value": "sre"}],
    }});
    home.write("kubeconfig", &config.to_string());
    let mut command = command(&home, ["job", "list", "-A", "-o", "json"]);
    // There is no `aws` to be found.
    let ended = ended({
        command.envs(variables).env("PATH", "/nonexistent");
        command
    });
    assert!(ended.json().is_array(), "{ended:?}");
}

#[test]
fn a_token_is_told_to_end_with_the_credentials_that_made_it() {
    let Some(variables) = aws() else { return };
    let home = Home::new();
    let arguments = ["token", "--cluster", "search-staging", "--region", "eu-west-1", "--profile"];
    let seconds = |profile: &str| {
        let mut command = command(&home, arguments.into_iter().chain([profile]));
        command.envs(variables.clone());
        let made = ended(command).json();
        let ends: jiff::Timestamp = made["status"]["expirationTimestamp"].as_str().unwrap().parse().unwrap();
        ends.as_second() - jiff::Timestamp::now().as_second()
    };
    assert!(seconds("short") <= 60);
    assert!((61..=14 * 60).contains(&seconds("staging")), "before 14 minutes are over");
}

#[test]
fn a_cluster_is_registered_by_its_arn_once_it_answered_and_never_in_place_of_another_accounts() {
    let home = Home::new();
    let add = |arn: &str| by_name(&home, "sre", "us-east-1", "payments-prod", &format!("clusters add --arn {arn}"));
    let Some(other) = add("arn:aws:eks:us-east-1:222222222222:cluster/payments-prod") else { return };
    let told = other.stderr.clone();
    other.failed(1, "these credentials are of account 111111111111");
    assert!(told.contains("choose a login of account 222222222222"), "{told}");
    let newborn = add("arn:aws:eks:us-west-2:111111111111:cluster/newborn").unwrap();
    assert!(newborn.code != Some(0) && newborn.stderr.contains("is being created"), "{newborn:?}");
    let kept = add("arn:aws:eks:us-east-1:111111111111:cluster/payments-prod").unwrap();
    assert!(kept.code == Some(0) && kept.stdout.contains("EKS 1.34"), "{kept:?}");
    let listed = crate::cli::run(&home, "clusters list -o json").json();
    assert_eq!(listed.as_array().unwrap().len(), 1, "{listed}");
}
