//! `eksdeck clusters discover`: every EKS cluster that credentials reach.

use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write};
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};

use clap::Args;
use serde_json::json;

use crate::adapters::aws::discovery::{Found, Limits, Regions, discover_logins};
use crate::cli::Global;
use crate::cli::aws::{code, failure};
use crate::cli::exit::{Failure, say};
use crate::cli::flags::Format;
use crate::cli::list::now;
use crate::cli::print::{Listing, Row, left, listing};
use crate::cli::setup::{self, Setup};
use crate::domain::aws::arn::ClusterArn;
use crate::domain::eks::{EksCluster, FaultKind, LoginSummary, Phase};

#[derive(Debug, Args)]
pub struct Discover {
    /// A profile of the AWS configuration, in place of those of `[aws]`; several times for several
    #[arg(long, value_name = "NAME")]
    profile: Vec<String>,
    /// A region, in place of those of `[aws]`; several times for several, `all` for every one that is enabled
    #[arg(long, value_name = "REGION")]
    region: Vec<String>,
    /// How the answer is printed
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    output: Format,
}

/// A cluster, and who sees it.
type Seen = BTreeMap<ClusterArn, (EksCluster, Vec<String>)>;

/// # Errors
/// Nothing was found, and something stood in the way.
pub fn run(global: &Global, flags: &Discover) -> Result<ExitCode, Failure> {
    let setup = Setup::read(global)?;
    let runtime = setup::runtime()?;
    let result = runtime.block_on(discover(&setup, flags));
    runtime.shutdown_background();
    result
}

async fn discover(setup: &Setup, flags: &Discover) -> Result<ExitCode, Failure> {
    let mut reach = setup.loaded.config.reach.clone();
    if !flags.region.is_empty() {
        reach.regions = once(&flags.region);
    }
    if !flags.profile.is_empty() {
        (reach.profiles, reach.roles) = (once(&flags.profile), Vec::new());
    }
    let regions = reach.named_regions().map_or(Regions::All, |names| Regions::Named(names.to_vec()));
    let aws = setup.aws();
    let logins = reach.logins().iter().map(|key| (aws.login(key), regions.clone())).collect();
    let seen: Mutex<Seen> = Mutex::default();
    let sink = |found: Found| {
        if let Found::Cluster { login, cluster } = found {
            let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
            seen.entry(cluster.id.clone()).or_insert_with(|| (*cluster, Vec::new())).1.push(login);
        }
    };
    let summaries = discover_logins(logins, Limits::default(), &sink).await;
    let seen = seen.into_inner().unwrap_or_else(PoisonError::into_inner);
    print(&seen, flags.output)?;
    told(&summaries, &seen)
}

fn once(names: &[String]) -> Vec<String> {
    let mut seen = std::collections::HashSet::new();
    names.iter().filter(|name| seen.insert(name.as_str())).cloned().collect()
}

fn print(seen: &Seen, format: Format) -> Result<(), Failure> {
    let columns = ["NAME", "ACCOUNT", "REGION", "VERSION", "SUPPORT", "STATUS", "ENDPOINT", "ACCESS", "ISSUES", "BY"];
    let now = now();
    let rows = seen.values().map(|(cluster, logins)| row(cluster, logins, now)).collect();
    let mut out = BufWriter::new(io::stdout().lock());
    listing(format, &Listing { columns: columns.map(left).to_vec(), rows, moving: &[] }, &mut out)?;
    Ok(out.flush()?)
}

fn row(cluster: &EksCluster, logins: &[String], now: i64) -> Row {
    let support = cluster.support.words(now, cluster.upgrade_policy.as_ref());
    let issues: Vec<&str> = cluster.issues.iter().map(|issue| issue.code.as_str()).collect();
    let mode = cluster.auth_mode.as_ref().map_or("—", |mode| mode.as_str());
    let cells = vec![
        cluster.id.name.clone(),
        cluster.id.account.clone(),
        cluster.id.region.clone(),
        cluster.version.clone(),
        support.clone(),
        cluster.status.to_string(),
        cluster.exposure.words(),
        mode.to_owned(),
        if issues.is_empty() { "—".to_owned() } else { issues.join(", ") },
        logins.join(", "),
    ];
    let mut value = json!(cluster);
    value["support"]["words"] = json!(support);
    value["support"]["days_left"] = match cluster.support.phase(now) {
        Phase::Standard { days_left } | Phase::Extended { days_left } => json!(days_left),
        Phase::Ended { days_ago } => json!(-days_ago),
        Phase::Unknown => json!(null),
    };
    value["logins"] = json!(logins);
    Row { key: cluster.id.to_string(), cells, value }
}

/// What was not seen goes to stderr. It is a failure only if nothing was seen.
fn told(summaries: &[LoginSummary], seen: &Seen) -> Result<ExitCode, Failure> {
    let complaints: Vec<String> = summaries.iter().flat_map(LoginSummary::complaints).collect();
    if !seen.is_empty() || complaints.is_empty() {
        complaints.iter().for_each(|words| say(words));
        if seen.is_empty() {
            say("no EKS cluster was found");
        }
        return Ok(ExitCode::SUCCESS);
    }
    if let ([summary], [_]) = (summaries, complaints.as_slice())
        && let Some(fault) = &summary.fault
    {
        return Err(failure(fault));
    }
    let kind = summaries.iter().find_map(|summary| {
        let rows = summary.regions.iter().filter_map(|row| row.fault.as_ref());
        summary.fault.iter().chain(rows).map(|fault| fault.kind).next()
    });
    let mut complaints = complaints;
    let last = complaints.pop().unwrap_or_default();
    complaints.iter().for_each(|words| say(words));
    Err(Failure::new(code(kind.unwrap_or(FaultKind::Other)), last))
}
