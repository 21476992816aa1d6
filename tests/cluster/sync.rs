//! A round over real clusters.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::{CONTAINERS, FAKE, real};
use crate::cli::{command, ended, run};
use crate::collect::finished;
use crate::pty::Home;
use crate::servers::Namespace;

/// Fails with words on its log, and is gone soon after.
const JOB: &str = "apiVersion: batch/v1
kind: Job
metadata: {name: gone-soon, namespace: NAMESPACE}
spec:
  backoffLimit: 0
  ttlSecondsAfterFinished: 45
  template:
    spec:
      restartPolicy: Never
      containers:
      - {name: main, image: 'busybox:1.36', command: [sh, -c, 'echo the last words; exit 3']}
";

#[test]
fn a_round_sees_what_is_there_and_a_job_that_ended_outlives_its_ttl() {
    let Some(server) = real(CONTAINERS) else { return };
    let home = Home::new();
    for context in [CONTAINERS, FAKE] {
        let mut add = command(&home, ["clusters", "add", "--context", context, "--kubeconfig"]);
        add.arg(&server.kubeconfig);
        let added = ended(add);
        assert_eq!(added.code, Some(0), "{added:?}");
    }
    let namespace = Namespace::new(&server, "sync");
    server.ask(&["label", "namespace", &namespace.name, "team=ledger", "cost-center=cc-7"]);
    namespace.apply(JOB);
    let job = ["-n", &namespace.name, "wait", "job/gone-soon", "--for=condition=failed", "--timeout=120s"];
    server.ask(&job);

    let round = run(&home, "clusters sync -o json");
    assert_eq!((round.code, round.stderr.as_str()), (Some(0), ""), "{round:?}");
    let rows = round.json();
    let row = |name: &str| rows.as_array().unwrap().iter().find(|row| row["name"] == name).unwrap().clone();
    let seen = row(CONTAINERS);
    assert!(seen["kept"] == true && seen["status"] != "down", "{seen}");
    let summary = &seen["summary"];
    assert_eq!((&summary["unseen"], &summary["checks_failed"]), (&Value::Array(vec![]), &Value::Array(vec![])));
    let count = |kind: &str| server.count(kind).0;
    assert_eq!(summary["nodes"], count("nodes"));
    assert_eq!(summary["deployments"], count("deployments"));
    assert!(summary["cpu_allocatable"].as_i64().unwrap() > 0 && summary["warnings"].is_u64(), "{summary}");
    let spaces = seen["space"]["namespaces"].as_array().unwrap();
    let ours = spaces.iter().find(|space| space[0] == *namespace.name).unwrap();
    assert_eq!((&ours[1], &ours[2]), (&"ledger".into(), &"cc-7".into()));
    assert!(row(FAKE)["kept"] == true && row(FAKE)["summary"]["nodes"].as_u64() > Some(0));

    let listed = run(&home, "clusters list -o json").json();
    let known: BTreeSet<&str> = listed.as_array().unwrap().iter().map(|row| row["status"].as_str().unwrap()).collect();
    assert!(!known.contains("unknown"), "{listed}");

    let finished = || {
        let kept = finished(&home, seen["registered"].as_str().unwrap());
        kept.into_iter().find(|job| job.namespace == namespace.name)
    };
    // A round keeps a few Jobs; others may have ended before.
    for _ in 0..30 {
        if finished().is_some() {
            break;
        }
        run(&home, "clusters sync");
    }
    // Its TTL takes the Job from the cluster, and not from the registry.
    let deadline = Instant::now() + Duration::from_secs(120);
    while server.ask(&["-n", &namespace.name, "get", "jobs", "-o", "name"]).0.contains("gone-soon") {
        assert!(Instant::now() < deadline, "the Job stays");
        std::thread::sleep(Duration::from_millis(500));
    }
    let job = finished().unwrap();
    assert_eq!((job.succeeded, job.exit_code, job.log.as_str()), (false, Some(3), "the last words"));
}

/// What is deployed to let a collector in lets it see all that it looks for.
#[test]
fn the_deployed_role_is_enough() {
    let Some(server) = real(CONTAINERS) else { return };
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/deploy/eksdeck-collect.yaml");
    server.ask(&["apply", "--dry-run=client", "-f", file]);
    let text = std::fs::read_to_string(file).unwrap();
    let role = text.split("---\n").find(|part| part.contains("\nkind: ClusterRole\n")).unwrap();
    let namespace = Namespace::new(&server, "collect");
    let name = namespace.name.clone();
    server.apply(&role.replace("name: eksdeck-collect", &format!("name: {name}")));
    server.ask(&["-n", &name, "create", "serviceaccount", "collector"]);
    let account = format!("--serviceaccount={name}:collector");
    server.ask(&["create", "clusterrolebinding", &name, &format!("--clusterrole={name}"), &account]);
    let token = server.ask(&["-n", &name, "create", "token", "collector"]).0;
    let mut config: Value =
        serde_json::from_str(&server.ask(&["config", "view", "--raw", "--minify", "-o", "json"]).0).unwrap();
    config["users"][0]["user"] = serde_json::json!({"token": token.trim()});
    let home = Home::new();
    home.write("kubeconfig", &config.to_string());
    run(&home, "clusters add --name ours --no-test").done();
    let round = run(&home, "clusters sync -o json");
    for kind in ["clusterrolebinding", "clusterrole"] {
        server.ask(&["delete", kind, &name]);
    }
    let summary = &round.json()[0]["summary"];
    assert_eq!((&summary["unseen"], &summary["checks_failed"]), (&Value::Array(vec![]), &Value::Array(vec![])));
    assert!(summary["nodes"].as_u64() > Some(0) && summary["version"].is_string(), "{summary}");
}
