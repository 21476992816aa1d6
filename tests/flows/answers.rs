//! Servers that answer what no API server should: each told on its own row, while the cluster beside it lives.

use rstest::rstest;

use super::deck;
use crate::canned::{Answer, healthy, serve};
use crate::pty::panes::{Pane, row_of, rows, title};
use crate::pty::{Home, Launch, Screen, Terminal};

/// A deck on a healthy cluster and on one that answers so.
fn beside_a_healthy_one(home: &Home, answer: impl Fn(&str) -> Answer + Send + Sync + 'static) -> Terminal {
    let (good, bad) = (serve(healthy), serve(answer));
    let kubeconfig = home.write(
        "kubeconfig",
        &format!(
            "apiVersion: v1\nkind: Config\ncurrent-context: good\n\
             clusters: [{{name: good, cluster: {{server: \"{good}\"}}}}, {{name: bad, cluster: {{server: \"{bad}\"}}}}]\n\
             users: [{{name: me, user: {{token: abc}}}}]\n\
             contexts: [{{name: good, context: {{cluster: good, user: me}}}}, {{name: bad, context: {{cluster: bad, user: me}}}}]\n"
        ),
    );
    let terminal =
        deck(Launch::eksdeck(home).kubeconfig(&kubeconfig).args("--context good --context bad").size(220, 50));
    terminal.wait("the healthy cluster's Job", |screen| row_of(screen, Pane::Jobs, "still-here").is_some());
    terminal
}

/// The cluster's row in the clusters pane, and what is told below it.
fn told(screen: &Screen<'_>, cluster: &str) -> String {
    let rows = rows(screen, Pane::Clusters);
    let is_row = |row: &&String| row.contains(['●', '✖', '▲', '◷', '◌', '○']);
    let Some(place) = rows.iter().position(|row| row.split_whitespace().any(|word| word == cluster)) else {
        return String::new();
    };
    let below = rows[place + 1..].iter().take_while(|row| !is_row(row));
    std::iter::once(&rows[place]).chain(below).cloned().collect::<Vec<_>>().join(" ")
}

fn html() -> Answer {
    let body = b"<html><head><title>Sign in</title></head><body>proxy</body></html>".to_vec();
    Answer::Whole { status: "200 OK", kind: "text/html", headers: "", body }
}

#[rstest]
#[case::unauthorised(|_: &str| Answer::status("401 Unauthorized", "Unauthorized", "Unauthorized"), "401")]
#[case::busy(|_: &str| Answer::status("429 Too Many Requests", "TooManyRequests", "please try again later"), "429")]
#[case::broken(|_: &str| Answer::status("500 Internal Server Error", "InternalError", "etcdserver: no leader"), "500")]
#[case::html(|_: &str| html(), "web page")]
#[case::truncated_json(|_: &str| Answer::Truncated { kind: "application/json", body: b"{\"kind\":\"PodList\",\"items\":[{".to_vec() }, "")]
#[case::truncated_protobuf(|_: &str| Answer::Truncated { kind: "application/vnd.kubernetes.protobuf", body: b"k8s\0\x0a\x05\x12\xff\xff".to_vec() }, "")]
#[case::garbage(|_: &str| Answer::Raw(vec![0x15, 0x03, 0xff, 0x00, 0x1b, b'[', b'2', b'J']), "")]
#[case::nothing(|_: &str| Answer::Raw(Vec::new()), "")]
fn a_server_that_answers_badly_is_told_on_its_row(#[case] answer: fn(&str) -> Answer, #[case] words: &str) {
    let home = Home::new();
    let mut terminal = beside_a_healthy_one(&home, answer);
    // The whole width for the words.
    terminal.press("1 z");
    terminal.wait(&format!("a trouble with {words:?} below the bad one"), |screen| {
        let told = told(screen, "bad");
        told.contains(words) && !told.contains("live") && ["✖", "▲", "◷"].iter().any(|sign| told.contains(sign))
    });
    terminal.press("z");
    terminal.wait("the Job as before", |screen| row_of(screen, Pane::Jobs, "still-here").is_some());
}

#[test]
fn who_may_see_nothing_reads_so_and_what_right_is_missing() {
    let home = Home::new();
    let refuse = |_: &str| Answer::status("403 Forbidden", "Forbidden", "it is forbidden: User \"me\" cannot list");
    let mut terminal = beside_a_healthy_one(&home, refuse);
    terminal.press("1 /");
    terminal.type_text("bad");
    terminal.press("enter");
    terminal.wait("the jobs pane to say so", |screen| {
        let said = rows(screen, Pane::Jobs).iter().any(|row| row.contains("no permission to list jobs"));
        said && title(screen, Pane::Jobs).is_some_and(|title| title.contains("no permission"))
    });
}

#[test]
fn a_watch_that_sends_garbage_is_begun_anew_and_the_rows_stay() {
    let home = Home::new();
    let answer = |path: &str| match path.contains("watch=") {
        true => Answer::Raw(
            b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n{\"type\":\"ADDED\",\"obj\x1b[2J\n\xff\xfe"
                .to_vec(),
        ),
        false => healthy(path),
    };
    let mut terminal = beside_a_healthy_one(&home, answer);
    terminal.press("1 /");
    terminal.type_text("bad");
    terminal.press("enter");
    terminal.wait("the Job of the cluster with the broken watches", |screen| {
        row_of(screen, Pane::Jobs, "still-here").is_some()
    });
    // Told somewhere, and the screen is whole.
    terminal.press("?");
    terminal.wait_text("esc closes");
}

#[test]
fn control_characters_and_secrets_in_an_answer_never_reach_the_terminal() {
    let home = Home::new();
    let message = "\u{1b}[2J\u{1b}]0;owned\u{7}denied Bearer eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJtZSJ9.c2lnbmF0dXJlc2lnbmF0dXJl \u{202e}txt";
    let mut terminal =
        beside_a_healthy_one(&home, move |_| Answer::status("500 Internal Server Error", "InternalError", message));
    terminal.press("1 z");
    terminal.wait("the trouble", |screen| told(screen, "bad").contains("denied"));
    let text = terminal.screen().text();
    assert!(!text.contains("eyJzdWIi") && !text.contains('\u{202e}') && !text.contains("]0;owned"), "{text}");
    assert!(text.contains("1 clusters"), "the screen was not cleared");
}
