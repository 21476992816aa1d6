//! `eksdeck access grant|revoke`: proposed, agreed to, carried out between two lines of the audit.

use std::io::{self, BufWriter, Write};
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use serde_json::{Value, json};

use super::Target;
use crate::adapters::aws::access::AwsAccess;
use crate::adapters::aws::api::Patience;
use crate::cli::Global;
use crate::cli::aws::cluster;
use crate::cli::exit::{self, FORBIDDEN, Failure, NOT_CONFIRMED, USAGE, say};
use crate::cli::flags::Format;
use crate::cli::joined;
use crate::cli::print::document;
use crate::cli::setup::{self, Setup};
use crate::cli::write::{Writing, question, stoppable, unwritten};
use crate::domain::eks::AccessScope;
use crate::domain::gate::aws::{AccessAsk, AccessProposal, AccessWanted, ApprovedAccess};
use crate::domain::gate::{Answer, NotConfirmed, Report};
use crate::domain::text::clean;
use crate::runtime::gate::aws::AwsGate;

#[derive(Debug, Args)]
pub struct Grant {
    #[command(flatten)]
    target: Target,
    /// ARN of the IAM user or role
    #[arg(long, value_name = "ARN")]
    principal: String,
    /// cluster-admin, admin, admin-view, edit, view, secret-reader, or a policy's name or ARN; several times for several
    #[arg(long, value_name = "POLICY")]
    policy: Vec<String>,
    /// A Kubernetes group that RBAC knows, for a new entry; several times for several
    #[arg(long, value_name = "GROUP")]
    group: Vec<String>,
    /// As whom Kubernetes knows a new entry
    #[arg(long, value_name = "NAME")]
    username: Option<String>,
    #[command(flatten)]
    writing: Writing,
}

#[derive(Debug, Args)]
pub struct Revoke {
    #[command(flatten)]
    target: Target,
    /// ARN of the IAM user or role
    #[arg(long, value_name = "ARN")]
    principal: String,
    /// A policy that is to hold no longer; several times for several
    #[arg(long, value_name = "POLICY")]
    policy: Vec<String>,
    #[command(flatten)]
    writing: Writing,
}

pub fn grant(global: &Global, flags: &Grant) -> Result<ExitCode, Failure> {
    if flags.policy.is_empty() && flags.group.is_empty() {
        return Err(Failure::new(USAGE, "say what is granted: --policy POLICY, or --group GROUP"));
    }
    let scope = match global.namespace.as_slice() {
        [] => AccessScope::Cluster,
        names => AccessScope::Namespaces(names.to_vec()),
    };
    let policies = flags.policy.iter().map(|policy| (policy.clone(), scope.clone())).collect();
    let wanted = AccessWanted::Grant { policies, groups: flags.group.clone(), username: flags.username.clone() };
    run(global, &flags.target, &flags.principal, wanted, &flags.writing)
}

pub fn revoke(global: &Global, flags: &Revoke) -> Result<ExitCode, Failure> {
    if !global.namespace.is_empty() {
        let words = "a policy is taken as a whole: grant it again with -n to narrow it";
        return Err(Failure::new(USAGE, words));
    }
    let wanted = AccessWanted::Revoke { policies: flags.policy.clone() };
    run(global, &flags.target, &flags.principal, wanted, &flags.writing)
}

fn run(
    global: &Global,
    target: &Target,
    principal: &str,
    wanted: AccessWanted,
    flags: &Writing,
) -> Result<ExitCode, Failure> {
    let setup = Setup::read(global)?;
    // What the registry says of the cluster counts too.
    let known = setup.known(global, joined::WHOLE);
    let runtime = setup::runtime()?;
    let result = runtime.block_on(async {
        let (config, cluster) = cluster(&setup, &target.reach, &target.cluster).await?;
        let port = Arc::new(AwsAccess::new(&config, Patience::default()));
        let gate = setup.access_gate(port, known.ways);
        change(&gate, AccessAsk { cluster: cluster.id, principal: principal.to_owned(), wanted }, flags).await
    });
    runtime.shutdown_background();
    result.map(|()| ExitCode::SUCCESS)
}

async fn change(gate: &AwsGate, ask: AccessAsk, flags: &Writing) -> Result<(), Failure> {
    let proposal = gate.propose(ask).await?;
    if let Some(words) = proposal.as_wanted() {
        say(&words);
        return Ok(());
    }
    if let Some(trouble) = proposal.hindrance() {
        let remedy = trouble.remedy.map(|remedy| format!(" ({remedy})")).unwrap_or_default();
        return Err(Failure::new(FORBIDDEN, format!("{}{remedy}", trouble.words)));
    }
    if flags.dry_run {
        return print_plan(&proposal, flags.output);
    }
    let approved = answer(&proposal, flags)?;
    let report = stoppable(|cancel| gate.execute(approved, cancel)).await;
    print_report(&report, flags.output)?;
    exit::all_of(unwritten(&report)).map(drop)
}

fn answer(proposal: &AccessProposal, flags: &Writing) -> Result<ApprovedAccess, Failure> {
    let by_flags = proposal.confirm(&Answer::Flags { yes: flags.yes, word: flags.confirm.as_deref() });
    match by_flags {
        Err(NotConfirmed::WantsYes | NotConfirmed::WantsWord { .. })
            if !flags.yes && flags.confirm.is_none() && question::has_terminal() =>
        {
            let typed = question::prompt(&proposal.told(), proposal.level())?;
            proposal.confirm(&question::answer(&typed)).map_err(|error| match typed.is_empty() {
                true => question::nothing(),
                false => not_confirmed(proposal, &error),
            })
        }
        other => other.map_err(|error| not_confirmed(proposal, &error)),
    }
}

/// What stands in the way, with everything that a person should know before they agree.
fn not_confirmed(proposal: &AccessProposal, error: &NotConfirmed) -> Failure {
    let (verb, place) = (proposal.verb().word(), &proposal.place);
    let warnings: String = proposal.warnings.iter().map(|warning| format!("; {warning}")).collect();
    let words = format!(
        "to {verb} access of {} to {} ({}): {error}{warnings}",
        proposal.ask.principal, place.cluster, place.environment
    );
    Failure::new(NOT_CONFIRMED, words)
}

/// What would be sent. EKS has no dry run of its own: it may still refuse.
fn print_plan(proposal: &AccessProposal, format: Format) -> Result<(), Failure> {
    let mut out = BufWriter::new(io::stdout().lock());
    match format {
        Format::Table => proposal.told().iter().try_for_each(|line| writeln!(out, "{}", clean(line)))?,
        format => {
            let requests: Vec<Value> = proposal.mutations.iter().map(|mutation| mutation.request()).collect();
            let plan = json!({
                "cluster": proposal.place.cluster,
                "environment": proposal.place.environment.to_string(),
                "verb": proposal.verb().word(),
                "principal": proposal.ask.principal,
                "requests": requests,
                "warnings": proposal.warnings,
            });
            document(format, &plan, &mut out)?;
        }
    }
    Ok(out.flush()?)
}

fn print_report(report: &Report, format: Format) -> Result<(), Failure> {
    let mut out = BufWriter::new(io::stdout().lock());
    match format {
        Format::Table => {
            for (object, fate) in report.fates.iter().filter(|(_, fate)| fate.is_done()) {
                writeln!(out, "{}", clean(&format!("{object} {}", fate.words(report.verb))))?;
            }
        }
        format => {
            let fates = report.fates.iter().map(|(object, fate)| {
                json!({
                    "cluster": report.cluster,
                    "object": object,
                    "verb": report.verb.word(),
                    "done": fate.is_done(),
                    "outcome": fate.words(report.verb),
                })
            });
            document(format, &Value::Array(fates.collect()), &mut out)?;
        }
    }
    Ok(out.flush()?)
}
