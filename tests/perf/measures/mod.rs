//! One file a group of lines. Each line's definition stands above the function that measures it.

mod discovery;
mod far;
mod fleet;
mod keys;
mod logs;
mod provision;
mod rest;
mod scale;
mod start;

use super::report::Report;

pub struct Measure {
    /// What `cargo bench --bench perf -- NAME` chooses it by.
    pub name: &'static str,
    pub run: fn(&Report),
}

/// In the order in which they run.
pub const ALL: &[Measure] = &[
    Measure { name: "start", run: start::start },
    Measure { name: "memory", run: start::memory },
    Measure { name: "keys", run: keys::at_rest },
    Measure { name: "filter", run: keys::filter },
    Measure { name: "cursor", run: keys::cursor_bytes },
    Measure { name: "rest", run: rest::rest },
    Measure { name: "churn", run: rest::churn },
    Measure { name: "logs", run: logs::logs },
    Measure { name: "far", run: far::far },
    Measure { name: "discovery", run: discovery::discovery },
    Measure { name: "provision", run: provision::provision },
    Measure { name: "sync", run: fleet::sync },
    Measure { name: "screen", run: fleet::screen },
    Measure { name: "live", run: fleet::live },
    Measure { name: "fleet-10k", run: scale::ten_thousand },
    Measure { name: "fleet-30k", run: scale::thirty_thousand },
    Measure { name: "fleet-100k", run: scale::hundred_thousand },
];

/// Where the pods are: `rig pods search-staging 10000`.
pub const PODS: &str = "search-staging";
/// Where the Jobs are: `rig jobs batch-dev 10000`.
pub const JOBS: &str = "batch-dev";
/// Where containers really run.
pub const CONTAINERS: &str = "payments-prod";
