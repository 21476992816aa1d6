//! Over a far, thin link.

use super::PODS;
use crate::deck::Deck;
use crate::far_link::FarLink;
use crate::pty::Home;
use crate::report::{Report, Unit, seconds};
use crate::servers::Server;

const LISTEN: u16 = 26_556;

/// *Far*: first and all rows as at the start, with `rig/farlink` (20 Mbit/s, 60 ms round trip) between the deck and
/// the API server; *received* is what went down that link until all rows stood.
pub fn far(report: &Report) {
    let Some(server) = Server::real(PODS) else { return report.missing("far", "no real cluster") };
    let (count, _) = server.count("pods");
    let home = Home::new();
    let Some(link) = FarLink::start(LISTEN, server.port()) else {
        return report.missing("far", "EKSDECK_E2E_RIG is not set");
    };
    let deck = Deck::open(&server.behind(LISTEN, &home));
    let first = deck.first_rows();
    let all = deck.all_rows(count);
    drop(deck);
    let told = link.end();
    let bytes: f64 =
        told.split(|letter: char| !letter.is_ascii_digit()).filter_map(|word| word.parse().ok()).fold(0.0, f64::max);
    report.line("far link: start to first rows", seconds(first), 0.4, Unit::Seconds);
    report.line("far link: start to all rows", seconds(all), 1.2, Unit::Seconds);
    report.line("far link: received", bytes / 1e6, 2.0, Unit::Megabytes);
}
