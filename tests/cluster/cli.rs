//! The subcommands on real clusters.

use std::io::{BufRead, BufReader};

use serde_json::Value;

use super::rights::limited;
use super::{CONTAINERS, real};
use crate::cli::{Ended, command, ended};
use crate::pty::Home;
use crate::servers::{Namespace, Server};

const JOBS: &str = r#"
apiVersion: batch/v1
kind: Job
metadata: {name: counts, namespace: NAMESPACE, labels: {step: count}}
spec:
  template: {spec: {restartPolicy: Never, containers: [{name: main, image: "busybox:1.36",
    command: [sh, -c, "echo one; echo two; echo three"]}]}}
---
apiVersion: batch/v1
kind: Job
metadata: {name: exits, namespace: NAMESPACE, labels: {step: fail}}
spec:
  backoffLimit: 0
  template: {spec: {restartPolicy: Never, containers: [{name: main, image: "busybox:1.36",
    command: [sh, -c, "echo cannot open ledger >&2; exit 3"]}]}}
"#;

const SLOW: &str = r#"
apiVersion: batch/v1
kind: Job
metadata: {name: ticks, namespace: NAMESPACE}
spec:
  template: {spec: {restartPolicy: Never, containers: [{name: main, image: "busybox:1.36",
    command: [sh, -c, "for i in 1 2 3 4 5 6; do echo tick $i; sleep 1; done"]}]}}
"#;

fn run(home: &Home, server: &Server, arguments: &str) -> Ended {
    let mut command = command(home, arguments.split_whitespace());
    command.env("KUBECONFIG", &server.kubeconfig);
    if let Some(context) = server.context.as_ref().filter(|_| !arguments.contains("--context")) {
        command.args(["--context", context]);
    }
    ended(command)
}

fn wait_for(namespace: &Namespace, job: &str, condition: &str) {
    let (condition, job) = (format!("--for=condition={condition}"), format!("job/{job}"));
    namespace.server.ask(&["wait", &condition, &job, "-n", &namespace.name, "--timeout=90s"]);
}

#[test]
fn jobs_are_listed_told_and_read() {
    let Some(server) = real(CONTAINERS) else { return };
    let (namespace, home) = (Namespace::new(&server, "cli"), Home::new());
    namespace.apply(JOBS);
    wait_for(&namespace, "counts", "complete");
    wait_for(&namespace, "exits", "failed");
    let run = |arguments: &str| run(&home, &server, &arguments.replace("NS", &namespace.name));

    let rows = run("job list -n NS -o json");
    rows.done();
    let rows = rows.json();
    let told = |row: &Value| (row["name"].clone(), row["state"].clone(), row["phase"].clone(), row["failed"].clone());
    let told: Vec<_> = rows.as_array().unwrap().iter().map(told).collect();
    assert_eq!(
        told,
        [
            ("counts".into(), "Succeeded".into(), "Succeeded".into(), 0.into()),
            ("exits".into(), "exit 3".into(), "Failed".into(), 1.into())
        ]
    );
    let chosen = run("job list -A -l step=fail -o json");
    assert!(chosen.json().as_array().unwrap().iter().all(|row| row["name"] == "exits"), "{chosen:?}");
    assert!(run("job list -n NS").done().starts_with("NAME "), "one namespace is not repeated in each row");
    let none = run("job list -n NS -l step=none");
    assert!(none.code == Some(0) && none.stdout.is_empty() && none.stderr.contains("no Jobs in namespace"), "{none:?}");

    let text = run("job status exits -n NS");
    for words in ["exit 3", "BackoffLimitExceeded", "Conditions", "Pods (1)", "Events"] {
        assert!(text.done().contains(words), "{words}: {}", text.stdout);
    }
    let value = run("job status NS/exits -o json").json();
    assert_eq!(value["pods"][0]["containers"][0]["exit_code"], 3, "{value}");
    assert_eq!(value["reason"], "BackoffLimitExceeded");
    run("job status nothing -n NS").failed(3, "job nothing: not found in namespace");

    assert_eq!(run("job logs counts -n NS").stdout, "one\ntwo\nthree\n");
    assert_eq!(run("job logs counts -n NS --tail 1").stdout, "three\n");
    let timed = run("job logs counts -n NS --tail 1 --timestamps").stdout;
    assert!(timed.starts_with("20") && timed.ends_with("Z three\n"), "{timed}");
    run("job logs counts -n NS -c other").failed(3, "no container is named other: main");

    let spaces = run("ns list -n NS -o json").json();
    assert_eq!(
        (&spaces[0]["name"], &spaces[0]["jobs_failed"]),
        (&namespace.name.as_str().into(), &1.into()),
        "{spaces}"
    );

    let select = format!("snapshot --select {CONTAINERS}/NS/exits");
    let frame = run(&select);
    assert!(frame.done().contains("exit 3") && frame.stdout.contains("cannot open ledger"), "{}", frame.stdout);
}

#[test]
fn a_followed_log_ends_with_its_job_and_lacks_nothing() {
    let Some(server) = real(CONTAINERS) else { return };
    let (namespace, home) = (Namespace::new(&server, "follow"), Home::new());
    namespace.apply(SLOW);
    // Its pod has not started yet: it joins by itself.
    let logs = run(&home, &server, &format!("job logs ticks -n {} -f --no-prefix", namespace.name));
    let ticks: Vec<&str> = logs.stdout.lines().collect();
    assert_eq!(ticks, ["tick 1", "tick 2", "tick 3", "tick 4", "tick 5", "tick 6"], "{logs:?}");
    assert_eq!(logs.code, Some(0), "{logs:?}");
}

#[test]
fn a_watched_list_tells_of_a_job_that_comes() {
    let Some(server) = real(CONTAINERS) else { return };
    let (namespace, home) = (Namespace::new(&server, "watch"), Home::new());
    let arguments = format!("job list --watch -o json --context {CONTAINERS} -n {}", namespace.name);
    let mut command = command(&home, arguments.split_whitespace());
    let mut child = command.env("KUBECONFIG", &server.kubeconfig).spawn().unwrap();
    namespace.apply(JOBS);
    let mut rows = BufReader::new(child.stdout.take().unwrap()).lines().map(|line| {
        let line = line.unwrap();
        serde_json::from_str::<Value>(&line).unwrap_or_else(|error| panic!("{error}: {line}"))
    });
    let found = rows.find(|row| row["name"] == "exits" && row["phase"] == "Failed");
    assert_eq!(found.map(|row| row["change"].clone()), Some("modified".into()));
    drop(rows);
    assert_eq!(child.wait().unwrap().code(), Some(0), "it ends with its reader");
}

#[test]
fn the_fleet_is_well_and_says_so() {
    let Some(server) = real(CONTAINERS) else { return };
    let home = Home::new();
    let clusters = run(&home, &server, "clusters --context all -o json");
    clusters.done();
    let ours = clusters.json();
    let ours = ours.as_array().unwrap().iter().find(|row| row["name"] == CONTAINERS).unwrap();
    assert_eq!(ours["provider"], "EKS");
    assert!(ours["nodes"].as_u64() > Some(0) && ours["latency_ms"].is_u64(), "{ours}");

    let doctor = run(&home, &server, "doctor -o json");
    doctor.done();
    let report = doctor.json();
    assert_eq!(report["well"], true);
    assert!(report["clusters"][0]["clock_skew_seconds"].as_i64().unwrap().abs() < 5, "{report}");
}

#[test]
fn who_may_see_one_namespace_is_told_what_is_left_out() {
    let Some(server) = real(CONTAINERS) else { return };
    let (namespace, home) = (Namespace::new(&server, "doctor"), Home::new());
    let limited = limited(&server, &home, &namespace.name);
    let before = run(&home, &limited, &format!("doctor -n {}", namespace.name));
    assert_eq!(before.code, Some(4), "{before:?}");
    assert!(
        before.stdout.contains("✖ jobs") && before.stdout.contains("no permission to list and watch jobs"),
        "{before:?}"
    );
    run(&home, &limited, &format!("job list -n {}", namespace.name)).failed(4, "jobs");

    namespace.apply(&super::rights::ROLE.replace("HOME", &namespace.name));
    let after = run(&home, &limited, &format!("doctor -n {}", namespace.name));
    assert!(after.done().contains(&format!("list, watch only in {}", namespace.name)), "{after:?}");
    wait_for(&namespace, "speaks", "complete");
    let jobs = run(&home, &limited, &format!("job list -n {} -o json", namespace.name));
    jobs.done();
    assert_eq!(jobs.json()[0]["state"], "Succeeded");
    run(&home, &limited, "job list -n kube-system").failed(4, "namespace kube-system");
}
