//! `eksdeck clusters list`: the registered clusters, by how they stand and what they are.

use std::process::ExitCode;

use jiff::Timestamp;

use super::label::{environment, wanted_label};
use crate::cli::Global;
use crate::cli::exit::{Failure, say};
use crate::cli::flags::Format;
use crate::cli::registered::{Opened, print};
use crate::domain::gate::Environment;
use crate::domain::provider::Provider;
use crate::domain::registry::{ClusterFilter, Status};

/// Flags of one kind are alternatives; different kinds must all hold.
#[derive(Debug, clap::Args)]
pub struct List {
    /// up, degraded, down or unknown
    #[arg(long, value_name = "STATUS", value_parser = status)]
    status: Vec<Wanted>,
    /// production, staging, development or unclassified
    #[arg(long, value_name = "ENVIRONMENT", value_parser = environment)]
    environment: Vec<Environment>,
    /// EKS, GKE, AKS, k3s, kind, vanilla, …
    #[arg(long, value_name = "PROVIDER", value_parser = provider)]
    provider: Vec<Provider>,
    /// A region
    #[arg(long, value_name = "REGION")]
    region: Vec<String>,
    /// An account
    #[arg(long, value_name = "ACCOUNT")]
    account: Vec<String>,
    /// A team
    #[arg(long, value_name = "TEAM")]
    team: Vec<String>,
    /// A label that must be there: key or key=value
    #[arg(short = 'l', long = "label", value_name = "LABEL", value_parser = wanted_label)]
    labels: Vec<(String, Option<String>)>,
    /// How the answer is printed
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    output: Format,
}

/// A status, or that nobody looked yet.
#[derive(Debug, Clone, Copy)]
struct Wanted(Option<Status>);

fn status(text: &str) -> Result<Wanted, String> {
    match Status::of_word(text) {
        None if text == "unknown" => Ok(Wanted(None)),
        None => Err("wants up, degraded, down or unknown".to_owned()),
        known => Ok(Wanted(known)),
    }
}

fn provider(text: &str) -> Result<Provider, String> {
    Provider::of_name(text).ok_or_else(|| {
        let known: Vec<&str> = Provider::ALL.iter().map(|provider| provider.name()).collect();
        format!("wants one of {}", known.join(", "))
    })
}

pub fn run(global: &Global, flags: &List) -> Result<ExitCode, Failure> {
    let filter = ClusterFilter {
        statuses: flags.status.iter().map(|wanted| wanted.0).collect(),
        environments: flags.environment.clone(),
        providers: flags.provider.clone(),
        regions: flags.region.clone(),
        accounts: flags.account.clone(),
        teams: flags.team.clone(),
        labels: flags.labels.clone(),
    };
    let opened = Opened::read(global)?;
    let (records, standing) = opened.runtime.block_on(async {
        let records = opened.registry.clusters().await?;
        Ok::<_, Failure>((records, opened.registry.standing().await?))
    })?;
    let of = |id: &str| standing.iter().find(|transition| transition.cluster == id).cloned();
    let all = records.len();
    let with = records.into_iter().map(|record| (of(&record.id), record));
    let wanted = with.filter(|(standing, record)| filter.passes(record, standing.as_ref().map(|last| last.status)));
    let wanted: Vec<_> = wanted.map(|(standing, record)| (record, standing)).collect();
    print(flags.output, &wanted, Timestamp::now())?;
    if wanted.is_empty() && flags.output == Format::Table {
        let hint = if all == 0 { "eksdeck clusters add" } else { "none passes the filter" };
        say(&format!("{all} clusters are registered in {} ({hint})", opened.registry.organisation()));
    }
    opened.close();
    Ok(ExitCode::SUCCESS)
}
