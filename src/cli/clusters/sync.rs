//! `eksdeck clusters sync`: one look at clusters now.

use std::collections::HashMap;
use std::io::{self, BufWriter, Write};
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::json;

use crate::cli::Global;
use crate::cli::exit::{Failure, NOT_FOUND, UNREACHABLE, say};
use crate::cli::flags::Format;
use crate::cli::print::{Listing, Row, left, listing, right};
use crate::cli::registered::Opened;
use crate::cli::syncing::{Looks, options};
use crate::domain::ids::ClusterId;
use crate::domain::provider::short_version;
use crate::domain::registry::{Snapshot, Status};
use crate::domain::standing::Judgement;
use crate::domain::sync::{SyncNews, Target};
use crate::runtime::ports::SyncSink;
use crate::runtime::sync::{Options, start};

#[derive(Debug, clap::Args)]
pub struct Sync {
    /// The clusters; else all that are registered, and those of --context
    names: Vec<String>,
    /// How the answer is printed
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    output: Format,
}

/// # Errors
/// A name that no cluster has, nothing to look at, or not one answered.
pub fn run(global: &Global, flags: &Sync) -> Result<ExitCode, Failure> {
    let opened = Opened::read(global)?;
    let result = opened.runtime.block_on(sync(&opened, global, flags));
    opened.close();
    let (targets, seen) = result?;
    let rows: Vec<Row> = targets.iter().filter_map(|target| Some(row(target, seen.get(&target.id)?))).collect();
    let columns = vec![
        left("NAME"),
        left("STATUS"),
        left("VERSION"),
        right("NODES"),
        right("PODS"),
        right("SHORT"),
        right("WARNINGS"),
        right("TOOK"),
        left("WHY"),
    ];
    let mut out = BufWriter::new(io::stdout().lock());
    listing(flags.output, &Listing { columns, rows, moving: &[] }, &mut out)?;
    out.flush()?;
    seen.values().filter_map(|seen| seen.not_kept.as_ref()).for_each(|words| say(&format!("not kept: {words}")));
    let down: Vec<&Seen> = seen.values().filter(|seen| seen.judgement.status == Status::Down).collect();
    match down.first() {
        Some(first) if down.len() == seen.len() => {
            Err(Failure::new(UNREACHABLE, format!("none of {} clusters answered: {}", down.len(), first.judgement.why)))
        }
        _ => Ok(ExitCode::SUCCESS),
    }
}

async fn sync(
    opened: &Opened,
    global: &Global,
    flags: &Sync,
) -> Result<(Vec<Target>, HashMap<ClusterId, Seen>), Failure> {
    let interval = Options::default().interval;
    let looks = Looks::new(opened, global, interval)?;
    looks.refresh().await?;
    let mut targets = looks.targets(&opened.setup.policy());
    let unknown = flags.names.iter().find(|name| targets.iter().all(|target| target.name != **name));
    if let Some(name) = unknown {
        let known: Vec<&str> = targets.iter().map(|target| target.name.as_str()).collect();
        let words = format!("no cluster to look at is named `{name}`: {}", known.join(", "));
        return Err(Failure::new(NOT_FOUND, words));
    }
    targets.retain(|target| flags.names.is_empty() || flags.names.contains(&target.name));
    if targets.is_empty() {
        let words = format!("no cluster is registered in {}", opened.registry.organisation());
        return Err(Failure::new(NOT_FOUND, format!("{words} (eksdeck clusters add, or --context all)")));
    }
    let sink = Arc::new(Collected::default());
    // Whoever asks wants to know now, whatever collectors do: the first result of an interval is the one that is kept.
    let options = Options { once: true, claims: false, ..options(&opened.setup, interval) };
    start(looks.parts(sink.clone()), options, targets.clone()).ended().await;
    let seen = std::mem::take(&mut *sink.0.lock().unwrap_or_else(PoisonError::into_inner));
    Ok((targets, seen))
}

/// What came of one look.
#[derive(Debug, Clone)]
struct Seen {
    snapshot: Option<Arc<Snapshot>>,
    judgement: Judgement,
    not_kept: Option<String>,
}

#[derive(Default)]
struct Collected(Mutex<HashMap<ClusterId, Seen>>);

impl SyncSink for Collected {
    fn news(&self, news: SyncNews) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match news {
            SyncNews::Looked { target, snapshot, judgement, .. } => {
                let not_kept = all.remove(&target.id).and_then(|seen| seen.not_kept);
                all.insert(target.id, Seen { snapshot, judgement, not_kept });
            }
            SyncNews::NotKept { target, trouble } => {
                let judgement = Judgement { status: Status::Down, causes: Default::default(), why: String::new() };
                let blank = Seen { snapshot: None, judgement, not_kept: None };
                all.entry(target.id).or_insert(blank).not_kept = Some(trouble.words);
            }
            SyncNews::Standing { .. } | SyncNews::Finished { .. } | SyncNews::Theirs { .. } => {}
        }
    }
}

fn row(target: &Target, seen: &Seen) -> Row {
    let Seen { snapshot, judgement, not_kept } = seen;
    let summary = snapshot.as_ref().map(|snapshot| &snapshot.summary);
    let or_dash = |text: Option<String>| text.unwrap_or_else(|| "—".to_owned());
    let version = summary.and_then(|summary| summary.version.as_deref());
    let cells = vec![
        target.name.clone(),
        judgement.status.word().to_owned(),
        or_dash(version.map(|version| short_version(version).to_owned())),
        or_dash(summary.map(|summary| format!("{}/{}", summary.nodes_ready, summary.nodes))),
        or_dash(summary.map(|summary| summary.pods.phases.values().sum::<u32>().to_string())),
        or_dash(summary.map(|summary| format!("{}/{}", summary.deployments_short, summary.deployments))),
        or_dash(summary.and_then(|summary| summary.warnings).map(|warnings| warnings.to_string())),
        or_dash(summary.map(|summary| format!("{} ms", summary.took_ms))),
        if judgement.why.is_empty() { "—".to_owned() } else { judgement.why.clone() },
    ];
    let value = json!({
        "name": target.name,
        "environment": target.environment.to_string(),
        "registered": target.registered,
        "status": judgement.status.word(),
        "why": judgement.why,
        "at_ms": snapshot.as_ref().map(|snapshot| snapshot.at_ms),
        "kept": target.registered.is_some() && snapshot.is_some() && not_kept.is_none(),
        "summary": summary,
        "space": snapshot.as_ref().map(|snapshot| &snapshot.space),
    });
    Row { key: target.name.clone(), cells, value }
}
