//! The embedded fleet beside the real thing: one table of requests, asked of both, and every answer compared: status,
//! content type and the whole body, less uids, resource versions, times, managed fields, names that each server chose,
//! and the descriptions of table columns. Without `EKSDECK_E2E_KUBECONFIG` the table runs against the embedded fleet
//! alone and its statuses are held against the table's.

mod admission;
mod apply;
mod case;
mod client;
mod jobs;
mod lists;
mod normal;
mod objects;
mod run;
mod watches;

use std::collections::BTreeMap;

use eksdeck::demo::{Fleet, FleetOptions};

use self::case::Case;
use self::client::Server;
use self::run::{Outcome, run};

/// What the embedded fleet speaks, each to be asked for at least twice.
const FEATURES: [&str; 30] = [
    "discovery",
    "aggregated discovery",
    "limit and continue",
    "watch",
    "bookmarks",
    "sendInitialEvents",
    "410",
    "create",
    "update",
    "patch",
    "delete",
    "preconditions",
    "table",
    "protobuf",
    "log",
    "status",
    "job controller",
    "namespace controller",
    "apply",
    "dry run",
    "strict validation",
    "JSON patch",
    "quota",
    "limit range",
    "finalizer",
    "cronjob",
    "suspended Job",
    "immutable",
    "namespace content",
    "access review",
];

/// All requests, or those of the parts that `EKSDECK_COMPARE` names: `apply,admission`.
fn table() -> Vec<Case> {
    let parts = [
        ("objects", objects::cases()),
        ("apply", apply::cases()),
        ("admission", admission::cases()),
        ("lists", lists::cases()),
        ("watches", watches::cases()),
        ("jobs", jobs::cases()),
        ("expired", lists::expired()),
    ];
    let wanted = std::env::var("EKSDECK_COMPARE").unwrap_or_default();
    let all = wanted.is_empty();
    let begin = if all || wanted.contains("objects") { Vec::new() } else { objects::namespaces() };
    let parts = parts.into_iter().filter(|(name, _)| all || wanted.split(',').any(|word| word == *name));
    begin.into_iter().chain(parts.flat_map(|(_, cases)| cases)).collect()
}

#[test]
fn the_table_is_long_enough_and_names_every_feature_twice() {
    if std::env::var_os("EKSDECK_COMPARE").is_some() {
        eprintln!("SKIPPED: EKSDECK_COMPARE names a part of the table");
        return;
    }
    let table = table();
    assert!(table.len() >= 60, "{} requests", table.len());
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for case in &table {
        *counts.entry(case.feature).or_default() += 1;
    }
    for feature in FEATURES {
        assert!(counts.get(feature).is_some_and(|count| *count >= 2), "{feature}: {counts:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_embedded_fleet_answers_as_a_real_api_server_does() {
    let table = table();
    let fleet = Fleet::start(FleetOptions { clusters: 1, ..FleetOptions::default() }).await.unwrap();
    let (embedded, real) = (Server::embedded(&fleet), Server::real().await);
    let both = async {
        match &real {
            Some(real) => Some(run(real, &table).await),
            None => None,
        }
    };
    let (ours, theirs) = tokio::join!(run(&embedded, &table), both);
    let mut wrong: Vec<String> = Vec::new();
    for (case, outcome) in table.iter().zip(&ours) {
        if outcome.status != case.status {
            wrong.push(format!("{case}: answered {} instead of {}: {}", outcome.status, case.status, outcome.body));
        }
    }
    match theirs {
        Some(theirs) => {
            for ((case, ours), theirs) in table.iter().zip(&ours).zip(&theirs) {
                wrong.extend(difference(case, ours, theirs));
            }
            eprintln!("compared {} requests with a real API server", table.len());
        }
        None => eprintln!(
            "SKIPPED: EKSDECK_E2E_KUBECONFIG is not set; {} requests were tried on the embedded fleet alone",
            table.len()
        ),
    }
    assert!(wrong.is_empty(), "{} differences:\n{}", wrong.len(), wrong.join("\n\n"));
}

fn difference(case: &Case, ours: &Outcome, theirs: &Outcome) -> Option<String> {
    if ours == theirs {
        return None;
    }
    let mut words = format!("{case}");
    if ours.status != theirs.status {
        words.push_str(&format!("\n  status: {} instead of {}", ours.status, theirs.status));
    }
    if ours.content_type != theirs.content_type {
        words.push_str(&format!("\n  content type: {:?} instead of {:?}", ours.content_type, theirs.content_type));
    }
    if ours.encoding != theirs.encoding {
        words.push_str(&format!("\n  encoding: {:?} instead of {:?}", ours.encoding, theirs.encoding));
    }
    if ours.warnings != theirs.warnings {
        words.push_str(&format!("\n  warnings: {:?} instead of {:?}", ours.warnings, theirs.warnings));
    }
    for (path, ours, theirs) in normal::differences(&ours.body, &theirs.body) {
        words.push_str(&format!("\n  {path}: {ours} instead of {theirs}"));
    }
    Some(words)
}
