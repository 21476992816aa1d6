//! What the deck costs while nobody touches it.

use std::time::{Duration, Instant};

use super::{PODS, keys};
use crate::churn::Churn;
use crate::deck::Deck;
use crate::process::{cpu, cpu_percent};
use crate::report::{Report, Unit};
use crate::servers::Server;

/// How long each is watched.
const WATCHED: Duration = Duration::from_secs(20);

/// *At rest*: CPU time of the process (user and system, all threads) and bytes to the terminal over 20 s, five seconds
/// after all rows stand.
pub fn rest(report: &Report) {
    let Some(server) = Server::real(PODS) else { return report.missing("rest", "no real cluster") };
    measure(report, &server, PODS);
}

pub fn measure(report: &Report, server: &Server, label: &str) {
    let (count, _) = server.count("pods");
    let deck = Deck::open(server);
    deck.all_rows(count);
    std::thread::sleep(Duration::from_secs(5));
    let pid = deck.terminal.pid();
    let (begin, used, received) = (Instant::now(), cpu(pid), deck.terminal.received());
    std::thread::sleep(WATCHED);
    let took = begin.elapsed().as_secs_f64();
    let percent = (cpu(pid) - used).as_secs_f64() / took * 100.0;
    let bytes = (deck.terminal.received() - received) as f64 / took;
    report.line(&format!("{label}, {count} pods at rest: CPU"), percent, 0.2, Unit::PercentOfACore);
    report.line(&format!("{label}, {count} pods at rest: bytes to the terminal"), bytes, 50.0, Unit::BytesPerSecond);
}

/// *Under change*: CPU of the process over 20 s while 280 pods a second change.
pub fn churn(report: &Report) {
    let Some(server) = Server::real(PODS) else { return report.missing("churn", "no real cluster") };
    let (count, _) = server.count("pods");
    let deck = Deck::open(&server);
    deck.all_rows(count);
    let Some(churn) = Churn::start(PODS, 280, WATCHED.as_secs() as u32 + 6) else {
        return report.missing("churn", "EKSDECK_E2E_RIG is not set");
    };
    let percent = cpu_percent(deck.terminal.pid(), WATCHED);
    // A loaded machine sends fewer: the line says what was reached.
    report.line(&format!("{PODS}, 280 changes a second wanted: CPU"), percent, 8.0, Unit::PercentOfACore);
    report.note(&churn.end());
}

/// The same against an embedded fleet that changes by itself at `rate`, keys included.
pub fn embedded_churn(report: &Report, server: &Server, label: &str, keys_budget_ms: f64) {
    let mut deck = Deck::open(server);
    deck.first_rows();
    deck.focus_moving_jobs();
    keys::moves(report, &mut deck, label, keys_budget_ms);
    let percent = cpu_percent(deck.terminal.pid(), WATCHED);
    report.beside(&format!("{label}: CPU"), percent, Unit::PercentOfACore);
}
