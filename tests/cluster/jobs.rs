//! Jobs that really fail, and why; logs that really grow.

use super::{CONTAINERS, deck, real};
use crate::pty::panes::{Pane, row_of, rows, selection};
use crate::pty::{Home, Terminal};
use crate::servers::Namespace;

const FAILING: &str = r#"
apiVersion: batch/v1
kind: Job
metadata: {name: exits, namespace: NAMESPACE}
spec:
  backoffLimit: 0
  template: {spec: {restartPolicy: Never, containers: [{name: main, image: "busybox:1.36",
    command: [sh, -c, "echo opening ledger 28911; echo cannot open ledger >&2; exit 3"]}]}}
---
apiVersion: batch/v1
kind: Job
metadata: {name: eats, namespace: NAMESPACE}
spec:
  backoffLimit: 0
  template: {spec: {restartPolicy: Never, containers: [{name: main, image: "busybox:1.36",
    command: [sh, -c, "echo reading; tail /dev/zero"], resources: {limits: {memory: 20Mi}}}]}}
---
apiVersion: batch/v1
kind: Job
metadata: {name: pulls, namespace: NAMESPACE}
spec:
  template: {spec: {restartPolicy: Never, containers: [{name: main, image: "registry.example/nowhere:1"}]}}
---
apiVersion: batch/v1
kind: Job
metadata: {name: waits, namespace: NAMESPACE}
spec:
  template: {spec: {restartPolicy: Never, containers: [{name: main, image: "busybox:1.36", command: ["true"],
    resources: {requests: {cpu: "1000"}}}]}}
"#;

const GROWING: &str = r#"
apiVersion: batch/v1
kind: Job
metadata: {name: grows, namespace: NAMESPACE}
spec:
  template: {spec: {restartPolicy: Never, terminationGracePeriodSeconds: 0, containers: [{name: main,
    image: "busybox:1.36", command: [sh, -c, "i=0; while [ $i -lt 900 ]; do i=$((i+1)); echo tick $i of the clock; sleep 0.5; done"]}]}}
"#;

/// Narrows the jobs pane to one Job and waits until it is selected.
fn choose_job(terminal: &mut Terminal, namespace: &str, name: &str) {
    terminal.press("3 /");
    terminal.type_text(&format!("namespace:{namespace} name:{name}"));
    terminal.press("enter");
    terminal.wait(&format!("{name} to be selected"), |screen| {
        selection(screen, Pane::Jobs).is_some_and(|(_, chosen)| chosen == name)
    });
}

#[test]
fn a_failed_job_is_found_and_its_reason_read() {
    let Some(server) = real(CONTAINERS) else { return };
    let namespace = Namespace::new(&server, "fails");
    let home = Home::new();
    let mut terminal = deck(&home, &server, &format!("--context {CONTAINERS}"));
    namespace.apply(FAILING);

    terminal.press("3 /");
    terminal.type_text(&format!("namespace:{}", namespace.name));
    terminal.press("enter");
    for (name, state) in
        [("exits", "exit 3"), ("eats", "OOMKilled"), ("pulls", "image"), ("waits", "unschedulable: cpu")]
    {
        let told = |row: String| row.contains(state);
        terminal.wait(&format!("{name}: {state}"), |screen| row_of(screen, Pane::Jobs, name).is_some_and(told));
    }

    terminal.press("ctrl-u");
    choose_job(&mut terminal, &namespace.name, "eats");
    terminal.press("d");
    terminal.wait("the detail with exit code and limit", |screen| {
        ["OOMKilled", "137", "20Mi", "BackoffLimitExceeded"].iter().all(|word| screen.has(word))
    });
    terminal.press("esc");
    terminal.wait_gone("BackoffLimitExceeded");

    terminal.press("ctrl-u");
    choose_job(&mut terminal, &namespace.name, "exits");
    terminal.press("l");
    terminal.wait("both streams of the log", |screen| {
        let rows = rows(screen, Pane::Logs);
        ["opening ledger 28911", "cannot open ledger"].iter().all(|line| rows.iter().any(|row| row.contains(line)))
    });
}

#[test]
fn a_log_is_followed_while_it_grows() {
    let Some(server) = real(CONTAINERS) else { return };
    let namespace = Namespace::new(&server, "grows");
    namespace.apply(GROWING);
    let home = Home::new();
    let mut terminal = deck(&home, &server, &format!("--context {CONTAINERS}"));
    choose_job(&mut terminal, &namespace.name, "grows");
    terminal.press("l");
    terminal.wait("the first ticks", |screen| screen.has("tick 2 of the clock"));
    let last = |screen: &crate::pty::Screen<'_>| {
        let rows = rows(screen, Pane::Logs);
        let numbers = rows.iter().filter_map(|row| row.split("tick ").nth(1)?.split(' ').next()?.parse::<u32>().ok());
        numbers.max().unwrap_or_default()
    };
    let seen = last(&terminal.screen());
    terminal.wait("ten more ticks by themselves", |screen| last(screen) >= seen + 10);
}
