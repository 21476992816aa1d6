//! From nothing to rows.

use std::time::Duration;

use super::PODS;
use crate::bare;
use crate::deck::{Deck, slack};
use crate::process::resident_mb;
use crate::report::{Report, Unit, percentile, seconds};
use crate::servers::Server;

/// How often a start is measured; the median is printed.
const RUNS: usize = 5;

/// *First rows*: from just before the process is started until the bytes arrive that put namespaces with a pod count
/// above 0 on the screen. *All rows*: until the `all` row's PODS equals what kubectl counts. Beside them, in the same
/// run: `kubectl get pods -A`, and one protobuf list by the smallest client.
pub fn start(report: &Report) {
    let Some(server) = Server::real(PODS) else { return report.missing("start", "no real cluster") };
    measure(report, &server, PODS);
}

/// Budgets by number of pods: start to all rows in seconds, resident megabytes.
fn budgets(pods: u64) -> (f64, f64) {
    match pods {
        0..20_000 => (0.40, 32.0),
        20_000..60_000 => (1.2, 60.0),
        _ => (4.0, 150.0),
    }
}

/// The same against any server.
pub fn measure(report: &Report, server: &Server, label: &str) {
    let (count, kubectl) = server.count("pods");
    let (listed, floor) = bare::list_pods(server);
    assert!(count.abs_diff(listed) <= slack(server), "pods come and go: kubectl counts {count}, the list {listed}");
    let (mut first, mut all) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        let deck = Deck::open(server);
        first.push(deck.first_rows());
        all.push(deck.all_rows(count));
    }
    let median = |times: &[Duration]| percentile(times, 0.5) / 1000.0;
    let what = |name: &str| format!("{label}, {count} pods: {name}");
    report.line(&what("start to first rows"), median(&first), 0.06, Unit::Seconds);
    report.line(&what("start to all rows"), median(&all), budgets(count).0, Unit::Seconds);
    report.beside(&what("kubectl get pods -A"), seconds(kubectl), Unit::Seconds);
    report.beside(&what("one bare protobuf list"), seconds(floor), Unit::Seconds);
}

/// Resident memory of the deck (VmRSS), five seconds after all rows stand.
pub fn memory(report: &Report) {
    let Some(server) = Server::real(PODS) else { return report.missing("memory", "no real cluster") };
    measure_memory(report, &server, PODS);
}

pub fn measure_memory(report: &Report, server: &Server, label: &str) {
    let (count, _) = server.count("pods");
    let deck = Deck::open(server);
    deck.all_rows(count);
    std::thread::sleep(Duration::from_secs(5));
    report.line(
        &format!("{label}, {count} pods: resident memory"),
        resident_mb(deck.terminal.pid()),
        budgets(count).1,
        Unit::Megabytes,
    );
}
