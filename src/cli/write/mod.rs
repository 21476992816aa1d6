//! What every subcommand that changes something does: propose, take the answer from the flags or the terminal, carry
//! out, and print what became of each object.

mod print;
pub mod question;

pub use question::has_terminal;

use std::process::ExitCode;

use clap::Args;
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

use super::exit::{self, FORBIDDEN, Failure, NOT_CONFIRMED, NOT_FOUND, USAGE, say};
use super::flags::Format;
use super::scope::{Asked, own};
use super::setup;
use crate::domain::field_path::Step;
use crate::domain::gate::ask::Wanted;
use crate::domain::gate::{Answer, Approved, Ask, DryRun, LeftOut, Missing, NotConfirmed, Proposal, Report};
use crate::domain::ids::{ClusterId, ObjectKey};
use crate::runtime::gate::Gate;
use crate::yaml::manifest::told_fields;

/// How a change is agreed to, and how its outcome is printed.
#[derive(Debug, Clone, Args)]
pub struct Writing {
    /// How the outcome is printed
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub output: Format,
    /// Say what would happen, as the server sees it, and change nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Agree where the deck would want y
    #[arg(short, long)]
    pub yes: bool,
    /// Agree by the word that the deck would want typed: the object's name, the cluster's, or how many they are
    #[arg(long, value_name = "WORD")]
    pub confirm: Option<String>,
}

/// The one cluster that is written to.
///
/// # Errors
/// Several are named.
pub fn cluster(asked: &Asked) -> Result<ClusterId, Failure> {
    match asked.ids.as_slice() {
        [cluster] => Ok(*cluster),
        _ => Err(Failure::new(USAGE, "a change goes to one cluster: name one with --context")),
    }
}

/// `NAME` in the namespace of `-n` or of the context, or `NAMESPACE/NAME`.
///
/// # Errors
/// `-n` names several.
pub fn keys(asked: &Asked, cluster: ClusterId, given: &[String], names: &[String]) -> Result<Vec<ObjectKey>, Failure> {
    let namespace = namespace(asked, cluster, given)?;
    let key = |name: &String| match name.split_once('/') {
        Some((namespace, name)) => ObjectKey::new(namespace, name),
        None => ObjectKey::new(namespace.as_str(), name.as_str()),
    };
    let mut keys: Vec<ObjectKey> = names.iter().map(key).collect();
    let mut seen = std::collections::HashSet::new();
    keys.retain(|key| seen.insert(key.clone()));
    Ok(keys)
}

/// The namespace of `-n`, or the context's own.
///
/// # Errors
/// `-n` names several.
pub fn namespace(asked: &Asked, cluster: ClusterId, given: &[String]) -> Result<String, Failure> {
    match given {
        [] => {
            let clusters = asked.port.clusters();
            Ok(clusters.get(cluster.0 as usize).map_or("default", own).to_owned())
        }
        [one] => Ok(one.clone()),
        _ => Err(Failure::new(USAGE, "a change wants one namespace: give -n once, or say NAMESPACE/NAME")),
    }
}

/// Where a field of a document stands in what a person wrote: document, field, and its place in words.
pub type Places<'a> = Box<dyn Fn(usize, &[Step]) -> Option<String> + 'a>;

/// Carries out one change from the proposal to its printed outcome.
///
/// # Errors
/// What stood in its way, or what was not done.
pub fn run(asked: &Asked, wanted: Wanted, flags: &Writing) -> Result<ExitCode, Failure> {
    let runtime = setup::runtime()?;
    let nowhere: Places<'_> = Box::new(|_: usize, _: &[Step]| None);
    let result = run_at((asked, &runtime), wanted, flags, &nowhere);
    runtime.shutdown_background();
    result
}

/// The same for manifests: what the server says of a field is told with its place.
///
/// # Errors
/// As of [`run`].
pub fn run_at(
    (asked, runtime): (&Asked, &Runtime),
    wanted: Wanted,
    flags: &Writing,
    places: &Places<'_>,
) -> Result<ExitCode, Failure> {
    let ask = Ask { cluster: cluster(asked)?, what: wanted, hidden: 0 };
    runtime.block_on(change(asked, ask, flags, places)).map(|()| ExitCode::SUCCESS)
}

/// The same where the outcome is printed by the caller; `None` where nothing was to be done or it was a dry run.
///
/// # Errors
/// What stood in its way, or what was not done.
pub async fn agreed(gate: &Gate, ask: Ask, flags: &Writing) -> Result<Option<Report>, Failure> {
    let mut proposal = gate.propose(ask.clone()).await;
    // A Job that has just ended is written by its controller between our look and the server's: the next look is good.
    if was_overtaken(&proposal) {
        proposal = gate.propose(ask).await;
    }
    if is_as_wanted(&proposal) {
        proposal.left_out.iter().for_each(|left_out| say(&left_out.words()));
        return Ok(None);
    }
    let nowhere: Places<'_> = Box::new(|_: usize, _: &[Step]| None);
    if flags.dry_run {
        print::dry_run(&proposal, flags.output)?;
    }
    if proposal.hindrance().is_some() {
        return Err(hindered(&proposal, &nowhere));
    }
    if flags.dry_run {
        return Ok(None);
    }
    let approved = answer(&proposal, flags)?;
    let report = carry_out(gate, approved).await;
    failures(&report, &proposal)?;
    Ok(Some(report))
}

/// One change in whatever cluster it names, from the proposal to its printed outcome.
///
/// # Errors
/// As of [`run`].
pub async fn print_and_agree(gate: &Gate, ask: Ask, flags: &Writing) -> Result<(), Failure> {
    let nowhere: Places<'_> = Box::new(|_: usize, _: &[Step]| None);
    through(gate, ask, flags, &nowhere).await
}

async fn change(asked: &Asked, ask: Ask, flags: &Writing, places: &Places<'_>) -> Result<(), Failure> {
    through(&asked.setup.gate(asked.port.clone()), ask, flags, places).await
}

async fn through(gate: &Gate, ask: Ask, flags: &Writing, places: &Places<'_>) -> Result<(), Failure> {
    let proposal = gate.propose(ask).await;
    if is_as_wanted(&proposal) {
        proposal.left_out.iter().for_each(|left_out| say(&left_out.words()));
        return Ok(());
    }
    if flags.dry_run {
        print::dry_run(&proposal, flags.output)?;
        return match proposal.hindrance() {
            Some(_) => Err(hindered(&proposal, places)),
            None => exit::all_of(undone(&proposal)).map(|_| ()),
        };
    }
    if proposal.hindrance().is_some() {
        return Err(hindered(&proposal, places));
    }
    let approved = answer(&proposal, flags)?;
    let report = carry_out(gate, approved).await;
    print::report(&report, &proposal, flags.output)?;
    failures(&report, &proposal)
}

/// Every object is as it is wanted: nothing to do, and nothing wrong.
fn is_as_wanted(proposal: &Proposal) -> bool {
    let as_wanted = proposal.left_out.iter().all(|left_out| matches!(left_out.why, Missing::AsWanted(_)));
    proposal.targets.is_empty() && proposal.refusal.is_none() && !proposal.left_out.is_empty() && as_wanted
}

/// An object was changed while it was being looked at.
fn was_overtaken(proposal: &Proposal) -> bool {
    proposal.targets.iter().any(|target| {
        matches!(&target.dry_run, DryRun::Refused { kind: crate::domain::request::PortErrorKind::Conflict, .. })
    })
}

fn answer(proposal: &Proposal, flags: &Writing) -> Result<Approved, Failure> {
    let by_flags = proposal.confirm(&Answer::Flags { yes: flags.yes, word: flags.confirm.as_deref() });
    match by_flags {
        Err(NotConfirmed::WantsYes | NotConfirmed::WantsWord { .. })
            if !flags.yes && flags.confirm.is_none() && question::has_terminal() =>
        {
            question::ask(proposal)
        }
        other => other.map_err(|error| not_confirmed(proposal, &error)),
    }
}

fn not_confirmed(proposal: &Proposal, error: &NotConfirmed) -> Failure {
    if let Wanted::Run(change) = &proposal.ask.what {
        let words = format!("to {} for {} ({}): {error}", change.verb.word(), change.subject, change.environment);
        return Failure::new(NOT_CONFIRMED, words);
    }
    let names: Vec<String> = proposal.possible().map(|target| target.write.object_words()).collect();
    let what = match names.as_slice() {
        [name] => name.clone(),
        names => format!("{} objects", names.len()),
    };
    let (verb, place) = (proposal.verb().word(), &proposal.place);
    let words = format!("to {verb} {what} in {} ({}): {error}", place.cluster, place.environment);
    Failure::new(NOT_CONFIRMED, words)
}

/// SIGINT ends it between two objects, so that what was done is told.
async fn carry_out(gate: &Gate, approved: Approved) -> Report {
    stoppable(|cancel| gate.execute(approved, |_| {}, cancel)).await
}

/// Runs something that SIGINT may end where it can be ended.
pub async fn stoppable<F: Future>(run: impl FnOnce(CancellationToken) -> F) -> F::Output {
    let cancel = CancellationToken::new();
    let stopped = cancel.clone();
    let watch = tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            stopped.cancel();
        }
    });
    let output = run(cancel).await;
    watch.abort();
    output
}

/// Why the whole proposal came to nothing.
fn hindered(proposal: &Proposal, places: &Places<'_>) -> Failure {
    let trouble = proposal.hindrance().unwrap_or_default();
    let denied = proposal.place.read_only.is_some() || proposal.targets.iter().any(|target| target.denied.is_some());
    if proposal.targets.is_empty() && proposal.refusal.is_none() && !denied {
        let mut left_out: Vec<Failure> = proposal.left_out.iter().filter_map(left_out).collect();
        let last = left_out.pop();
        left_out.iter().for_each(|failure| say(&failure.words));
        return last.unwrap_or_else(|| Failure::new(NOT_FOUND, trouble.words));
    }
    let refused = proposal.targets.iter().find_map(|target| match &target.dry_run {
        DryRun::Refused { kind, .. } => Some(*kind),
        DryRun::Passed { .. } | DryRun::NotTried(_) => None,
    });
    let code = if denied { FORBIDDEN } else { exit::of_kind(refused.unwrap_or(proposal.refusal_kind)) };
    let words = trouble.told();
    // Where a field stands in a file is worth a line of its own; without a file the words have it all.
    for (document, target) in proposal.targets.iter().enumerate() {
        let DryRun::Refused { trouble, causes, .. } = &target.dry_run else { continue };
        for (field, words) in told_fields(&trouble.words, causes) {
            if let Some(place) = places(document, &field) {
                say(&format!("{place}: {words}"));
            }
        }
    }
    Failure::new(code, words)
}

/// An object that is left out for a reason that the caller must hear of.
fn left_out(left_out: &LeftOut) -> Option<Failure> {
    let code = match &left_out.why {
        Missing::AsWanted(_) => return None,
        Missing::Ended => exit::FAILED,
        Missing::NotThere => NOT_FOUND,
        Missing::Unread(error) => Failure::from(error.clone()).code,
    };
    Some(Failure::new(code, left_out.words()))
}

/// Objects that are not even tried to be written, with their reasons.
fn undone(proposal: &Proposal) -> Vec<Failure> {
    let denied = proposal.targets.iter().filter(|target| !target.is_possible()).map(|target| {
        let why = match (&target.denied, &target.dry_run) {
            (Some(why), _) => why.clone(),
            (None, DryRun::Refused { trouble, .. }) => trouble.words.clone(),
            (None, _) => String::new(),
        };
        Failure::new(FORBIDDEN, format!("{}: {why}", target.write.object_words()))
    });
    denied.chain(proposal.left_out.iter().filter_map(left_out)).collect()
}

/// Every object that was not written, with its reason.
fn failures(report: &Report, proposal: &Proposal) -> Result<(), Failure> {
    let mut failures = unwritten(report);
    failures.extend(undone(proposal));
    exit::all_of(failures).map(|_| ())
}

/// Every object of a report that was not written, and what else is wrong.
pub fn unwritten(report: &Report) -> Vec<Failure> {
    use crate::domain::gate::Fate;
    let code = |fate: &Fate| match fate {
        Fate::Changed(_) => exit::CONFLICT,
        Fate::Refused { kind, .. } => exit::of_kind(*kind),
        Fate::Unknown(_) => exit::UNREACHABLE,
        _ => exit::FAILED,
    };
    let not_done = report.fates.iter().filter(|(_, fate)| !fate.is_done());
    let mut failures: Vec<Failure> = not_done
        .map(|(object, fate)| Failure::new(code(fate), format!("{object}: {}", fate.words(report.verb))))
        .collect();
    failures.extend(report.trouble.as_ref().map(|trouble| Failure::new(exit::FAILED, &trouble.words)));
    failures
}
