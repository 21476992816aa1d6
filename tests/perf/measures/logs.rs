//! Log lines from a real pod.

use std::time::{Duration, Instant};

use super::CONTAINERS;
use crate::deck::Deck;
use crate::process::resident_mb;
use crate::pty::panes::{Pane, rows, selection};
use crate::report::{Report, Unit, seconds};
use crate::servers::{Namespace, Server};

const LINES: u64 = 400_000;

/// *Logs*: a pod of a Job that has printed 400,000 lines (41 MB). From the keys that ask for its log from the first
/// line on until the last line stands in the logs pane; beside it `kubectl logs` of the same pod in the same run.
pub fn logs(report: &Report) {
    let Some(server) = Server::real(CONTAINERS) else { return report.missing("logs", "no real cluster") };
    let namespace = Namespace::new(&server, "logs");
    let name = namespace.name.as_str();
    namespace.apply(&manifest());
    server.ask(&["wait", "-n", name, "job/lines", "--for=condition=complete", "--timeout=300s"]);
    let (text, kubectl) = server.ask(&["logs", "-n", name, "job/lines", "--tail=-1"]);
    let lines = text.lines().count() as u64;
    let last = text.lines().last().unwrap().split_whitespace().nth(1).unwrap().to_owned();
    drop(text);

    let mut deck = Deck::open_with(&server, &format!("-n {name}"));
    deck.terminal.press("3");
    deck.terminal.wait("the Job", |screen| rows(screen, Pane::Jobs).iter().any(|row| row.contains("lines")));
    deck.terminal.press("/");
    deck.terminal.type_text("lines");
    deck.terminal.press("enter");
    deck.terminal.wait("the Job to be selected", |screen| {
        selection(screen, Pane::Jobs).is_some_and(|(_, name)| name == "lines")
    });
    deck.terminal.wait_quiet(Duration::from_millis(500));
    let begin = Instant::now();
    deck.terminal.press("l = 1 G");
    // The last lines stand there before the key: the title tells the two readings apart. The count is cut before its
    // last two digits, since the end of a container is a line of its own.
    let counted = format!("{},{:02}", lines / 1000, lines % 1000 / 10);
    let at = deck
        .terminal
        .wait("the last line", |screen| screen.has("from the start") && screen.has(&counted) && screen.has(&last));
    let took = at.saturating_duration_since(begin);
    let bytes_rate = lines as f64 / seconds(took);
    report.line(
        &format!("{lines} log lines to the last one, against 1.1 × kubectl logs"),
        seconds(took),
        seconds(kubectl) * 1.1,
        Unit::Seconds,
    );
    report.beside("kubectl logs of the same pod", seconds(kubectl), Unit::Seconds);
    report.line(
        "log lines in (at least the budget: a share above 1 is good)",
        bytes_rate,
        200_000.0,
        Unit::LinesPerSecond,
    );
    report.beside("resident memory with them", resident_mb(deck.terminal.pid()), Unit::Megabytes);
}

fn manifest() -> String {
    format!(
        r#"{{"apiVersion": "batch/v1", "kind": "Job", "metadata": {{"name": "lines", "namespace": "NAMESPACE"}}, "spec": {{
  "template": {{"spec": {{"restartPolicy": "Never", "containers": [{{"name": "main", "image": "busybox:1.36", "command": ["awk",
  "BEGIN {{ for (i = 1; i <= {LINES}; i++) printf \"line %07d of the settlement run, with some words to make it about a hundred bytes long, as logs are\\n\", i }}"]}}]}}}}}}}}
"#
    )
}
