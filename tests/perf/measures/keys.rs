//! From a key to what it paints.

use std::time::{Duration, Instant};

use super::JOBS;
use crate::deck::Deck;
use crate::pty::panes::{Pane, rows, selection};
use crate::report::{Report, Unit, percentile};
use crate::servers::Server;

/// Keys pressed for one line.
const PRESSES: usize = 300;
/// Between two keys: nobody types faster, and a frame's time has passed.
const PAUSE: Duration = Duration::from_millis(35);

/// The server with many Jobs, and how many.
fn jobs_server(report: &Report, what: &str) -> Option<(Server, u64)> {
    let Some(server) = Server::real(JOBS) else {
        report.missing(what, "no real cluster");
        return None;
    };
    let count = server.count("jobs").0;
    if count == 0 {
        report.missing(what, "no Jobs there: `rig jobs batch-dev 10000` makes them");
        return None;
    }
    Some((server, count))
}

/// *Key to painted*: from the write of `j` or `k` to the terminal until the bytes arrive that show another Job
/// selected, in the jobs pane.
pub fn at_rest(report: &Report) {
    let Some((server, count)) = jobs_server(report, "keys") else { return };
    let mut deck = Deck::open(&server);
    deck.focus_jobs();
    moves(report, &mut deck, &format!("{JOBS}, {count} Jobs at rest"), 2.0);
}

pub fn moves(report: &Report, deck: &mut Deck, label: &str, budget_ms: f64) {
    let times = move_times(deck);
    report.beside(&format!("{label}: key to painted, p50"), percentile(&times, 0.5), Unit::Milliseconds);
    report.line(&format!("{label}: key to painted, p99"), percentile(&times, 0.99), budget_ms, Unit::Milliseconds);
}

fn move_times(deck: &mut Deck) -> Vec<Duration> {
    // Three down, two up: the selection wanders down, over the edge of the screen too.
    let keys = ["j", "j", "k", "j", "k"];
    (0..PRESSES)
        .map(|at| {
            std::thread::sleep(PAUSE);
            deck.move_time(keys[at % keys.len()], Pane::Jobs)
        })
        .collect()
}

/// *Filter key to painted*: from the write of a letter of the filter until the bytes arrive that show it, with no row
/// left in the jobs pane that does not hold what was typed. Three letters of the selected name, taken back each time.
pub fn filter(report: &Report) {
    let Some((server, count)) = jobs_server(report, "filter") else { return };
    let mut deck = Deck::open(&server);
    deck.focus_jobs();
    filter_keys(report, &mut deck, &format!("{JOBS}, {count} Jobs at rest"), 8.0);
}

pub fn filter_keys(report: &Report, deck: &mut Deck, label: &str, budget_ms: f64) {
    let mut times = Vec::new();
    for round in 0..40 {
        let (_, name) = selection(&deck.terminal.screen(), Pane::Jobs).unwrap();
        let letters: Vec<char> =
            name.chars().filter(|letter| letter.is_alphanumeric()).skip(round % 2).take(3).collect();
        let mut typed = String::new();
        deck.terminal.press("/");
        std::thread::sleep(PAUSE * 2);
        for letter in letters {
            if !name.contains(&format!("{typed}{letter}")) {
                break;
            }
            typed.push(letter);
            std::thread::sleep(PAUSE);
            let before = rows(&deck.terminal.screen(), Pane::Jobs);
            let begin = Instant::now();
            deck.terminal.type_text(&letter.to_string());
            let at = deck.terminal.wait("the filter to be painted", |screen| {
                let rows = rows(screen, Pane::Jobs);
                rows != before && rows.last().is_some_and(|prompt| prompt.contains(&typed))
            });
            times.push(at.saturating_duration_since(begin));
        }
        deck.terminal.press("esc");
        std::thread::sleep(PAUSE * 4);
        deck.terminal.press("ctrl-u");
        deck.terminal.wait_quiet(Duration::from_millis(100));
        deck.terminal.press("j");
        std::thread::sleep(PAUSE);
    }
    report.beside(&format!("{label}: filter key to painted, p50"), percentile(&times, 0.5), Unit::Milliseconds);
    report.line(
        &format!("{label}: filter key to painted, p99"),
        percentile(&times, 0.99),
        budget_ms,
        Unit::Milliseconds,
    );
}

/// Bytes that the terminal receives for one move of the selection by a row, without scrolling: the mean of twenty.
pub fn cursor_bytes(report: &Report) {
    let Some((server, _)) = jobs_server(report, "cursor") else { return };
    let mut deck = Deck::open(&server);
    deck.focus_jobs();
    let mut bytes = 0;
    for key in ["j", "k"].iter().cycle().take(20) {
        deck.terminal.wait_quiet(Duration::from_millis(100));
        let before = deck.terminal.received();
        deck.move_time(key, Pane::Jobs);
        deck.terminal.wait_quiet(Duration::from_millis(100));
        bytes += deck.terminal.received() - before;
    }
    report.line("a cursor move on the wire", bytes as f64 / 20.0, 300.0, Unit::Bytes);
}
