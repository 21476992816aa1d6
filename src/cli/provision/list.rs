//! `eksdeck provision list`, and runs as rows.

use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use clap::Args;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::desk::Desk;
use crate::cli::Global;
use crate::cli::exit::Failure;
use crate::cli::flags::Format;
use crate::cli::print::{Column, Listing, Row, document, left, listing, right};
use crate::domain::age::Age;
use crate::domain::provision::{Kind, Phase, Run, State, queue};

#[derive(Debug, Args)]
pub struct List {
    /// Only of the cluster of this name
    #[arg(value_name = "CLUSTER")]
    cluster: Option<String>,
    /// How the answer is printed
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    output: Format,
}

const COLUMNS: [Column; 10] = [
    left("ID"),
    left("CLUSTER"),
    left("REGION"),
    left("ENVIRONMENT"),
    left("RUN"),
    left("STATE"),
    left("CHANGES"),
    left("BY"),
    right("AGE"),
    // Of any length, so nothing stands behind it.
    left("WHY"),
];

pub fn run(global: &Global, flags: &List) -> Result<ExitCode, Failure> {
    let desk = Desk::read(global)?;
    desk.done(async {
        let runs = desk.all().await?;
        let wanted = |run: &&Run| flags.cluster.as_ref().is_none_or(|name| run.identity.name == *name);
        let now = Timestamp::now();
        let rows = runs.iter().filter(wanted).map(|run| Row {
            key: run.id.clone(),
            cells: cells(run, blocked(run, &runs, &desk), now),
            value: value(run, blocked(run, &runs, &desk)),
        });
        let rows = rows.collect();
        let mut out = BufWriter::new(io::stdout().lock());
        listing(flags.output, &Listing { columns: COLUMNS.to_vec(), rows, moving: &[] }, &mut out)?;
        out.flush()?;
        Ok(ExitCode::SUCCESS)
    })
}

fn blocked(run: &Run, runs: &[Run], desk: &Desk) -> Option<String> {
    let is_queued = run.state() == crate::domain::provision::State::Queued;
    is_queued.then(|| queue::blocked_by(run, runs, &desk.site)).flatten()
}

/// `+3 ~1 -2`; a dash before the plan is there.
pub fn changes(run: &Run) -> String {
    run.changes().map_or_else(|| "—".to_owned(), |(add, change, destroy)| format!("+{add} ~{change} -{destroy}"))
}

fn why(run: &Run, blocked: Option<String>) -> Option<String> {
    Some(run.why()).filter(|why| !why.is_empty()).or(blocked)
}

fn cells(run: &Run, blocked: Option<String>, now: Timestamp) -> Vec<String> {
    vec![
        run.id.clone(),
        run.identity.name.clone(),
        run.identity.region.clone(),
        run.environment.clone(),
        run.kind().word().to_owned(),
        run.state_words().to_owned(),
        changes(run),
        run.asked_by.clone(),
        Age((now.as_millisecond() - run.asked_ms) / 1_000).to_string(),
        why(run, blocked).unwrap_or_default(),
    ]
}

/// A run for scripts.
pub fn value(run: &Run, blocked: Option<String>) -> Value {
    let time = |ms: i64| Timestamp::from_millisecond(ms).map(|time| json!(time.to_string())).unwrap_or_default();
    let phase = |phase: Phase| {
        run.phase(phase).map(|seen| {
            json!({"job": seen.job, "pod": seen.pod, "created": time(seen.created_ms),
                "started": seen.started_ms.map(time), "ended": seen.ended_ms.map(time)})
        })
    };
    let changes = run.changes().map(|(add, change, destroy)| json!({"add": add, "change": change, "destroy": destroy}));
    let outcome = run.outcome();
    let drift = match (run.kind(), run.state()) {
        (Kind::Drift, State::Planned { changes }) => Some(changes),
        _ => None,
    };
    json!({
        "id": run.id,
        "organisation": run.identity.organisation,
        "account_id": run.identity.account,
        "region": run.identity.region,
        "cluster": run.identity.name,
        "environment": run.environment,
        "protected": run.is_protected,
        "kind": run.kind().word(),
        "state": run.state().words(),
        "over": run.state().is_over(),
        "drift": drift,
        "why": why(run, blocked),
        "changes": changes,
        "plan_sha256": run.facts.digest(),
        "approvals": run.facts.approvals,
        "approvals_wanted": run.facts.wanted,
        "asked_by": run.asked_by,
        "asked": time(run.asked_ms),
        "cancelled_by": run.cancelled_by,
        "cost_per_month": run.cost,
        "place": run.place,
        "errored_state": outcome.is_some_and(|outcome| outcome.errored_state),
        "exit": outcome.map(|outcome| outcome.exit),
        "reason": outcome.map(|outcome| outcome.reason.as_str()).filter(|reason| !reason.is_empty()),
        "lock": outcome.and_then(|outcome| outcome.lock.as_ref()),
        "phases": {"plan": phase(Phase::Plan), "apply": phase(Phase::Apply)},
    })
}

/// Prints one run.
///
/// # Errors
/// Nobody reads it any more.
pub fn print(run: &Run, format: Format) -> Result<(), Failure> {
    let mut out = BufWriter::new(io::stdout().lock());
    match format {
        Format::Table => {
            let row = Row { key: run.id.clone(), cells: cells(run, None, Timestamp::now()), value: Value::Null };
            listing(format, &Listing { columns: COLUMNS.to_vec(), rows: vec![row], moving: &[] }, &mut out)?;
        }
        _ => document(format, &value(run, None), &mut out)?,
    }
    out.flush()?;
    Ok(())
}
