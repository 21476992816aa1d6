//! One collector on a registry of its own.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::Value;

use super::finished;
use super::process::{Collector, until};
use crate::canned::{Answer, healthy, serve};
use crate::cli::{kubeconfig, run};
use crate::pty::Home;
use crate::servers::EmbeddedFleet;

/// A cluster that is well until it is told otherwise.
fn cluster() -> (String, Arc<AtomicBool>) {
    let is_well = Arc::new(AtomicBool::new(true));
    let asked = is_well.clone();
    let url = serve(move |path| match asked.load(Ordering::SeqCst) {
        true => healthy(path),
        false => {
            Answer::status("500 Internal Server Error", "InternalError", "token=abcdefghijklmnopqrstuvwx is wrong")
        }
    });
    (url, is_well)
}

/// Heads and bodies.
type Posts = Arc<Mutex<Vec<(String, Value)>>>;

/// Takes posts: answers, or says nothing for ever.
fn hook(answers: bool) -> (String, Posts) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/services/T0/hushhush", listener.local_addr().unwrap());
    let posts = Arc::new(Mutex::new(Vec::new()));
    let heard = posts.clone();
    std::thread::spawn(move || {
        let mut held = Vec::new();
        for mut stream in listener.incoming().flatten() {
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let (mut head, mut length) = (String::new(), 0);
            loop {
                let mut line = String::new();
                reader.read_line(&mut line).unwrap();
                if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                    length = value.trim().parse().unwrap();
                }
                if line.trim().is_empty() {
                    break;
                }
                head += &line;
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            heard.lock().unwrap().push((head, serde_json::from_slice(&body).unwrap()));
            if answers {
                stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok").unwrap();
            } else {
                held.push(stream);
            }
        }
    });
    (url, posts)
}

#[test]
fn a_webhook_that_hangs_stops_neither_looks_nor_other_webhooks_nor_the_end() {
    let (server, is_well) = cluster();
    let (hanging, hung) = hook(false);
    let (answering, told) = hook(true);
    let home = Home::new();
    kubeconfig(&home, &server);
    run(&home, "clusters add --name lab-prod --no-test").done();
    home.write(
        "config/eksdeck/config.toml",
        "[[notify.rules]]\non = 'transition'\nwebhook-env = 'HANGING'\n\
         [[notify.rules]]\non = 'transition'\nclusters = '*-prod'\nwebhook-env = 'ANSWERING'\nsecret = 's3cret'\n\
         [[notify.rules]]\non = 'transition'\nclusters = '*-dev'\nwebhook-env = 'ANSWERING'\n\
         [[notify.rules]]\non = 'transition'\nwebhook-env = 'MISSING'\n",
    );
    let hooks = [("HANGING".to_owned(), hanging), ("ANSWERING".to_owned(), answering)];
    let collector = Collector::start(home, "--interval 1s --listen 127.0.0.1:0", &hooks);
    collector.line("MISSING, which a rule for notices names, is not set");
    let looks = || {
        let (_, metrics) = collector.get("/metrics");
        let line = metrics.lines().find_map(|line| line.strip_prefix("eksdeck_looks_total ")).unwrap();
        line.parse::<u64>().unwrap()
    };
    collector.until(|| looks() >= 2);
    is_well.store(false, Ordering::SeqCst);
    collector.until(|| !told.lock().unwrap().is_empty() && !hung.lock().unwrap().is_empty());
    // It hangs, and looks go on.
    let before = looks();
    collector.until(|| looks() > before + 2);
    is_well.store(true, Ordering::SeqCst);
    collector.until(|| told.lock().unwrap().len() == 2);
    let told = told.lock().unwrap().clone();
    let body = &told[0].1;
    assert_eq!((&body["status"], &body["was"], &body["cluster"]), (&"down".into(), &"up".into(), &"lab-prod".into()));
    assert!(body["text"].as_str().unwrap().starts_with("lab-prod is down: "), "{body}");
    assert!(told[0].0.to_lowercase().contains("x-eksdeck-signature: v0="), "{}", told[0].0);
    assert_eq!(told[1].1["text"], "lab-prod is up");
    assert_eq!(hung.lock().unwrap().len(), 1, "one notice after the other");
    let (code, lines) = collector.terminate();
    assert_eq!(code, Some(0), "{lines:?}");
    let said = lines.join("\n");
    assert!(said.contains("a webhook does not answer") && !said.contains("hushhush"), "{said}");
}

#[test]
fn a_job_that_ended_is_kept_with_why_and_its_last_lines() {
    let fleet = EmbeddedFleet::start("--clusters 1");
    let home = Home::new();
    std::fs::copy(&fleet.server().kubeconfig, home.path().join("kubeconfig")).unwrap();
    let id = run(&home, "clusters add -o json").json()["id"].as_str().unwrap().to_owned();
    // A round keeps a few Jobs, those that ended first.
    let failed = until(|| {
        run(&home, "collect --once");
        finished(&home, &id).into_iter().find(|job| job.name.starts_with("ledger-export"))
    });
    let failed = failed.unwrap();
    assert_eq!((failed.succeeded, failed.exit_code), (false, Some(137)), "{failed:?}");
    assert!(failed.reason.contains("OOMKilled") && !failed.log.is_empty(), "{failed:?}");
    assert!(failed.log.lines().count() <= 200 && failed.finished_ms > 0, "{failed:?}");
}

#[test]
fn once_looks_once_and_a_fleet_that_is_away_is_a_failure() {
    let (server, is_well) = cluster();
    let home = Home::new();
    kubeconfig(&home, &server);
    let none = run(&home, "collect --once");
    assert_eq!(none.code, Some(3), "{none:?}");
    assert!(none.stderr.contains("no cluster is registered in default"), "{none:?}");
    run(&home, "collect --interval 2h").failed(2, "--interval");
    run(&home, "clusters add --name lab --no-test").done();
    let once = run(&home, "collect --once");
    assert_eq!((once.code, once.stdout.as_str()), (Some(0), ""), "{once:?}");
    let listed = run(&home, "clusters list -o json").json();
    assert_eq!(listed[0]["status"], "up", "{listed}");

    let synced = run(&home, "clusters sync lab -o json").json();
    assert_eq!((&synced[0]["status"], &synced[0]["kept"]), (&"up".into(), &true.into()), "{synced}");
    assert_eq!(synced[0]["space"]["namespaces"][0][0], "quiet");
    run(&home, "clusters sync elsewhere").failed(3, "no cluster to look at is named `elsewhere`: lab");
    is_well.store(false, Ordering::SeqCst);
    let away = run(&home, "clusters sync -o json");
    assert_eq!(away.code, Some(6), "{away:?}");
    assert_eq!(away.json()[0]["status"], "down");
    assert_eq!(run(&home, "collect --once").code, Some(6));
}
