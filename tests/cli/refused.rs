//! Clusters that do not answer, or say no.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;

use super::{kubeconfig, one_context, run};
use crate::pty::Home;

/// A server that gives every request the same answer, over plain HTTP.
fn answering(status: &'static str, content_type: &'static str, body: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            std::thread::spawn(move || {
                let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
                while lines.next().is_some_and(|line| line.is_ok_and(|line| !line.is_empty())) {}
                let head =
                    format!("HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {}", body.len());
                let _ = write!(stream, "{head}\r\nConnection: close\r\n\r\n{body}");
            });
        }
    });
    format!("http://{address}")
}

#[test]
fn a_host_that_nobody_listens_on_is_unreachable() {
    let home = Home::new();
    kubeconfig(&home, "https://127.0.0.1:1");
    for arguments in ["ns list", "job list", "job status x", "job logs x", "doctor", "clusters"] {
        let ended = run(&home, arguments);
        ended.failed(6, "lab");
        assert!(ended.stderr.contains("127.0.0.1:1"), "{ended:?}");
    }
    let row = &run(&home, "clusters -o json").json()[0];
    assert_eq!((&row["health"], &row["pods"]), (&"unreachable".into(), &serde_json::Value::Null));
    assert!(row["reason"].as_str().unwrap().contains("127.0.0.1:1"), "{row}");
}

#[test]
fn who_says_nothing_is_waited_for_no_longer_than_asked() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let home = Home::new();
    kubeconfig(&home, &format!("http://{}", listener.local_addr().unwrap()));
    run(&home, "job list --timeout 1").failed(6, "lab");
}

#[test]
fn refusals_are_told_apart() {
    let forbidden = r#"{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Forbidden","code":403,
        "message":"jobs.batch is forbidden: User \"me\" cannot list resource \"jobs\""}"#;
    let unauthorised = r#"{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Unauthorized","code":401}"#;
    for (status, body, code) in [("403 Forbidden", forbidden, 4), ("401 Unauthorized", unauthorised, 4)] {
        let home = Home::new();
        kubeconfig(&home, &answering(status, "application/json", body));
        for arguments in ["job list", "job status x"] {
            run(&home, arguments).failed(code, "lab");
        }
        assert_eq!(run(&home, "doctor").code, Some(code), "{status}");
        if code == 4 && status.starts_with("401") {
            let told = run(&home, "job list").stderr;
            assert!(told.contains("get a new token for user \"me\" in ") && told.contains("kubeconfig:"), "{told}");
        }
    }
}

#[test]
fn a_page_for_people_is_no_cluster() {
    let home = Home::new();
    kubeconfig(&home, &answering("200 OK", "text/html", "<html>\u{1b}[2J Sign in</html>"));
    let ended = run(&home, "job list");
    assert!(matches!(ended.code, Some(1 | 6)), "{ended:?}");
    assert!(ended.stderr.contains("lab") && !ended.stderr.contains('\u{1b}'), "{ended:?}");
}

#[test]
fn a_plugin_that_nobody_agreed_to_is_named_and_not_run() {
    let home = Home::new();
    let proof = home.path().join("ran");
    let exec = format!(
        "{{exec: {{apiVersion: client.authentication.k8s.io/v1, command: touch, args: ['{}'], interactiveMode: Never}}}}",
        proof.display()
    );
    home.write("kubeconfig", &one_context("https://127.0.0.1:1", &exec));
    let doctor = run(&home, "doctor");
    assert_eq!(doctor.code, Some(4), "{doctor:?}");
    assert!(doctor.stdout.contains("touch") && doctor.stdout.contains("eksdeck --context lab"), "{doctor:?}");
    run(&home, "job list").failed(4, "touch");
    let file = home.path().join("kubeconfig");
    let moved = home.path().join("a b");
    std::fs::copy(&file, &moved).unwrap();
    let again = super::ended(super::command(&home, ["job", "list", "--kubeconfig", moved.to_str().unwrap()]));
    again.failed(4, &format!("(eksdeck --kubeconfig '{}' --context lab, then", moved.display()));
    assert!(!proof.exists(), "the plugin was run");
}
