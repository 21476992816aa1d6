//! Several eksdecks at once, and one that is killed.

use std::io::Write;
use std::process::{Command, Stdio};
use std::time::Duration;

use eksdeck::adapters::registry::{ErrorKind, Registry};
use eksdeck::domain::registry::{PlainRecord, Way};
use serde_json::json;

use super::lab::{KEY, Lab, TOKEN, record};
use crate::cli::{Ended, command, ended, one_context};
use crate::pty::Home;

/// The program on a lab's registry; a file then lies in the home.
fn on(lab: &Lab, home: &Home, arguments: &str) -> Command {
    let mut command = command(home, arguments.split_whitespace());
    command.envs(lab.environment());
    command
}

/// The home's registry, or the lab's if that is shared.
async fn opened(lab: &Lab, home: &Home, key: Option<&str>) -> Registry {
    let folder = home.path().join("data/eksdeck");
    let place = match &lab.postgres {
        Some(_) => lab.place(),
        None => eksdeck::adapters::registry::Place::File(folder.join("registry.sqlite")),
    };
    Registry::open(&super::lab::options_at(place, &folder, "default", key, None)).await.unwrap()
}

#[tokio::test]
async fn many_that_start_at_once_agree_on_one_registry_and_one_key() {
    for lab in Lab::all().await {
        let home = Home::new();
        let user = format!("{{token: {TOKEN}}}");
        let children: Vec<_> = (0..8)
            .map(|number| {
                // Two clusters are told apart by nothing but their names, as long as nobody asked them.
                let name = format!("c{number}");
                home.write(&name, &one_context("https://127.0.0.1:1", &user).replace("lab", &name));
                let arguments = format!("clusters add -f {name} --no-test");
                on(&lab, &home, &arguments).spawn().unwrap()
            })
            .collect();
        for child in children {
            let output = child.wait_with_output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        }
        let registry = opened(&lab, &home, None).await;
        let clusters = registry.clusters().await.unwrap();
        assert_eq!((clusters.len(), registry.key_ids().await.unwrap().len()), (8, 1));
        for cluster in clusters {
            assert!(registry.kubeconfig(&cluster.id).await.unwrap().expose().contains(TOKEN));
        }
        let audit = ended(command(&home, ["audit", "verify", "-o", "json"]));
        assert_eq!(audit.json()["whole"], true, "{audit:?}");
        registry.close().await;
    }
}

#[tokio::test]
async fn one_that_is_killed_in_the_middle_of_a_write_leaves_all_or_nothing() {
    const MANY: usize = 2_000;
    let clusters: Vec<_> = (0..MANY)
        .map(|number| {
            let mut record = record(&format!("c{number}"));
            record.way = Way::Iam;
            let mut value = serde_json::to_value(PlainRecord::from(&record)).unwrap();
            value["kubeconfig"] = json!(null);
            value
        })
        .collect();
    let export = json!({"schema": 1, "clusters": clusters}).to_string();
    for lab in Lab::all().await {
        let home = Home::new();
        home.write("export.json", &export);
        ended(on(&lab, &home, "clusters list"));
        let (mut none, mut rounds) = (0, 0);
        let audit = home.path().join("data/eksdeck/audit.jsonl");
        for wait in [0, 1, 2, 5, 10, 20, 40, 80] {
            let lines = || std::fs::read(&audit).map_or(0, |text| text.iter().filter(|byte| **byte == b'\n').count());
            let before = lines();
            let mut child = on(&lab, &home, "registry import export.json").spawn().unwrap();
            // The write begins behind its line in the journal.
            while lines() == before && child.try_wait().unwrap().is_none() {
                std::thread::sleep(Duration::from_millis(1));
            }
            std::thread::sleep(Duration::from_millis(wait));
            child.kill().unwrap();
            child.wait().unwrap();
            let registry = opened(&lab, &home, Some(KEY)).await;
            // PostgreSQL notices a moment later that its client has gone; until then the lock is held.
            let found = loop {
                match registry.clusters().await {
                    Ok(found) => break found.len(),
                    Err(error) if error.kind == ErrorKind::Lost => continue,
                    Err(error) => panic!("{error}"),
                }
            };
            rounds += 1;
            registry.close().await;
            match found {
                0 => none += 1,
                MANY => break,
                some => panic!("{some} of {MANY}"),
            }
        }
        assert!(none > 0, "it was never killed in time ({rounds} rounds)");
        // What was killed keeps nobody out.
        let after: Ended =
            ended(on(&lab, &home, "clusters add --no-test --arn arn:aws:eks:eu-west-1:111111111111:cluster/after"));
        assert_eq!(after.code, Some(0), "{after:?}");
    }
}

#[test]
fn its_memory_is_for_nobody_else() {
    let home = Home::new();
    let mut command = command(&home, "clusters add -f -".split_whitespace());
    command.stdin(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // It reads standard input once the registry is open, so by then all of that is done.
    let file = home.path().join("data/eksdeck/registry.sqlite");
    while !file.exists() {
        assert!(child.try_wait().unwrap().is_none(), "it ended");
        std::thread::sleep(Duration::from_millis(5));
    }
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", child.id())).unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().collect::<Vec<_>>()[4..6], ["0", "0"], "{core}");
    child.stdin.take().unwrap().write_all(b"no kubeconfig").unwrap();
    assert!(!child.wait().unwrap().success());
}
