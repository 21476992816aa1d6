//! The audit's copy in the registry, and what doctor says of the registry.

use std::sync::Arc;
use std::time::Duration;

use eksdeck::adapters::audit::Journal;
use eksdeck::adapters::registry::{Opener, keep_copied, recorded};

use super::lab::{KEY, Lab, OTHER_KEY};
use crate::cli::{Ended, command, ended, kubeconfig};
use crate::pty::Home;

fn on(lab: &Lab, home: &Home, arguments: &str) -> Ended {
    let mut command = command(home, arguments.split_whitespace());
    command.envs(lab.environment());
    ended(command)
}

fn verbs(listed: &Ended) -> Vec<String> {
    let verb = |line: &serde_json::Value| line["intent"]["verb"].as_str().unwrap().to_owned();
    listed.json().as_array().unwrap().iter().map(verb).collect()
}

#[tokio::test]
async fn what_several_people_wrote_is_listed_filtered_exported_and_checked() {
    for lab in Lab::all().await {
        let home = Home::new();
        kubeconfig(&home, "https://127.0.0.1:1");
        on(&lab, &home, "clusters add --no-test --name one").done();
        on(&lab, &home, "clusters edit one --team web").done();
        on(&lab, &home, "clusters remove one --confirm one").done();
        let list = |flags: &str| verbs(&on(&lab, &home, &format!("audit list --registry -o json {flags}")));
        assert_eq!(list(""), ["register", "edit", "remove"]);
        assert_eq!(list("--verb edit --verb remove --cluster o*"), ["edit", "remove"]);
        assert!(list("--who nobody-of-that-name").is_empty() && list("--outcome refused").is_empty());
        assert_eq!(list("--since 1h --last 1"), ["remove"]);
        on(&lab, &home, "audit list --registry --outcome lost").failed(2, "done, refused, unknown or unsent");
        let local = verbs(&on(&lab, &home, "audit list -o json --verb edit"));
        assert_eq!(local, ["edit"]);

        let exported = on(&lab, &home, "audit export --registry --verb edit");
        let lines: Vec<serde_json::Value> =
            exported.done().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let phases: Vec<_> = lines.iter().map(|line| line["line"]["phase"].as_str().unwrap()).collect();
        assert_eq!(phases, ["intent", "outcome"]);
        let whole = on(&lab, &home, "audit export");
        assert_eq!(whole.done(), std::fs::read_to_string(home.path().join("data/eksdeck/audit.jsonl")).unwrap());

        on(&lab, &home, "audit verify --registry").done();
        if lab.postgres.is_some() {
            lab.tamper("UPDATE audit_copies SET line = replace(line, 'edit', 'view') WHERE line LIKE '%\"edit\"%'")
                .await;
            let checked = on(&lab, &home, "audit verify --registry");
            assert!(checked.code == Some(1) && checked.stderr.contains("chain is broken"), "{checked:?}");
        }
    }
}

#[tokio::test]
async fn what_a_running_program_writes_is_copied_while_it_runs() {
    for lab in Lab::all().await {
        let path = lab.folder.path().join("audit.jsonl");
        let (journal, registry) = (Journal::new(Some(path.clone())), lab.open().await);
        let opener = Arc::new(Opener::new(lab.options(Some(KEY), None)));
        let copying = tokio::spawn(keep_copied(opener, path, Duration::from_millis(20)));
        for lines in [2, 4] {
            recorded(&journal, &registry, "delete", "one", "", async { Ok(()) }).await.unwrap();
            while registry.audit_lines().await.unwrap().len() != lines {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
        copying.abort();
    }
}

#[test]
fn doctor_tells_of_the_registry_and_a_key_that_is_missing() {
    let home = Home::new();
    kubeconfig(&home, "https://127.0.0.1:1");
    let doctor = |key: &str| {
        let mut command = command(&home, ["doctor", "-o", "json", "--timeout", "2s"]);
        command.env("BYOK_ENCRYPTION_KEY", key);
        ended(command).json()["registry"].clone()
    };
    assert_eq!(doctor(KEY)["files"], serde_json::json!([]));
    let mut add = command(&home, "clusters add --no-test --name one".split_whitespace());
    add.env("BYOK_ENCRYPTION_KEY", KEY);
    ended(add).done();
    let found = doctor(KEY);
    assert!(found["files"][0].as_str().unwrap().ends_with("registry.sqlite"), "{found}");
    let words = |found: &serde_json::Value, place: usize| {
        let check = &found["checks"][place];
        (check["level"].as_str().unwrap().to_owned(), check["words"].as_str().unwrap().to_owned())
    };
    assert_eq!(words(&found, 0), ("fine".to_owned(), "1 cluster in default, as admin".to_owned()));
    assert!(words(&found, 1).1.ends_with("is at hand"), "{found}");
    let found = doctor(OTHER_KEY);
    assert!(words(&found, 1).0 == "wrong" && words(&found, 1).1.contains("missing"), "{found}");
    std::fs::write(home.path().join("data/eksdeck/registry.sqlite"), "no database").unwrap();
    let found = doctor(KEY);
    assert_eq!(words(&found, 0).0, "wrong", "{found}");
}
