//! The subcommands, as scripts meet them.

use super::lab::{KEY, Lab, OTHER_KEY, TOKEN};
use crate::cli::{Ended, command, ended, kubeconfig, one_context};
use crate::pty::Home;
use crate::servers::EmbeddedFleet;

fn run(home: &Home, arguments: &str) -> Ended {
    ended(command(home, arguments.split_whitespace()))
}

fn with(home: &Home, arguments: &str, variables: &[(&str, &str)]) -> Ended {
    let mut command = command(home, arguments.split_whitespace());
    command.envs(variables.iter().copied());
    ended(command)
}

#[test]
fn a_cluster_is_asked_what_it_is_before_it_is_kept() {
    let fleet = EmbeddedFleet::start("--clusters 1");
    let home = Home::new();
    std::fs::copy(&fleet.server().kubeconfig, home.path().join("kubeconfig")).unwrap();
    let added = run(&home, "clusters add --name shop-prod --team web -l tier=1 --protected -o json");
    let record = added.json();
    assert_eq!(added.code, Some(0), "{added:?}");
    assert_eq!((&record["environment"], &record["team"]), (&"production".into(), &"web".into()));
    assert!(record["version"].as_str().unwrap().starts_with("v1."), "{record}");
    assert!(record["provider"].is_string() && record["uid"].is_string(), "{record}");
    run(&home, "clusters add --name again").failed(5, "registered already, as `shop-prod`");

    let listed = |filter: &str| run(&home, &format!("clusters list -o json {filter}")).json().as_array().unwrap().len();
    for (filter, count) in [
        ("", 1),
        ("--environment production --status unknown -l tier", 1),
        ("--environment dev", 0),
        ("--status up", 0),
        ("-l tier=2", 0),
        ("--team web --team shop", 1),
        ("--region nowhere", 0),
        ("--account 1", 0),
    ] {
        assert_eq!(listed(filter), count, "{filter}");
    }
    run(&home, "clusters edit shop-prod --rename shop -l tier- --environment dev").done();
    let table = run(&home, "clusters list");
    assert!(table.done().contains("shop") && table.stdout.contains("development"), "{table:?}");
    run(&home, "clusters list --org other").failed_softly("0 clusters are registered in other");

    run(&home, "clusters remove shop").failed(7, "--confirm shop");
    run(&home, "clusters remove shop --confirm shop --export copy.json").done();
    assert_eq!(listed(""), 0);
    run(&home, "registry import copy.json").done();
    assert_eq!(listed(""), 1);
    run(&home, "clusters remove shop --confirm shop --export copy.json").failed(1, "copy.json");
    assert_eq!(listed(""), 1, "without its export it stays");

    let audit = run(&home, "audit list -o json").json();
    let verbs: Vec<_> = audit.as_array().unwrap().iter().map(|line| line["intent"]["verb"].clone()).collect();
    assert_eq!(verbs, ["register", "register", "edit", "remove", "import"]);
    assert_eq!(audit[1]["outcome"], "refused");
    assert!(!std::fs::read_to_string(home.path().join("data/eksdeck/audit.jsonl")).unwrap().contains(TOKEN));
}

impl Ended {
    /// Ended well, with these words on stderr.
    #[track_caller]
    fn failed_softly(&self, words: &str) {
        assert_eq!(self.code, Some(0), "{self:?}");
        assert!(self.stderr.contains(words), "{self:?}");
    }
}

#[test]
fn what_does_not_answer_is_not_kept_unless_nobody_asks() {
    let home = Home::new();
    kubeconfig(&home, "https://127.0.0.1:1");
    run(&home, "clusters add").failed(6, "--no-test");
    assert_eq!(run(&home, "clusters list -o json").json(), serde_json::json!([]));
    run(&home, "clusters add --no-test").done();
    let status = run(&home, "registry status -o json").json();
    assert_eq!(
        (&status["clusters"], &status["role"], &status["keys"][0]["at_hand"]),
        (&1.into(), &"admin".into(), &true.into())
    );
}

#[test]
fn mistakes_are_told_and_change_nothing() {
    let home = Home::new();
    kubeconfig(&home, "https://127.0.0.1:1");
    for (key, words) in [("c2hvcnQ=", "holds 5 bytes"), ("&&", "neither base64 nor hex"), (&KEY[..60], "60 hex digits")]
    {
        let ended = with(&home, "clusters add --no-test", &[("BYOK_ENCRYPTION_KEY", key)]);
        ended.failed(4, words);
        assert!(ended.stderr.contains("BYOK_ENCRYPTION_KEY") && !ended.stderr.contains(key), "{ended:?}");
    }
    run(&home, "clusters add --no-test --read-only").failed(4, "--read-only");
    run(&home, "clusters add --no-test --org a/b").failed(2, "--org");
    run(&home, "clusters add --no-test --context hut").failed(1, "there is no context \"hut\": lab");
    run(&home, "clusters add --arn arn:aws:s3:::x").failed(2, "no ARN of an EKS cluster");
    run(&home, "clusters edit lab").failed(2, "nothing to change");
    run(&home, "clusters edit lab --team x").failed(3, "no cluster named `lab`");
    run(&home, "registry migrate").failed(2, "EKSDECK_DATABASE_OWNER_URL");
    let url = "postgres://me:secret-password@127.0.0.1:1/x";
    let ended = with(&home, "clusters list", &[("EKSDECK_DATABASE_URL", url)]);
    ended.failed(6, "me@127.0.0.1:1/x");
    assert!(!ended.stderr.contains("secret-password"), "{ended:?}");
    let ended = with(&home, "clusters list", &[("EKSDECK_DATABASE_URL", "mysql://me:secret-password@x")]);
    assert!(ended.code != Some(0) && !ended.stderr.contains("secret-password"), "{ended:?}");
    assert_eq!(run(&home, "clusters list -o json").json(), serde_json::json!([]));
}

#[test]
fn two_users_of_one_name_are_told_and_a_pasted_kubeconfig_is_as_good_as_a_file() {
    let home = Home::new();
    let user = format!("{{token: {TOKEN}}}");
    let text =
        one_context("https://127.0.0.1:1", &user).replace("users: [", "users: [{name: me, user: {token: first}}, ");
    let mut command = command(&home, "clusters add -f - --no-test".split_whitespace());
    command.stdin(std::process::Stdio::piped());
    let mut child = command.spawn().unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), text.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{stderr}");
    assert!(stderr.contains("user \"me\" is there twice") && !stderr.contains(TOKEN), "{stderr}");
}

#[test]
fn a_plugin_is_not_run_unasked() {
    let home = Home::new();
    let proof = home.path().join("ran");
    let exec = format!(
        "{{exec: {{apiVersion: client.authentication.k8s.io/v1, command: touch, args: ['{}'], interactiveMode: Never}}}}",
        proof.display()
    );
    home.write("kubeconfig", &one_context("https://127.0.0.1:1", &exec));
    run(&home, "clusters add").failed(4, "--agree");
    assert!(!proof.exists());
    run(&home, "clusters add --no-test").done();
    assert!(!proof.exists(), "registering runs nothing");
    let agreed = run(&home, "clusters add --agree --name other");
    assert!(agreed.code != Some(0) && proof.exists(), "{agreed:?}");
}

#[test]
fn a_key_is_rotated_from_the_command_line() {
    let home = Home::new();
    kubeconfig(&home, "https://127.0.0.1:1");
    with(&home, "clusters add --no-test", &[("BYOK_ENCRYPTION_KEY", KEY)]).done();
    let wrong = with(&home, "registry rekey", &[("BYOK_ENCRYPTION_KEY", OTHER_KEY)]);
    wrong.failed(4, "is missing");
    let both = [("BYOK_ENCRYPTION_KEY", OTHER_KEY), ("BYOK_ENCRYPTION_KEY_OLD", KEY)];
    assert!(with(&home, "registry rekey", &both).done().contains("1 kubeconfigs"));
    let status = with(&home, "registry status -o json", &[("BYOK_ENCRYPTION_KEY", OTHER_KEY)]).json();
    assert_eq!(status["keys"][0]["at_hand"], true, "{status}");
}

#[tokio::test]
async fn a_shared_registry_is_set_up_by_its_owner_alone() {
    let Some(lab) = Lab::empty_postgres().await else { return };
    let postgres = lab.database();
    let (owner, login) = (postgres.url("owner"), postgres.login("sre"));
    let as_superuser = format!("CREATE ROLE {login} LOGIN PASSWORD 'secret-password'");
    postgres.run(&postgres.superuser(), &as_superuser).await.unwrap();
    let program = postgres.url("sre");
    let home = Home::new();
    kubeconfig(&home, "https://127.0.0.1:1");
    let owning = [("EKSDECK_DATABASE_OWNER_URL", owner.as_str())];
    let using = [("EKSDECK_DATABASE_URL", program.as_str())];
    with(&home, "clusters list", &using).failed(1, "eksdeck registry migrate");
    with(&home, "registry migrate", &owning).done();
    assert!(with(&home, "registry migrate", &owning).done().contains("already"));
    with(&home, "clusters list", &using).failed(4, "no member of the organisation default");
    with(&home, "registry member add nobody-here --role admin", &owning).failed(3, "no login nobody-here");
    with(&home, &format!("registry member add {login} --role viewer"), &owning).done();
    with(&home, "clusters list", &using).failed_softly("0 clusters");
    with(&home, "clusters add --no-test", &using).failed(4, "wants the role admin");
    with(&home, &format!("registry member add {login} --role admin"), &owning).done();
    with(&home, "clusters add --no-test", &using).done();
    with(&home, &format!("registry member remove {login}"), &owning).done();
    with(&home, "clusters list", &using).failed(4, "no member");
    with(&home, "clusters list", &[("EKSDECK_DATABASE_URL", owner.as_str())]).failed(4, "owns the registry");
    let superuser = postgres.superuser();
    with(&home, "clusters list", &[("EKSDECK_DATABASE_URL", superuser.as_str())]).failed(4, "row-level security");
}

#[test]
fn a_cluster_is_registered_by_hand_with_a_token_or_without_a_way_in() {
    let home = Home::new();
    run(&home, "clusters add --by-hand --server https://127.0.0.1:1").failed(2, "--name");
    let bare = "clusters add --by-hand --name edge-prod --server";
    run(&home, &format!("{bare} nonsense")).failed(2, "is no URL of a server");
    run(&home, &format!("{bare} https://ann:secret@127.0.0.1:1")).failed(2, "is no URL of a server");
    run(&home, &format!("{bare} https://127.0.0.1:1 --provider oven")).failed(2, "one of EKS");
    let record = run(&home, &format!("{bare} https://127.0.0.1:1/ --provider k3s --team web -o json")).json();
    assert_eq!((&record["way"], &record["server"]), (&"none".into(), &"https://127.0.0.1:1".into()));
    assert_eq!((&record["provider"], &record["environment"]), (&"k3s".into(), &"production".into()));
    let token = home.write("token", "abc.def\n");
    let with_token =
        format!("clusters add --by-hand --name edge --server https://127.0.0.1:1 --token-file {}", token.display());
    run(&home, &with_token).failed(6, "was not registered");
    let record = run(&home, &format!("{with_token} --no-test -o json")).json();
    assert_eq!((&record["way"], &record["server"]), (&"kubeconfig".into(), &"https://127.0.0.1:1".into()));
    assert!(!record.to_string().contains("abc.def"));
}
