//! `eksdeck doctor`: connects, checks permissions, and says what is wrong.

mod access;
mod checks;
mod print;
mod registry;
mod report;

use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use super::exit::{FAILED, Failure, NOT_FOUND};
use super::flags::{Answer, Format};
use super::headless::Headless;
use super::setup::{self, Known, Setup};
use super::{Global, deck, joined};
use crate::domain::health::Health;
use crate::domain::ids::{ClusterId, KindId};
use crate::domain::request::OpenOptions;
use report::{Check, Report, Source};

#[derive(Debug, clap::Args)]
pub struct Doctor {
    #[command(flatten)]
    answer: Answer,
}

/// # Errors
/// Something is wrong: with the code of what is wrong, or 1 if several things are.
pub fn run(global: &Global, doctor: &Doctor) -> Result<ExitCode, Failure> {
    let setup = Setup::read(global)?;
    let known = setup.known(global, joined::WHOLE);
    let all = || (0..known.fleet.clusters().len()).map(|place| ClusterId(place as u32)).collect();
    let ids = if global.context.is_empty() { all() } else { setup::named(&*known.fleet, &global.context)? };
    let runtime = setup::runtime()?;
    let (clusters, registry) =
        runtime.block_on(async { futures::join!(examine(&setup, &known, &ids, doctor), registry::examine(&setup)) });
    runtime.shutdown_background();
    let report = Report { configuration: configuration(&setup), kubeconfig: kubeconfig(&known), registry, clusters };
    let mut out = BufWriter::new(io::stdout().lock());
    match doctor.answer.output {
        Format::Table => {
            print::text(&report, if deck::choice(&setup).ascii { &print::ASCII } else { &print::UNICODE }, &mut out)?
        }
        format => super::print::document(format, &print::value(&report), &mut out)?,
    }
    out.flush()?;
    drop(out);
    verdict(&report)
}

async fn examine(setup: &Setup, known: &Known, ids: &[ClusterId], doctor: &Doctor) -> Vec<report::Cluster> {
    let options = OpenOptions { kinds: vec![KindId::Namespace, KindId::Node], ..setup.open_options() };
    let mut headless = Headless::new(known.fleet.clone(), &setup.again);
    headless.open(ids, &options);
    headless.settle(doctor.answer.timeout).await;
    headless
        .until(checks::LATE, |headless| {
            let mut live = headless.opened().filter(|cluster| cluster.health == Health::Live);
            live.all(|cluster| cluster.latency.is_some() && cluster.git_version.is_some())
        })
        .await;
    let clusters =
        headless.opened().map(|cluster| checks::cluster(&headless, cluster, &options, doctor.answer.timeout));
    futures::future::join_all(clusters).await
}

fn configuration(setup: &Setup) -> Source {
    let paths = &setup.loaded.paths;
    let file = paths.config.as_ref().map(|folder| folder.join("config.toml"));
    let named = setup.config_flag.clone().or_else(|| setup.environment.config_file.clone()).or(file);
    let found = named.filter(|file| file.exists());
    let keys = setup.loaded.keys.as_ref().map(|keys| keys.name.clone());
    let problem = |problem: &crate::config::ConfigProblem| Check::wrong("configuration", FAILED, problem.to_string());
    Source {
        files: found.map(|file| paths.shown(&file)).into_iter().chain(keys).collect(),
        checks: deck::mistakes(setup).iter().map(problem).collect(),
    }
}

fn kubeconfig(known: &Known) -> Source {
    let mut files: Vec<String> = Vec::new();
    for info in known.fleet.clusters() {
        let file = match info.source {
            crate::domain::cluster::Source::Context { file, .. } => file,
            crate::domain::cluster::Source::InCluster => "the service account of this pod".to_owned(),
            crate::domain::cluster::Source::Registry { .. } => "the registry".to_owned(),
            crate::domain::cluster::Source::Embedded => "the embedded fleet".to_owned(),
            crate::domain::cluster::Source::Iam { login, .. } => format!("IAM, {}", login.words()),
        };
        if !files.contains(&file) {
            files.push(file);
        }
    }
    if files.is_empty() {
        files.extend(known.files.iter().map(|file| file.display().to_string()));
    }
    let code = if known.fleet.clusters().is_empty() && !known.is_broken { NOT_FOUND } else { FAILED };
    // The registry's is told at its own place.
    let troubles = known.troubles.iter().filter(|trouble| known.registry_trouble.as_ref() != Some(trouble));
    let check = |trouble| Check::wrong("kubeconfig", code, "").because(trouble);
    Source { files, checks: troubles.map(check).collect() }
}

fn verdict(report: &Report) -> Result<ExitCode, Failure> {
    let wrong: Vec<(String, &Check)> = report.wrong().collect();
    let Some(((place, first), rest)) = wrong.split_first() else { return Ok(ExitCode::SUCCESS) };
    let code = if rest.iter().all(|(_, check)| check.code == first.code) { first.code } else { FAILED };
    let words =
        if first.words.starts_with(place.as_str()) { first.words.clone() } else { format!("{place}: {}", first.words) };
    let more = match rest.len() {
        0 => String::new(),
        1 => " (and one thing more is wrong)".to_owned(),
        more => format!(" (and {more} things more are wrong)"),
    };
    Err(Failure::new(code, format!("{words}{more}")))
}
