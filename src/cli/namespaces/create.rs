//! `eksdeck ns create NAME`.

use std::process::ExitCode;

use clap::Args;

use crate::cli::Global;
use crate::cli::exit::{Failure, USAGE};
use crate::cli::scope::Asked;
use crate::cli::write::{self, Writing};
use crate::domain::field::FieldKind;
use crate::domain::gate::ask::{Mode, Wanted};
use crate::domain::manifest::{NamespaceValues, namespace};

#[derive(Debug, Args)]
pub struct Create {
    /// The namespace's name
    name: String,
    /// The label team
    #[arg(long, value_name = "NAME")]
    team: Option<String>,
    /// The label cost-center
    #[arg(long, value_name = "NAME")]
    cost_center: Option<String>,
    /// The label environment: production, staging, development or another word
    #[arg(long, value_name = "NAME")]
    environment: Option<String>,
    /// Another label; several times for several
    #[arg(long, value_name = "KEY=VALUE", value_parser = pair)]
    label: Vec<(String, String)>,
    /// A limit of its ResourceQuota, such as pods=20, requests.cpu=4 or count/jobs.batch=50
    #[arg(long, value_name = "RESOURCE=LIMIT", value_parser = pair)]
    quota: Vec<(String, String)>,
    /// CPU that a container gets when it asks for none, such as 100m
    #[arg(long, value_name = "QUANTITY", default_value = "", hide_default_value = true)]
    default_cpu: String,
    /// Memory that a container gets when it asks for none, such as 128Mi
    #[arg(long, value_name = "QUANTITY", default_value = "", hide_default_value = true)]
    default_memory: String,
    #[command(flatten)]
    writing: Writing,
}

pub fn run(global: &Global, flags: &Create) -> Result<ExitCode, Failure> {
    let named = [("team", &flags.team), ("cost-center", &flags.cost_center), ("environment", &flags.environment)];
    let named = named.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value.clone()?)));
    let values = NamespaceValues {
        name: flags.name.clone(),
        labels: named.chain(flags.label.iter().cloned()).collect(),
        quota: flags.quota.clone(),
        default_cpu: flags.default_cpu.clone(),
        default_memory: flags.default_memory.clone(),
    };
    // What limits it is tried by the server only once it is there: a quantity that is none is told before.
    let given = flags.quota.iter().map(|(key, value)| (key.as_str(), value.as_str()));
    let defaults = [("--default-cpu", flags.default_cpu.as_str()), ("--default-memory", flags.default_memory.as_str())];
    for (key, value) in given.chain(defaults.into_iter().filter(|(_, value)| !value.is_empty())) {
        FieldKind::Quantity.check(value).map_err(|words| Failure::new(USAGE, format!("{key}={value}: {words}")))?;
    }
    let wanted =
        Wanted::Submit { manifests: namespace(&values), namespace: flags.name.as_str().into(), mode: Mode::Create };
    write::run(&Asked::read(global)?, wanted, &flags.writing)
}

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() && !value.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err("wants KEY=VALUE".to_owned()),
    }
}
