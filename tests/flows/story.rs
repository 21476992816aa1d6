//! A newcomer's first minutes, on the embedded fleet: start, watch it move, find the Job that failed, read why.

use super::deck;
use crate::pty::panes::{Pane, namespaces, row_of, rows, selection, title};
use crate::pty::{Home, Launch, Screen, Terminal};

const FAILED: &str = "ledger-export-2026-w47";

/// The deck on the embedded fleet, every cluster of it live, Jobs of the first on the screen.
fn demo(home: &Home, columns: u16, lines: u16) -> Terminal {
    let terminal = deck(Launch::eksdeck(home).args("demo --seed 1").size(columns, lines));
    terminal.wait("a live fleet", |screen| screen.has("3 live"));
    terminal
}

fn demo_jobs(home: &Home) -> Terminal {
    let mut terminal = demo(home, 160, 45);
    terminal.press("3");
    terminal.wait("Jobs", |screen| row_of(screen, Pane::Jobs, FAILED).is_some());
    terminal
}

/// Names in the jobs pane, from the top.
fn names(screen: &Screen<'_>) -> Vec<String> {
    let name =
        |row: &String| row.split_whitespace().find(|word| word.chars().any(char::is_alphanumeric)).map(str::to_owned);
    let rows = rows(screen, Pane::Jobs);
    rows.iter().skip(1).filter(|row| !row.starts_with('╰')).filter_map(name).collect()
}

/// Types a filter over the jobs pane in place of the last one.
fn filter(terminal: &mut Terminal, text: &str) {
    terminal.press("ctrl-u");
    terminal.wait("every Job", |screen| names(screen).len() > 10);
    terminal.press("/");
    terminal.type_text(text);
    terminal.press("enter");
}

#[test]
fn a_newcomer_finds_the_failed_job_and_reads_why() {
    let home = Home::new();
    let mut terminal = demo(&home, 160, 45);

    // It moves by itself.
    let clusters = rows(&terminal.screen(), Pane::Clusters);
    terminal.wait("the clusters to move", |screen| rows(screen, Pane::Clusters) != clusters);

    // The failing cluster says how many Jobs fail; the faults alone are a key away.
    terminal.press("3 !");
    terminal.wait("only what fails", |screen| {
        let names = names(screen);
        names.iter().any(|name| name == FAILED) && !names.iter().any(|name| name.starts_with("heartbeat"))
    });
    assert!(row_of(&terminal.screen(), Pane::Jobs, FAILED).is_some_and(|row| row.contains("OOMKilled, 3 of 3")));
    terminal.press("!");

    filter(&mut terminal, "ledger-exp");
    terminal.wait("that Job alone", |screen| selection(screen, Pane::Jobs).is_some_and(|(_, name)| name == FAILED));
    terminal.press("d");
    terminal.wait("why, in the detail", |screen| {
        ["BackoffLimitExceeded", "OOMKilled (exit 137)", "limit 256Mi", "Pods (3)", "SuccessfulCreate"]
            .iter()
            .all(|words| screen.has(words))
    });
    terminal.press("y");
    terminal.wait("the manifest", |screen| screen.has("apiVersion: batch/v1"));
    terminal.press("esc");
    // What stood above the manifest may be out of sight already, and a key right behind esc is one with it.
    terminal.wait_gone("apiVersion: batch/v1");

    // The last words of the pods, and how they ended, where it happened.
    terminal.press("l");
    terminal.wait("the log up to its end", |screen| {
        let rows = rows(screen, Pane::Logs);
        rows.iter().any(|row| row.contains("ended: OOMKilled (exit 137)"))
            && rows.iter().any(|row| row.contains("rows in memory"))
    });
}

#[test]
fn a_log_that_grows_follows_itself_and_a_pause_holds_it() {
    let home = Home::new();
    let mut terminal = demo_jobs(&home);
    filter(&mut terminal, "settlement-backfill");
    terminal.wait("its log", |screen| title(screen, Pane::Logs).is_some_and(|title| title.contains("following")));
    let lines = |screen: &Screen<'_>| rows(screen, Pane::Logs);
    let seen = lines(&terminal.screen());
    terminal.wait("new lines by themselves", |screen| lines(screen) != seen);
    terminal.press("4 space");
    terminal.wait("the pause", |screen| title(screen, Pane::Logs).is_some_and(|title| title.contains("paused")));
    terminal.press("space");
    terminal
        .wait("following again", |screen| title(screen, Pane::Logs).is_some_and(|title| title.contains("following")));
}

#[test]
fn the_filter_grammar_narrows_the_jobs() {
    let home = Home::new();
    let mut terminal = demo_jobs(&home);
    let all = |test: fn(&str) -> bool| {
        move |screen: &Screen<'_>| !names(screen).is_empty() && names(screen).iter().all(|name| test(name))
    };
    type Passes = fn(&str) -> bool;
    let cases: [(&str, Passes); 6] = [
        ("heartbeat", |name| name.starts_with("heartbeat")),
        ("!heartbeat !session !settlement", |name| {
            !name.contains("heartbeat") && !name.contains("session") && !name.contains("settlement")
        }),
        ("/^(gift|fraud)-/", |name| name.starts_with("gift-") || name.starts_with("fraud-")),
        ("state:Suspended", |name| name == "gift-card-import"),
        ("age>3h", |name| name == "fraud-model-replay"),
        ("failed>2 ledger", |name| name == FAILED),
    ];
    for (text, test) in cases {
        filter(&mut terminal, text);
        terminal.wait(&format!("what passes {text:?}"), all(test));
    }
    filter(&mut terminal, "-l app.kubernetes.io/name=ledger-export");
    terminal.wait("the Job with that label", |screen| names(screen) == [FAILED]);
    filter(&mut terminal, "no-such-job-anywhere");
    terminal.wait("an empty pane that says so", |screen| names(screen).iter().all(|name| !name.contains("heartbeat")));
    terminal.press("ctrl-u");
    terminal.wait("every Job again", |screen| names(screen).len() > 10);
}

#[test]
fn jobs_are_sorted_by_any_column_and_marked() {
    let home = Home::new();
    let mut terminal = demo_jobs(&home);
    let sorted = |screen: &Screen<'_>, descending: bool| {
        let shown = names(screen);
        let mut wanted = shown.clone();
        wanted.sort();
        if descending {
            wanted.reverse();
        }
        shown.len() > 10 && shown == wanted
    };
    terminal.press("N");
    terminal.wait("Jobs by name", |screen| sorted(screen, false));
    terminal.press("I");
    terminal.wait("Jobs by name, backwards", |screen| sorted(screen, true));

    let marks = |screen: &Screen<'_>| rows(screen, Pane::Jobs).iter().filter(|row| row.contains('┃')).count();
    terminal.press("g space space");
    terminal.wait("two marked Jobs", |screen| marks(screen) == 2);
    terminal.press("ctrl-4");
    terminal.wait("no mark", |screen| marks(screen) == 0);
}

#[test]
fn choosing_narrows_the_panes_to_the_right() {
    let home = Home::new();
    let mut terminal = demo_jobs(&home);
    terminal.press("2 /");
    terminal.type_text("ledger");
    terminal.press("enter");
    terminal.wait("that namespace alone below all", |screen| namespaces(screen) == 1);
    terminal.press("j");
    terminal.wait("the Jobs of one namespace", |screen| {
        title(screen, Pane::Jobs).is_some_and(|title| title.contains("payments-prod/ledger"))
            && names(screen).iter().any(|name| name == FAILED)
    });
    assert!(!names(&terminal.screen()).iter().any(|name| name.starts_with("heartbeat")));
    terminal.press("1 G");
    terminal.wait("the last cluster's namespaces", |screen| {
        title(screen, Pane::Namespaces).is_some_and(|title| title.contains("search-st"))
    });
}

#[test]
fn at_80_by_24_the_same_story_is_told_in_tabs() {
    let home = Home::new();
    let mut terminal = demo(&home, 80, 24);
    terminal.press("3 /");
    terminal.type_text("ledger-exp");
    terminal.press("enter");
    terminal
        .wait("the Job and its reason", |screen| screen.row_with(FAILED).is_some_and(|row| row.contains("OOMKilled")));
    terminal.press("d");
    terminal.wait_text("(exit 137) after");
    terminal.press("esc");
    terminal.wait_gone("esc closes");
    terminal.press("l");
    terminal.wait_text("ended: OOMKilled");
}

#[test]
fn a_click_selects_and_the_wheel_scrolls() {
    let home = Home::new();
    let mut terminal = demo_jobs(&home);
    let (column, row) = terminal.screen().find(FAILED).unwrap();
    terminal.click(column + 1, row);
    terminal.wait("the clicked Job", |screen| selection(screen, Pane::Jobs).is_some_and(|(_, name)| name == FAILED));
    let before = selection(&terminal.screen(), Pane::Jobs);
    terminal.wheel(column + 1, row, true);
    terminal.wait("the wheel to move it", |screen| selection(screen, Pane::Jobs) != before);
}

#[test]
fn a_slow_link_shows_the_newest_frame_in_the_end() {
    let home = Home::new();
    let mut terminal = deck(Launch::eksdeck(&home).args("demo --seed 1 --churn 200").slow(20_000));
    terminal.wait("a live fleet", |screen| screen.has("3 live"));
    terminal.press("3");
    terminal.wait("a Job", |screen| selection(screen, Pane::Jobs).is_some());
    terminal.press("?");
    terminal.wait_text("esc closes");
    terminal.press("esc");
    terminal.wait_gone("esc closes");
    terminal.press("ctrl-c");
    assert!(terminal.wait_exit().success());
}
