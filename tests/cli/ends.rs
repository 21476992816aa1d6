//! Ends of output: readers that go, frames without a terminal.

use super::{command, kubeconfig, run};
use crate::pty::Home;
use crate::servers::EmbeddedFleet;

#[test]
fn a_reader_that_has_gone_ends_it_quietly() {
    let home = Home::new();
    kubeconfig(&home, "https://127.0.0.1:1");
    for arguments in ["clusters", "clusters -o json", "clusters --watch", "completions zsh", "snapshot", "doctor"] {
        let mut child = command(&home, arguments.split_whitespace()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(!stderr.contains("panic") && !stderr.contains("ipe"), "{arguments}: {stderr}");
        assert_eq!(output.status.code(), Some(0), "{arguments}: {stderr}");
    }
}

#[test]
fn a_frame_is_drawn_without_a_terminal() {
    let home = Home::new();
    kubeconfig(&home, "https://127.0.0.1:1");
    let text = run(&home, "snapshot --width 100 --height 30");
    let lines: Vec<&str> = text.done().lines().collect();
    assert_eq!(lines.len(), 30);
    assert!(lines.iter().any(|line| line.contains("lab")) && !text.stdout.contains('\u{1b}'), "{}", text.stdout);
    let ansi = run(&home, "snapshot --width 100 --height 30 --format ansi");
    assert!(ansi.done().contains("\u{1b}[") && ansi.stdout.contains("lab"));
    let svg = run(&home, "snapshot --format svg");
    assert!(svg.done().starts_with("<svg") && svg.stdout.contains(">lab</text>"));
}

#[test]
fn what_is_to_be_chosen_must_be_there() {
    let home = Home::new();
    kubeconfig(&home, "https://127.0.0.1:1");
    run(&home, "snapshot --select lab/a/b").failed(3, "job a/b: not found in lab");
}

#[test]
fn why_a_log_cannot_be_read_is_told_once() {
    let fleet = EmbeddedFleet::start("--clusters 1");
    let home = Home::new();
    let with = |arguments: &str| {
        let mut command = super::command(&home, arguments.split_whitespace());
        command.env("KUBECONFIG", &fleet.server().kubeconfig);
        super::ended(command)
    };
    let jobs = with("job list -A -o json").json();
    let whole = jobs.as_array().unwrap().iter().find(|job| job["state"] == "Succeeded" && job["failed"] == 0).unwrap();
    let job = format!("{}/{}", whole["namespace"].as_str().unwrap(), whole["name"].as_str().unwrap());
    let ended = with(&format!("job logs {job} --previous -c main"));
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.stderr.contains(&format!("eksdeck: job {job}: could not read the log of ")), "{ended:?}");
    assert_eq!(ended.stderr.matches("there is no run before").count(), 1, "{ended:?}");
}
