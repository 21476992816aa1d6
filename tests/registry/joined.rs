//! Registered clusters among the others: one row each, by whatever name, with what the registry says of them.

use super::lab::{Lab, tamper};
use crate::cli::{Ended, command, ended, kubeconfig};
use crate::pty::Home;
use crate::servers::EmbeddedFleet;

fn run(home: &Home, arguments: &str) -> Ended {
    ended(command(home, arguments.split_whitespace()))
}

fn on(lab: &Lab, home: &Home, arguments: &str) -> Ended {
    let mut command = command(home, arguments.split_whitespace());
    command.envs(lab.environment());
    ended(command)
}

#[tokio::test]
async fn a_registered_cluster_is_opened_without_any_kubeconfig() {
    let fleet = EmbeddedFleet::start("--clusters 1");
    for lab in Lab::all().await {
        let home = Home::new();
        let kubeconfig = home.path().join("kubeconfig");
        std::fs::copy(&fleet.server().kubeconfig, &kubeconfig).unwrap();
        on(&lab, &home, "clusters add --name shop --environment staging --team web -l tier=1 --protected").done();

        // Known twice, one row: the kubeconfig's name, and the registry's words.
        let rows = on(&lab, &home, "clusters -o json --context all").json();
        assert_eq!(rows.as_array().unwrap().len(), 1, "{rows}");
        let context = rows[0]["name"].as_str().unwrap().to_owned();
        assert_ne!(context, "shop");
        assert_eq!(rows[0]["ways"], serde_json::json!(["kubeconfig", "registry"]));
        let told = |row: &serde_json::Value| {
            assert_eq!((&row["registered"], &row["environment"]), (&"shop".into(), &"staging".into()), "{row}");
            assert_eq!((&row["protected"], &row["read_only"]), (&true.into(), &serde_json::Value::Null), "{row}");
            assert_eq!((&row["team"], &row["labels"]["tier"]), (&"web".into(), &"1".into()), "{row}");
            assert_eq!(row["health"], "live", "{row}");
        };
        told(&rows[0]);
        let by_either = on(&lab, &home, &format!("job list -A -o json --context shop --context {context}"));
        assert!(by_either.json().as_array().is_some_and(|jobs| !jobs.is_empty()), "{by_either:?}");

        std::fs::remove_file(&kubeconfig).unwrap();
        let rows = on(&lab, &home, "clusters -o json").json();
        assert_eq!((&rows[0]["name"], &rows[0]["ways"]), (&"shop".into(), &serde_json::json!(["registry"])), "{rows}");
        told(&rows[0]);
        let jobs = on(&lab, &home, "job list -A -o json").json();
        let job = &jobs[0];
        let one = format!("-n {} {}", job["namespace"].as_str().unwrap(), job["name"].as_str().unwrap());
        on(&lab, &home, &format!("job delete {one}")).failed(7, "--confirm");
        on(&lab, &home, "clusters edit shop --mark-read-only true").done();
        on(&lab, &home, &format!("job delete {one} --confirm shop"))
            .failed(4, "the registry makes this cluster read-only");
        on(&lab, &home, "clusters edit shop --mark-read-only false --rename till").done();
        let renamed = on(&lab, &home, "job list --context till");
        assert!(renamed.code == Some(0) && renamed.stderr.contains("of till"), "{renamed:?}");
    }
}

#[tokio::test]
async fn one_server_before_two_clusters_is_two_rows() {
    let fleet = EmbeddedFleet::start("--clusters 1");
    let home = Home::new();
    std::fs::copy(&fleet.server().kubeconfig, home.path().join("kubeconfig")).unwrap();
    run(&home, "clusters add --name shop --environment development").done();
    let file = home.path().join("data/eksdeck/registry.sqlite");
    tamper(&file, "UPDATE clusters SET uid = 'another'").await;
    // Until it was asked who it is it counts as one; then each is what it is.
    let rows = run(&home, "clusters -o json --context all").json();
    assert_eq!(rows.as_array().unwrap().len(), 2, "{rows}");
    assert_eq!((&rows[0]["environment"], &rows[0]["registered"]), (&"production".into(), &serde_json::Value::Null));
    assert_eq!((&rows[1]["name"], &rows[1]["environment"]), (&"shop".into(), &"development".into()), "{rows}");
}

#[test]
fn a_registry_that_cannot_be_read_is_told_and_everything_else_goes_on() {
    let fleet = EmbeddedFleet::start("--clusters 1");
    let home = Home::new();
    std::fs::copy(&fleet.server().kubeconfig, home.path().join("kubeconfig")).unwrap();
    run(&home, "job list -A").done();
    let file = home.path().join("data/eksdeck/registry.sqlite");
    assert!(!file.exists(), "nobody makes a registry by starting");

    run(&home, "clusters add --name shop").done();
    let whole = std::fs::read(&file).unwrap();
    std::fs::write(&file, &whole[..5000]).unwrap();
    let listed = run(&home, "job list -A -o json");
    assert!(listed.json().as_array().is_some_and(|rows| !rows.is_empty()), "{listed:?}");
    assert!(listed.stderr.contains("truncated"), "{listed:?}");
    assert_eq!(listed.code, Some(0));
    std::fs::write(&file, whole).unwrap();

    // The wrong key says so where the kubeconfig is wanted, and nowhere else.
    std::fs::remove_file(home.path().join("kubeconfig")).unwrap();
    std::fs::remove_dir_all(home.path().join("data/eksdeck/keys")).unwrap();
    let closed = run(&home, "job list");
    closed.failed(1, "is missing");
    let rows = run(&home, "clusters -o json");
    assert!(rows.stdout.is_empty() || rows.json()[0]["reason"].as_str().unwrap().contains("is missing"), "{rows:?}");
}

#[test]
fn a_database_that_is_away_keeps_nobody_from_the_kubeconfig() {
    let home = Home::new();
    kubeconfig(&home, "https://127.0.0.1:1");
    let mut command = command(&home, ["clusters", "-o", "json"]);
    command.env("EKSDECK_DATABASE_URL", "postgres://me:secret-password@127.0.0.1:1/x");
    let ended = ended(command);
    assert!(ended.stderr.contains("me@127.0.0.1:1/x") && !ended.stderr.contains("secret-password"), "{ended:?}");
    assert!(ended.stderr.contains("127.0.0.1:1") && ended.code == Some(6), "{ended:?}");
}
