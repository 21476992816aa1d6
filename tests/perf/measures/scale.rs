//! The embedded fleet as a second process, at 10,000 and at 100,000.

use super::{keys, rest, start};
use crate::deck::Deck;
use crate::report::Report;
use crate::servers::EmbeddedFleet;

/// Starts, memory and rest with 10,000 pods of the embedded fleet.
pub fn ten_thousand(report: &Report) {
    let fleet = EmbeddedFleet::start("--clusters 1 --pods 10000 --nodes 100 --jobs 10000 --churn 0 --seed 1");
    start::measure(report, fleet.server(), "embedded");
    start::measure_memory(report, fleet.server(), "embedded");
    rest::measure(report, fleet.server(), "embedded");
}

/// Starts and memory with 30,000 pods.
pub fn thirty_thousand(report: &Report) {
    let fleet = EmbeddedFleet::start("--clusters 1 --pods 30000 --nodes 300 --jobs 1000 --churn 0 --seed 1");
    start::measure(report, fleet.server(), "embedded");
    start::measure_memory(report, fleet.server(), "embedded");
}

/// Memory, keys and filter with 100,000 pods and 100,000 Jobs, at rest and under 1,000 changes a second.
pub fn hundred_thousand(report: &Report) {
    let sizes = "--clusters 1 --pods 100000 --nodes 500 --jobs 100000 --seed 1";
    let fleet = EmbeddedFleet::start(&format!("{sizes} --churn 0"));
    start::measure(report, fleet.server(), "embedded");
    start::measure_memory(report, fleet.server(), "embedded");
    let mut deck = Deck::open(fleet.server());
    deck.first_rows();
    deck.focus_jobs();
    keys::moves(report, &mut deck, "embedded, 100,000 Jobs at rest", 8.0);
    keys::filter_keys(report, &mut deck, "embedded, 100,000 Jobs at rest", 16.0);
    drop(deck);
    drop(fleet);
    let fleet = EmbeddedFleet::start(&format!("{sizes} --churn 1000"));
    rest::embedded_churn(report, fleet.server(), "embedded, 100,000 Jobs, 1,000 changes a second", 8.0);
}
