//! `eksdeck clusters discover`: every EKS cluster that credentials reach.

use std::collections::{BTreeMap, HashSet};
use std::io::{self, BufWriter, Write};
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};

use clap::Args;
use jiff::Timestamp;
use serde_json::json;

use crate::adapters::audit::os_user;
use crate::adapters::aws::discovery::{Found, Limits, Regions, discover_logins};
use crate::adapters::registry::by_arn;
use crate::cli::Global;
use crate::cli::aws::{code, failure};
use crate::cli::exit::{Failure, say};
use crate::cli::flags::Format;
use crate::cli::list::now;
use crate::cli::print::{Listing, Row, left, listing};
use crate::cli::registered::Opened;
use crate::cli::setup::{self, Setup};
use crate::domain::aws::arn::ClusterArn;
use crate::domain::aws::login::LoginKey;
use crate::domain::eks::{EksCluster, FaultKind, LoginSummary, Phase};

#[derive(Debug, Args)]
pub struct Discover {
    /// A profile of the AWS configuration, in place of those of `[aws]`; several times for several
    #[arg(long, value_name = "NAME")]
    profile: Vec<String>,
    /// A region, in place of those of `[aws]`; several times for several, `all` for every one that is enabled
    #[arg(long, value_name = "REGION")]
    region: Vec<String>,
    /// Register every cluster that is found and not registered yet, with the login that sees it
    #[arg(long)]
    register: bool,
    /// How the answer is printed
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    output: Format,
}

/// A cluster, and who sees it.
type Seen = BTreeMap<ClusterArn, (EksCluster, Vec<String>)>;

/// Logins by what they are called in [`Seen`].
type Keys = BTreeMap<String, LoginKey>;

/// # Errors
/// Nothing was found, and something stood in the way.
pub fn run(global: &Global, flags: &Discover) -> Result<ExitCode, Failure> {
    if flags.register {
        let opened = Opened::write(global)?;
        let (seen, keys, summaries) = opened.runtime.block_on(discover(&opened.setup, flags));
        print(&seen, flags.output)?;
        let registered = register(&opened, &seen, &keys);
        opened.close();
        registered?;
        return told(&summaries, &seen);
    }
    let setup = Setup::read(global)?;
    let runtime = setup::runtime()?;
    let (seen, _, summaries) = runtime.block_on(discover(&setup, flags));
    runtime.shutdown_background();
    print(&seen, flags.output)?;
    told(&summaries, &seen)
}

async fn discover(setup: &Setup, flags: &Discover) -> (Seen, Keys, Vec<LoginSummary>) {
    let mut reach = setup.loaded.config.reach.clone();
    if !flags.region.is_empty() {
        reach.regions = once(&flags.region);
    }
    if !flags.profile.is_empty() {
        (reach.profiles, reach.roles) = (once(&flags.profile), Vec::new());
    }
    let regions = reach.named_regions().map_or(Regions::All, |names| Regions::Named(names.to_vec()));
    let aws = setup.aws();
    let keys = reach.logins();
    let logins = keys.iter().map(|key| (aws.login(key), regions.clone())).collect();
    let seen: Mutex<Seen> = Mutex::default();
    let sink = |found: Found| {
        if let Found::Cluster { login, cluster } = found {
            let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
            seen.entry(cluster.id.clone()).or_insert_with(|| (*cluster, Vec::new())).1.push(login);
        }
    };
    let summaries = discover_logins(logins, Limits::default(), &sink).await;
    let seen = seen.into_inner().unwrap_or_else(PoisonError::into_inner);
    (seen, keys.into_iter().map(|key| (key.words(), key)).collect(), summaries)
}

/// Registers what is not registered yet, each cluster between its two lines of the audit. One whose name is taken is
/// called by its ARN.
fn register(opened: &Opened, seen: &Seen, keys: &Keys) -> Result<(), Failure> {
    let known = opened.runtime.block_on(opened.registry.clusters())?;
    let mut names: HashSet<String> = known.iter().map(|record| record.name.clone()).collect();
    let arns: HashSet<&str> = known.iter().filter_map(|record| record.identity.arn.as_deref()).collect();
    let mut count = 0;
    for (arn, (cluster, logins)) in seen {
        if arns.contains(arn.to_string().as_str()) {
            continue;
        }
        let login = logins.first().and_then(|login| keys.get(login)).cloned().unwrap_or_default();
        let mut record = by_arn(arn, login, opened.registry.organisation(), &os_user(), Timestamp::now())?;
        if !names.insert(record.name.clone()) {
            record.name = arn.to_string();
        }
        record.version = Some(cluster.version.clone()).filter(|version| !version.is_empty());
        opened.recorded("register", &record.name, &format!("{record:?}"), opened.registry.add(&record, None))?;
        count += 1;
    }
    say(&format!("{count} registered, {} were already", seen.len() - count));
    Ok(())
}

fn once(names: &[String]) -> Vec<String> {
    let mut seen = HashSet::new();
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
