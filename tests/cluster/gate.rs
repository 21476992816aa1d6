//! Changes of real clusters, with what the server then holds read by kubectl.

use std::process::Stdio;

use serde_json::Value;

use super::downtime::Outage;
use super::{CONTAINERS, deck, real};
use crate::cli::{Ended, command, ended_with};
use crate::pty::panes::{Pane, row_of, selection};
use crate::pty::{Home, Terminal, until};
use crate::servers::{Namespace, Server, rig};

/// Has no real node; may be stopped while a change is under way.
const STOPPED: &str = "search-staging";

pub(super) const JOB: &str = "apiVersion: batch/v1
kind: Job
metadata: {name: NAME}
spec:
  suspend: true
  template: {spec: {restartPolicy: Never, containers: [{name: main, image: 'busybox:1.36', command: [sleep, '1000']}]}}
";

pub(super) fn run(server: &Server, home: &Home, arguments: &str, stdin: &str) -> Ended {
    let context = server.context.clone().unwrap();
    let mut command = command(home, ["--context", &context]);
    command.args(arguments.split_whitespace()).env("KUBECONFIG", &server.kubeconfig);
    ended_with(command, stdin)
}

/// An object as kubectl reads it; `Null` when it is not there.
pub(super) fn get(server: &Server, namespace: &str, arguments: &str) -> Value {
    let mut command = server.kubectl(&["get", "-n", namespace, "-o", "json", "--ignore-not-found"]);
    let output = command.args(arguments.split_whitespace()).output().unwrap();
    serde_json::from_slice(&output.stdout).unwrap_or_default()
}

/// A home whose configuration makes every real cluster one for development.
pub(super) fn home() -> Home {
    let home = Home::new();
    home.write("config/eksdeck/config.toml", "[gate]\ndevelopment = [\"*\"]\n");
    home
}

/// A kubeconfig of a ServiceAccount that is bound to a ClusterRole in these namespaces; over the cluster if none.
fn bound(server: &Server, home: &Home, space: &Namespace, role: &str, only: &[&str]) -> Server {
    let account = super::rights::limited(server, home, &space.name);
    let who = format!("--serviceaccount={}:limited", space.name);
    for namespace in only {
        let role = format!("--clusterrole={role}");
        server.ask(&["create", "rolebinding", "bound", "-n", namespace, &role, &who]);
    }
    account
}

#[test]
fn every_verb_of_jobs_does_what_it_says() {
    let Some(server) = real(CONTAINERS) else { return };
    let (space, home) = (Namespace::new(&server, "verbs"), home());
    let namespace = space.name.as_str();
    let at = |verb: &str| format!("-n {namespace} job {verb} --yes");
    let job = |name: &str| get(&server, namespace, &format!("job {name}"));
    run(&server, &home, &at("create -f -"), &JOB.replace("NAME", "a")).done();
    assert_eq!(job("a")["spec"]["suspend"], true);
    run(&server, &home, &at("create -f -"), &JOB.replace("NAME", "a")).failed(5, "already exists");
    run(&server, &home, &at("resume a"), "").done();
    assert_eq!(job("a")["spec"]["suspend"], false);
    run(&server, &home, &at("suspend a"), "").done();
    assert_eq!(job("a")["spec"]["suspend"], true);
    run(&server, &home, &at("rerun a"), "").done();
    assert_ne!(job("a-r1"), Value::Null);
    run(&server, &home, &at("delete a a-r1"), "").done();
    assert!(job("a") == Value::Null && job("a-r1") == Value::Null);
    assert_eq!(run(&server, &home, "audit verify", "").code, Some(0));
}

#[test]
fn cronjobs_are_held_and_run_and_marked_jobs_go_from_the_deck() {
    let Some(server) = real(CONTAINERS) else { return };
    let (space, home) = (Namespace::new(&server, "held"), home());
    let create = format!("-n {} job create -f - --yes", space.name);
    for name in ["a", "b"] {
        run(&server, &home, &create, &JOB.replace("NAME", name)).done();
    }
    let spec = "restartPolicy: Never, containers: [{name: main, image: 'busybox:1.36', command: ['true']}]";
    run(&server, &home, &create, &format!("apiVersion: batch/v1\nkind: CronJob\nmetadata: {{name: nightly}}\nspec:\n  schedule: 0 0 1 1 *\n  jobTemplate: {{spec: {{template: {{spec: {{{spec}}}}}}}}}\n")).done();
    let mut terminal = deck(&home, &server, &format!("--context {CONTAINERS} -n {}", space.name));
    // The one namespace that is named is the chosen one.
    terminal.wait("its Jobs", |screen| {
        row_of(screen, Pane::Jobs, "a").is_some() && row_of(screen, Pane::Jobs, "b").is_some()
    });
    let agree = |terminal: &mut Terminal| {
        terminal.wait_text("change nothing");
        std::thread::sleep(std::time::Duration::from_millis(450));
        terminal.press("y");
        terminal.wait_gone("change nothing");
    };
    let cronjob = || get(&server, &space.name, "cronjob nightly");
    terminal.press("3 t");
    terminal.wait_text("0 0 1 1 *");
    for (key, suspended) in [("s", true), ("u", false)] {
        terminal.press(key);
        agree(&mut terminal);
        until("it to be so", || cronjob()["spec"]["suspend"] == suspended);
        terminal.wait_text("0 0 1 1 *");
    }
    terminal.press("t");
    agree(&mut terminal);
    terminal.wait("the deck to follow the new Job", |screen| {
        selection(screen, Pane::Jobs).is_some_and(|(_, name)| name.starts_with("nightly-"))
    });
    terminal.press("/");
    terminal.type_text("suspended");
    terminal.press("enter g space space ctrl-d");
    terminal.wait_text("Delete 2 Jobs");
    agree(&mut terminal);
    until("the marked ones to go", || {
        ["a", "b"].iter().all(|name| get(&server, &space.name, &format!("job {name}")) == Value::Null)
    });
    assert_ne!(cronjob(), Value::Null);
    assert_eq!(run(&server, &home, "audit verify", "").code, Some(0));
}

#[test]
fn who_may_not_write_is_told_so_on_the_screen_and_by_the_exit_code() {
    let Some(server) = real(CONTAINERS) else { return };
    let (space, other, home) = (Namespace::new(&server, "viewed"), Namespace::new(&server, "edited"), home());
    run(&server, &home, &format!("-n {} job create -f - --yes", space.name), &JOB.replace("NAME", "a")).done();
    let account = bound(&server, &home, &space, "view", &[&space.name]);
    let who = format!("--serviceaccount={}:limited", space.name);
    server.ask(&["create", "rolebinding", "edits", "-n", &other.name, "--clusterrole=edit", &who]);
    let at = |namespace: &str, verb: &str| format!("-n {namespace} job {verb} --yes");
    for verb in ["delete a", "suspend a", "resume a", "rerun a"] {
        let ended = run(&account, &home, &at(&space.name, verb), "");
        // What is so already is nobody's right to refuse.
        assert!(ended.code == Some(4) || verb == "suspend a" && ended.code == Some(0), "{verb}: {ended:?}");
    }
    run(&account, &home, &at(&space.name, "create -f -"), &JOB.replace("NAME", "b")).failed(4, "you may not create");
    run(&account, &home, "ns create eksdeck-it-never --yes", "").failed(4, "you may not create namespaces");
    run(&account, &home, &at(&other.name, "create -f -"), &JOB.replace("NAME", "b")).done();
    run(&account, &home, &at(&other.name, "delete b"), "").done();
    assert_ne!(get(&server, &space.name, "job a"), Value::Null);

    let mut terminal = deck(&home, &account, &format!("-n {} -n {}", space.name, other.name));
    terminal.press("3");
    terminal.wait("the Job", |screen| selection(screen, Pane::Jobs).is_some_and(|(_, name)| name == "a"));
    terminal.wait_quiet(std::time::Duration::from_millis(1_000));
    terminal.press("ctrl-d");
    terminal.wait_text("you may not delete Jobs here");
    assert_ne!(get(&server, &space.name, "job a"), Value::Null);
}

#[test]
fn what_was_replaced_between_question_and_answer_does_not_go() {
    let Some(server) = real(CONTAINERS) else { return };
    let (space, home) = (Namespace::new(&server, "replaced"), home());
    space.apply(&JOB.replace("NAME}", "a, namespace: NAMESPACE}"));
    let mut terminal = deck(&home, &server, &format!("--context {CONTAINERS}"));
    terminal.press("3 /");
    terminal.type_text(&format!("ns:{}", space.name));
    terminal.press("enter");
    terminal.wait("the Job", |screen| selection(screen, Pane::Jobs).is_some_and(|(_, name)| name == "a"));
    terminal.press("ctrl-d");
    terminal.wait_text("change nothing");
    server.ask(&["delete", "job", "a", "-n", &space.name, "--wait=true"]);
    space.apply(&JOB.replace("NAME}", "a, namespace: NAMESPACE}"));
    let uid = get(&server, &space.name, "job a")["metadata"]["uid"].clone();
    terminal.wait_quiet(std::time::Duration::from_millis(500));
    terminal.press("y");
    terminal.wait_text("Asked anew");
    terminal.wait_text("it was replaced by another object of the same name");
    assert_eq!(get(&server, &space.name, "job a")["metadata"]["uid"], uid);
}

#[test]
fn a_quota_and_a_namespace_that_goes_are_told_in_the_servers_words() {
    let Some(server) = real(CONTAINERS) else { return };
    let (space, home) = (Namespace::new(&server, "full"), home());
    server.ask(&["create", "quota", "few", "-n", &space.name, "--hard=count/jobs.batch=1"]);
    let create = format!("-n {} job create -f - --yes", space.name);
    run(&server, &home, &create, &JOB.replace("NAME", "a")).done();
    let refused = run(&server, &home, &create, &JOB.replace("NAME", "b"));
    assert!(refused.code != Some(0) && refused.stderr.contains("exceeded quota"), "{refused:?}");
    let held = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: held, namespace: NAMESPACE, finalizers: [example.com/keep]}\n";
    space.apply(held);
    let deleted = run(&server, &home, &format!("ns delete {} --confirm {0}", space.name), "");
    let refused = run(&server, &home, &create, &JOB.replace("NAME", "c"));
    server.ask(&[
        "patch",
        "configmap",
        "held",
        "-n",
        &space.name,
        "--type=merge",
        "-p",
        "{\"metadata\":{\"finalizers\":null}}",
    ]);
    deleted.done();
    assert!(refused.code != Some(0) && refused.stderr.contains("being terminated"), "{refused:?}");
}

#[test]
fn a_server_that_stops_in_the_middle_leaves_a_record_that_agrees_with_it() {
    let Some(server) = real(STOPPED) else { return };
    if rig().is_none() {
        return eprintln!("SKIPPED: EKSDECK_E2E_RIG is not set");
    }
    let (space, home) = (Namespace::new(&server, "middle"), home());
    // So many that the requests a second which one program sends do not reach the end before the server is stopped.
    let names: Vec<String> = (0..150).map(|number| format!("job-{number:03}")).collect();
    let manifests: Vec<String> = names.iter().map(|name| JOB.replace("NAME", name)).collect();
    run(&server, &home, &format!("-n {} job create -f - --yes", space.name), &manifests.join("---\n")).done();
    let path = home.path().join("data/eksdeck/audit.jsonl");
    let lines = || std::fs::read_to_string(&path).unwrap_or_default();
    let before = lines().lines().count();
    let mut command = command(&home, ["--context", STOPPED, "-n", &space.name, "job", "delete", "--yes"]);
    let child = command.args(&names).env("KUBECONFIG", &server.kubeconfig).spawn().unwrap();
    let begun = std::time::Instant::now();
    while lines().lines().count() <= before + 4 {
        assert!(begun.elapsed() < std::time::Duration::from_secs(60), "nothing was deleted");
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let outage = Outage::stop(STOPPED);
    let output = child.wait_with_output().unwrap();
    drop(outage);
    let (told, failed) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    let begun = std::time::Instant::now();
    while !server.kubectl(&["get", "--raw", "/readyz"]).stderr(Stdio::null()).output().unwrap().status.success() {
        assert!(begun.elapsed() < std::time::Duration::from_secs(90), "{STOPPED} does not come back");
        std::thread::sleep(std::time::Duration::from_millis(200));
    }
    let text = lines();
    let records: Vec<Value> = text.lines().skip(before).map(|line| serde_json::from_str(line).unwrap()).collect();
    // A server that says it is ready may still be reading its roles.
    while get(&server, &space.name, "serviceaccounts").is_null() {
        assert!(begun.elapsed() < std::time::Duration::from_secs(120), "{STOPPED} does not answer");
        std::thread::sleep(std::time::Duration::from_millis(200));
    }
    // Of an empty list kubectl says nothing.
    let items = get(&server, &space.name, "jobs")["items"].as_array().cloned().unwrap_or_default();
    let left: Vec<&str> = items.iter().filter_map(|job| job["metadata"]["name"].as_str()).collect();
    for name in &names {
        let words = format!("{}/{name}", space.name);
        let outcome = records.iter().rev().find(|line| line["object"]["name"] == **name).map(|line| &line["outcome"]);
        match outcome.and_then(Value::as_str) {
            Some("done") => assert!(!left.contains(&name.as_str()) && told.contains(&words), "{name}: {told}"),
            // It was sent, and nobody knows.
            Some("unknown") => assert!(failed.contains(&words), "{name}: {failed}"),
            _ => assert!(left.contains(&name.as_str()) && failed.contains(&words), "{name}: {failed}"),
        }
    }
    // The server may have been quicker than the outage; then nothing was to be told.
    assert_eq!(output.status.success(), left.is_empty(), "{told}{failed}");
    assert_eq!(run(&server, &home, "audit verify", "").code, Some(0));
}
