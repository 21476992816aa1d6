//! `eksdeck access list`.

use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use super::Target;
use crate::adapters::aws::IamCluster;
use crate::adapters::aws::access::{AwsAccess, auth_map};
use crate::adapters::aws::api::Patience;
use crate::cli::Global;
use crate::cli::aws::{cluster, key};
use crate::cli::exit::{Failure, say};
use crate::cli::flags::Format;
use crate::cli::print::{Listing, Row, left, listing};
use crate::cli::setup::{self, Setup};
use crate::domain::eks::principal::is_own;
use crate::domain::eks::{AccessEntry, AccessPolicy, AuthMap, EksCluster, Mapped, auth_map as told};
use crate::domain::gate::aws::AccessKnown;
use crate::domain::request::{FetchReply, FetchRequest, PortError};
use crate::runtime::ports::AccessPort;

#[derive(Debug, Args)]
pub struct List {
    #[command(flatten)]
    target: Target,
    /// How the answer is printed
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    output: Format,
}

pub fn run(global: &Global, flags: &List) -> Result<ExitCode, Failure> {
    let setup = Setup::read(global)?;
    let runtime = setup::runtime()?;
    let rows = runtime.block_on(async {
        let (config, cluster) = cluster(&setup, &flags.target.reach, &flags.target.cluster).await?;
        let known = AwsAccess::new(&config, Patience::default()).known(cluster.id.clone()).await?;
        if known.auth_mode.has_entries() {
            return Ok::<_, Failure>(known.entries.iter().map(|entry| entry_row(entry, &known)).collect());
        }
        let remedy = told::remedy(&cluster.id.name, &cluster.id.region);
        say(&format!("{}: {} ({remedy})", cluster.id.name, told::READ_ONLY));
        let map = read_map(&setup, global, flags, &cluster).await?;
        map.problems.iter().for_each(|problem| say(&format!("aws-auth: {problem}: EKS lets nobody in by it")));
        Ok(map.mapped.iter().map(mapped_row).collect())
    });
    runtime.shutdown_background();
    let columns = ["PRINCIPAL", "TYPE", "POLICIES", "GROUPS", "USERNAME", ""].map(left).to_vec();
    let mut out = BufWriter::new(io::stdout().lock());
    listing(flags.output, &Listing { columns, rows: rows?, moving: &[] }, &mut out)?;
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn entry_row(entry: &AccessEntry, known: &AccessKnown) -> Row {
    let policies: Vec<String> = entry.policies.iter().map(AccessPolicy::words).collect();
    let own = is_own(&entry.principal, &known.caller);
    let cells = vec![
        entry.principal.clone(),
        entry.kind.clone(),
        or_dash(policies.join(", ")),
        or_dash(entry.groups.join(", ")),
        entry.username.clone(),
        if own { "you".to_owned() } else { String::new() },
    ];
    let mut value = json!(entry);
    value["own"] = json!(own);
    Row { key: entry.principal.clone(), cells, value }
}

fn mapped_row(mapped: &Mapped) -> Row {
    let cells = vec![
        mapped.principal.clone(),
        "aws-auth".to_owned(),
        or_dash(String::new()),
        or_dash(mapped.groups.join(", ")),
        or_dash(mapped.username.clone()),
        String::new(),
    ];
    Row { key: mapped.principal.clone(), cells, value: json!(mapped) }
}

fn or_dash(text: String) -> String {
    if text.is_empty() { "—".to_owned() } else { text }
}

/// The ConfigMap, read from the cluster itself under the same login.
async fn read_map(setup: &Setup, global: &Global, flags: &List, cluster: &EksCluster) -> Result<AuthMap, Failure> {
    let known = setup.on_disk(global);
    let id = known.ways.add(IamCluster::of(cluster, key(flags.target.reach.profile.as_deref())));
    let path = "/api/v1/namespaces/kube-system/configmaps/aws-auth".to_owned();
    match known.fleet.fetch(id, FetchRequest::Path { path }).await {
        Ok(FetchReply::Object(object)) => Ok(auth_map(&object)),
        Ok(_) => Ok(AuthMap::default()),
        Err(PortError::NotFound(_)) => {
            say("there is no ConfigMap aws-auth: whoever made the cluster is let in, and nobody else");
            Ok(AuthMap::default())
        }
        Err(error) => Err(error.into()),
    }
}
