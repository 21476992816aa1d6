//! Mistakes in what was typed, and clusters that are not known.

use super::{kubeconfig, run};
use crate::pty::Home;

#[test]
fn a_mistake_in_the_arguments_is_told_before_any_cluster_is_asked() {
    let home = Home::new();
    kubeconfig(&home, "https://127.0.0.1:1");
    for (arguments, words) in [
        ("job status", "<NAME>"),
        ("job list -o xml", "xml"),
        ("job list -l a=b=c", "label value"),
        ("job logs x --tail -1", "-1"),
        ("job logs x -f --previous", "--previous"),
        ("job logs x --since yesterday", "1h30m"),
        ("clusters --timeout 0", "15s"),
        ("snapshot --width 10", "60..=500"),
        ("fly", "fly"),
    ] {
        let ended = run(&home, arguments);
        ended.failed(2, words);
        assert!(ended.stderr.contains(" --help)") && ended.stdout.is_empty(), "{arguments}: {ended:?}");
    }
    run(&home, "job").failed(2, "eksdeck job --help");
    run(&home, "job list -A -n x").failed(2, "-A and -n");
    run(&home, "job list --config nofile.toml").failed(2, "--config nofile.toml");
    run(&home, "demo --clusters 0").failed(2, "clusters");
    run(&home, "demo --kubeconfig zz").failed(2, "--serve");
    run(&home, "snapshot --theme neon").failed(2, "`neon`");
}

#[test]
fn without_a_kubeconfig_each_says_so() {
    let home = Home::new();
    for arguments in ["clusters", "ns list", "job list", "job status x", "job logs x", "snapshot", "doctor"] {
        run(&home, arguments).failed(3, "kubeconfig");
    }
}

#[test]
fn a_context_that_is_not_there_is_named_with_those_that_are() {
    let home = Home::new();
    kubeconfig(&home, "https://127.0.0.1:1");
    for arguments in ["clusters", "ns list", "job list", "doctor", "snapshot"] {
        run(&home, &format!("{arguments} --context lap")).failed(3, "no context is named `lap`: lab");
    }
    run(&home, "snapshot --select lap/x").failed(3, "`lap/x` begins with no cluster's name: lab");
}

#[test]
fn without_a_current_context_lists_ask_for_one_and_clusters_are_listed() {
    let home = Home::new();
    let text = super::one_context("https://127.0.0.1:1", "{token: abc}").replace("current-context: lab\n", "");
    let second = text.replace("lab", "hut").replace("name: me", "name: you").replace("user: me", "user: you");
    let (one, two) = (home.write("one", &text), home.write("two", &second));
    let both = std::env::join_paths([one, two]).unwrap();
    let with = |arguments: &str| {
        let mut command = super::command(&home, arguments.split_whitespace());
        command.env("KUBECONFIG", &both);
        super::ended(command)
    };
    with("job list").failed(2, "name one with --context (lab, hut)");
    let clusters = with("clusters -o json");
    clusters.done();
    let states = |row: &serde_json::Value| (row["name"].clone(), row["health"].clone());
    let found: Vec<_> = clusters.json().as_array().unwrap().iter().map(states).collect();
    assert_eq!(found, [("lab".into(), "not_opened".into()), ("hut".into(), "not_opened".into())]);
}

#[test]
fn a_broken_kubeconfig_is_told_with_its_place() {
    let home = Home::new();
    home.write("kubeconfig", "apiVersion: v1\nclusters: [\n  {name: x\n");
    for arguments in ["job list", "clusters"] {
        let ended = run(&home, arguments);
        ended.failed(1, "kubeconfig:");
        assert!(!ended.stderr.contains(" at line "), "the place is told once: {ended:?}");
    }
    let ended = run(&home, "doctor");
    assert_eq!(ended.code, Some(1));
    assert!(!ended.stdout.contains("none found"), "{ended:?}");
    assert!(ended.stdout.contains("✖ kubeconfig") && ended.stdout.contains("kubeconfig:"), "{ended:?}");
}

#[test]
fn a_mistake_in_the_configuration_is_what_the_doctor_finds() {
    let home = Home::new();
    kubeconfig(&home, "https://127.0.0.1:1");
    home.write("config/eksdeck/config.toml", "theem = \"dark\"\n");
    let ended = run(&home, "doctor -o json");
    let found = &ended.json()["configuration"];
    assert!(found["files"][0].as_str().unwrap().ends_with("config.toml"), "{found}");
    assert!(found["checks"][0]["words"].as_str().unwrap().contains("did you mean `theme`?"), "{found}");
}

#[test]
fn a_mistake_in_any_own_file_is_what_the_doctor_finds_and_lists_tell_those_of_the_configuration() {
    let home = Home::new();
    kubeconfig(&home, "https://127.0.0.1:1");
    home.write("config/eksdeck/config.toml", "[logs]\nmemory-mb = 3\n");
    home.write("config/eksdeck/keys.toml", "[keys]\n\"logs.wrp\" = \"w\"\n");
    home.write("config/eksdeck/themes/own.toml", "nothing = 1\n");
    let told = run(&home, "doctor").stdout;
    for file in ["config.toml:2:1: ", "keys.toml:", "own.toml:"] {
        assert!(told.contains(file), "{file}: {told}");
    }
    for arguments in ["clusters", "job list", "ns list"] {
        let told = run(&home, arguments).stderr;
        assert!(told.contains("`logs.memory-mb`; did you mean `logs.memory-mib`?"), "{arguments}: {told}");
    }
}

#[test]
fn without_a_terminal_the_deck_says_what_there_is() {
    let home = Home::new();
    kubeconfig(&home, "https://127.0.0.1:1");
    run(&home, "").failed(1, "needs a terminal; without one: eksdeck snapshot, eksdeck job list");
}

#[test]
fn the_doctor_speaks_ascii_where_the_locale_does() {
    let home = Home::new();
    kubeconfig(&home, "https://127.0.0.1:1");
    let mut command = super::command(&home, ["doctor"]);
    command.env("LC_ALL", "C");
    let ended = super::ended(command);
    assert!(ended.stdout.is_ascii() && ended.stdout.contains("connect"), "{ended:?}");
}
