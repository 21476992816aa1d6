//! What is refused before any Job is made.

use super::*;

const OWN: &str = r#"
at-once = 1
[provision.environments.dev]
account = "111111111111"
region = "eu-west-1"
module = "trial"
defaults = { kubernetes_version = "1.33" }
limits = { kubernetes_version = ["1.3*"] }
[provision.environments.own]
account = "111111111111"
region = "eu-west-1"
module = "MODULES/broken"
[provision.environments.big]
account = "111111111111"
region = "eu-west-1"
module = "MODULES/big"
"#;

#[test]
fn bad_input_is_told_in_words_and_makes_no_job() {
    let modules = Home::new();
    modules.write(
        "broken/main.tf",
        "variable \"name\" {\n  type = string\n}\n\nresource \"terraform_data\" {\n  input = [\n",
    );
    modules.write("big/main.tf", "resource \"terraform_data\" \"a\" {}\n");
    // What does not pack any smaller.
    let mut noise = 1_u64;
    let bytes: String = std::iter::repeat_with(|| {
        noise = noise.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        format!("{:016x}", noise ^ (noise >> 29))
    })
    .take(180_000)
    .collect();
    modules.write("big/data.txt", &bytes);
    let config = OWN.replace("MODULES", &modules.path().to_string_lossy());
    let Some(lab) = Lab::new("refused", &config) else { return };
    for name in ["$(reboot)", "a;b", "a b", "`id`", "../x", "-x", "a'b", "é", "", &"a".repeat(101)] {
        let ended = lab.run(&["apply", "--environment", "dev", "-y", "--", name]);
        ended.failed(2, "is no name of an EKS cluster");
    }
    for (flag, value, words) in [
        ("--region", "eu-west-1;id", "is no name of a region"),
        ("--account", "1111$(id)", "an account has twelve digits"),
        ("--environment", "nowhere", "no environment is named"),
        ("--var", "kubernets_version=1.34", "kubernetes_version"),
        ("--var", "kubernetes_version", "write it as name=value"),
        ("--var", "node_groups=many", "node_groups"),
        ("--var", "kubernetes_version=1.29", "the environment allows"),
        ("--var", "kubernetes_version=latest", "kubernetes_version"),
        ("--var", "name=$(id)", ""),
    ] {
        let mut arguments = vec!["apply", "a", "-y", flag, value];
        if flag != "--environment" {
            arguments.extend(["--environment", "dev"]);
        }
        if words.is_empty() {
            // The name of the cluster is the one that was asked for, whatever a variable says.
            assert_eq!(lab.run(&[&arguments[..], &["--dry-run"]].concat()).code, Some(0));
            continue;
        }
        let ended = lab.run(&arguments);
        assert!(ended.code == Some(2) && ended.stderr.contains(words), "{flag} {value}: {ended:?}");
        assert!(!ended.stderr.contains("panicked"), "{ended:?}");
    }
    let file = lab.home.write("wrong.tfvars", "kubernetes_version = \"1.33\"\nlog_types = \"no list\"\n");
    let ended = lab.run(&["apply", "a", "--environment", "dev", "-y", "--var-file", &file.to_string_lossy()]);
    ended.failed(2, "log_types");
    let file = lab.home.write("broken.tfvars", "kubernetes_version = \"1.33\"\nlog_types = [\n");
    let ended = lab.run(&["apply", "a", "--environment", "dev", "-y", "--var-file", &file.to_string_lossy()]);
    assert!(ended.code == Some(2) && ended.stderr.contains("terraform.tfvars:"), "{ended:?}");
    let ended = lab.say("test a --environment own -y");
    assert!(ended.code == Some(1) && ended.stderr.contains("main.tf:"), "{ended:?}");
    let ended = lab.say("test a --environment big -y");
    assert!(ended.code == Some(2) && ended.stderr.contains("KiB"), "{ended:?}");
    lab.say("unlock a --environment dev --lock $(id) --confirm a").failed(2, "is no ID of a lock");
    assert_eq!(lab.say("list -o json").json(), json!([]));
}

#[test]
fn a_version_goes_up_by_one_minor_and_never_back() {
    let Some(lab) = Lab::new("step", DEV) else { return };
    lab.applied("apply a", None);
    lab.say("update a -y --var kubernetes_version=1.35").failed(5, "one minor at a time, to 1.34 next");
    lab.say("update a -y --var kubernetes_version=1.32").failed(5, "does not go back to 1.32");
    // What was only planned is no step.
    lab.planned("update a --var kubernetes_version=1.34");
    lab.say("update a -y --var kubernetes_version=1.35").failed(5, "one minor at a time, to 1.34 next");
}
