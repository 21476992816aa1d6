//! What AWS offers, before a plan and beside it: types and networks of the rig's stand-in for AWS.

use std::fs;

use super::iam::aws;
use super::provision::grant;
use super::{CONTAINERS, real};
use crate::cli::{Ended, command, ended};
use crate::pty::Home;
use crate::servers::{Namespace, Server};

fn configured(home: &Home, namespace: &str) {
    let folder = home.path().join("config/eksdeck");
    fs::create_dir_all(&folder).unwrap();
    let environment = |name: &str, account: &str, module: &str| {
        format!(
            "[provision.environments.{name}]\naccount = \"{account}\"\nregion = \"eu-west-1\"\nmodule = \"{module}\"\n"
        )
    };
    let text = [
        // The rig's volumes are root's.
        format!("[provision]\ncluster = \"{CONTAINERS}\"\nnamespace = \"{namespace}\"\nuser = 0\n"),
        "storage = \"64Mi\"\ncpu = \"100m\"\nmemory = \"512Mi\"\n".to_owned(),
        environment("dev", "111111111111", "eks"),
        environment("elsewhere", "333333333333", "eks"),
        environment("trial", "111111111111", "trial"),
    ];
    fs::write(folder.join("config.toml"), text.concat()).unwrap();
}

fn provision(home: &Home, server: &Server, arguments: &[&str]) -> Option<Ended> {
    let mut command = command(home, ["provision"].iter().chain(arguments).copied());
    command.envs(aws()?).env("AWS_PROFILE", "sre").env("KUBECONFIG", &server.kubeconfig);
    Some(ended(command))
}

#[test]
fn what_aws_does_not_offer_is_told_before_anything_is_planned() {
    let (Some(server), home) = (real(CONTAINERS), Home::new()) else { return };
    let namespace = Namespace::new(&server, "offers");
    configured(&home, &namespace.name);
    let wrong = [
        "--var=kubernetes_version=1.20",
        "--var=node_groups={\"a\":{\"instance_types\":[\"m7i.large\",\"m9z.large\"]}}",
        "--var=vpc_id=vpc-0f6",
        "--var=subnet_ids=subnet-0a1,subnet-00000000",
    ];
    let plan = |environment: &str| {
        let begin = ["test", "offered", "--dry-run", "--environment", environment];
        provision(&home, &server, &begin.into_iter().chain(wrong).collect::<Vec<_>>())
    };
    let Some(told) = plan("dev") else { return };
    let words = [
        "kubernetes_version: EKS does not offer 1.20 in eu-west-1; it offers ",
        "node_groups: node_groups.a.instance_types: m9z.large is not offered in eu-west-1",
        "subnet_ids: subnet-00000000 is not in account 111111111111 in eu-west-1",
    ];
    assert!(words.iter().all(|words| told.stderr.contains(words)), "{told:?}");
    assert!(!told.stderr.contains("vpc-0f6 is not in"), "{told:?}");
    // Nobody here is in that account: the module's own rules are all that is known.
    let told = plan("elsewhere").unwrap();
    assert!(told.stderr.contains("A VPC's id reads like") && !told.stderr.contains("not offered"), "{told:?}");
}

#[test]
fn a_plan_tells_about_what_a_month_of_it_costs() {
    let (Some(server), home) = (real(CONTAINERS), Home::new()) else { return };
    let namespace = Namespace::new(&server, "costs");
    configured(&home, &namespace.name);
    let yes = ["--yes", "--confirm", CONTAINERS];
    let run = |arguments: &[&str]| provision(&home, &server, arguments);
    if aws().is_none() {
        return;
    }
    grant(&server, &namespace);
    let plan = |begin: &[&str]| {
        let planned = run(&[begin, &yes].concat()).unwrap();
        assert_eq!(planned.code, Some(0), "{planned:?}");
    };
    let groups = "--var=node_groups={\"a\":{\"instance_types\":[\"m7i.large\"]},\
                  \"b\":{\"instance_types\":[\"c7i.2xlarge\"],\"capacity_type\":\"SPOT\"}}";
    let begin = ["test", "costs", "--environment", "trial", "--var=kubernetes_version=1.35", groups, "--wait"];
    plan(&begin);
    let told = run(&["status", "costs", "--plan"]).unwrap();
    told.done();
    // 730 h × ($0.10 + 2 × (2 × 0.031611 + 8 × 0.004237) + 2 × (8 × 0.006655 + 16 × 0.000892))
    let last = told.stdout.lines().last().unwrap_or_default();
    assert!(last.starts_with("adds ~$313 a month at default prices; load balancers"), "{told:?}");
    let strange = "--var=node_groups={\"a\":{\"instance_types\":[\"m9z.large\"]}}";
    let begin = ["test", "odd", "--environment", "trial", "--var=kubernetes_version=1.35", strange, "--wait"];
    plan(&begin);
    let told = run(&["status", "odd", "--plan"]).unwrap();
    assert!(told.stdout.contains("adds ~$73 + ? a month") && told.stdout.contains("m9z.large"), "{told:?}");
}
