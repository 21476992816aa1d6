//! `eksdeck provision test|apply|update|drift|destroy|unlock`: a new run.

use std::hash::{BuildHasher, RandomState};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::desk::Desk;
use super::list;
use super::values::{self, Given};
use super::wait::{Waiting, wait};
use crate::adapters::audit::os_user;
use crate::adapters::terraform::SCRIPT;
use crate::cli::Global;
use crate::cli::exit::{CONFLICT, Failure, NOT_FOUND, USAGE};
use crate::cli::write::{Writing, agreed};
use crate::domain::provision::checks::may_make;
use crate::domain::provision::manifests::Input;
use crate::domain::provision::seen::last_given;
use crate::domain::provision::site::Order;
use crate::domain::provision::{Identity, Kind, Run, run_id};
use crate::runtime::provision::noting;

#[derive(Debug, Args)]
pub struct Begin {
    /// The cluster's name
    #[arg(value_name = "CLUSTER")]
    name: String,
    /// The environment whose defaults and limits hold; else that of the cluster's last run, or the only one
    #[arg(long, value_name = "NAME")]
    environment: Option<String>,
    /// The AWS account: twelve digits; else the environment's
    #[arg(long, value_name = "ACCOUNT")]
    account: Option<String>,
    /// The AWS region; else the environment's
    #[arg(long, value_name = "REGION")]
    region: Option<String>,
    /// A variable of the module: name=value; lists with commas, anything as JSON
    #[arg(long = "var", value_name = "NAME=VALUE")]
    variables: Vec<String>,
    /// Variables from a file: HCL (`*.tfvars`) or JSON
    #[arg(long = "var-file", value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    writing: Writing,
    #[command(flatten)]
    waiting: Waiting,
}

#[derive(Debug, Args)]
pub struct Unlock {
    #[command(flatten)]
    begin: Begin,
    /// The lock's ID, as a run that failed on it told; Terraform compares it
    #[arg(long, value_name = "ID")]
    lock: String,
}

#[derive(Debug, Args)]
pub struct Push {
    #[command(flatten)]
    begin: Begin,
    /// The run that kept its state: it says so
    #[arg(long, value_name = "RUN")]
    run: String,
}

/// What a run is for beside its plan.
#[derive(Debug, Clone, Default)]
struct Special {
    lock: Option<String>,
    errored: Option<String>,
}

pub fn run(global: &Global, flags: &Begin, kind: Kind) -> Result<ExitCode, Failure> {
    begin(global, flags, kind, Special::default())
}

pub fn push(global: &Global, flags: &Push) -> Result<ExitCode, Failure> {
    begin(global, &flags.begin, Kind::Push, Special { errored: Some(flags.run.clone()), ..Special::default() })
}

pub fn unlock(global: &Global, flags: &Unlock) -> Result<ExitCode, Failure> {
    begin(global, &flags.begin, Kind::Unlock, Special { lock: Some(flags.lock.clone()), ..Special::default() })
}

fn begin(global: &Global, flags: &Begin, kind: Kind, special: Special) -> Result<ExitCode, Failure> {
    let desk = Desk::read(global)?;
    desk.done(async {
        let runs = desk.all().await?;
        let last = last(&runs, flags)?;
        let named = flags.environment.as_deref().or_else(|| last.map(|run| run.environment.as_str()));
        let (environment, settings) =
            desk.site.environment(named).map_err(|error| Failure::new(USAGE, error.to_string()))?;
        let identity = match last {
            Some(run) if kind != Kind::Provision => run.identity.clone(),
            _ => identity(global, flags, &settings.account, &settings.region)?,
        };
        may_make(kind, &identity, &runs).map_err(|words| Failure::new(CONFLICT, words))?;
        let mut given = Given::new(&desk, &settings, &identity)?;
        given.defaults();
        // A new cluster of a name that was there before is a new cluster, and a test of it one of a new one.
        let past = last_given(&runs, &identity).filter(|_| kind != Kind::Test);
        let (before, note) = desk.runs.before((kind, &identity), past, !flags.files.is_empty()).await?;
        if let Some(before) = &before {
            given.as_before(before);
        }
        flags.files.iter().try_for_each(|file| given.file(file))?;
        flags.variables.iter().try_for_each(|text| given.variable(text))?;
        given.may_begin(kind, before.as_ref())?;
        given.offered(&desk, (kind, &identity), before.as_ref()).await?;
        let values::Checked { variables, secret, module } = given.checked(kind, before.as_ref())?;
        let order = Order { id: run_id(RandomState::new().hash_one(0_u8)), identity, kind, asked_by: os_user() };
        let id = order.id.clone();
        let mut spec = desk.site.spec(order, (&environment, &settings));
        if let Some(id) = &special.errored {
            let kept = runs.iter().find(|run| run.id == *id).and_then(Run::outcome);
            if kept.is_none_or(|outcome| !outcome.errored_state) {
                return Err(Failure::new(NOT_FOUND, format!("run {id} kept no state that could not be written")));
            }
        }
        (spec.lock, spec.errored) = (special.lock.clone(), special.errored.clone());
        spec.check().map_err(|words| Failure::new(USAGE, words))?;
        let module = module.pack().map_err(|error| Failure::new(USAGE, error))?;
        let input = Input { module, variables, secret, script: SCRIPT.to_owned() };
        let ask = noting(desk.runs.plan(&spec, &input).await?, note);
        if agreed(desk.runs.gate(), ask, &flags.writing).await?.is_none() {
            return Ok(ExitCode::SUCCESS);
        }
        if flags.waiting.wait {
            return wait(&desk, &id, &flags.waiting, flags.writing.output).await;
        }
        desk.go_on().await;
        list::print(&desk.find(&id).await?, flags.writing.output)?;
        Ok(ExitCode::SUCCESS)
    })
}

/// The newest run of the cluster that is meant.
fn last<'a>(runs: &'a [Run], flags: &Begin) -> Result<Option<&'a Run>, Failure> {
    let is_meant = |run: &&Run| {
        run.identity.name == flags.name
            && flags.account.as_ref().is_none_or(|account| run.identity.account == *account)
            && flags.region.as_ref().is_none_or(|region| run.identity.region == *region)
            && flags.environment.as_ref().is_none_or(|name| run.environment == *name)
    };
    let mut meant = runs.iter().filter(is_meant);
    let Some(newest) = meant.next() else { return Ok(None) };
    match meant.find(|run| run.identity != newest.identity) {
        Some(other) => {
            let words = format!("{} is several clusters: {} and {}", flags.name, newest.identity, other.identity);
            Err(Failure::new(CONFLICT, format!("{words}; say which with --region and --account")))
        }
        None => Ok(Some(newest)),
    }
}

fn identity(global: &Global, flags: &Begin, account: &str, region: &str) -> Result<Identity, Failure> {
    let wanted = |given: &Option<String>, default: &str, flag: &str| match given {
        Some(given) => Ok(given.clone()),
        None if default.is_empty() => {
            let words = format!("{}: say --{flag}, or set it for the environment in the configuration", flags.name);
            Err(Failure::new(NOT_FOUND, words))
        }
        None => Ok(default.to_owned()),
    };
    let identity = Identity {
        organisation: global.org.clone(),
        account: wanted(&flags.account, account, "account")?,
        region: wanted(&flags.region, region, "region")?,
        name: flags.name.clone(),
    };
    identity.check().map_err(|error| Failure::new(USAGE, error))?;
    Ok(identity)
}
