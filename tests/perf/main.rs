//! How fast, how small, how quiet: the budgets of the design, measured on the real binary in a pseudo-terminal.
//!
//! ```sh
//! eval "$(../shared/rig/rig env)"                  # for the lines that want real control planes
//! ../shared/rig/rig pods search-staging 10000      # what they are measured on; budgets go by the number
//! ../shared/rig/rig jobs batch-dev 10000
//! cargo bench --bench perf                         # every line
//! cargo bench --bench perf -- start memory         # those whose name begins so
//! ```
//! Each line prints what was measured, the budget, and the first as a share of the second. Nothing fails for being
//! slow: the reader judges. A line that could not be measured says why.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a measurement that cannot be made stops by panicking"
)]

mod bare;
mod churn;
mod deck;
mod far_link;
mod measures;
mod process;
mod report;

#[path = "../pty/mod.rs"]
mod pty;
#[path = "../servers/mod.rs"]
mod servers;

use std::panic::{AssertUnwindSafe, catch_unwind};

use report::Report;

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let chosen = |name: &str| wanted.is_empty() || wanted.iter().any(|word| name.starts_with(word.as_str()));
    if std::env::var_os("EKSDECK_E2E_KUBECONFIG").is_none() {
        println!("EKSDECK_E2E_KUBECONFIG names no real cluster: the lines of the real control planes are left out.");
    }
    let report = Report::new();
    for measure in measures::ALL.iter().filter(|measure| chosen(measure.name)) {
        if let Err(cause) = catch_unwind(AssertUnwindSafe(|| (measure.run)(&report))) {
            let words = cause.downcast_ref::<String>().map(String::as_str).or(cause.downcast_ref::<&str>().copied());
            report.missing(measure.name, words.unwrap_or("it panicked"));
        }
    }
}
